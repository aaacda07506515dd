import {
  ArrowDownToLine,
  ArrowRight,
  Ban,
  Braces,
  CircleCheck,
  CircleDot,
  CircleSlash,
  CircleX,
  Ear,
  EarOff,
  ExternalLink,
  Flag,
  GitBranch,
  Hand,
  History,
  Hourglass,
  ListChecks,
  LogIn,
  LogOut,
  type LucideIcon,
  MessageSquare,
  PencilLine,
  Radio,
  RotateCw,
  Send,
  ShieldCheck,
  Shuffle,
  Split,
  Target,
  TriangleAlert,
  Undo2,
} from 'lucide-react'
import { INTERRUPTED } from '#shared/call'
import type { JournalEntry } from '#shared/journal'

/** How a line looks: an icon, a token of tokens.css, and the word that says the same without colour. */
export interface Look {
  readonly icon: LucideIcon
  readonly colour: string
  readonly word: string
}

/** The look of an entry: its kind and, where it has one, its state. */
export function lookOf(entry: JournalEntry): Look {
  switch (entry.is) {
    case 'started':
      return { icon: LogIn, colour: '--hl-entry', word: 'Started' }
    case 'entered':
      return { icon: CircleDot, colour: '--hl-running', word: 'Step' }
    case 'left':
      return { icon: ArrowRight, colour: '--hl-muted', word: 'Left' }
    case 'decided':
      return { icon: GitBranch, colour: '--hl-logic', word: 'Decided' }
    case 'assigned':
      return { icon: Split, colour: '--hl-experiment', word: 'Variant' }
    case 'waits':
      return { icon: Hourglass, colour: '--hl-waiting', word: 'Waits' }
    case 'heard':
      return entry.because === 'taken' || entry.because === 'kept'
        ? { icon: Ear, colour: '--hl-succeeded', word: 'Heard' }
        : { icon: EarOff, colour: '--hl-skipped', word: 'No match' }
    case 'passed-over':
      return { icon: CircleSlash, colour: '--hl-skipped', word: 'No match' }
    case 'listed':
      return { icon: ListChecks, colour: '--hl-data', word: 'List' }
    case 'emitted':
      return { icon: Radio, colour: '--hl-data', word: 'Event' }
    case 'requested':
    case 'withdrawn':
      return entry.done
        ? { icon: ExternalLink, colour: '--hl-succeeded', word: entry.is === 'requested' ? 'Requested' : 'Removed' }
        : { icon: Ban, colour: '--hl-skipped', word: entry.is === 'requested' ? 'Not entered' : 'Not removed' }
    case 'noted':
      return { icon: MessageSquare, colour: '--hl-muted', word: 'Note' }
    case 'gate':
      return gateLooks[entry.verdict]
    case 'queued':
      return { icon: Hourglass, colour: '--hl-waiting', word: 'In line' }
    case 'calls':
      return { icon: Send, colour: '--hl-webhook', word: 'Sends' }
    case 'taken-back':
      return { icon: Undo2, colour: '--hl-waiting', word: 'Taken back' }
    case 'interrupted':
      return { icon: TriangleAlert, colour: '--hl-waiting', word: 'Cut off' }
    case 'attempt':
      return attemptLook(entry)
    case 'executed':
      return entry.qualified
        ? { icon: Braces, colour: '--hl-succeeded', word: 'Executed' }
        : { icon: Ban, colour: '--hl-skipped', word: 'Not executed' }
    case 'resent':
      return { icon: Send, colour: '--hl-webhook', word: 'Sent again' }
    case 'resend-ended':
      return replyLooks[entry.as]
    case 'replied':
      return replyLooks[entry.reply]
    case 'mapped':
      return entry.refused === null
        ? { icon: ArrowDownToLine, colour: '--hl-data', word: 'Kept' }
        : { icon: CircleSlash, colour: '--hl-skipped', word: 'Not kept' }
    case 'updated':
      return { icon: PencilLine, colour: '--hl-data', word: 'Updated' }
    case 'chain-ended':
      return { icon: Ban, colour: '--hl-skipped', word: 'Chain ended' }
    case 'migrated':
      return { icon: Shuffle, colour: '--hl-accent', word: 'Moved' }
    case 'converted':
      return { icon: Target, colour: '--hl-succeeded', word: 'Converted' }
    case 'parked':
      return { icon: TriangleAlert, colour: '--hl-failed', word: 'Error' }
    case 'exits':
      return entry.when === 'now'
        ? { icon: LogOut, colour: '--hl-skipped', word: 'Exit' }
        : { icon: Hourglass, colour: '--hl-waiting', word: 'Will leave' }
    case 'late':
      return { icon: History, colour: '--hl-waiting', word: 'Late' }
    case 'ended':
      return endLooks[entry.as]
    default:
      // A newer server may write kinds that this page does not know; their sentence still tells.
      return { icon: CircleDot, colour: '--hl-muted', word: 'Entry' }
  }
}

const gateLooks = {
  pass: { icon: ShieldCheck, colour: '--hl-succeeded', word: 'Passed' },
  hold: { icon: Hand, colour: '--hl-held', word: 'Held' },
  skip: { icon: Ban, colour: '--hl-skipped', word: 'Not sent' },
  exit: { icon: LogOut, colour: '--hl-skipped', word: 'Left early' },
} as const satisfies Record<string, Look>

const replyLooks = {
  received: { icon: CircleCheck, colour: '--hl-succeeded', word: 'Received' },
  failed: { icon: CircleX, colour: '--hl-failed', word: 'Failed' },
  skipped: { icon: Ban, colour: '--hl-skipped', word: 'Not sent' },
  exited: { icon: LogOut, colour: '--hl-skipped', word: 'Left early' },
  'timed-out': { icon: CircleX, colour: '--hl-failed', word: 'Timed out' },
  aborted: { icon: Ban, colour: '--hl-skipped', word: 'Aborted' },
  uncertain: { icon: TriangleAlert, colour: '--hl-waiting', word: 'Uncertain' },
} as const satisfies Record<string, Look>

const endLooks = {
  // The end of the way, whatever came of the sends before it: they have looks of their own.
  finished: { icon: Flag, colour: '--hl-muted', word: 'Finished' },
  exited: { icon: LogOut, colour: '--hl-skipped', word: 'Left early' },
  failed: { icon: CircleX, colour: '--hl-failed', word: 'Failed' },
} as const satisfies Record<string, Look>

interface AttemptSeen {
  readonly status: number | null
  readonly outcome?: string
  readonly retryAt?: number | null
}

/** Green for 2xx, amber when another attempt follows, red for the last that failed. */
export function attemptLook({ status, retryAt, outcome }: AttemptSeen): Look {
  if (outcome === INTERRUPTED) return { icon: TriangleAlert, colour: '--hl-waiting', word: 'Cut off' }
  if (status !== null && status >= 200 && status <= 299)
    return { icon: CircleCheck, colour: '--hl-succeeded', word: 'Received' }
  if (typeof retryAt === 'number') return { icon: RotateCw, colour: '--hl-waiting', word: 'Tried again' }
  return { icon: CircleX, colour: '--hl-failed', word: 'Failed' }
}
