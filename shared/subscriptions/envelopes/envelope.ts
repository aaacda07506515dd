import type { JsonObject } from '../../json'

/** A notice as an envelope packs it. */
export interface Packed {
  /** Unique for ever: what a receiver tells repeats by. */
  readonly id: string
  /** Grows with each event, within one installation. */
  readonly seq: number
  /** `journey.started`. */
  readonly kind: string
  readonly version: number
  /** ms since 1970 */
  readonly at: number
  /** The lead's id, else the campaign's; null: neither. */
  readonly subject: string | null
  readonly data: JsonObject
}

export interface Envelope {
  /** For the form. */
  readonly title: string
  readonly help: string
  readonly contentType: string
  /** So many events a request at most. */
  readonly most: number
  /** The body of one request. `account` is the name of this installation. */
  readonly write: (events: readonly Packed[], account: string) => string
}
