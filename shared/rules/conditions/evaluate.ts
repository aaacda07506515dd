import type { Json } from '../../json'
import { lookBack } from '../../time/span'
import type { Memory, PastEvent, World } from '../../world'
import type { Today } from './dates'
import { holds } from './holds'
import { lookUp, type Places } from './look-up'
import type { Condition, FieldRule, HistoryRule, ListRule, Match, Times } from './schema'
import type { Cut, Seen, SeenField, SeenHistory, SeenList, SeenRule } from './seen'

/**
 * The snapshot that one decision sees. It is taken once: `now`, the lead and the facts are the same for all rules.
 * `history` and `lists` are there when the condition declared that it needs them (facts.ts).
 */
export interface Sources extends Places {
  readonly now: number
  /** The lead's zone, or the campaign's while that is not known. */
  readonly zone: string
  readonly history?: World['history'] | undefined
  readonly cut?: World['cut'] | undefined
  readonly lists?: ReadonlySet<string> | undefined
}

/** The snapshot of a journey's decision. */
export function sourcesOf({ now, zone, lead, history, cut, lists, enteredAt }: World, memory: Memory): Sources {
  return { now, zone, lead, memory, history, cut, lists, enteredAt }
}

/** Asks a condition once. Every rule is asked, so that the whole answer can be shown. */
export function evaluate(condition: Condition, sources: Sources): Seen {
  const rules = condition.rules.map(rule => ('match' in rule ? evaluate(rule, sources) : ask(rule, sources)))
  return { match: condition.match, result: judge(condition.match, rules), rules }
}

/** No rules hold, whatever the match. */
function judge(match: Match, rules: Seen['rules']): boolean {
  if (rules.length === 0) return true
  const anyHolds = rules.some(rule => rule.result)
  return match === 'all' ? rules.every(rule => rule.result) : match === 'any' ? anyHolds : !anyHolds
}

function ask(rule: Exclude<Condition['rules'][number], Condition>, sources: Sources): SeenRule {
  if ('did' in rule) return askHistory(rule, sources)
  return 'list' in rule ? askList(rule, sources) : askField(rule, sources)
}

function askField({ field, op, value: wanted }: FieldRule, sources: Sources): SeenField {
  const found = lookUp(field, sources)
  const value = (wanted ?? null) as Json
  return { field, op, value, found: brief(found), result: holds(op, found, value, sources) }
}

function askList({ list, is }: ListRule, { lists }: Sources): SeenList {
  if (lists === undefined) throw new Error(`the lists of the lead were not loaded for the rule on "${list.id}"`)
  return { list, is, result: lists.has(list.id) === (is === 'on') }
}

function askHistory(rule: HistoryRule, sources: Sources): SeenHistory {
  const found = eventsWithin(rule, sources).filter(event => fits(rule.where, event, sources)).length
  const cut = cutOf(rule, found, sources)
  return { ...rule, found, ...(cut === undefined ? {} : { cut }), result: isOften(rule.times, found) }
}

/** With no more than the limit, everything was looked at (conditions/search.ts), unless it would have been too much. */
function cutOf({ did, times }: HistoryRule, found: number, { cut }: Sources): Cut | undefined {
  const known = cut?.get(did)
  if (known === undefined) return undefined
  if (found > times.n) return 'enough'
  return known === 'limit' ? 'limit' : undefined
}

/**
 * Both borders count: an event exactly `within` ago does, and one of this very instant. One that is dated later does
 * not.
 */
function eventsWithin({ did, within }: HistoryRule, { history, now, zone }: Sources): readonly PastEvent[] {
  const events = history?.get(did)
  if (events === undefined) throw new Error(`the history of "${did}" was not loaded`)
  const since = within === null ? Number.NEGATIVE_INFINITY : lookBack(now, within, zone)
  return events.filter(({ at }) => at >= since && at <= now)
}

/**
 * Did an event of the past look like this? The rule sees the properties of that event, and nothing else of the lead.
 */
export function fits(where: Condition, { name, at, properties }: PastEvent, sources: Today): boolean {
  if (where.rules.length === 0) return true
  const memory = { event: { id: '', name, at, properties }, response: null }
  return evaluate(where, { now: sources.now, zone: sources.zone, lead: nobody, memory }).result
}

function isOften({ op, n }: Times, found: number): boolean {
  return op === 'at-least' ? found >= n : op === 'at-most' ? found <= n : found === n
}

function brief(found: Json | undefined): Json {
  if (found === undefined) return null
  const shown = typeof found === 'string' ? found : JSON.stringify(found)
  return shown.length <= 200 ? found : `${shown.slice(0, 199)}…`
}

const nobody = { externalId: '', zone: null, attributes: {} }
