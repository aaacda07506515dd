import {
  dateOfDay,
  dayOf,
  daysInMonth,
  isLeapYear,
  two,
  weekdayOfDay,
  writeClock,
  writeInstant,
} from '../time/calendar'
import { firstAt, stretchAt } from '../time/offset'
import { DAY, HOUR, MINUTE } from '../time/units'
import { MONTHS } from '../time/window'
import { isZone } from '../time/zone'

/**
 * The one reader of dates. Every date from outside is read here: event times, lead fields, conditions, waits,
 * schedules, templates, files. One spelling means one thing everywhere, or is refused everywhere in the same words.
 *
 * It reads ISO 8601 (`2026-05-04`, `20260504T090000Z`, a blank for the T, `+02`, `+0200`, `+02:00`, ` UTC`,
 * `[Europe/Berlin]`, week and ordinal dates), the dates of mail (RFC 2822), HTTP, JavaScript, Ruby, SQL and Salesforce,
 * `May 17, 2026 10:00 PM`, `17-May-2026`, and seconds (9 or 10 digits) or milliseconds (11 to 13) since 1970, as
 * numbers or as text. Where there was a choice:
 *
 * - Without an offset it is wall clock time in the zone that the caller names. A time that the clock skips is the first
 *   instant after the gap; one that comes twice is the first (time/offset.ts).
 * - An offset decides, whatever zone is named beside it. A zone alone gives the offset.
 * - Digits alone have the year first. With the year last, one of the other two numbers is over 12, or both are the
 *   same: 03/04/2026 is refused, and so is 03.04.2026.
 * - Years have four digits, months the days that the calendar gives them, days 24 hours. Nothing runs over into the
 *   next.
 * - Eight digits are a date as text (20260504). As a number, or with fewer digits, they are no time.
 * - Twelve digits that are a date and a time (202605041500) are milliseconds of 1976 as well: they are refused.
 * - A second is cut to milliseconds, never rounded. The name of a weekday is ignored.
 */

/**
 * `offset`: how far the clock that wrote the date is ahead of UTC (ms). `wall`: ms since 1970-01-01T00:00 on a clock
 * that nobody has named.
 */
export type WrittenDate =
  | { readonly is: 'instant'; readonly at: number; readonly offset: number }
  | { readonly is: 'local'; readonly wall: number }
  | { readonly is: 'date'; readonly wall: number }

/**
 * `why`: what was found, as the beginning of a sentence: `"03/04/2026" may be 3 April or 4 March`. `fix`: what to
 * write, as a sentence.
 */
export interface UnreadDate {
  readonly is: 'refused'
  readonly why: string
  readonly fix: string
}

export type ReadDate = WrittenDate | UnreadDate

/** Reads a date, with or without a time and an offset; or says why it is none. */
export function readDate(value: unknown): ReadDate {
  if (typeof value === 'string') return readIso(value) ?? readSpelling(value)
  if (typeof value !== 'number') return noDate(value)
  // Nearly all times are like this: whole seconds or milliseconds.
  if (value >= 1e8 && value < 1e13 && Number.isInteger(value) && !isInDoubt(value))
    return { is: 'instant', at: value < 1e10 ? value * 1000 : value, offset: 0 }
  return readNumber(String(value), value) ?? noDate(value)
}

/** The instant (ms) that a written date means in a zone. A date alone is the first instant of its day. */
export function instantOf(date: WrittenDate, zone: string): number {
  return date.is === 'instant' ? date.at : firstAt(zone, date.wall)
}

/** Reads a date as an instant (ms), on the clock of `zone` where the date names none. */
export function readInstant(value: unknown, zone: string): UnreadDate | { readonly is: 'read'; readonly at: number } {
  const date = readDate(value)
  return date.is === 'refused' ? date : { is: 'read', at: instantOf(date, zone) }
}

/** A refusal as one sentence. */
export function sayUnread({ why, fix }: UnreadDate): string {
  return `${why}. ${fix}`
}

