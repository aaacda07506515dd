import type { Ending } from './effects'
import type { Json, JsonObject } from './json'
import type { Lateness } from './rules/after-pause'
import type { Seen } from './rules/conditions'
import type { AssignedBy } from './rules/experiments'
import type { Leaving } from './rules/leaving'
import type { Reply } from './world'

/** What a step says about its own decision; the server adds the instant and stores it. */
export type Note =
  | { readonly is: 'started'; readonly because: string; readonly event: string | null }
  | { readonly is: 'entered'; readonly step: string }
  /** `to` is null at the end of the way. `instead` names the port that was not connected, when the way fell back to another. */
  | {
      readonly is: 'left'
      readonly step: string
      readonly port: string
      readonly to: string | null
      readonly instead?: string
    }
  /** A condition was asked: what it saw and what came out. */
  | { readonly is: 'decided'; readonly step: string; readonly port: string; readonly seen: Seen }
  | {
      readonly is: 'assigned'
      readonly step: string
      readonly variant: string
      readonly label: string
      readonly bucket: number
      readonly range: readonly [number, number]
      /** Absent: by the hash of the lead. */
      readonly by?: AssignedBy
    }
  | {
      readonly is: 'waits'
      readonly step: string
      readonly until: number
      readonly zone: string
      readonly what: string
    }
  /**
   * A step that waits for events heard one. `port` is the way that it opens, null for none. `taken`: the lead leaves by it; `kept`: by it, when the wait is
   * over; `lower`: a way of higher rank has happened before; `early`: from before the step; `unfit`: `seen` says why.
   */
  | {
      readonly is: 'heard'
      readonly step: string
      readonly event: string
      readonly eventId: string
      readonly port: string | null
      readonly because: 'taken' | 'kept' | 'lower' | 'early' | 'unfit'
      readonly seen: Seen | null
    }
  /** A way that was asked before the one that was taken, and did not fit. */
  | { readonly is: 'passed-over'; readonly step: string; readonly port: string; readonly seen: Seen }
  /** `changed` is false when the lead was on the list (or off it) already. */
  | {
      readonly is: 'listed'
      readonly step: string
      readonly list: string
      readonly change: 'added' | 'removed'
      readonly changed: boolean
    }
  | {
      readonly is: 'emitted'
      readonly step: string
      readonly event: string
      readonly properties: JsonObject
    }
  /** What came of a request to enter another campaign, or of taking the lead out of one. */
  | {
      readonly is: 'requested' | 'withdrawn'
      readonly step: string
      readonly campaign: string
      readonly done: boolean
      readonly reason: string
    }
  /** Another campaign was run for the lead, whole, or did not let them in. */
  | {
      readonly is: 'executed'
      readonly step: string
      readonly campaign: string
      readonly qualified: boolean
      readonly reason: string
    }
  /** What a step wants to have said in its own words, as a sentence: why it did not wait, what it could not read. */
  | { readonly is: 'noted'; readonly step: string; readonly what: string }
  /** May be sent, and waits in the line for its host, because calls of a higher level wait there (marketo-alm rule 20). `first`: the highest of them. */
  | {
      readonly is: 'queued'
      readonly step: string
      readonly host: string
      readonly level: number
      readonly first: number
    }
  /** One gate's verdict at the moment of sending, with the values that it saw. */
  | {
      readonly is: 'gate'
      readonly step: string
      readonly gate: string
      readonly verdict: 'pass' | 'hold' | 'skip' | 'exit'
      readonly until: number | null
      readonly code: number | null
      readonly saw: { readonly [name: string]: Json }
    }
  /** `profile`: whose habits the call follows, by name; absent in older journals. */
  | {
      readonly is: 'calls'
      readonly step: string
      readonly touch: number
      readonly webhookId: string
      readonly profile?: string
    }
  /**
   * A call came back before anything of it had left: its lead left the step, somebody changed what it depended on, its time to leave was over, or a fault of our own
   * kept it here. Nothing counts it.
   */
  | {
      readonly is: 'taken-back'
      readonly step: string
      readonly touch: number
      readonly why: 'left' | 'revoked' | 'expired' | 'ours'
      readonly message: string
    }
  /** The process ended while this attempt was on the wire, or about to be. It may have arrived, and is made again. */
  | { readonly is: 'interrupted'; readonly step: string; readonly touch: number; readonly n: number }
  /** One HTTP call of a touch came to an end. The request and the response are in the attempt's record. */
  | {
      readonly is: 'attempt'
      readonly step: string
      readonly touch: number
      readonly n: number
      readonly status: number | null
      readonly outcome: string
      readonly ms: number
      readonly retryAt: number | null
    }
  /** Somebody sent a dead letter again, and what came of it. The journey has moved on and is not moved by it. */
  | {
      readonly is: 'resent'
      readonly step: string
      readonly touch: number
      readonly webhookId: string
      readonly edited: boolean
      readonly sendNow: boolean
    }
  | {
      readonly is: 'resend-ended'
      readonly step: string
      readonly touch: number
      readonly as: 'received' | 'failed'
      readonly reason: string
    }
  /** A gate kept it here: the send still is what it was before. */
  | {
      readonly is: 'resend-ended'
      readonly step: string
      readonly touch: number
      readonly as: 'skipped'
      readonly reason: string
      readonly still: 'failed' | 'uncertain'
    }
  | {
      readonly is: 'replied'
      readonly step: string
      readonly reply: Reply['is']
      readonly reason: string
      /** Which gate said no; absent where none did, and in older journals. */
      readonly gate?: string
    }
  | {
      readonly is: 'mapped'
      readonly step: string
      readonly path: string
      readonly field: string
      readonly value: Json
      readonly refused: string | null
    }
  | {
      readonly is: 'updated'
      readonly step: string
      readonly field: string
      readonly from: Json
      readonly to: Json
    }
  /** An event counts for a goal. Entries from before there were several goals do not say which. */
  | {
      readonly is: 'converted'
      readonly event: string
      readonly eventId: string
      readonly variants: readonly string[]
      readonly goal?: ConvertedGoal
    }
  /** An exit of the campaign fits: the lead leaves now, or when the step is over (braze R29). */
  | ({ readonly is: 'exits'; readonly step: string; readonly when: 'now' | 'end-of-step' } & Leaving)
  /** What fell due while the campaign was paused, and what becomes of it (braze R30). */
  | ({ readonly is: 'late'; readonly step: string } & Lateness)
  /** An internal event was not passed on to other campaigns: the chain that led to it is too long. */
  | { readonly is: 'chain-ended'; readonly event: string; readonly depth: number }
  /**
   * The campaign was migrated and the lead with it: from a step of one version to a step of another. `stay`: it goes on waiting for what it waited for.
   * `gaveUpCall`: the step that was left calls a webhook; what was under way is not waited for any more.
   */
  | {
      readonly is: 'migrated'
      readonly step: string
      readonly how: 'stay' | 'move'
      readonly from: { readonly version: number; readonly name: string }
      readonly to: { readonly version: number; readonly step: string; readonly name: string }
      readonly gaveUpCall: boolean
      readonly migration: number
    }
  | { readonly is: 'parked'; readonly step: string; readonly reason: string }
  | { readonly is: 'ended'; readonly step: string | null; readonly as: Ending; readonly reason: string }

/** What a conversion counts for. `credit`: the step of the last send before it. `value` in the currency's smallest unit; `refused` says why there is none. */
export interface ConvertedGoal {
  readonly id: string
  readonly name: string
  readonly within: string
  readonly from: 'entry' | 'last-touch'
  readonly credit: string | null
  readonly value: number | null
  readonly currency: string | null
  readonly refused: string | null
  /** Found among the events that were stored before the goal was launched. */
  readonly isLate: boolean
  /** The event that was counted so far, and gives way to this one, which came in before it. */
  readonly instead: string | null
}

/** A line of a journey's story. `at` is ms since the epoch. */
export type JournalEntry = Note & { readonly at: number }
