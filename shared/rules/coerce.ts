import type { Json } from '../json'
import { writeClock } from '../time/calendar'
import { readDate, writeWithOffset } from '../values/dates'
import { isKept } from '../values/numbers'
import type { FieldType } from './field-types'

/**
 * The coercion table (marketo-alm rule 11 and A4). A value of JSON has a type of its own, so a number in quotes is
 * text, not a number. Where everything is text (XML, CSV, what a template rendered) the field's type says how it is
 * read.
 */
export type From = 'json' | 'text'

/** `reason` is the end of a sentence: `"abc" is no whole number`. */
export type Coerced =
  | { readonly is: 'value'; readonly value: Json }
  | { readonly is: 'refused'; readonly reason: string }

const MOST_INT = 2 ** 31 - 1
const LEAST_INT = -(2 ** 31)
const MOST_CHARS = 255
const MOST_BYTES = 30_000
const MOST_URL = 2_000
const MOST_MEMBERS = 500

type Read = (value: Json, from: From, current: Json) => Coerced

/** One reader for each type: complete, or it does not compile. */
const readers: { readonly [T in FieldType]: Read } = {
  string: value => textOf(value, MOST_CHARS),
  text: longText,
  integer,
  percent: integer,
  float: decimal,
  currency: decimal,
  score,
  boolean,
  date,
  datetime,
  email: value => shaped(value, /^[^\s@]+@[^\s@]+\.[^\s@.]+$/, MOST_CHARS, 'e-mail address'),
  phone: value =>
    shaped(
      value,
      /^\+?[\d\s().\-/]*\d[\d\s().\-/]*\d[\d\s().\-/]*\d[\d\s().\-/]*(?: ?(?:x|ext\.?) ?\d+)?$/i,
      50,
      'phone number',
    ),
  url: value =>
    shaped(value, /^https?:\/\/[^\s/?#]+(?:[/?#]\S*)?$/i, MOST_URL, 'address that begins with http:// or https://'),
  list,
}

/**
 * The value as a field of this type takes it. null does not come here: its writer decides whether it clears the field.
 */
export function coerce(type: FieldType, value: Json, from: From, current: Json = null): Coerced {
  return readers[type](value, from, current)
}

/** What each type takes, for people. */
export const fieldTypeWords: { readonly [T in FieldType]: { readonly label: string; readonly takes: string } } = {
  string: { label: 'Text', takes: 'Up to 255 characters.' },
  text: { label: 'Long text', takes: 'Up to 30,000 bytes.' },
  integer: { label: 'Whole number', takes: 'Between -2,147,483,648 and 2,147,483,647.' },
  float: { label: 'Number', takes: 'Any number, like 12.5.' },
  percent: { label: 'Percent', takes: 'A whole number.' },
  currency: { label: 'Amount', takes: 'A number, like 19.90.' },
  score: { label: 'Score', takes: 'A whole number; the texts +5 and -5 count from the score before.' },
  boolean: { label: 'Yes or no', takes: 'true or false, or 1 or 0.' },
  date: { label: 'Date', takes: 'A day without a time, like 2026-05-04 or May 4, 2026.' },
  datetime: {
    label: 'Date and time',
    takes:
      'Like 2026-05-04T09:00:00+02:00 or Mon, 04 May 2026 09:00:00 GMT, or seconds or milliseconds since 1970; without an offset it is UTC.',
  },
  email: { label: 'E-mail', takes: 'An address like ada@example.com.' },
  phone: { label: 'Phone', takes: 'At least three digits.' },
  url: { label: 'Link', takes: 'An address that begins with http:// or https://.' },
  list: { label: 'List', takes: 'Up to 500 texts, numbers or truth values; in CSV they stand between semicolons.' },
}

/** No NUL (PostgreSQL cannot store it), no half of a surrogate pair (it does not survive UTF-8). */
export function isStorableText(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed()
}

const ok = (value: Json): Coerced => ({ is: 'value', value })
const no = (reason: string): Coerced => ({ is: 'refused', reason })

/** What was found, as words: `"abc"`, `the number 3.5`, `a list`. */
function sayValue(value: Json): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'an object'
  if (typeof value === 'string') return `the text "${value.length > 60 ? `${value.slice(0, 60)}…` : value}"`
  return typeof value === 'number' ? `the number ${value}` : `${value}`
}

const wants = (value: Json, what: string): Coerced => no(`${sayValue(value)} is no ${what}`)

/** Numbers and truth values become text; a text that is too long is refused, never cut. */
function textOf(value: Json, most: number): Coerced {
  if (value === null || typeof value === 'object') return wants(value, 'text')
  const text = String(value)
  if (!isStorableText(text)) return no('the text holds characters that cannot be stored')
  return text.length > most ? no(`the text is longer than ${most.toLocaleString('en-US')} characters`) : ok(text)
}

function longText(value: Json): Coerced {
  const read = textOf(value, MOST_BYTES)
  if (read.is === 'refused') return read
  return bytesOf(String(read.value)) > MOST_BYTES ? no('the text is longer than 30,000 bytes') : read
}

/** UTF-8 bytes of a well-formed text. */
function bytesOf(text: string): number {
  let bytes = 0
  for (const sign of text) {
    const code = sign.codePointAt(0) ?? 0
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
  }
  return bytes
}

function shaped(value: Json, form: RegExp, most: number, what: string): Coerced {
  if (typeof value === 'boolean') return wants(value, what)
  const read = textOf(value, most)
  if (read.is === 'refused') return read
  const text = String(read.value).trim()
  return form.test(text) ? ok(text) : wants(text, what)
}

/** The number that is meant; undefined when it is no number. Texts are read only where everything is text. */
function numberOf(value: Json, from: From, form: RegExp): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  if (from === 'json' || typeof value !== 'string' || !form.test(value.trim())) return undefined
  const number = Number(value)
  return Number.isFinite(number) ? number : undefined
}

