import type { z } from 'zod'
import type { Finding } from '../../problems'
import type { LeadEvent } from '../../world'
import { checkCondition, evaluate, mayAsk, type Seen, type Sources, sayCondition } from '../conditions'
import { isReserved } from '../internal-events'
import { finderOf, schemaOfAny } from '../kinds'
import { alert } from './alert'
import { api } from './api'
import { attribute } from './attribute'
import { conversion } from './conversion'
import type { AnyWayInKind } from './define'
import { event } from './event'
import { executed } from './executed'
import { list } from './list'
import { requested } from './requested'
import { webhook } from './webhook'

/**
 * The ways into a trigger campaign, in the order of the editor's list. A campaign has up to ten, and any of them lets a lead in
 * (marketo-alm rule 21). Each listens to one event, ours or the customer's, asks a little more of it, and may have a condition on top.
 * Adding one is a file in this folder and a line here.
 */
const kinds = [event, attribute, list, requested, executed, webhook, alert, conversion, api] as const

export const waysIn: readonly AnyWayInKind[] = kinds as unknown as readonly AnyWayInKind[]

export const wayInSchema = schemaOfAny(kinds)
export type WayIn = z.infer<typeof wayInSchema>

export const MOST_WAYS = 10

/** The kind of a way in. */
export const wayInKind = finderOf(waysIn)

/** A new way in of this kind, with the condition of the one that it replaces. */
export function freshWayIn(on: string, where: WayIn['where']): WayIn {
  return { on, ...wayInKind({ on }).fresh, where } as WayIn
}

/** The event that a way in listens to. */
export function listensTo(way: WayIn): string {
  return wayInKind(way).listensTo(way)
}

/** Names of events that the customer's product sends and that let leads in, as far as they are chosen. */
export function eventsOfWays(ways: readonly WayIn[]): readonly string[] {
  return ways.map(listensTo).filter(name => name !== '' && !isReserved(name))
}

/**
 * Does this event come in by this way? What the way names must agree; its condition is asked separately, because a lead who fails that one
 * wants to know.
 */
export function comesBy(way: WayIn, { name, properties }: LeadEvent): boolean {
  const { listensTo, agrees } = wayInKind(way)
  return listensTo(way) === name && (agrees === undefined || agrees(way, properties))
}

/** Asks the ways that an event comes by, in their order. The first whose condition holds lets in; else what the last one saw. */
export function askWays(
  ways: readonly WayIn[],
  event: LeadEvent,
  sources: Sources,
): { readonly is: 'in' } | { readonly is: 'elsewhere' } | { readonly is: 'refused'; readonly seen: Seen } {
  let refused: Seen | undefined
  for (const way of ways) {
    if (!comesBy(way, event)) continue
    if (way.where.rules.length === 0) return { is: 'in' }
    const seen = evaluate(way.where, sources)
    if (seen.result) return { is: 'in' }
    refused = seen
  }
  return refused === undefined ? { is: 'elsewhere' } : { is: 'refused', seen: refused }
}

/** A way in as a fragment: `signed_up happens, if plan is pro`. */
export function sayWayIn(way: WayIn): string {
  const said = wayInKind(way).say(way)
  return way.where.rules.length === 0 ? said : `${said}, if ${sayCondition(way.where)}`
}

/** What a marketer left open in a way in. `path` is where it stands in the step's config. */
export function checkWayIn(way: WayIn, path: string): Finding[] {
  return [...(wayInKind(way).check?.(way, path) ?? []), ...checkCondition(way.where, `${path}.where`, mayAsk.wayIn)]
}