/** Nothing that is sent to us happened earlier (ms). An earlier time is a mistake, like a zero for "not known". */
const FIRST_EVENT = Date.UTC(2001, 0, 1)
/** Senders' clocks may be wrong by this much (ms). Further ahead is a mistake. */
const AHEAD = DAY
const HOW_EVENT =
  'Send seconds or milliseconds since 1970, or ISO 8601 like 2026-05-04T09:00:00Z; leave it out for now.'

/** No time of 13 digits is later. */
const MOST_MS = 9_999_999_999_999

/** `because` tells the three mistakes apart for callers who answer with a code. */
export type EventTime =
  | { readonly is: 'read'; readonly at: number }
  | (UnreadDate & { readonly because: 'no-date' | 'past' | 'future' })

/** Reads when an event happened; in UTC where the text names no offset. `now`: when the event came in (ms). */
export function readEventTime(value: unknown, now: number): EventTime {
  const read = readInstant(value, 'UTC')
  const late = 'more than a day from now'
  if (read.is === 'refused')
    return Number(value) > MOST_MS
      ? { is: 'refused', because: 'future', why: `${read.why}; as milliseconds it is ${late}`, fix: HOW_EVENT }
      : { is: 'refused', because: 'no-date', why: read.why, fix: read.fix }
  const { at } = read
  if (at >= FIRST_EVENT && at <= now + AHEAD) return read
  const understood = `${shown(value)} is understood as ${writeInstant(at)}`
  return at < FIRST_EVENT
    ? { is: 'refused', because: 'past', why: `${understood}, which is before 2001`, fix: HOW_EVENT }
    : { is: 'refused', because: 'future', why: `${understood}, which is ${late}`, fix: HOW_EVENT }
}

/**
 * An instant (ms) on the clock that wrote it, to the millisecond: `2026-05-04T09:00:00+02:00`. In UTC when that clock
 * was not ahead by whole minutes.
 */
