import { z } from 'zod'
import { type Json, own } from '../json'
import { smallId } from '../values/small-id'
import type { EventWait, LeadEvent } from '../world'
import { conditionSchema, evaluate, lookUp, type Seen, type SeenRule, type Sources } from './conditions'

/** Which way an event opens for a journey that waits for it (braze R25, action paths). Ways are asked from the top. */

export const branchSchema = z.object({
  id: z.string().regex(smallId),
  label: z.string().max(60),
  event: z.string().max(200),
  /** About the event that is heard, and the lead at that moment. */
  where: conditionSchema,
  /**
   * Properties that must equal a value of the entry event (`entry.cart_id`) or of the lead (`lead.plan`): the checkout
   * of *this* cart.
   */
  same: z.array(z.object({ property: z.string().max(200), as: z.string().max(200) })).max(10),
})
export type Branch = z.infer<typeof branchSchema>

export type Hearing =
  /** From before the step was entered, or from after its end. */
  | { readonly is: 'early' }
  | { readonly is: 'late' }
  /** No way waits for an event of this name. */
  | { readonly is: 'foreign' }
  | { readonly is: 'unfit'; readonly seen: Seen }
  | { readonly is: 'fits'; readonly branch: Branch; readonly rank: number; readonly seen: Seen }

interface Listener {
  readonly wait: Pick<EventWait, 'since' | 'until'>
  readonly sources: Sources
}

/**
 * Judges one event. Both borders count: an event at the very end still fits (a timer that is due at the same instant
 * loses).
 */
export function hear(branches: readonly Branch[], event: LeadEvent, { wait, sources }: Listener): Hearing {
  const candidates = branches.map((branch, rank) => ({ branch, rank })).filter(c => c.branch.event === event.name)
  if (candidates.length === 0) return { is: 'foreign' }
  if (event.at < wait.since) return { is: 'early' }
  if (event.at > wait.until) return { is: 'late' }
  const asked = candidates.map(c => ({ ...c, seen: ask(c.branch, event, sources) }))
  const first = asked.find(({ seen }) => seen.result)
  if (first !== undefined) return { is: 'fits', ...first }
  const [only, ...more] = asked.map(({ seen }) => seen)
  return {
    is: 'unfit',
    seen: more.length === 0 && only ? only : { match: 'any', result: false, rules: asked.map(a => a.seen) },
  }
}

function ask({ where, same }: Branch, event: LeadEvent, sources: Sources): Seen {
  const equal = same.map(({ property, as }) => compare(property, as, event, sources))
  const rest = evaluate(where, { ...sources, memory: { ...sources.memory, event } })
  const rules = where.rules.length === 0 ? equal : [...equal, rest]
  return { match: 'all', result: rules.every(rule => rule.result), rules }
}

/**
 * Equal as "is" of a condition means it. A value that the journey does not know equals nothing, not even another
 * unknown.
 */
function compare(property: string, as: string, event: LeadEvent, sources: Sources): SeenRule {
  const wanted = lookUp(as.replace(/^entry\./, 'event.'), sources) ?? null
  if (wanted === null || wanted === '') return { field: as, op: 'exists', value: null, found: null, result: false }
  const found: Json = own(event.properties, property) ?? null
  const rule = { field: `event.${property}`, op: 'is', value: asValue(wanted) } as const
  const seen = evaluate({ match: 'all', rules: [rule] }, { ...sources, memory: { event, response: null } })
  return { ...rule, found, result: seen.result }
}

/** Lists and objects are compared by their JSON text, as every other value is. */
function asValue(value: Json): string | number | boolean {
  return typeof value === 'object' ? JSON.stringify(value) : (value as string | number | boolean)
}
