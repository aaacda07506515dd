import {
  Ban,
  CircleCheck,
  CircleDashed,
  CircleDot,
  CirclePause,
  CircleStop,
  CircleX,
  Hand,
  Hourglass,
  LogOut,
  type LucideIcon,
  PencilLine,
  TriangleAlert,
} from 'lucide-react'
import type { CSSProperties } from 'react'
import styles from './ui.module.css'

interface Look {
  readonly word: string
  readonly icon: LucideIcon
  /** A token of tokens.css. */
  readonly colour: string
}

const looks = {
  // Campaigns
  draft: { word: 'Draft', icon: PencilLine, colour: '--hl-skipped' },
  live: { word: 'Live', icon: CircleDot, colour: '--hl-succeeded' },
  paused: { word: 'Paused', icon: CirclePause, colour: '--hl-waiting' },
  stopped: { word: 'Stopped', icon: CircleStop, colour: '--hl-skipped' },
  // Journeys
  active: { word: 'Active', icon: CircleDot, colour: '--hl-running' },
  finished: { word: 'Finished', icon: CircleCheck, colour: '--hl-succeeded' },
  exited: { word: 'Exited', icon: LogOut, colour: '--hl-skipped' },
  // Finished, and something that was to be sent did not arrive: the end of the way is no success.
  'finished-failed': { word: 'Finished', icon: CircleX, colour: '--hl-failed' },
  'finished-unsent': { word: 'Finished', icon: Ban, colour: '--hl-skipped' },
  'finished-uncertain': { word: 'Finished', icon: TriangleAlert, colour: '--hl-waiting' },
  // Steps and calls
  running: { word: 'Running', icon: CircleDot, colour: '--hl-running' },
  waiting: { word: 'Waiting', icon: Hourglass, colour: '--hl-waiting' },
  held: { word: 'Held', icon: Hand, colour: '--hl-held' },
  succeeded: { word: 'Succeeded', icon: CircleCheck, colour: '--hl-succeeded' },
  failed: { word: 'Failed', icon: CircleX, colour: '--hl-failed' },
  skipped: { word: 'Skipped', icon: Ban, colour: '--hl-skipped' },
  scheduled: { word: 'Scheduled', icon: CircleDashed, colour: '--hl-waiting' },
} as const satisfies Record<string, Look>

export type PillStatus = keyof typeof looks

/** A state in a word with its icon and colour. `detail` stands behind the word: `Live v3`. */
export function StatusPill({ status, detail }: { status: PillStatus; detail?: string }) {
  const { word, icon: Icon, colour } = looks[status]
  return (
    <span className={styles.pill} style={{ '--pill': `var(${colour})` } as CSSProperties}>
      <Icon size={13} aria-hidden />
      {word}
      {detail !== undefined && <span className={styles.pillDetail}>{detail}</span>}
    </span>
  )
}