export function writeWithOffset({ at, offset }: { readonly at: number; readonly offset: number }): string {
  if (offset === 0 || offset % MINUTE !== 0) return writeInstant(at)
  const minutes = Math.abs(offset) / MINUTE
  const sign = offset < 0 ? '-' : '+'
  return `${writeClock(at + offset)}${sign}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}

// ---------------------------------------------------------------- the fast path

const [DASH, PLUS, COLON, DOT, BLANK, T, Z] = [45, 43, 58, 46, 32, 84, 90]

/**
 * Reads `2026-05-04`, `2026-05-04T09:00`, `2026-05-04 09:00:00.123456+0200` and nothing else, character by character:
 * 0.1 us where the patterns below take 2, and every event has a date. Undefined for every other spelling.
 */
function readIso(text: string): ReadDate | undefined {
  const { length } = text
  if (length < 10 || text.charCodeAt(4) !== DASH || text.charCodeAt(7) !== DASH) return undefined
  const year = pair(text, 0) * 100 + pair(text, 2)
  const month = pair(text, 5)
  const day = pair(text, 8)
  if (!(year >= 0 && month >= 0 && day >= 0)) return undefined
  if (length === 10) return made(text, year, month, day, undefined, undefined)
  const between = text.charCodeAt(10)
  if (length < 16 || (between !== T && between !== BLANK) || text.charCodeAt(13) !== COLON) return undefined
  const hour = pair(text, 11)
  const minute = pair(text, 14)
  let second = 0
  let ms = 0
  let end = 16
  if (text.charCodeAt(16) === COLON) {
    second = pair(text, 17)
    end = 19
    if (text.charCodeAt(19) === DOT) {
      end = 20
      for (let worth = 100; end < length; end++, worth /= 10) {
        const digit = text.charCodeAt(end) - 48
        if (!(digit >= 0 && digit <= 9)) break
        if (worth >= 1) ms += digit * worth
      }
      if (end === 20) return undefined
    }
  }
  if (!(hour >= 0 && minute >= 0 && second >= 0)) return undefined
  const time = timeOf(hour, minute, second, ms)
  if (end === length) return made(text, year, month, day, time, undefined)
  const sign = text.charCodeAt(end)
  if (sign === Z && end + 1 === length) return made(text, year, month, day, time, 0)
  if (sign !== PLUS && sign !== DASH) return undefined
  // `+02:00`, `+0200` or `+02`.
  const hasColon = text.charCodeAt(end + 3) === COLON
  if (length !== end + (hasColon ? 6 : 5) && length !== end + 3) return undefined
  const hours = pair(text, end + 1)
  const minutes = length === end + 3 ? 0 : pair(text, end + (hasColon ? 4 : 3))
  if (!(hours >= 0 && minutes >= 0)) return undefined
  return made(text, year, month, day, time, (sign === DASH ? -1 : 1) * offsetOf(hours, minutes, 0))
}

/** Two digits as their number; NaN for anything else. */
function pair(text: string, at: number): number {
  const a = text.charCodeAt(at) - 48
  const b = text.charCodeAt(at + 1) - 48
  return a >= 0 && a <= 9 && b >= 0 && b <= 9 ? a * 10 + b : Number.NaN
}

/** Ms since midnight; NaN for a time that no day has. */
function timeOf(hour: number, minute: number, second: number, ms: number): number {
  return hour < 24 && minute < 60 && second < 60 ? hour * HOUR + minute * MINUTE + second * 1000 + ms : Number.NaN
}

/** Ms; NaN for an offset that no clock has. */
function offsetOf(hours: number, minutes: number, seconds: number): number {
  return timeOf(hours, minutes, seconds, 0)
}

/**
 * Assembles a date, or says which part of it no calendar and no clock has. `time`: undefined for a date alone.
 * `offset`: undefined when the text names none.
 */
function made(
  found: unknown,
  year: number,
  month: number,
  day: number,
  time: number | undefined,
  offset: number | undefined,
): ReadDate {
  if (year < 1000) return refused(found, `is in the year ${year}, which is written for dates that nobody knows`)
  if (month < 1 || month > 12) return refused(found, `is in no calendar: a year has no month ${month}`)
  const days = daysInMonth(year, month)
  if (day < 1 || day > days)
    return refused(found, `is in no calendar: ${MONTHS[month - 1]} ${year} has the days 1 to ${days}`)
  const wall = dayOf(year, month, day) * DAY
  if (time === undefined) return { is: 'date', wall }
  if (Number.isNaN(time)) return refused(found, 'is on no clock: a day goes from 00:00:00 to 23:59:59')
  if (offset === undefined) return { is: 'local', wall: wall + time }
  if (Number.isNaN(offset)) return refused(found, 'has an offset that no clock has')
  return { is: 'instant', at: wall + time - offset, offset }
}

// ---------------------------------------------------------------- all the other spellings

const HOW = 'Write it like 2026-05-04, 2026-05-04T09:00 or 2026-05-04T09:00:00+02:00.'
/** A JavaScript date with the long name of its zone has 70 characters. */
const LONGEST = 150

function refused(found: unknown, what: string, fix = HOW): UnreadDate {
  return { is: 'refused', why: `${shown(found)} ${what}`, fix }
}

function noDate(found: unknown): UnreadDate {
  return refused(found, 'is no date')
}

/** What was found, with text and numbers told apart. */
function shown(value: unknown): string {
  if (typeof value === 'string') return value === '' ? 'an empty text' : `"${shortened(value)}"`
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' && value !== null ? 'an object' : String(value)
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59).toWellFormed()}…` : text
}

const MONTH =
  '(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\.?'
const WEEKDAY = '(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?[., ]*)?'
const DAY_OF_MONTH = '(\\d{1,2})(?:st|nd|rd|th)?'
const NO_MORE_DIGITS = '(?!\\d)'

