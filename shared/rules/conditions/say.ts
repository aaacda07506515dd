import { sayDuration } from '../../time/duration'
import { readSpan, saySpan } from '../../time/span'
import { sayNamed } from '../named'
import { operators } from './operators'
import type { Condition, FieldRule, HistoryRule, ListRule, Match, Times } from './schema'

/** Between the rules of a group. */
export const joints: { readonly [M in Match]: string } = { all: 'and', any: 'or', none: 'or' }

/** A condition as a fragment of a sentence: `country is India and not (event.total is at least 50 or did "bought")`. */
export function sayCondition({ match, rules }: Condition): string {
  if (rules.length === 0) return 'anything'
  const said = rules
    .map(rule =>
      'match' in rule ? (rule.match === 'none' ? sayCondition(rule) : `(${sayCondition(rule)})`) : sayRule(rule),
    )
    .join(` ${joints[match]} `)
  return match === 'none' ? `not (${said})` : said
}

function sayRule(rule: Exclude<Condition['rules'][number], Condition>): string {
  if ('did' in rule) return sayHistory(rule)
  return 'list' in rule ? sayList(rule) : `${sayField(rule.field)} ${sayComparison(rule)}`
}

/** A field as a person says it: `lead.first_name` -> `first name`, `journey.webhook.crm` -> `outcome of crm`. */
export function sayField(field: string): string {
  return (
    field
      .replace(/^lead\./, '')
      .replace(/^journey\.variant\./, 'variant of ')
      .replace(/^journey\.webhook\./, 'outcome of ')
      .replace(/^journey\.entered_at$/, 'journey entered at')
      .replaceAll('_', ' ') || '…'
  )
}

/** `is at least 2`, `is in the last 7 days`, `is more than 3 months ago`, `is between 1 and 5`. */
export function sayComparison({ op, value }: Pick<FieldRule, 'op'> & { readonly value?: unknown }): string {
  const { label, takes } = operators[op]
  if (takes === 'nothing') return label
  if (takes === 'span') {
    const span = readSpan(value)
    return span === undefined ? label : label.replace('…', saySpan(span))
  }
  return `${label} ${takes === 'range' && Array.isArray(value) ? value.map(sayValue).join(' and ') : sayValue(value)}`
}

/** A value that somebody typed: `India`, `2`, `India, Nepal`. */
function sayValue(value: unknown): string {
  if (Array.isArray(value)) return value.map(sayValue).join(', ') || '…'
  if (value === undefined || value === null || value === '') return '…'
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** `did "bought" at least 2 times in the last 30 days, if event.total is at least 50`; `did not do "bought"`. */
function sayHistory(rule: HistoryRule): string {
  const { times, within } = rule
  const often = times.op === 'at-least' && times.n === 1 ? '' : ` ${sayTimes(times)} ${timesWord(times.n)}`
  const what = isNever(times) ? `did not do ${sayEvent(rule)}` : `did ${sayEvent(rule)}${often}`
  return `${what}${sayWithin(within)}`
}

/** `"bought" (event.total is at least 50)`. */
export function sayEvent({ did, where }: Pick<HistoryRule, 'did' | 'where'>): string {
  return `"${did || '…'}"${where.rules.length === 0 ? '' : ` (${sayCondition(where)})`}`
}

/** ` in the last 30 days`; nothing for ever. */
export function sayWithin(within: string | null): string {
  return within === null ? '' : ` in the last ${sayDuration(within)}`
}

/** `at least 2`. */
export function sayTimes({ op, n }: Times): string {
  return `${op.replace('-', ' ')} ${n}`
}

export function timesWord(n: number): string {
  return n === 1 ? 'time' : 'times'
}

/** Does it ask that something was not done? */
export function isNever({ op, n }: Times): boolean {
  return n === 0 && op !== 'at-least'
}

export function sayList({ list, is }: ListRule): string {
  return `${is === 'on' ? 'is' : 'is not'} on the list ${sayNamed(list)}`
}
