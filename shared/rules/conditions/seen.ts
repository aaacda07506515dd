import type { Json } from '../../json'
import type { Operator } from './operators'
import type { HistoryRule, ListRule, Match } from './schema'

/**
 * Why not everything that a lead did under one name was loaded: what is asked was decided before (`enough`), or it was
 * more than can be looked at (`limit`).
 */
export type Cut = 'enough' | 'limit'

/**
 * What a condition saw, rule by rule, and what came out. Stored in the journal, so that the inspector can explain it.
 */
export type Seen = { readonly match: Match; readonly result: boolean; readonly rules: readonly (SeenRule | Seen)[] }
export type SeenRule = SeenField | SeenHistory | SeenList
export type SeenField = {
  readonly field: string
  readonly op: Operator
  readonly value: Json
  readonly found: Json
  readonly result: boolean
}
/**
 * `found`: how often the lead did it. `cut`: not everything was looked at, because the answer was clear before
 * (`enough`), or because it was too much (`limit`).
 */
export type SeenHistory = HistoryRule & { readonly found: number; readonly cut?: Cut; readonly result: boolean }
export type SeenList = ListRule & { readonly result: boolean }