const form = (pattern: string) => new RegExp(`^${pattern}$`, 'i')
/** `2026-05-04 …`, `2026/5/4 …`. */
const YEAR_FIRST = form(`(\\d{4})([-/.])(\\d{1,2})\\2(\\d{1,2})${NO_MORE_DIGITS}(.*)`)
/** `20260504T…`. */
const COMPACT = form('(\\d{4})(\\d\\d)(\\d\\d)([T ].*)?')
/** `2026-W19-1 …`, `2026-124 …`. */
const WEEK = form('(\\d{4})-?W(\\d\\d)-?([1-7])(\\D.*)?')
const ORDINAL = form(`(\\d{4})-(\\d{3})${NO_MORE_DIGITS}(.*)`)
/** `31/12/2026 …`. */
const YEAR_LAST = form(`(\\d{1,2})([-/.])(\\d{1,2})\\2(\\d{4})${NO_MORE_DIGITS}(.*)`)
/** `17 May 2026 …`, `Sun, 17-May-2026 …`. */
const DAY_MONTH = form(`${WEEKDAY}${DAY_OF_MONTH}[-/. ]*(?:of )?${MONTH}[-/., ]*(\\d{4})${NO_MORE_DIGITS}(.*)`)
/** `May 17, 2026 …`. */
const MONTH_DAY = form(`${WEEKDAY}${MONTH}[- ]*${DAY_OF_MONTH}(?:, ?| |-)(\\d{4})(?![\\d:])(.*)`)
/** `2026 May 17 …`. */
const YEAR_MONTH = form(`${WEEKDAY}(\\d{4})[-/ ]${MONTH}[-/ ]${DAY_OF_MONTH}${NO_MORE_DIGITS}(.*)`)
/** `Sun May 17 10:00:00 2026`, with or without a zone before or behind the year: what C, `date` and PostgreSQL print. */
const YEAR_AT_END = form(
  `${WEEKDAY}${MONTH} (\\d{1,2}) (\\d\\d:\\d\\d(?::\\d\\d(?:\\.\\d+)?)?)( [^ ]+)? (\\d{4})( [^ ]+)?`,
)
/** `17.5.26`, `17-May-26`, `May 17, 26`. */
const SHORT_YEAR = new RegExp(
  `^(?:\\d{1,2}([-/.])\\d{1,2}\\1\\d\\d|${WEEKDAY}(?:${DAY_OF_MONTH}[-/. ]*${MONTH}[-/., ]*'?\\d\\d|${MONTH}[- ]*${DAY_OF_MONTH},? '?\\d\\d))(?![\\d:])`,
  'i',
)
const NO_YEAR = new RegExp(
  `^${WEEKDAY}(?:${DAY_OF_MONTH}[-/. ]*${MONTH}|${MONTH}[- ]*${DAY_OF_MONTH})(?![a-z\\d])`,
  'i',
)

/** Calendars write their annotations in brackets (RFC 9557): `[Europe/Berlin][u-ca=gregory]`. */
const BRACKETS = /^([^[\]]*)((?:\[[^[\]]{1,80}\])+)$/
const JSON_DATE = /^\/Date\((-?\d{1,14})(?:[+-]\d{4})?\)\/$/

function readSpelling(given: string): ReadDate {
  if (given.length > LONGEST) return noDate(given)
  const text = withoutComments(given.replaceAll('\u2212', '-')).replaceAll(/\s+/g, ' ').trim()
  const number = readNumber(text, given)
  if (number !== undefined) return number
  const json = JSON_DATE.exec(text)
  if (json !== null) return readMs(given, Number(json[1]))
  const [, bare = text, brackets = ''] = BRACKETS.exec(text) ?? []
  return readParts(given, bare.trim(), brackets) ?? noDate(given)
}

