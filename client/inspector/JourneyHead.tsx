import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { CirclePause, CircleStop, Hand, Hourglass, LogOut, Target, Unplug } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import type { JourneyView } from '#shared/api'
import type { Connection } from '../api'
import { RemoveJourney } from '../leaving/RemoveJourney'
import { finishedLook, PageHeader, type PillStatus, StatusPill, sayExact, saySends, When } from '../ui'
import { Due } from './Due'
import styles from './inspector.module.css'
import { leadName, standsHeld, zoneOf } from './story'

/** Who, in which campaign, in what state, since when; and while active what it waits for, in one line. */
export function JourneyHead({ journey, connection }: { journey: JourneyView; connection: Connection }) {
  const { campaignId, campaignName, version, lead, enteredAt, endedAt, converted } = journey
  const zone = zoneOf(journey)
  const name = leadName(journey.leadView)
  return (
    <div className={styles.head}>
      <PageHeader
        title={name}
        beside={
          <>
            <StatusPill {...pillOf(journey)} />
            {converted && (
              <span className={styles.converted}>
                <Target size={13} aria-hidden />
                Converted
              </span>
            )}
          </>
        }
        actions={<Remove journey={journey} />}
      />
      <dl className={styles.facts}>
        <Fact name="Lead">
          <Link to="/leads/$externalId" params={{ externalId: lead }} className="hl-link" title={lead}>
            {lead}
          </Link>
        </Fact>
        <Fact name="Campaign">
          <Link to="/campaigns/$id" params={{ id: campaignId }} className="hl-link" title={campaignName}>
            {campaignName}
          </Link>
          <span className={styles.version}>v{version}</span>
        </Fact>
        <Fact name="Entered" title={sayExact(enteredAt, zone)}>
          <When at={enteredAt} zone={zone} />
        </Fact>
        {endedAt !== null && (
          <Fact name="Ended" title={sayExact(endedAt, zone)}>
            <When at={endedAt} zone={zone} />
          </Fact>
        )}
        <Fact name="Time zone">
          {zone}
          {journey.leadView.zone === null && <span className={styles.muted}>of the campaign</span>}
        </Fact>
        {saySends(journey.sends) !== '' && (
          <Fact name="Webhooks">{saySends(journey.sends).replace('Webhooks: ', '')}</Fact>
        )}
        <Fact name="Journey">{journey.id}</Fact>
      </dl>
      <Campaign journey={journey} />
      <Waiting journey={journey} />
      {connection === 'lost' && (
        <p className={styles.lost} role="status">
          <Unplug size={14} aria-hidden /> Not live: the server does not answer. What you see may be old. Trying again.
        </p>
      )}
    </div>
  )
}

/** While the lead is on its way, it can be taken out. */
function Remove({ journey }: { journey: JourneyView }) {
  const [asking, setAsking] = useState(false)
  if (journey.status !== 'active') return null
  return (
    <>
      <Button variant="default" leftSection={<LogOut size={16} aria-hidden />} onClick={() => setAsking(true)}>
        Remove from campaign
      </Button>
      {asking && <RemoveJourney journey={journey} onClose={() => setAsking(false)} />}
    </>
  )
}

function Fact({ name, title, children }: { name: string; title?: string; children: ReactNode }) {
  return (
    <div className={styles.fact} title={title}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

/** What the campaign's own state means for a journey that is under way. */
function Campaign({ journey: { status, campaignStatus } }: { journey: JourneyView }) {
  if (status !== 'active' || campaignStatus === 'live' || campaignStatus === 'draft') return null
  const isPaused = campaignStatus === 'paused'
  const Sign = isPaused ? CirclePause : CircleStop
  return (
    <p className={styles.paused} role="status">
      <Sign size={16} aria-hidden />
      <span>
        {isPaused
          ? 'The campaign is paused: nothing moves and nothing is sent until it is resumed.'
          : 'The campaign was stopped: nobody enters any more, and this lead walks on to the end.'}
      </span>
    </p>
  )
}

/** `Now in Delay: waits until Tue 24 Nov, 08:00 (Asia/Seoul): 1 day.` */
function Waiting({ journey }: { journey: JourneyView }) {
  const { status, stepName, waitsFor, wakesAt } = journey
  if (status !== 'active' || waitsFor === null) return null
  const held = standsHeld(journey.journal)
  const Icon = held ? Hand : Hourglass
  return (
    <p className={styles.waiting} data-held={held || undefined}>
      <Icon size={16} aria-hidden />
      <span>
        {stepName !== null && (
          <>
            Now in <strong>{stepName}</strong>.{' '}
          </>
        )}
        {waitsFor}
      </span>
      {wakesAt !== null && (
        <span className={styles.wakes}>
          <Due at={wakesAt} zone={zoneOf(journey)} />
        </span>
      )}
    </p>
  )
}

function pillOf({ status, waitsFor, journal, sends }: JourneyView): { status: PillStatus; detail?: string } {
  if (status === 'finished') return finishedLook(sends)
  if (status !== 'active' || waitsFor === null) return { status }
  return { status: standsHeld(journal) ? 'held' : 'waiting' }
}
