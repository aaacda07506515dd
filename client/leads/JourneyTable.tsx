import { ActionIcon } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { LogOut } from 'lucide-react'
import { useState } from 'react'
import type { JourneySummary } from '#shared/api'
import { visible } from '#shared/values/visible'
import { RemoveJourney } from '../leaving/RemoveJourney'
import { EmptyState, finishedLook, StatusPill, saySends, When } from '../ui'
import styles from './leads.module.css'

/** A lead's journeys, newest first; a row opens the inspector. */
export function JourneyTable({ journeys }: { journeys: readonly JourneySummary[] }) {
  if (journeys.length === 0)
    return (
      <EmptyState title="No journeys yet">
        This lead has not entered a campaign. Send it the event that a live campaign waits for, and its journey appears
        here.
      </EmptyState>
    )
  return (
    <div className={styles.journeyScroll}>
      <table className="hl-table">
        <thead>
          <tr>
            <th>Campaign</th>
            <th className={styles.status}>Status</th>
            <th>Where</th>
            <th className={styles.when}>Entered</th>
            <th className={styles.act}>
              <span className="hl-hidden">Remove</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {journeys.map(journey => (
            <JourneyRow key={journey.id} journey={journey} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function JourneyRow({ journey }: { journey: JourneySummary }) {
  const { id, campaignName, campaignStatus, version, status, waitsFor, enteredAt, converted, sends } = journey
  return (
    <tr className={styles.tall}>
      <td>
        <Link to="/journeys/$id" params={{ id }} className="hl-row-link" title={`${campaignName} v${version}`}>
          {campaignName} <span className={styles.none}>v{version}</span>
        </Link>
        {status === 'active' && campaignStatus === 'paused' && <div className={styles.none}>Campaign paused</div>}
        {converted && <div className={styles.converted}>Converted</div>}
      </td>
      <td>
        {/* How many failed stands beside it; a narrow column has no room for both. */}
        <StatusPill
          status={
            status === 'finished'
              ? finishedLook(sends).status
              : status === 'active' && waitsFor !== null
                ? 'waiting'
                : status
          }
        />
      </td>
      <td>
        <Where journey={journey} />
      </td>
      <td>
        <When at={enteredAt} />
      </td>
      <td className={styles.act}>{status === 'active' && <Remove journey={journey} />}</td>
    </tr>
  )
}

function Remove({ journey }: { journey: JourneySummary }) {
  const [asking, setAsking] = useState(false)
  const label = `Remove from ${journey.campaignName}`
  return (
    <>
      <ActionIcon size={28} aria-label={label} title={label} onClick={() => setAsking(true)}>
        <LogOut size={16} aria-hidden />
      </ActionIcon>
      {asking && <RemoveJourney journey={journey} onClose={() => setAsking(false)} />}
    </>
  )
}

function Where({
  journey: { stepName, step, status, waitsFor, wakesAt, endedAt, sends },
}: {
  journey: JourneySummary
}) {
  const name = stepName ?? step
  return (
    <>
      <div className={styles.cut} title={visible(name ?? '')}>
        {visible(name ?? '')}
      </div>
      {status === 'active' && waitsFor !== null && (
        <div className={styles.waits} title={waitsFor}>
          {waitsFor}
          {wakesAt !== null && (
            <>
              {' · '}
              <When at={wakesAt} />
            </>
          )}
        </div>
      )}
      {saySends(sends) !== '' && <div className={styles.waits}>{saySends(sends)}</div>}
      {endedAt !== null && (
        <div className={styles.waits}>
          Ended <When at={endedAt} />
        </div>
      )}
    </>
  )
}
