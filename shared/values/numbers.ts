import type { Json } from '../json'

/**
 * Numbers as they come in. A JSON number becomes a double, which keeps 15 to 17 digits. A number that a double cannot
 * keep is kept as its digits, or refused with them, but never rounded (law 15; RFC 8259, 6 leaves the range to the
 * reader). The same number in another spelling (1.50, 1e3) is no change.
 */

/** A decimal number in parts: 0.digits times ten to `power`. Zero has no digits. */
interface Decimal {
  readonly isNegative: boolean
  readonly digits: string
  readonly power: number
}

const decimal = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/

function takeApart(text: string): Decimal | undefined {
  const [, sign = '', whole = '', part = '', exponent = '0'] = decimal.exec(text) ?? []
  const all = whole + part
  if (all === '') return undefined
  const digits = trimZeros(all)
  if (digits === '') return { isNegative: sign === '-', digits, power: 0 }
  const leading = all.length - all.replace(/^0+/, '').length
  return { isNegative: sign === '-', digits, power: whole.length - leading + Number(exponent) }
}

/** By hand: a pattern for the zeros at the end would look at every inner zero many times. */
function trimZeros(digits: string): string {
  let from = 0
  let to = digits.length
  while (from < to && digits[from] === '0') from++
  while (to > from && digits[to - 1] === '0') to--
  return digits.slice(from, to)
}

/** Every double keeps this many digits. */
const SAFE_DIGITS = 15

/**
 * Does a double keep this number as it was written? `literal`: a number of JSON, or one that a person wrote: `+5`,
 * `.5`.
 */
export function isKept(literal: string): boolean {
  const mayChange = literal.length > SAFE_DIGITS || /[eE]|^-[0.]*$/.test(literal)
  if (!mayChange) return true
  const written = takeApart(literal)
  const number = Number(literal)
  if (written === undefined || !Number.isFinite(number)) return false
  // JSON writes -0 as 0.
  if (written.digits === '') return !written.isNegative
  const kept = takeApart(String(number))
  return kept !== undefined && kept.digits === written.digits && kept.power === written.power
}

/** What is wrong with a number that is not kept, as the beginning of a sentence. A long number is shown in part. */
export function sayLost(literal: string): string {
  const became = String(Number(literal))
  const shown = literal.length > 60 ? `${literal.slice(0, 60)}…` : literal
  return /^-[0.]+(?:[eE].*)?$/.test(literal)
    ? `The number ${shown} cannot be kept: it would become 0`
    : `The number ${shown} cannot be kept exactly: it would become ${became}`
}

/** What to write instead, as a sentence. */
export function mendLost(literal: string): string {
  if (/^-[0.]+(?:[eE].*)?$/.test(literal)) return 'Write 0.'
  return literal.length > 60
    ? 'Write it in quotes, as text.'
    : `Write it in quotes, as text: "${literal}". A number may have 15 digits.`
}

/**
 * JSON.parse may change a number only when it is long, has an exponent, or is -0. Everything else needs no second
 * reading.
 */
const mayLose = /[\d.]{16}|\d[eE]|-0/
const stringOrNumber = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/gs

/**
 * Reads JSON that somebody else wrote, like the answer of a receiver. Numbers that a double cannot keep come out as the
 * text of their digits. A byte order mark is skipped (RFC 8259, 8.1). Throws what JSON.parse throws.
 */
export function readJsonText(text: string): Json {
  const json = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
  const value = JSON.parse(json) as Json
  if (!mayLose.test(json)) return value
  let lost = false
  const quoted = json.replaceAll(stringOrNumber, token => {
    if (token.startsWith('"') || isKept(token)) return token
    lost = true
    return `"${token}"`
  })
  return lost ? (JSON.parse(quoted) as Json) : value
}

/**
 * The first number in valid JSON that a double cannot keep, as it was written; undefined when all are kept. For what a
 * person types or a file holds.
 */
export function lostNumber(json: string): string | undefined {
  if (!mayLose.test(json)) return undefined
  for (const [token] of json.matchAll(stringOrNumber)) if (!token.startsWith('"') && !isKept(token)) return token
  return undefined
}

/**
 * What a person would call a number. Anything that begins with a zero or a plus is an id, a zip code or a phone number.
 */
const plain = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d{1,5})?$/

/** Is this text a number, and not an id made of digits? 1067 and 19.90 are, 01067 and +49 are not. */
export function isPlainNumber(text: string): boolean {
  return plain.test(text)
}

/**
 * Compares two numbers by all their digits: less than 0 when `a` is less. Undefined when one is no number. Numbers with
 * no more digits than a double keeps are compared as doubles.
 */
export function compareNumbers(a: string, b: string): number | undefined {
  if (a.length <= SAFE_DIGITS && b.length <= SAFE_DIGITS) {
    const difference = Number(a) - Number(b)
    return Number.isNaN(difference) ? undefined : difference
  }
  const [x, y] = [takeApart(a), takeApart(b)]
  if (x === undefined || y === undefined) return undefined
  return signOf(x) !== signOf(y) ? signOf(x) - signOf(y) : compareSizes(x, y) * signOf(x)
}

function signOf({ isNegative, digits }: Decimal): number {
  return digits === '' ? 0 : isNegative ? -1 : 1
}

function compareSizes(x: Decimal, y: Decimal): number {
  if (x.power !== y.power) return x.power < y.power ? -1 : 1
  if (x.digits === y.digits) return 0
  return x.digits < y.digits ? -1 : 1
}
