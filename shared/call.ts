import type { RenderedRequest } from './rules/webhook-request'

/** One HTTP call that is ready to leave: every gate has passed, the touch is reserved, the bytes are fixed. */
export interface Call {
  /** The touch that is settled by the outcome. */
  readonly touch: number
  /** Stable over retries, restarts and replays; sent as `webhook-id` (Standard Webhooks; delivery R44). */
  readonly webhookId: string
  /** 1 for the first attempt. */
  readonly attempt: number
  /** How long the attempt may take, from its turn to the last byte. */
  readonly seconds: number
  readonly request: RenderedRequest
  /**
   * Calls to this host that may be on the wire at once. What is handed out beyond it begins as soon as one before it has ended, and can be taken back until then.
   * Null: it begins whatever else is on the wire (a test send, an access token).
   */
  readonly atOnce: number | null
  /** From this instant on (ms) the verdict of the gates is no longer true: no first byte may leave then. Null: it holds for as long as a call may be under way. */
  readonly until: number | null
  /** Whoever handed it out must be told when its first byte leaves: a rate counts from there. */
  readonly paced: boolean
  /** What signs this attempt, the current key first; filled in by webhook/seal.ts, never stored. */
  readonly keys?: readonly string[]
}

/** How one attempt ended. `ms` is its duration, by the monotonic clock. */
export type Outcome = { readonly touch: number; readonly ms: number } & (
  | {
      readonly is: 'answered'
      readonly status: number
      /** Lower-case names; only what the product shows or needs. */
      readonly headers: { readonly [name: string]: string }
      /** At most 64 KiB, unpacked and decoded, bad bytes replaced; `cut` says that there was more. */
      readonly body: string
      readonly cut: boolean
      /** Why the body must not be read, as the end of a sentence: `its charset "x" is not known`. */
      readonly unread?: string
    }
  | {
      readonly is: 'unreachable'
      readonly cause: Cause
      readonly message: string
      /** True when the request may have reached the receiver. */
      readonly sent: boolean
    }
)

/** Why nothing may be kept of an answer, as the end of a sentence; undefined: it may be read. */
export function unreadBecause({ cut, unread }: Extract<Outcome, { is: 'answered' }>): string | undefined {
  if (unread !== undefined) return `the answer was not read: ${unread}`
  return cut ? 'the answer is larger than 64 KiB, and was kept in part only' : undefined
}

/** A call that came back without being tried: no byte of it left, and none will. It is no attempt. */
export interface Withdrawal {
  readonly touch: number
  readonly is: 'withdrawn'
  /** It was taken back, its verdict was over before it could begin, or a fault of our own kept it here. */
  readonly why: 'revoked' | 'expired' | 'ours'
  readonly message: string
  /** Of a fault of our own: when it is worth another try, in ms from now. */
  readonly inMs?: number
}

/** How a call that was handed out comes back. */
export type CallEnd = Outcome | Withdrawal

/** Why no answer came. `blocked-address`, `bad-request` and `certificate` are final: another try would end the same way, for as long as a plan lasts. */
export type Cause =
  | 'dns'
  | 'connect'
  | 'tls'
  | 'certificate'
  | 'timeout'
  | 'reset'
  | 'protocol'
  | 'blocked-address'
  | 'bad-request'

/** The door out, handed to the engine by main.ts (the simulator hands in its scripted end). Takes a batch, answers one by one. */
export type Dispatch = (calls: readonly Call[]) => void

/**
 * Takes calls back that have not begun; they come back as withdrawn. Resolves when none of the named calls can begin any more (law 14). Calls that have begun,
 * and touches that nobody knows, are left alone.
 */
export type Revoke = (touches: readonly number[]) => Promise<void>

/** The outcome of an attempt that the end of Hookline itself cut off: nobody knows whether it arrived. */
export const INTERRUPTED = 'interrupted'

/** Why an attempt brought no 2xx, as one word to group by: `status 503`, `timeout`. */
export function causeOf(outcome: Outcome): string {
  return outcome.is === 'answered' ? `status ${outcome.status}` : outcome.cause
}

/** What the door out may know of the secrets. Values leave the server's vault only here. */
export interface Secrets {
  /** 24 hex digits: in the placeholders of calls that earlier versions stored (rules/secrets.ts). */
  readonly oldMark: string
  /** The value of a secret; undefined when there is none of this name. */
  readonly value: (name: string) => string | undefined
  /** The keys that sign at this moment, the current first; none when there is no key of this name. */
  readonly signingKeys: (name: string) => readonly string[]
  /** Why a secret or a key may not be used for a call to this address, as a sentence; null: it may. A secret that has no hosts yet is bound from now on. */
  readonly keptFrom: (name: string, url: string) => string | null
  /** Remembers that a secret was used now. */
  readonly used: (name: string) => void
}
