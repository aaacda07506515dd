import type { JsonObject } from '../json'
import type { Lead } from '../world'

/** Whose value stays where both leads have one. */
export type Side = 'kept' | 'merged'

export interface MergeChoice {
  /** For every attribute, unless said otherwise. */
  readonly values: Side
  /** By attribute: `time_zone` is one too. */
  readonly fields: { readonly [field: string]: Side }
}

/** The lead that stays, once `merged` has become part of it. What only one of them knows is never lost. */
export function mergeLeads(kept: Lead, merged: Lead, { values, fields }: MergeChoice): Lead {
  const winner = (name: string): Side => (Object.hasOwn(fields, name) ? fields[name] : undefined) ?? values
  const over = Object.entries(merged.attributes).filter(
    ([name]) => !Object.hasOwn(kept.attributes, name) || winner(name) === 'merged',
  )
  const attributes: JsonObject = Object.fromEntries([...Object.entries(kept.attributes), ...over])
  const zone = winner('time_zone') === 'merged' ? (merged.zone ?? kept.zone) : (kept.zone ?? merged.zone)
  return { ...kept, attributes, zone }
}
