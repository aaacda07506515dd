import { Temporal } from 'temporal-polyfill'
import { z } from 'zod'
import { plainMs } from './duration'
import { addTo } from './offset'
import { DAY, HOUR, MINUTE } from './units'

/**
 * How long ago, or how far ahead. Unlike a wait (duration.ts), a span may be counted in months and years; the calendar
 * then says how long they are. Minutes and hours are exact, also over a clock change.
 */

export const spanUnits = ['minutes', 'hours', 'days', 'weeks', 'months', 'years'] as const
export type SpanUnit = (typeof spanUnits)[number]

/** So many of one unit. */
export interface UnitSpan {
  readonly amount: number
  readonly unit: SpanUnit
}

const written = /^(?:P(\d{1,5})([DWMY])|PT(\d{1,8})([MH]))$/
const ofCalendar: { readonly [letter: string]: SpanUnit } = { D: 'days', W: 'weeks', M: 'months', Y: 'years' }
const ofClock: { readonly [letter: string]: SpanUnit } = { M: 'minutes', H: 'hours' }

/**
 * Reads an ISO 8601 duration of one unit (`PT90M`, `P2W`, `P3M`, `P1Y`). A whole number is days, as it was before there
 * were other units.
 */
export function readSpan(value: unknown): UnitSpan | undefined {
  if (typeof value === 'number' || (typeof value === 'string' && /^\d{1,6}$/.test(value)))
    return Number.isInteger(Number(value)) && Number(value) >= 0 ? { amount: Number(value), unit: 'days' } : undefined
  const [, days, calendar = '', time, clock = ''] = (typeof value === 'string' && written.exec(value)) || []
  const unit = ofCalendar[calendar] ?? ofClock[clock]
  return unit === undefined ? undefined : { amount: Number(days ?? time), unit }
}

/** `P3M`, `PT90M`: the form that `readSpan` reads. */
export function writeSpan({ amount, unit }: UnitSpan): string {
  const letter = unit[0]?.toUpperCase()
  return isExact(unit) ? `PT${amount}${letter}` : `P${amount}${letter}`
}

/** Is the span counted by the clock, and not by the calendar? */
export function isExact(unit: SpanUnit): boolean {
  return unit === 'minutes' || unit === 'hours'
}

/** `90 minutes`, `1 month`. */
export function saySpan({ amount, unit }: UnitSpan): string {
  return `${amount} ${amount === 1 ? unit.slice(0, -1) : unit}`
}

/** No span of this many is longer (ms): a month has 31 days, a year 366, and a calendar day may have an hour more. */
export function longestMs({ amount, unit }: UnitSpan): number {
  return amount * longest[unit] + (isExact(unit) ? 0 : DAY)
}

const longest: { readonly [U in SpanUnit]: number } = {
  minutes: MINUTE,
  hours: HOUR,
  days: DAY,
  weeks: 7 * DAY,
  months: 31 * DAY,
  years: 366 * DAY,
}

/**
 * The date (days since 1970) that lies this far before (-1) or after (1) another one. A date never leaves its month: a
 * month before 31 May is 30 April.
 */
export function dateFrom(date: number, { amount, unit }: UnitSpan, direction: -1 | 1): number {
  if (unit === 'days' || unit === 'weeks') return date + direction * amount * (unit === 'weeks' ? 7 : 1)
  const from = Temporal.Instant.fromEpochMilliseconds(date * DAY)
    .toZonedDateTimeISO('UTC')
    .toPlainDate()
  const there = from.add({ [unit]: direction * amount }, { overflow: 'constrain' })
  return there.toZonedDateTime('UTC').epochMilliseconds / DAY
}

/** How far back a rule on history looks: as a duration, with months and years. */
export const lookBackSchema = z
  .string()
  .max(40)
  .regex(/^P(?!$)(\d{1,3}Y)?(\d{1,4}M)?(\d{1,5}W)?(\d{1,6}D)?(T(?=\d)(\d{1,7}H)?(\d{1,8}M)?(\d{1,9}S)?)?$/, {
    error: 'Write how far to look back like PT90M (90 minutes), PT2H, P30D, P2W, P3M or P1Y.',
    abort: true,
  })
  .meta({ id: 'LookBack' })

/**
 * `at` (ms) less the reach of a look back. Weeks and days are rolling, of 86,400 s each (braze R18). Months and years
 * are the calendar's in the zone, at the same time of day: three months before 31 May 10:00 is 28 February 10:00, or
 * the 29th when there is one.
 */
export function lookBack(at: number, within: string, zone: string): number {
  const { years, months } = Temporal.Duration.from(within)
  if (years === 0 && months === 0) return at - plainMs(within)
  return addTo(zone, at, Temporal.Duration.from({ years: -years, months: -months })) - plainMs(within)
}

/** No look back of this length reaches further (ms), whatever the day and the zone. */
export function reachOf(within: string): number {
  const { years, months } = Temporal.Duration.from(within)
  const calendar = years === 0 && months === 0 ? 0 : years * longest.years + months * longest.months + DAY
  return calendar + plainMs(within)
}
