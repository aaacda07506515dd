import { ActionIcon, Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { Pencil, RotateCw, X } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import type { ActivityView } from '#shared/api/activity'
import { INTERRUPTED } from '#shared/call'
import { visible } from '#shared/values/visible'
import { useSend } from '../api'
import { Body, Headers } from '../inspector/Attempts'
import { CopyButton, Loaded, Mono, sayExact, sayNumber } from '../ui'
import styles from './activity.module.css'
import { toCurl } from './curl'
import { SendOutcome } from './outcome'
import { ResendDialog } from './ResendDialog'

/** Everything that is known of one send: what was sent, what came back, what held it, why it waits. */
export function SendPanel({ id, onClose }: { id: string; onClose: () => void }) {
  const query = useSend(id)
  return (
    <aside className={styles.panel} aria-label="The send">
      <ActionIcon className={styles.close} aria-label="Close the panel" onClick={onClose}>
        <X size={16} />
      </ActionIcon>
      <Loaded query={query} what="the send">
        {view => <View view={view} />}
      </Loaded>
    </aside>
  )
}

function View({ view }: { view: ActivityView }) {
  const { row, why, noResend, zone } = view
  const [asking, setAsking] = useState<'same' | 'edited' | null>(null)
  return (
    <>
      <header className={styles.panelHead}>
        <SendOutcome row={row} />
        <h2>{row.stepName}</h2>
        <p className={styles.muted}>
          <Link className="hl-link" to="/campaigns/$id" params={{ id: row.campaignId }}>
            {row.campaignName}
          </Link>{' '}
          for{' '}
          <Link className="hl-link" to="/leads/$externalId" params={{ externalId: row.lead }}>
            {visible(row.lead)}
          </Link>
          {' · '}
          <Link className="hl-link" to="/journeys/$id" params={{ id: row.journey }}>
            See the journey
          </Link>
        </p>
      </header>
      {why !== null && <p className={styles.why}>{why}</p>}
      {row.outcome === 'uncertain' && (
        <p className={styles.why}>
          It left once, and no answer came: nobody knows whether it arrived. By itself it is not sent again.
        </p>
      )}
      {(row.outcome === 'failed' || row.outcome === 'uncertain') && (
        <div className={styles.acts}>
          {noResend === null ? (
            <>
              <Button leftSection={<RotateCw size={16} />} onClick={() => setAsking('same')}>
                Send again
              </Button>
              <Button variant="default" leftSection={<Pencil size={16} />} onClick={() => setAsking('edited')}>
                Edit and send
              </Button>
            </>
          ) : (
            <p className={styles.muted}>{noResend}</p>
          )}
        </div>
      )}
      <dl className={styles.facts}>
        {row.at !== null && <Fact name="Reserved">{sayExact(row.at, zone)}</Fact>}
        {row.settledAt !== null && <Fact name="Settled">{sayExact(row.settledAt, zone)}</Fact>}
        {row.resentAt !== null && <Fact name="Sent again">{sayExact(row.resentAt, zone)}</Fact>}
        {row.webhookId !== null && (
          <Fact name="webhook-id">
            <Mono value={row.webhookId} copy="the webhook-id" />
          </Fact>
        )}
      </dl>
      {row.purgedAt !== null && (
        <p className={styles.muted}>
          Its request and attempts were deleted on {sayExact(row.purgedAt, zone)} by the{' '}
          <Link className="hl-link" to="/settings">
            retention of the settings
          </Link>
          . The send itself stays, because caps and conversions count it.
        </p>
      )}
      <Request view={view} />
      <Attempts view={view} />
      {view.gates.length > 0 && (
        <Part title="Gates">
          <ol className={styles.gates}>
            {view.gates.map((gate, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: two gates may say the same at one instant, and the list only grows
              <li key={i}>
                {gate.text} <span className={styles.muted}>{sayExact(gate.at, zone)}</span>
              </li>
            ))}
          </ol>
        </Part>
      )}
      {asking !== null && <ResendDialog view={view} isEdited={asking === 'edited'} onClose={() => setAsking(null)} />}
    </>
  )
}

function Request({ view: { request, rendered, revisions } }: { view: ActivityView }) {
  if (request === null) return null
  return (
    <Part
      title={revisions.length > 0 ? 'Request, as edited' : 'Request'}
      beside={
        rendered && (
          <span className={styles.curl}>
            curl <CopyButton text={toCurl(request)} what="as curl" />
          </span>
        )
      }
    >
      {!rendered && <p className={styles.muted}>Tokens are filled in when it is sent.</p>}
      <p className={styles.url}>
        <strong>{request.method}</strong> <span>{request.url}</span>
      </p>
      <Headers headers={request.headers} />
      <Body text={request.body ?? ''} label="the request body" />
      {revisions.map(({ through, request: past }) => (
        <details key={through} className={styles.past}>
          <summary>Before the edit (up to attempt {through})</summary>
          <p className={styles.url}>
            <strong>{past.method}</strong> <span>{past.url}</span>
          </p>
          <Headers headers={past.headers} />
          <Body text={past.body ?? ''} label={`the body up to attempt ${through}`} />
        </details>
      ))}
    </Part>
  )
}

function Attempts({ view: { attempts, zone } }: { view: ActivityView }) {
  const newest = attempts.toReversed()
  return newest.map(({ n, status, outcome, ms, startedAt, response }, i) => (
    <Part key={n} title={`Attempt ${n}`}>
      <details open={i === 0} className={styles.past}>
        <summary>
          {sayAttempt({ status, outcome, ms })} <span className={styles.muted}>{sayExact(startedAt, zone)}</span>
        </summary>
        {response !== null && (
          <>
            <Headers headers={Object.entries(response.headers)} />
            <Body text={response.body} label={`the answer to attempt ${n}`} />
            {response.cut && <p className={styles.muted}>The answer was longer; only its beginning was read.</p>}
          </>
        )}
      </details>
    </Part>
  ))
}

function sayAttempt({ status, outcome, ms }: { status: number | null; outcome: string; ms: number }): string {
  if (outcome === INTERRUPTED) return 'Cut off when Hookline stopped: it may have arrived'
  return `${status === null ? `No answer: ${outcome}` : `Answered ${status}`} after ${sayNumber(Math.round(ms))} ms`
}

function Part({ title, beside, children }: { title: string; beside?: ReactNode; children: ReactNode }) {
  return (
    <section className={styles.part} aria-label={title}>
      <header>
        <h3>{title}</h3>
        {beside}
      </header>
      {children}
    </section>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
