import { z } from 'zod'
import type { ExitCause } from '../effects'
import { error, type Finding, warning } from '../problems'
import type { LeadEvent, Memory } from '../world'
import { hashOf } from './assignment'
import {
  type Condition,
  checkCondition,
  conditionSchema,
  evaluate,
  mayAsk,
  rulesIn,
  type Seen,
  type Sources,
} from './conditions'
import { isReserved } from './internal-events'

/**
 * Exits of the whole campaign: what takes a lead out wherever it stands (braze R29 "exit criteria"; marketo-alm rule 21, the check "still qualifies?" that Marketo
 * does not have). Pure: events are heard by shared/engine/journey/exits.ts, the end of a step by journey/compile.ts.
 */

export const MOST_EXITS = 10

const reason = z.string().max(200)

export const exitWaySchema = z.discriminatedUnion('on', [
  /** `where` is about the event that is heard, and the lead at that moment. */
  z.object({ on: z.literal('event'), event: z.string().max(200), where: conditionSchema, reason }),
  /** Asked whenever the lead changes or does something that it asks about, when a step is over, and when a call was held. Time alone asks nobody. */
  z.object({ on: z.literal('condition'), where: conditionSchema, reason }),
  /** A lead attribute that is true for who wants nothing more. Always at once. */
  z.object({ on: z.literal('unsubscribed'), attribute: z.string().max(100), reason }),
  /** The entry audience is asked again, when a step is over and when a call was held. */
  z.object({ on: z.literal('no-longer-qualifies'), reason }),
])
export type ExitWay = z.infer<typeof exitWaySchema>

export const exitsSchema = z.object({
  /** Asked from the top; the first that fits is told. */
  ways: z.array(exitWaySchema).max(MOST_EXITS),
  when: z.enum(['at-once', 'end-of-step']),
})
export type Exits = z.infer<typeof exitsSchema>

export const noExits: Exits = { ways: [], when: 'at-once' }

/** The exits of one version, and who may be in it at all. */
export interface ExitRules extends Exits {
  /** The entry audience; no rules: everybody. */
  readonly audience: Condition
}

/** By which exit a lead leaves, and what was seen. Small: for the end of a step it is remembered. */
export interface Leaving {
  readonly on: ExitWay['on']
  readonly reason: string
  /** Which exit (keyOfExit); journals and memories from before they were counted one by one do not say. */
  readonly key?: string
  readonly event: { readonly name: string; readonly id: string } | null
  /** Null when the event alone was enough. */
  readonly seen: Seen | null
}

/** When conditions about the lead are asked: because the lead has changed or did something, or because a step is over or a call was held. */
export type Asked = 'change' | 'step'

/**
 * Does this event send the lead out? Events from before the entry (`entryTime`) do not (braze R29), nor does the one that let the lead in: a purchase half a second
 * after the sign-up counts, although both arrive later.
 */
export function exitOnEvent(
  { ways }: Exits,
  event: LeadEvent,
  journey: { readonly enteredAt: number; readonly memory: Sources['memory'] },
  sources: Omit<Sources, 'memory'>,
): Leaving | undefined {
  const { memory, enteredAt } = journey
  if (event.at < enteredAt || event.id === memory.event?.id) return undefined
  for (const way of ways) {
    if (way.on !== 'event' || way.event !== event.name) continue
    const seen = ask(way.where, { ...sources, memory: { ...memory, event } })
    if (!seen.result) continue
    const { name, id } = event
    return {
      on: 'event',
      reason: way.reason,
      key: keyOfExit(way),
      event: { name, id },
      seen: seen.rules.length === 0 ? null : seen,
    }
  }
  return undefined
}

/** Does what is known of the lead send it out? */
export function exitOnLead(rules: ExitRules, sources: Sources, asked: Asked): Leaving | undefined {
  for (const way of rules.ways) {
    const condition = asks(rules, way, asked)
    if (condition === undefined || condition.rules.length === 0) continue
    const seen = ask(condition, sources)
    // Who no longer qualifies is whom the audience does not fit any more.
    if (seen.result !== (way.on !== 'no-longer-qualifies')) continue
    return { on: way.on, reason: way.reason, key: keyOfExit(way), event: null, seen }
  }
  return undefined
}

/** Must leads be asked whenever their attributes change? Where not, a change costs nothing. */
export function asksOnChange(rules: ExitRules): boolean {
  return rules.ways.some(way => asks(rules, way, 'change') !== undefined)
}

