import type { Temporal } from 'temporal-polyfill'
import { two } from '../time/calendar'
import { zonedAt } from '../time/offset'
import { MONTHS, WEEKDAYS } from '../time/window'
import { readInstant } from '../values/dates'

/** What a template calls a date, on the wall clock of its zone. */
export type TemplateMoment = Temporal.ZonedDateTime

/** The names of moments whose zone has rules that this runtime does not know; their `timeZoneId` is only an offset. */
const names = new WeakMap<TemplateMoment, string>()

function named(moment: TemplateMoment, zone: string): TemplateMoment {
  if (moment.timeZoneId !== zone) names.set(moment, zone)
  return moment
}

/** An instant (ms) on the wall clock of a zone. */
export function momentAt(at: number, zone: string): TemplateMoment {
  return named(zonedAt(zone, at), zone)
}

/**
 * `why`: what was found instead, as the beginning of a sentence: `"next week" is no date`. Empty when there was nothing
 * to read.
 */
export type ReadMoment =
  | { readonly is: 'moment'; readonly moment: TemplateMoment }
  | { readonly is: 'unread'; readonly why: string }

/**
 * Reads a date for a template: `now`, `today`, or any spelling that values/dates.ts reads. Without an offset it is wall
 * clock time of the zone.
 */
export function readMoment(value: unknown, now: number, zone: string): ReadMoment {
  if (value === undefined || value === null || value === '') return { is: 'unread', why: '' }
  try {
    const isNow = typeof value === 'string' && /^\s*(now|today)\s*$/i.test(value)
    const read = isNow ? { is: 'read' as const, at: now } : readInstant(value, zone)
    if (read.is === 'refused') return { is: 'unread', why: read.why }
    return { is: 'moment', moment: momentAt(read.at, zone) }
  } catch {
    // Temporal throws for a zone that it does not know. A template may take the name of the zone from a lead.
    return { is: 'unread', why: `"${zone.slice(0, 60).toWellFormed()}" is no time zone` }
  }
}

