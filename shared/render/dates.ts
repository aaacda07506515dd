import { Temporal } from 'temporal-polyfill'
import { zonedAt, zonedOn } from '../time/offset'
import { MONTHS, WEEKDAYS } from '../time/window'

/** What a template calls a date, on the wall clock of its zone. */
export type Moment = Temporal.ZonedDateTime

/** Moments whose zone has rules that this runtime does not know have its offset for a name. */
const names = new WeakMap<Moment, string>()

function named(moment: Moment, zone: string): Moment {
  if (moment.timeZoneId !== zone) names.set(moment, zone)
  return moment
}

/** An instant (ms) on the wall clock of a zone. */
export function momentAt(at: number, zone: string): Moment {
  return named(zonedAt(zone, at), zone)
}

/**
 * Reads a date as Liquid authors write it: `now`, `today`, seconds since 1970 (milliseconds too, told apart by their size), or ISO text. Text
 * without an offset is wall clock time of the zone. Undefined when it is no date.
 */
export function readMoment(value: unknown, now: number, zone: string): Moment | undefined {
  if (value === 'now' || value === 'today') return momentAt(now, zone)
  try {
    if (typeof value === 'number' || (typeof value === 'string' && /^\d+$/.test(value)))
      return momentAt(toMs(Number(value)), zone)
    if (typeof value !== 'string') return undefined
    const text = value.trim()
    const isExact = /(z|[+-]\d\d:?\d\d)$/i.test(text) && /\d[t ]\d/i.test(text)
    const moment = isExact
      ? zonedAt(zone, Temporal.Instant.from(text))
      : zonedOn(zone, Temporal.PlainDateTime.from(text))
    return named(moment, zone)
  } catch {
    return undefined
  }
}

/** 1e11 seconds is the year 5138, 1e11 ms is 1973: larger numbers are milliseconds. */
function toMs(n: number): number {
  return Math.trunc(Math.abs(n) >= 1e11 ? n : n * 1000)
}

const conversion = /%([-_0^#:]*)(\d{0,2})(.)/g
const spacePadded = new Set('eklaAbBhpP')
const widths: { readonly [letter: string]: number } = { N: 9, L: 3, j: 3, Y: 4, ...allTwo('CdeHIklmMSUWyg') }

/** Ruby's strftime, which Liquid's `date` filter speaks, always in English and never asking the machine for its language or zone. */
export function strftime(moment: Moment, format: string): string {
  return format.replaceAll(conversion, (whole, flags: string, width: string, letter: string) => {
    const convert = Object.hasOwn(conversions, letter) ? conversions[letter] : undefined
    if (convert === undefined) return whole
    let text = convert(moment, flags)
    if (flags.includes('^')) text = text.toUpperCase()
    if (flags.includes('-')) return text
    const pad = flags.includes('_') || (spacePadded.has(letter) && !flags.includes('0')) ? ' ' : '0'
    return text.padStart(width === '' ? (widths[letter] ?? 0) : Number(width), pad)
  })
}

const conversions: { readonly [letter: string]: (m: Moment, flags: string) => string } = {
  a: m => weekday(m).slice(0, 3),
  A: weekday,
  b: m => month(m).slice(0, 3),
  B: month,
  h: m => month(m).slice(0, 3),
  c: m => strftime(m, '%a %b %e %H:%M:%S %Y'),
  C: m => String(Math.floor(m.year / 100)),
  d: m => String(m.day),
  D: m => strftime(m, '%m/%d/%y'),
  e: m => String(m.day),
  F: m => strftime(m, '%Y-%m-%d'),
  H: m => String(m.hour),
  I: m => String(m.hour % 12 || 12),
  j: m => String(m.dayOfYear),
  k: m => String(m.hour),
  l: m => String(m.hour % 12 || 12),
  L: m => String(m.millisecond),
  m: m => String(m.month),
  M: m => String(m.minute),
  N: m => String(m.millisecond * 1_000_000 + m.microsecond * 1000 + m.nanosecond),
  p: m => (m.hour < 12 ? 'AM' : 'PM'),
  P: m => (m.hour < 12 ? 'am' : 'pm'),
  q: m => ordinal(m.day),
  R: m => strftime(m, '%H:%M'),
  s: m => String(Math.floor(m.epochMilliseconds / 1000)),
  S: m => String(m.second),
  T: m => strftime(m, '%H:%M:%S'),
  u: m => String(m.dayOfWeek),
  U: m => String(weekOfYear(m, 0)),
  V: m => String(m.weekOfYear).padStart(2, '0'),
  G: m => String(m.yearOfWeek),
  w: m => String(m.dayOfWeek % 7),
  W: m => String(weekOfYear(m, 1)),
  x: m => strftime(m, '%m/%d/%y'),
  X: m => strftime(m, '%H:%M:%S'),
  y: m => String(m.year % 100),
  Y: m => String(m.year),
  z: (m, flags) => (flags.includes(':') ? m.offset : m.offset.replace(':', '')),
  Z: m => names.get(m) ?? m.timeZoneId,
  t: () => '\t',
  n: () => '\n',
  '%': () => '%',
}

function weekday(m: Moment): string {
  return WEEKDAYS[m.dayOfWeek - 1] ?? ''
}

function month(m: Moment): string {
  return MONTHS[m.month - 1] ?? ''
}

function ordinal(day: number): string {
  if (day >= 11 && day <= 13) return 'th'
  return ['th', 'st', 'nd', 'rd'][day % 10] ?? 'th'
}

/** Weeks since the year's first `startDay` (0 Sunday, 1 Monday); the days before it are week 0. */
function weekOfYear(m: Moment, startDay: number): number {
  return Math.floor((m.dayOfYear + 6 - (((m.dayOfWeek % 7) - startDay + 7) % 7)) / 7)
}

function allTwo(letters: string): { [letter: string]: number } {
  return Object.fromEntries([...letters].map(letter => [letter, 2]))
}
