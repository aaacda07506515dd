import { type Json, never } from '../../json'
import { compareNumbers, isPlainNumber } from '../../values/numbers'
import {
  dateAsInstant,
  isAfter,
  isAnniversary,
  isBefore,
  isInLast,
  isInNext,
  isLongerAgo,
  isOn,
  type Today,
} from './dates'
import type { Operator } from './operators'
import { isFound } from './pattern'

/**
 * Does the comparison hold for what was found? A missing value fits only an operator that asks for nothing being there.
 */
export function holds(op: Operator, found: Json | undefined, value: Json, today: Today): boolean {
  return found === undefined || found === null || found === ''
    ? holdsForNothing.has(op)
    : compare(op, found, value, today)
}

const holdsForNothing: ReadonlySet<Operator> = new Set([
  'missing',
  'is-empty',
  'is-not',
  'not-contains',
  'none-of',
  'contains-none',
])

function compare(op: Operator, found: Json, value: Json, today: Today): boolean {
  switch (op) {
    case 'exists':
      return true
    case 'missing':
      return false
    case 'is':
      return same(found, value)
    case 'is-not':
      return !same(found, value)
    case 'contains':
      return contains(found, value)
    case 'not-contains':
      return !contains(found, value)
    case 'starts-with':
      return text(found).startsWith(text(value))
    case 'ends-with':
      return text(found).endsWith(text(value))
    case 'matches':
      return isFound(String(value), typeof found === 'string' ? found : JSON.stringify(found))
    case 'one-of':
      return members(value).some(one => same(found, one))
    case 'none-of':
      return !members(value).some(one => same(found, one))
    case 'greater-than':
      return differ(found, value, today) > 0
    case 'at-least':
      return differ(found, value, today) >= 0
    case 'less-than':
      return differ(found, value, today) < 0
    case 'at-most':
      return differ(found, value, today) <= 0
    case 'between':
      return (
        differ(found, members(value)[0] ?? null, today) >= 0 && differ(found, members(value)[1] ?? null, today) <= 0
      )
    case 'is-true':
      return text(found) === 'true'
    case 'is-false':
      return text(found) === 'false'
    case 'before':
      return isBefore(found, value, today)
    case 'after':
      return isAfter(found, value, today)
    case 'on':
      return isOn(found, value, today)
    case 'in-last':
      return isInLast(found, value, today)
    case 'in-next':
      return isInNext(found, value, today)
    case 'longer-ago':
      return isLongerAgo(found, value, today)
    case 'anniversary':
      return isAnniversary(found, today)
    case 'contains-any':
      return members(value).some(one => has(found, one))
    case 'contains-all':
      return members(value).every(one => has(found, one))
    case 'contains-none':
      return !members(value).some(one => has(found, one))
    case 'is-empty':
      return members(found).length === 0
    default:
      return never(op)
  }
}

/**
 * Two texts are compared as text: ids, zip codes and article numbers are made of digits, and 01067 is another town than
 * 1067. Where one side is a number, a text that is written like a number is compared by value.
 */
function same(found: Json, value: Json): boolean {
  if (typeof found === 'number' && typeof value === 'number') return found === value
  if (typeof found !== 'number' && typeof value !== 'number') return text(found) === text(value)
  const [a, b] = [String(found).trim(), String(value).trim()]
  return isPlainNumber(a) && isPlainNumber(b) && compareNumbers(a, b) === 0
}

function contains(found: Json, value: Json): boolean {
  return Array.isArray(found) ? has(found, value) : text(found).includes(text(value))
}

/** Is the value one of the members? */
function has(found: Json, value: Json): boolean {
  return members(found).some(member => same(member, value))
}

/** Anything but a list is a list of one. */
function members(value: Json): readonly Json[] {
  return Array.isArray(value) ? value : [value]
}

/**
 * Less than 0: found is less. Two numbers are compared by value, digit by digit; anything else as dates. NaN, which
 * compares with nothing, when they are neither.
 */
function differ(found: Json, value: Json, { zone }: Today): number {
  const [a, b] = [amount(found), amount(value)]
  if (a !== undefined && b !== undefined) return compareNumbers(String(found).trim(), String(value).trim()) ?? a - b
  return (dateAsInstant(found, zone) ?? Number.NaN) - (dateAsInstant(value, zone) ?? Number.NaN)
}

function text(value: Json): string {
  return (typeof value === 'string' ? value : JSON.stringify(value)).toLowerCase()
}

/** The number that a value is, or spells; undefined when it is none. */
export function amount(value: Json): number | undefined {
  if (typeof value === 'number') return value
  if (typeof value !== 'string' || value.trim() === '') return undefined
  const parsed = Number(value)
  return Number.isFinite(parsed) ? parsed : undefined
}
