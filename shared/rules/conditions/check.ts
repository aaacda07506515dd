import type { Json } from '../../json'
import { error, type Finding } from '../../problems'
import { isExact, longestMs, reachOf, readSpan } from '../../time/span'
import { readDate } from '../../values/dates'
import { isReserved } from '../internal-events'
import { checkNamed } from '../named'
import { dateAsInstant } from './dates'
import { amount } from './holds'
import { type MayAsk, mayAsk } from './may-ask'
import { operators, type Takes } from './operators'
import { whyNoPattern } from './pattern'
import type { Condition, FieldRule, HistoryRule, ListRule } from './schema'

type OneRule = Exclude<Condition['rules'][number], Condition>

/**
 * Finds what a marketer left open in a condition. `path`: where the condition stands in its step's config. `may`: what
 * can be known there; other rules are refused, so that nothing is asked that nobody could answer. Callers who know the
 * lists check whether a list exists (Use).
 */
export function checkCondition(condition: Condition, path: string, may: MayAsk): Finding[] {
  return condition.rules.flatMap((rule, i): Finding[] => {
    const at = `${path}.rules.${i}`
    return 'match' in rule ? checkCondition(rule, at, may) : checkRule(rule, at, may)
  })
}

function checkRule(rule: OneRule, at: string, { scopes, past, why }: MayAsk): Finding[] {
  if (!('did' in rule || 'list' in rule)) return checkField(rule, at, scopes)
  if (!past) {
    const message = why?.message ?? 'Here nothing is known of lists, or of what was done before.'
    return [error('condition.not-here', message, why?.fix ?? 'Choose a field instead.', at)]
  }
  return 'did' in rule ? checkHistory(rule, at) : checkList(rule, at)
}

function checkList({ list }: ListRule, at: string): Finding[] {
  return checkNamed(list, 'list', `${at}.list`)
}

function checkHistory({ did, times, within, where }: HistoryRule, at: string): Finding[] {
  const found: Finding[] = []
  const add = (code: string, message: string, fix: string) => found.push(error(`condition.${code}`, message, fix, at))
  if (did.trim() === '') add('no-event', 'A rule names no event.', 'Name the event that the lead did, or did not do.')
  if (isReserved(did))
    add('reserved-event', `"${did}" is made by Hookline and not kept.`, 'Name an event that your product sends.')
  if (times.op === 'at-least' && times.n === 0)
    add('at-least-none', 'Everybody did something at least 0 times.', 'Ask for once or more, or for "did not".')
  if (within !== null && reachOf(within) === 0)
    add('no-window', 'The rule looks back no time at all.', 'Set how far to look back, or choose "ever".')
  return [...found, ...checkCondition(where, `${at}.where`, mayAsk.pastEvent)]
}

function checkField({ field, op, value }: FieldRule, at: string, scopes: readonly string[]): Finding[] {
  const scope = field.split('.')[0] ?? ''
  if (field === '' || field === `${scope}.`)
    return [error('condition.no-field', 'A rule has no field to look at.', 'Choose a field, or remove the rule.', at)]
  if (!scopes.includes(scope) || !field.includes('.') || (scope === 'journey' && !isOfJourney(field)))
    return [
      error(
        'condition.unknown-field',
        `"${field}" is not a place this step can look at.`,
        `Start the field with ${scopes.flatMap(s => places[s] ?? [`"${s}."`]).join(' or ')}.`,
        at,
      ),
    ]
  const { takes } = operators[op]
  if (takes === 'nothing') return []
  if (value === undefined || value === '' || (Array.isArray(value) && value.every(one => one === '')))
    return [
      error(
        'condition.no-value',
        `The rule on "${field}" compares with nothing.`,
        'Fill in a value, or use "is known".',
        at,
      ),
    ]
  const why = misfits[takes]?.(value)
  return why === undefined ? [] : [error('condition.bad-value', `The rule on "${field}" ${why.what}.`, why.fix, at)]
}

const places: { readonly [scope: string]: readonly string[] } = {
  journey: ['"journey.variant."', '"journey.webhook."'],
}

function isOfJourney(field: string): boolean {
  return field === 'journey.entered_at' || /^journey\.(variant|webhook)\.[a-z0-9-]{1,40}$/.test(field)
}

interface Misfit {
  readonly what: string
  readonly fix: string
}

/** What is wrong with values that an operator could never fit. */
const misfits: { readonly [T in Takes]?: (value: NonNullable<FieldRule['value']>) => Misfit | undefined } = {
  amount: value =>
    isAmount(value) ? undefined : { what: `compares with ${say(value)}, which is no number`, fix: 'Write a number.' },
  range: value =>
    Array.isArray(value) && value.length === 2 && value.every(isAmount)
      ? isAscending(value)
        ? undefined
        : { what: `goes from ${value.join(' to ')}, and nothing lies between`, fix: 'Write the smaller number first.' }
      : { what: 'needs two numbers', fix: 'Write the smallest and the largest number that fit.' },
  date: value => {
    const date = readDate(value)
    return date.is === 'refused' ? { what: `cannot be asked: ${date.why}`, fix: date.fix } : undefined
  },
  span: value => {
    const span = readSpan(value)
    if (span === undefined)
      return { what: `cannot tell how long ${say(value)} is`, fix: 'Write a whole number, and choose the unit.' }
    if (isExact(span.unit) && span.amount === 0) return { what: 'looks at no time at all', fix: 'Write 1 or more.' }
    return longestMs(span) <= LONGEST
      ? undefined
      : { what: 'looks further than a hundred years', fix: 'Write a smaller number.' }
  },
  pattern: value => {
    const why = whyNoPattern(String(value))
    return why === undefined
      ? undefined
      : { what: `cannot use the pattern ${say(value)}: ${why}`, fix: 'Make it simpler, like ^[a-z]+@example\\.com$.' }
  },
}

/** A hundred years, however they are counted (ms). */
const LONGEST = longestMs({ amount: 100, unit: 'years' })

function isAmount(value: NonNullable<FieldRule['value']>): boolean {
  return !Array.isArray(value) && amountOrDate(value) !== undefined
}

function isAscending([from = 0, to = 0]: readonly (string | number)[]): boolean {
  return (amountOrDate(from) ?? 0) <= (amountOrDate(to) ?? 0)
}

/** Where both ends are dates without an offset, the zone makes no difference to their order. */
function amountOrDate(value: Json): number | undefined {
  return amount(value) ?? dateAsInstant(value, 'UTC')
}

function say(value: NonNullable<FieldRule['value']>): string {
  return typeof value === 'string' ? `"${value.length > 60 ? `${value.slice(0, 59)}…` : value}"` : String(value)
}
