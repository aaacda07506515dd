import { reachOf } from '../../time/span'
import type { Condition, Rule } from './schema'

/**
 * What a condition has to know beside the lead and the journey's memory. It is declared here and loaded before the
 * decision: a condition never loads anything itself, so that all its rules see one snapshot.
 */
export interface Facts {
  /** Events that the lead may have done, by name. */
  readonly events: ReadonlyMap<string, AskedOf>
  /** Steps whose way out has to be remembered: `journey.webhook.<step>`. */
  readonly steps: ReadonlySet<string>
}

/** What is asked about events of one name. `reach`: how far back they matter, in ms; null: for ever. */
export interface AskedOf {
  readonly reach: number | null
  /** What the events were like. Empty: nobody asks, so their properties need not be read. */
  readonly questions: readonly HistoryQuestion[]
}

/**
 * One `where`. `enough`: once this many events fit, more of them change nothing. `zone`: the campaign's, for leads
 * whose own is not known.
 */
export interface HistoryQuestion {
  readonly where: Condition
  readonly reach: number | null
  readonly enough: number
  readonly zone: string
}

/**
 * Every rule of a condition, however deep, with where it stands: `config.condition.rules.0`. The rules of a past event
 * belong to its rule.
 */
export function rulesIn(condition: Condition, path: string): readonly { readonly rule: Rule; readonly path: string }[] {
  return condition.rules.flatMap((rule, i) => {
    const at = `${path}.rules.${i}`
    return 'match' in rule ? rulesIn(rule, at) : [{ rule, path: at }]
  })
}

/** What these conditions of a campaign need together. `zone` is the campaign's. */
export function factsOf(conditions: readonly Condition[], zone: string): Facts {
  const events = new Map<string, AskedOf>()
  const steps = new Set<string>()
  for (const { rule } of conditions.flatMap(condition => rulesIn(condition, ''))) {
    const step = 'field' in rule ? stepOf(rule.field, 'webhook') : undefined
    if (step !== undefined) steps.add(step)
    if (!('did' in rule)) continue
    const reach = rule.within === null ? null : reachOf(rule.within)
    const { did, times, where } = rule
    const question = { where, reach, enough: times.n + 1, zone }
    want(events, did, { reach, questions: where.rules.length === 0 ? [] : [question] })
  }
  return { events, steps }
}

/** This many events are enough for all of them. */
export function allEvents(all: readonly Facts['events'][]): Facts['events'] {
  const events = new Map<string, AskedOf>()
  for (const [name, wanted] of all.flatMap(one => [...one])) want(events, name, wanted)
  return events
}

function want(events: Map<string, AskedOf>, name: string, wanted: AskedOf): void {
  const known = events.get(name)
  if (known === undefined) events.set(name, wanted)
  else
    events.set(name, {
      reach: further(known.reach, wanted.reach),
      questions: wanted.questions.reduce(withQuestion, known.questions),
    })
}

/**
 * A question that is asked twice is merged: the longer look back and the higher number win. Campaigns have many
 * versions that ask the same.
 */
function withQuestion(questions: readonly HistoryQuestion[], one: HistoryQuestion): readonly HistoryQuestion[] {
  const text = textOf(one)
  const at = questions.findIndex(other => textOf(other) === text)
  const same = questions[at]
  if (same === undefined) return [...questions, one]
  const both = { ...same, reach: further(same.reach, one.reach), enough: Math.max(same.enough, one.enough) }
  return questions.with(at, both)
}

function textOf({ where, zone }: HistoryQuestion): string {
  return JSON.stringify([where, zone])
}

function further(one: number | null, other: number | null): number | null {
  return one === null || other === null ? null : Math.max(one, other)
}

/** The step that `journey.variant.<step>` or `journey.webhook.<step>` is about. */
export function stepOf(field: string, what: 'variant' | 'webhook'): string | undefined {
  const about = `journey.${what}.`
  return field.startsWith(about) ? field.slice(about.length) : undefined
}
