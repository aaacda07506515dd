import { reachOf } from '../../time/span'
import type { Condition, Rule } from './schema'

/**
 * What a condition has to know beside the lead and the journey's memory. Said here, loaded by the server before the decision: a condition never loads anything
 * itself, so that all its rules see one snapshot.
 */
export interface Facts {
  /** Events that the lead may have done, by name. `reach`: how far back they matter, in ms; null: for ever. */
  readonly events: ReadonlyMap<string, { readonly reach: number | null; readonly properties: boolean }>
  /** Steps whose way out has to be remembered: `journey.webhook.<step>`. */
  readonly steps: ReadonlySet<string>
}

/** Every rule of a condition, however deep, with where it stands: `config.condition.rules.0`. Rules about an event of the past are part of theirs. */
export function rulesIn(condition: Condition, path: string): readonly { readonly rule: Rule; readonly path: string }[] {
  return condition.rules.flatMap((rule, i) => {
    const at = `${path}.rules.${i}`
    return 'match' in rule ? rulesIn(rule, at) : [{ rule, path: at }]
  })
}

/** What these conditions need, taken together. */
export function factsOf(conditions: readonly Condition[]): Facts {
  const events = new Map<string, { reach: number | null; properties: boolean }>()
  const steps = new Set<string>()
  for (const { rule } of conditions.flatMap(condition => rulesIn(condition, ''))) {
    const step = 'field' in rule ? stepOf(rule.field, 'webhook') : undefined
    if (step !== undefined) steps.add(step)
    if (!('did' in rule)) continue
    const reach = rule.within === null ? null : reachOf(rule.within)
    want(events, rule.did, { reach, properties: rule.where.rules.length > 0 })
  }
  return { events, steps }
}

/** Events that are enough for all of them. */
export function allEvents(all: readonly Facts['events'][]): Facts['events'] {
  const events = new Map<string, { reach: number | null; properties: boolean }>()
  for (const [name, wanted] of all.flatMap(one => [...one])) want(events, name, wanted)
  return events
}

function want(
  events: Map<string, { reach: number | null; properties: boolean }>,
  name: string,
  wanted: { readonly reach: number | null; readonly properties: boolean },
): void {
  const known = events.get(name) ?? wanted
  const reach = known.reach === null || wanted.reach === null ? null : Math.max(known.reach, wanted.reach)
  events.set(name, { reach, properties: known.properties || wanted.properties })
}

/** The step that `journey.variant.<step>` or `journey.webhook.<step>` is about. */
export function stepOf(field: string, what: 'variant' | 'webhook'): string | undefined {
  const about = `journey.${what}.`
  return field.startsWith(about) ? field.slice(about.length) : undefined
}