function readParts(given: string, text: string, brackets: string): ReadDate | undefined {
  const on = (year = '', month = 0, day = '', rest = '') =>
    withTime(given, Number(year), month, Number(day), rest, brackets)
  let found = YEAR_FIRST.exec(text)
  if (found !== null) return on(found[1], Number(found[3]), found[4], found[5])
  found = COMPACT.exec(text)
  if (found !== null) return on(found[1], Number(found[2]), found[3], found[4])
  found = DAY_MONTH.exec(text)
  if (found !== null) return on(found[3], monthOf(found[2]), found[1], found[4])
  found = MONTH_DAY.exec(text)
  if (found !== null) return on(found[3], monthOf(found[1]), found[2], found[4])
  found = YEAR_AT_END.exec(text)
  if (found !== null) return on(found[5], monthOf(found[1]), found[2], ` ${found[3]}${found[4] ?? found[6] ?? ''}`)
  found = YEAR_MONTH.exec(text)
  if (found !== null) return on(found[1], monthOf(found[2]), found[3], found[4])
  found = YEAR_LAST.exec(text)
  if (found !== null) return readYearLast(given, found, brackets)
  found = WEEK.exec(text)
  if (found !== null) return readWeek(given, found, brackets)
  found = ORDINAL.exec(text)
  if (found !== null) return readOrdinal(given, found, brackets)
  if (SHORT_YEAR.test(text))
    return refused(given, 'has a year of two digits', 'Write the year with four digits, like 2026-05-04.')
  return NO_YEAR.test(text) ? refused(given, 'has no year') : undefined
}

function monthOf(name = ''): number {
  return MONTHS.findIndex(month => month.slice(0, 3).toLowerCase() === name.slice(0, 3).toLowerCase()) + 1
}

/** Of two numbers the day can be told when the other cannot be a day, or when both are the same. */
function readYearLast(given: string, found: RegExpExecArray, brackets: string): ReadDate {
  const [, first = '', , second = '', year, rest = ''] = found
  const [a, b] = [Number(first), Number(second)]
  if (a !== b && a <= 12 && b <= 12 && a > 0 && b > 0)
    return refused(
      given,
      `may be ${a} ${MONTHS[b - 1]} or ${b} ${MONTHS[a - 1]}`,
      `Write the year first, like ${year}-${two(b)}-${two(a)}.`,
    )
  const [day, month] = b > 12 ? [b, a] : [a, b]
  return withTime(given, Number(year), month, day, rest, brackets)
}

function readWeek(given: string, [, y, w, d, rest = '']: RegExpExecArray, brackets: string): ReadDate {
  const [year, week, weekday] = [Number(y), Number(w), Number(d)]
  const monday = firstMonday(year) + (week - 1) * 7
  if (week < 1 || monday >= firstMonday(year + 1))
    return refused(given, `is in no calendar: ${year} has no week ${week}`)
  return withTimeOn(given, monday + weekday - 1, rest, brackets)
}

/** The beginning of the first week of a year, the week with 4 January. In days since 1970. */
function firstMonday(year: number): number {
  const fourth = dayOf(year, 1, 4)
  return fourth - weekdayOfDay(fourth) + 1
}

function readOrdinal(given: string, [, y, d, rest = '']: RegExpExecArray, brackets: string): ReadDate {
  const [year, day] = [Number(y), Number(d)]
  if (day < 1 || day > (isLeapYear(year) ? 366 : 365))
    return refused(given, `is in no calendar: ${year} has no day ${day}`)
  return withTimeOn(given, dayOf(year, 1, day), rest, brackets)
}

function withTimeOn(given: string, dayNumber: number, rest: string, brackets: string): ReadDate {
  const { year, month, day } = dateOfDay(dayNumber)
  return withTime(given, year, month, day, rest, brackets)
}

