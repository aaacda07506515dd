import {
  CircleCheck,
  CircleHelp,
  CircleSlash,
  CircleX,
  Hand,
  Hourglass,
  type LucideIcon,
  RotateCw,
  Send,
} from 'lucide-react'
import type { CSSProperties } from 'react'
import type { ActivityOutcome, ActivityRow } from '#shared/api/activity'
import styles from './activity.module.css'

/** How an outcome looks and is called. */
export const outcomeLooks: Record<ActivityOutcome, { word: string; icon: LucideIcon; colour: string }> = {
  received: { word: 'Received', icon: CircleCheck, colour: '--hl-succeeded' },
  failed: { word: 'Failed', icon: CircleX, colour: '--hl-failed' },
  retrying: { word: 'Tried again', icon: RotateCw, colour: '--hl-waiting' },
  queued: { word: 'In the queue', icon: Hourglass, colour: '--hl-waiting' },
  'on-the-wire': { word: 'On the wire', icon: Send, colour: '--hl-running' },
  held: { word: 'Held', icon: Hand, colour: '--hl-held' },
  uncertain: { word: 'Uncertain', icon: CircleHelp, colour: '--hl-waiting' },
  abandoned: { word: 'Given up', icon: CircleSlash, colour: '--hl-skipped' },
}

/** The outcome in a word, with what the receiver said. */
export function SendOutcome({ row }: { row: Pick<ActivityRow, 'outcome' | 'status' | 'cause'> }) {
  const { word, icon: Icon, colour } = outcomeLooks[row.outcome]
  const said = row.status ?? (row.cause === null ? null : (causeWords[row.cause] ?? row.cause))
  return (
    <span className={styles.outcome} style={{ '--mark': `var(${colour})` } as CSSProperties}>
      <Icon size={14} aria-hidden />
      {word}
      {said !== null && <span className={styles.said}>{said}</span>}
    </span>
  )
}

/** Causes without an answer, as a person says them. */
export const causeWords: Readonly<Record<string, string>> = {
  dns: 'name not found',
  connect: 'no connection',
  tls: 'no secure connection',
  timeout: 'no answer in time',
  reset: 'line broke',
  protocol: 'broken answer',
  'blocked-address': 'address not allowed',
  'bad-request': 'request not possible',
  skipped: 'not sent again',
  'switched-off': 'endpoint switched off',
}
