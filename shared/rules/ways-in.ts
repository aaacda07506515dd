import { z } from 'zod'
import type { JsonObject } from '../json'
import { error, type Finding } from '../problems'
import type { LeadEvent } from '../world'
import {
  type Condition,
  checkCondition,
  conditionSchema,
  evaluate,
  mayAsk,
  type Seen,
  type Sources,
  sayCondition,
} from './conditions'
import { internalEvents, isReserved } from './internal-events'
import { checkNamed, namedSchema, sayNamed } from './named'

/**
 * The ways into a trigger campaign. A campaign has up to ten, and any of them lets a lead in (marketo-alm rule 21). Each listens to one event, ours or the
 * customer's, asks a little more of it, and may have a condition on top.
 */
const where = conditionSchema
const text = (max: number) => z.string().max(max)

export const wayInSchema = z.discriminatedUnion('on', [
  z.object({ on: z.literal('event'), event: text(200), where }),
  /** Set for the first time, changed, or cleared: `event.from` and `event.to` are null where there is nothing. */
  z.object({ on: z.literal('attribute'), attribute: text(200), where }),
  z.object({ on: z.literal('list'), list: namedSchema, did: z.enum(['added', 'removed']), where }),
  z.object({ on: z.literal('requested'), where }),
  z.object({ on: z.literal('executed'), where }),
  /** Empty means any: campaign, step, status (`404`, `4xx`, `500-503`, several with commas), text of the answer (marketo-alm rule 18). */
  z.object({
    on: z.literal('webhook'),
    campaign: text(60),
    step: text(40),
    outcome: z.enum(['any', 'received', 'failed']),
    status: text(100),
    contains: text(500),
    where,
  }),
  /** A webhook fails often: heard by the lead whom the settings name. Empty means of any campaign. */
  z.object({ on: z.literal('alert'), campaign: text(60), where }),
  /** Empty means of any other campaign. */
  z.object({ on: z.literal('conversion'), campaign: text(60), where }),
  z.object({ on: z.literal('api'), where }),
])
export type WayIn = z.infer<typeof wayInSchema>
export type WayInKind = WayIn['on']

export const MOST_WAYS = 10

/** The event that a way in listens to. */
export function listensTo(way: WayIn): string {
  switch (way.on) {
    case 'event':
      return way.event
    case 'attribute':
      return internalEvents.attributeChanged
    case 'list':
      return way.did === 'added' ? internalEvents.listAdded : internalEvents.listRemoved
    case 'requested':
      return internalEvents.requested
    case 'executed':
      return internalEvents.executed
    case 'webhook':
      return internalEvents.webhookCalled
    case 'alert':
      return internalEvents.alertRaised
    case 'conversion':
      return internalEvents.converted
    case 'api':
      return internalEvents.entered
  }
}