/** What may stand between a date and its time. */
const BETWEEN = /^(?:(T)|,? at |, ?| )(?=\d)/i
const CLOCK = /^(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?(?: ?([ap])\.?m\.?(?![a-z]))?(.*)$/i
const HOUR_ALONE = /^(\d{1,2})()()() ?([ap])\.?m\.?(?![a-z])(.*)$/i
/** `0900`, `090000.5`: only behind a T. */
const COMPACT_CLOCK = /^(\d\d)(?:(\d\d)(?:(\d\d)(?:[.,](\d+))?)?)?(?![\d:])()(.*)$/

/** `rest`: what follows the date: nothing, or a time with or without its zone. */
function withTime(given: string, year: number, month: number, day: number, rest: string, brackets: string): ReadDate {
  if (rest.trim() === '' && brackets === '') return made(given, year, month, day, undefined, undefined)
  const [between = '', t] = BETWEEN.exec(rest) ?? []
  const text = rest.slice(between.length)
  const clock =
    between === ''
      ? null
      : (CLOCK.exec(text) ?? HOUR_ALONE.exec(text) ?? (t === undefined ? null : COMPACT_CLOCK.exec(text)))
  if (clock === null) {
    const date = made(given, year, month, day, undefined, undefined)
    return date.is === 'refused'
      ? date
      : refused(given, `has ${sayRest(rest, brackets)} behind its date, which is no time`)
  }
  const [, hour, minute, second, fraction = '', half = '', behind = ''] = clock
  const ms = Number(fraction.slice(0, 3).padEnd(3, '0'))
  const time = timeOf(hourOf(Number(hour), half), Number(minute ?? 0), Number(second ?? 0), ms)
  const zone = readZone(behind.trim(), brackets)
  if (zone === undefined)
    return refused(
      given,
      `has ${sayRest(behind, brackets)} behind its time, which is no offset and no zone`,
      'Write the offset, like 2026-05-04T09:00:00+02:00.',
    )
  const date = made(given, year, month, day, time, zone.offset)
  if (zone.name === undefined || date.is !== 'local') return date
  const at = firstAt(zone.name, date.wall)
  return { is: 'instant', at, offset: stretchAt(zone.name, at).offset }
}

/** A time of twelve or of twenty-four hours. */
function hourOf(hour: number, half: string): number {
  if (half === '') return hour
  if (hour < 1 || hour > 12) return Number.NaN
  return (hour % 12) + (half.toLowerCase() === 'p' ? 12 : 0)
}

function sayRest(rest: string, brackets: string): string {
  return `"${shortened(`${rest.trim()}${brackets}`)}"`
}

const OFFSET = /^(?:(?:Z|UTC?|GMT) ?)?(?:([+-])(\d{1,2})(?::?(\d\d)(?::?(\d\d))?)?)?$/i
/** RFC 2822 knows these letters and their hours. Other letters are zones of several countries. */
const AMERICAN: { readonly [name: string]: number } = {
  EST: -5,
  EDT: -4,
  CST: -6,
  CDT: -5,
  MST: -7,
  MDT: -6,
  PST: -8,
  PDT: -7,
}

interface Zone {
  readonly offset?: number
  readonly name?: string
}

/** The zone behind a time, and in brackets; undefined when it cannot be read. */
function readZone(text: string, brackets: string): Zone | undefined {
  let inBrackets: string | undefined
  for (const [, critical, note = ''] of brackets.matchAll(/\[(!?)([^\]]*)\]/g)) {
    // Anything but a zone may be ignored, unless it says that it may not.
    if (note.includes('=') ? critical !== '' && !/^u-ca=(iso8601|gregory)$/.test(note) : !isZone(note)) return undefined
    if (!note.includes('=')) inBrackets ??= note
  }
  const named = inBrackets === undefined ? {} : { name: inBrackets }
  if (text === '') return named
  const found = OFFSET.exec(text)
  if (found !== null) {
    const [, sign, hours, minutes = '0', seconds = '0'] = found
    if (sign === undefined) return { offset: 0 }
    return { offset: (sign === '-' ? -1 : 1) * offsetOf(Number(hours), Number(minutes), Number(seconds)) }
  }
  const american = AMERICAN[text.toUpperCase()]
  if (american !== undefined) return { offset: american * HOUR }
  return /^[a-z_]+\/[\w+/-]+$/i.test(text) && isZone(text) ? { name: text } : undefined
}

