import type { Seen } from './conditions/seen'

/** By which exit a lead leaves, and what was seen. Small: for the end of a step it is remembered. */
export interface Leaving {
  /** Its kind (rules/exits/). */
  readonly on: string
  readonly reason: string
  /** Which exit (keyOfExit); journals and memories from before they were counted one by one do not say. */
  readonly key?: string
  readonly event: { readonly name: string; readonly id: string } | null
  /** Null when the event alone was enough. */
  readonly seen: Seen | null
}
