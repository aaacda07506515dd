import { z } from 'zod'
import type { ExitCause } from '../../effects'
import type { Finding } from '../../problems'
import type { LeadEvent, Memory } from '../../world'
import { hashOf } from '../assignment'
import { type Condition, evaluate, rulesIn, type Seen, type Sources } from '../conditions'
import { finderOf, schemaOfAny } from '../kinds'
import type { Leaving } from '../leaving'
import { condition } from './condition'
import type { AnyExitKind, Asked } from './define'
import { event } from './event'
import { noLongerQualifies } from './no-longer-qualifies'
import { unsubscribed } from './unsubscribed'

/**
 * Exits of the whole campaign: what takes a lead out wherever it stands (braze R29 "exit criteria"; marketo-alm rule 21, the check "still
 * qualifies?" that Marketo does not have). Pure: events are heard by shared/engine/journey/exits.ts, the end of a step by
 * journey/compile.ts. In the order of the editor's list; adding one is a file in this folder and a line here.
 */
const kinds = [event, condition, unsubscribed, noLongerQualifies] as const

export const exitKinds: readonly AnyExitKind[] = kinds as unknown as readonly AnyExitKind[]

export const exitWaySchema = schemaOfAny(kinds)
export type ExitWay = z.infer<typeof exitWaySchema>

/** The kind of an exit. */
export const exitKind = finderOf(exitKinds)

/** A new exit of this kind, with the reason of the one that it replaces. */
export function freshExit(on: string, reason: string): ExitWay {
  return { on, ...exitKind({ on }).fresh, reason } as ExitWay
}

export const MOST_EXITS = 10

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
    const heard = exitKind(way).hears?.(way)
    if (heard?.event !== event.name) continue
    const seen = ask(heard.where, { ...sources, memory: { ...memory, event } })
    if (!seen.result) continue
    const { name, id } = event
    return {
      on: way.on,
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
    if (seen.result === (exitKind(way).leavesUnless ?? false)) continue
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
  return ways.flatMap(way => exitKind(way).hears?.(way).event ?? [])
}

/** Names of events after which leads are asked what they are like by now, because a rule counts such events. */
export function exitHistory(rules: ExitRules): ReadonlySet<string> {
  const asked = rules.ways.flatMap(way => asks(rules, way, 'change') ?? [])
  return new Set(
    asked.flatMap(condition => rulesIn(condition, '').flatMap(({ rule }) => ('did' in rule ? [rule.did] : []))),
  )
}

/** What an exit asks of the lead at this moment; undefined: nothing. */
function asks({ when, audience }: ExitRules, way: ExitWay, asked: Asked): Condition | undefined {
  return exitKind(way).asks?.(way, { asked, when, audience })
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
  return reason.trim() || exitKind({ on }).sayLeft(event)
}

/** What a journey keeps of an exit until its step is over: all but what was seen, which the journal has. */
export function toRemember(leaving: Leaving): NonNullable<Memory['exit']> {
  return { ...leaving, seen: null }
}

/** What a marketer left open. */
export function checkExits({ ways, audience }: ExitRules): Finding[] {
  return ways.flatMap((way, i) => exitKind(way).check(way, `settings.exits.ways.${i}`, audience))
}