/** Flags, width, colons, a modifier that changes nothing in English, and the letter. */
const directive = /%([-_0^#:]*)(\d{0,2})(:{0,3})([EO]?)(.)/gs

interface Ask {
  readonly moment: TemplateMoment
  readonly flags: string
  /** NaN where the directive gives none. */
  readonly width: number
  readonly colons: number
}

type Write = (ask: Ask) => string

/**
 * Ruby's strftime, which Liquid's `date` filter speaks. It is always English and never asks the machine for its
 * language or zone.
 */
export function strftime(moment: TemplateMoment, format: string): string {
  return format.replaceAll(
    directive,
    (whole, flags: string, width: string, behind: string, modifier: string, letter: string) => {
      const write = Object.hasOwn(directives, letter) ? directives[letter] : undefined
      const colons = behind.length + flags.split(':').length - 1
      if (write === undefined || (colons > 0 && letter !== 'z') || colons > 3) return whole
      if (modifier !== '' && !(modifier === 'E' ? 'cCxXyY' : 'deHkIlmMSuUVwWy').includes(letter)) return whole
      return write({ moment, flags, width: width === '' ? Number.NaN : Number(width), colons })
    },
  )
}

/** A number, padded with zeros or with what the flag says. */
function number(of: (moment: TemplateMoment) => number, width: number, fill: '0' | ' ' = '0'): Write {
  return ({ moment, flags, width: asked }) => {
    const value = of(moment)
    const digits = String(Math.abs(value))
    if (flags.includes('-')) return `${value < 0 ? '-' : ''}${digits}`
    const signs = (Number.isNaN(asked) ? width : asked) - (value < 0 ? 1 : 0)
    const filler = flags.includes('_') ? ' ' : flags.includes('0') ? '0' : fill
    if (filler === ' ') return `${value < 0 ? '-' : ''}${digits}`.padStart(signs, ' ')
    return `${value < 0 ? '-' : ''}${digits.padStart(signs, '0')}`
  }
}

/** A text, padded with blanks. `#` changes its case: to `lower` for what is in capitals already. */
function text(of: (moment: TemplateMoment) => string, changed: 'upper' | 'lower' = 'upper'): Write {
  return ({ moment, flags, width }) => {
    const said = of(moment)
    const upper = flags.includes('^') || (flags.includes('#') && changed === 'upper')
    const cased = upper ? said.toUpperCase() : flags.includes('#') ? said.toLowerCase() : said
    if (flags.includes('-') || Number.isNaN(width)) return cased
    return cased.padStart(width, flags.includes('0') ? '0' : ' ')
  }
}

/** Several directives under one letter. */
function row(format: string): Write {
  return text(moment => strftime(moment, format))
}

/** Fractions of a second: as many digits as the width says, cut off and not rounded. */
function fraction(digits: number): Write {
  return ({ moment, width }) => {
    const { millisecond, microsecond, nanosecond } = moment
    const all = String(millisecond * 1_000_000 + microsecond * 1000 + nanosecond).padStart(9, '0')
    const wanted = Number.isNaN(width) || width === 0 ? digits : width
    return all.slice(0, wanted).padEnd(wanted, '0')
  }
}

/**
 * `+0900`; with colons `+09:00` or `+09:00:00`, and with three of them no more than is needed. A width pads the hours.
 */
function offset({ moment, flags, width, colons }: Ask): string {
  const seconds = moment.offsetNanoseconds / 1e9
  const ahead = Math.abs(seconds)
  const [hours, minutes, rest] = [Math.floor(ahead / 3600), two(Math.floor(ahead / 60) % 60), two(ahead % 60)]
  const needed = rest !== '00' ? 2 : minutes !== '00' ? 1 : 0
  const tail =
    colons === 0
      ? minutes
      : [minutes, rest]
          .slice(0, colons === 3 ? needed : colons)
          .map(part => `:${part}`)
          .join('')
  const isUnknown = flags.includes('-') && moment.timeZoneId === 'UTC'
  const sign = seconds < 0 || isUnknown ? '-' : '+'
  const room = (Number.isNaN(width) ? 0 : width) - tail.length
  if (flags.includes('_')) return `${sign}${hours}`.padStart(Math.max(3, room), ' ') + tail
  return sign + String(hours).padStart(Math.max(2, room - 1), '0') + tail
}

const directives: { readonly [letter: string]: Write } = {
  a: text(m => weekday(m).slice(0, 3)),
  A: text(weekday),
  b: text(m => month(m).slice(0, 3)),
  B: text(month),
  h: text(m => month(m).slice(0, 3)),
  c: row('%a %b %e %H:%M:%S %Y'),
  C: number(m => Math.floor(m.year / 100), 2),
  d: number(m => m.day, 2),
  D: row('%m/%d/%y'),
  e: number(m => m.day, 2, ' '),
  F: row('%Y-%m-%d'),
  g: number(m => (m.yearOfWeek ?? m.year) % 100, 2),
  G: number(m => m.yearOfWeek ?? m.year, 4),
  H: number(m => m.hour, 2),
  I: number(m => m.hour % 12 || 12, 2),
  j: number(m => m.dayOfYear, 3),
  k: number(m => m.hour, 2, ' '),
  l: number(m => m.hour % 12 || 12, 2, ' '),
  L: fraction(3),
  m: number(m => m.month, 2),
  M: number(m => m.minute, 2),
  n: text(() => '\n'),
  N: fraction(9),
  p: text(m => (m.hour < 12 ? 'AM' : 'PM'), 'lower'),
  P: text(m => (m.hour < 12 ? 'am' : 'pm')),
  /** LiquidJS's own: the ending of the day, as in 17th. */
  q: text(m => ordinal(m.day)),
  Q: number(m => m.epochMilliseconds, 1),
  r: row('%I:%M:%S %p'),
  R: row('%H:%M'),
  s: number(m => Math.floor(m.epochMilliseconds / 1000), 1),
  S: number(m => m.second, 2),
  t: text(() => '\t'),
  T: row('%H:%M:%S'),
  u: number(m => m.dayOfWeek, 1),
  U: number(m => weekOfYear(m, 0), 2),
  v: row('%e-%^b-%Y'),
  V: number(m => m.weekOfYear ?? 0, 2),
  w: number(m => m.dayOfWeek % 7, 1),
  W: number(m => weekOfYear(m, 1), 2),
  x: row('%m/%d/%y'),
  X: row('%H:%M:%S'),
  y: number(m => m.year % 100, 2),
  Y: number(m => m.year, 4),
  z: offset,
  Z: text(m => names.get(m) ?? m.timeZoneId, 'lower'),
  '+': row('%a %b %e %H:%M:%S %Z %Y'),
  '%': text(() => '%'),
}

function weekday(m: TemplateMoment): string {
  return WEEKDAYS[m.dayOfWeek - 1] ?? ''
}

function month(m: TemplateMoment): string {
  return MONTHS[m.month - 1] ?? ''
}

function ordinal(day: number): string {
  if (day >= 11 && day <= 13) return 'th'
  return ['th', 'st', 'nd', 'rd'][day % 10] ?? 'th'
}

/** Weeks since the year's first `startDay` (0 Sunday, 1 Monday). The days before it are week 0. */
function weekOfYear(m: TemplateMoment, startDay: number): number {
  return Math.floor((m.dayOfYear + 6 - (((m.dayOfWeek % 7) - startDay + 7) % 7)) / 7)
}