/** Does this event come in by this way? What the way names must agree; its condition is asked separately, because a lead who fails that one wants to know. */
export function comesBy(way: WayIn, event: LeadEvent): boolean {
  if (listensTo(way) !== event.name) return false
  const { properties } = event
  switch (way.on) {
    case 'attribute':
      return properties['attribute'] === way.attribute
    case 'list':
      return properties['list'] === way.list.id
    case 'alert':
    case 'conversion':
      return agrees(way.campaign, properties, 'campaign')
    case 'webhook':
      return (
        agrees(way.campaign, properties, 'campaign') &&
        agrees(way.step, properties, 'step') &&
        (way.outcome === 'any' || properties['outcome'] === way.outcome) &&
        isStatus(way.status, properties['status']) &&
        contains(properties['response'], way.contains)
      )
    default:
      return true
  }
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

function agrees(wanted: string, properties: JsonObject, name: string): boolean {
  return wanted === '' || properties[name] === wanted
}

function contains(found: unknown, wanted: string): boolean {
  return wanted === '' || (typeof found === 'string' && found.toLowerCase().includes(wanted.toLowerCase()))
}

/** `404`, `4xx` and `500-503`, any of several. A call that got no answer has no status, so it is none of them. */
function isStatus(wanted: string, found: unknown): boolean {
  if (wanted.trim() === '') return true
  return typeof found === 'number' && (readStatuses(wanted) ?? []).some(([from, to]) => found >= from && found <= to)
}

/** The ranges that a text of statuses means, both ends included; undefined when it cannot be read. */
function readStatuses(wanted: string): readonly (readonly [number, number])[] | undefined {
  const ranges: (readonly [number, number])[] = []
  for (const part of wanted.split(',').map(p => p.trim())) {
    const [, one, to, family] = /^(?:([1-5]\d\d)(?:\s*-\s*([1-5]\d\d))?|([1-5])xx)$/i.exec(part) ?? []
    if (family !== undefined) ranges.push([Number(family) * 100, Number(family) * 100 + 99])
    else if (one !== undefined) ranges.push([Number(one), Number(to ?? one)])
    else return undefined
  }
  return ranges
}

/** A way in as a fragment: `signed_up happens, if plan is pro`. */
export function sayWayIn(way: WayIn): string {
  return way.where.rules.length === 0 ? sayBare(way) : `${sayBare(way)}, if ${sayCondition(way.where)}`
}

function sayBare(way: WayIn): string {
  switch (way.on) {
    case 'event':
      return `${way.event || '…'} happens`
    case 'attribute':
      return `${way.attribute.replaceAll('_', ' ') || '…'} changes`
    case 'list':
      return `${way.did} ${way.did === 'added' ? 'to' : 'from'} the list ${sayNamed(way.list)}`
    case 'requested':
      return 'the campaign is requested'
    case 'executed':
      return 'the campaign is executed'
    case 'webhook':
      return `a webhook is called${[
        way.outcome === 'any' ? '' : ` and ${way.outcome === 'received' ? 'succeeds' : 'fails'}`,
        way.status.trim() === '' ? '' : ` with ${way.status.trim()}`,
        way.contains === '' ? '' : `, answering "${way.contains}"`,
      ].join('')}`
    case 'alert':
      return way.campaign === '' ? 'an alert is raised' : `an alert of ${way.campaign} is raised`
    case 'conversion':
      return way.campaign === '' ? 'any campaign converts' : `${way.campaign} converts`
    case 'api':
      return 'the API lets in'
  }
}

/** What a marketer left open in a way in. `path` is where it stands in the step's config. */
export function checkWayIn(way: WayIn, path: string): Finding[] {
  return [...checkNames(way, path), ...checkCondition(way.where as Condition, `${path}.where`, mayAsk.wayIn)]
}

function checkNames(way: WayIn, path: string): Finding[] {
  switch (way.on) {
    case 'event':
      if (way.event.trim() === '')
        return [
          error(
            'trigger.no-event',
            'The trigger has no event.',
            'Name the event that lets a lead in.',
            `${path}.event`,
          ),
        ]
      return isReserved(way.event)
        ? [
            error(
              'trigger.reserved-event',
              `"${way.event}" begins with a $: events of that kind are made by Hookline alone.`,
              'Choose another sort of trigger for it, or another event.',
              `${path}.event`,
            ),
          ]
        : []
    case 'attribute':
      return way.attribute.trim() === ''
        ? [
            error(
              'trigger.no-attribute',
              'The trigger names no attribute.',
              'Name the attribute whose change lets a lead in, like plan.',
              `${path}.attribute`,
            ),
          ]
        : []
    case 'list':
      return checkNamed(way.list, 'list', `${path}.list`)
    case 'webhook':
      return way.status.trim() !== '' && readStatuses(way.status) === undefined
        ? [
            error(
              'trigger.bad-status',
              `"${way.status}" is not a status.`,
              'Write 404, 4xx or 500-503; several with commas; nothing for any.',
              `${path}.status`,
            ),
          ]
        : []
    default:
      return []
  }
}