/** In this form, too, .NET writes the beginning of the year 1 for "not known". */
function readMs(given: string, at: number): ReadDate {
  const { year } = dateOfDay(Math.floor(at / DAY))
  return year < 1000 ? made(given, year, 1, 1, undefined, undefined) : { is: 'instant', at, offset: 0 }
}

/**
 * Comments in mail stand in parentheses, and may be nested. An open one is left in place, and the text is then no date.
 */
function withoutComments(text: string): string {
  if (!text.includes('(') || text.startsWith('/Date(')) return text
  let kept = ''
  let depth = 0
  for (const sign of text) {
    if (sign === '(') depth++
    else if (sign === ')' && depth > 0) depth--
    else if (depth === 0) kept += sign
  }
  return depth === 0 ? kept : text
}

const NUMBER = /^([+-]?)(\d+)(?:\.(\d+))?$/
const HOW_NUMBER =
  'Seconds since 1970 have 9 or 10 digits, milliseconds 11 to 13; or write it like 2026-05-04T09:00:00Z.'

/** Seconds or milliseconds since 1970, told apart by the number of digits. Undefined when the text is no number. */
function readNumber(text: string, given: unknown): ReadDate | undefined {
  const found = NUMBER.exec(text)
  if (found === null) return undefined
  const [, sign = '', digits = '', fraction] = found
  const { length } = digits
  const isPlainText = typeof given === 'string' && sign === '' && fraction === undefined
  if (isPlainText && (length === 8 || length === 14)) return readDigits(given, digits)
  if (length <= 8) return refused(given, 'has too few digits for a time', HOW_NUMBER)
  if (length > 13) return refused(given, 'has too many digits for a time', HOW_NUMBER)
  if (digits.startsWith('0')) return refused(given, 'begins with a zero, as no time does', HOW_NUMBER)
  const both = sign === '-' || fraction !== undefined ? undefined : dateOfTwelve(digits)
  if (both !== undefined)
    return refused(
      given,
      `may be ${both}, or milliseconds since 1970, in 1976`,
      `Write it like ${both}, or as a number of seconds.`,
    )
  const seconds = Number(digits) * 1000 + Number((fraction ?? '').slice(0, 3).padEnd(3, '0'))
  const at = length <= 10 ? seconds : Number(digits)
  return { is: 'instant', at: sign === '-' ? -at : at, offset: 0 }
}

/** Milliseconds of 1976 have twelve digits that begin like a year of today. */
const FIRST_IN_DOUBT = 190_001_010_000
const LAST_IN_DOUBT = 210_012_312_359

function isInDoubt(ms: number): boolean {
  return ms >= FIRST_IN_DOUBT && ms <= LAST_IN_DOUBT && dateOfTwelve(String(ms)) !== undefined
}

/** `2026-05-04 15:00` of `202605041500`; undefined when the digits are no date and time from 1900 to 2100. */
function dateOfTwelve(digits: string): string | undefined {
  const found = /^((?:19|20|21)\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(digits)
  if (found === null || Number(digits) > LAST_IN_DOUBT) return undefined
  const [year, month, day, hour, minute] = found.slice(1).map(Number) as [number, number, number, number, number]
  const isDate = made(digits, year, month, day, timeOf(hour, minute, 0, 0), undefined).is !== 'refused'
  return isDate ? `${found.slice(1, 4).join('-')} ${found[4]}:${found[5]}` : undefined
}

/** `20260504`, `20260504090000`. */
function readDigits(given: string, digits: string): ReadDate {
  const [year, month, day, hour, minute, second] = [0, 4, 6, 8, 10, 12].map((from, i) =>
    Number(digits.slice(from, i === 0 ? 4 : from + 2)),
  ) as [number, number, number, number, number, number]
  const time = digits.length === 8 ? undefined : timeOf(hour, minute, second, 0)
  const date = made(given, year, month, day, time, undefined)
  return date.is === 'refused' ? refused(given, `has ${digits.length} digits, which are no date`, HOW_NUMBER) : date
}