function integer(value: Json, from: From): Coerced {
  const number = numberOf(value, from, /^[+-]?\d+$/)
  if (number === undefined || !Number.isInteger(number)) return wants(value, 'whole number')
  if (number < LEAST_INT || number > MOST_INT)
    return no(`${typeof value === 'string' ? value.trim() : number} is beyond 32 bits`)
  return typeof value === 'string' && !isKept(value.trim()) ? wants(value, 'whole number') : ok(number + 0)
}

const DECIMAL = /^[+-]?(\d+(\.\d+)?|\.\d+)(e[+-]?\d+)?$/i

function decimal(value: Json, from: From): Coerced {
  const written = typeof value === 'string' && from === 'text' ? value.trim() : ''
  if (DECIMAL.test(written) && !isKept(written))
    return no(`${sayValue(written)} has more digits than a number can keep`)
  const number = numberOf(value, from, DECIMAL)
  return number === undefined ? wants(value, 'number') : ok(number)
}

/** `+5` and `-5` as texts count from the score before. A number is the score itself. */
function score(value: Json, from: From, current: Json): Coerced {
  if (typeof value === 'string' && /^\s*[+-]\d+\s*$/.test(value)) {
    const before = current ?? 0
    if (typeof before !== 'number') return no(`the score before is no number, so ${value.trim()} cannot be added to it`)
    return integer(before + Number(value), from)
  }
  return integer(value, from)
}

function boolean(value: Json, from: From): Coerced {
  const said = typeof value === 'string' ? value.trim().toLowerCase() : value
  if (said === true || said === 'true' || said === 1 || (from === 'text' && said === '1')) return ok(true)
  if (said === false || said === 'false' || said === 0 || (from === 'text' && said === '0')) return ok(false)
  return wants(value, 'truth value')
}

/** A day of the calendar, kept as `YYYY-MM-DD`. With a time it would be another day elsewhere. */
function date(value: Json): Coerced {
  const read = readDate(value)
  if (read.is === 'refused') return no(`${read.why}, and the field takes a date like 2026-05-04`)
  if (read.is !== 'date')
    return no(`${sayValue(value)} has a time, and the field takes a date without one, like 2026-05-04`)
  return ok(writeClock(read.wall).slice(0, 10))
}

/**
 * Fractions of a second are dropped. A time without an offset is taken as UTC, so that it means one instant everywhere.
 */
function datetime(value: Json): Coerced {
  const read = readDate(value)
  if (read.is === 'refused') return no(`${read.why}, and the field takes a time like 2026-05-04T09:00:00+02:00`)
  if (read.is === 'date')
    return no(`${sayValue(value)} has no time, and the field takes one like 2026-05-04T09:00:00+02:00`)
  const { at, offset } = read.is === 'local' ? { at: read.wall, offset: 0 } : read
  return ok(writeWithOffset({ at: Math.floor(at / 1000) * 1000, offset }))
}

function list(value: Json, from: From): Coerced {
  const members: readonly Json[] | undefined = Array.isArray(value)
    ? value
    : from === 'text' && typeof value === 'string'
      ? value.split(';').flatMap(part => (part.trim() === '' ? [] : [part.trim()]))
      : undefined
  if (members === undefined) return wants(value, 'list')
  if (members.length > MOST_MEMBERS) return no(`the list has more than ${MOST_MEMBERS} members`)
  for (const member of members) {
    if (typeof member === 'number' || typeof member === 'boolean') continue
    const read = textOf(member, MOST_CHARS)
    if (read.is === 'refused') return no(`in the list, ${read.reason}`)
  }
  return ok(members)
}