/** Names of events that send leads out. */
export function exitEvents({ ways }: Exits): readonly string[] {
  return ways.flatMap(way => (way.on === 'event' ? [way.event] : []))
}

/** Names of events after which leads are asked what they are like by now, because a rule counts such events. */
export function exitHistory(rules: ExitRules): ReadonlySet<string> {
  const asked = rules.ways.flatMap(way => asks(rules, way, 'change') ?? [])
  return new Set(
    asked.flatMap(condition => rulesIn(condition, '').flatMap(({ rule }) => ('did' in rule ? [rule.did] : []))),
  )
}

/** What an exit asks of the lead at this moment; undefined: nothing. At the end of a step it is asked what holds then, not what held meanwhile (braze R29). */
function asks({ when, audience }: ExitRules, way: ExitWay, asked: Asked): Condition | undefined {
  switch (way.on) {
    case 'event':
      return undefined
    case 'unsubscribed':
      return { match: 'all', rules: [{ field: `lead.${way.attribute}`, op: 'is', value: true }] }
    case 'condition':
      return asked === 'step' || when === 'at-once' ? way.where : undefined
    case 'no-longer-qualifies':
      return asked === 'step' ? audience : undefined
  }
}

/** The one place where exits ask conditions. */
function ask(condition: Condition, sources: Sources): Seen {
  return evaluate(condition, sources)
}

/** What an exit is counted under: the same for as long as it asks the same, in whichever version and place of the list. */
export function keyOfExit({ reason: _, ...asked }: ExitWay): string {
  return hashOf(JSON.stringify(asked)).toString(36)
}

/** What a leaving is counted under. */
export function causeOf({ key, on }: Leaving): ExitCause {
  return `rule:${key ?? on}`
}

/** What ended the journey, as a fragment: the marketer's own words, or what happened. */
export function sayLeaving({ on, reason, event }: Leaving): string {
  if (reason.trim() !== '') return reason.trim()
  switch (on) {
    case 'event':
      return `the event "${event?.name}" arrived`
    case 'condition':
      return 'the exit condition holds'
    case 'unsubscribed':
      return 'the lead has unsubscribed'
    case 'no-longer-qualifies':
      return 'the lead no longer qualifies'
  }
}

/** What a journey keeps of an exit until its step is over: all but what was seen, which the journal has. */
export function toRemember(leaving: Leaving): NonNullable<Memory['exit']> {
  return { ...leaving, seen: null }
}

/** What a marketer left open. */
export function checkExits(rules: ExitRules): Finding[] {
  return rules.ways.flatMap((way, i) => checkWay(way, `settings.exits.ways.${i}`, rules))
}

function checkWay(way: ExitWay, at: string, { audience }: ExitRules): Finding[] {
  switch (way.on) {
    case 'event':
      return [...checkEvent(way.event, `${at}.event`), ...checkCondition(way.where, `${at}.where`, mayAsk.heard)]
    case 'condition':
      return way.where.rules.length > 0
        ? checkCondition(way.where, `${at}.where`, mayAsk.exit)
        : [
            error(
              'settings.exit-nothing',
              'An exit asks for nothing, so that nobody would leave by it.',
              'Add a rule about the lead, or remove the exit.',
              `${at}.where`,
            ),
          ]
    case 'unsubscribed':
      return way.attribute.trim() !== ''
        ? []
        : [
            error(
              'settings.exit-attribute',
              'No attribute says who has unsubscribed.',
              'Name the lead attribute that is true for them, like unsubscribed.',
              `${at}.attribute`,
            ),
          ]
    case 'no-longer-qualifies':
      return audience.rules.length > 0
        ? []
        : [
            warning(
              'settings.exit-no-audience',
              'Everybody may enter this campaign, so nobody ever stops qualifying.',
              'Say who may enter (entry audience), or remove the exit.',
              at,
            ),
          ]
  }
}

function checkEvent(event: string, at: string): Finding[] {
  if (event.trim() === '')
    return [error('settings.exit-no-event', 'An exit waits for no event.', 'Name the event, or remove the exit.', at)]
  if (isReserved(event))
    return [
      error(
        'settings.exit-reserved',
        `"${event}" begins with a $: events of that kind are no exits.`,
        'Name an event that your product sends.',
        at,
      ),
    ]
  return []
}
