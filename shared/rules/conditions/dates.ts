import type { Json } from '../../json'
import { plainDate } from '../../time/landing'
import { wallAt } from '../../time/offset'
import { dateFrom, isExact, longestMs, readSpan } from '../../time/span'
import { DAY } from '../../time/units'
import { instantOf, readDate } from '../../values/dates'

/**
 * Dates on the calendar of a zone. A day is a date, never 24 hours: a lead in Seoul has a birthday while New York still
 * waits for it. What cannot be read as a date (values/dates.ts) fits no comparison of dates.
 *
 * Days, weeks, months and years are compared as dates: today belongs to them, and so does the day at the edge. Minutes
 * and hours are compared as instants, both borders included; a date without a time stands for the first instant of its
 * day.
 */

/** Now, on whose calendar. */
export interface Today {
  readonly now: number
  readonly zone: string
}

/** Is the found date before the other one? Compared as days, when the other one has no time; else as instants. */
export function isBefore(found: Json, value: Json, { zone }: Today): boolean {
  return difference(found, value, zone) < 0
}

export function isAfter(found: Json, value: Json, { zone }: Today): boolean {
  return difference(found, value, zone) > 0
}

/** Is the found date on the day of the other one? */
export function isOn(found: Json, value: Json, { zone }: Today): boolean {
  const [day, other] = [dayOfDate(found, zone), dayOfDate(value, zone)]
  return day !== undefined && day === other
}

/** Does it lie between the edge of the span before now, and now? What is in the past but earlier is `isLongerAgo`. */
export function isInLast(found: Json, span: Json, today: Today): boolean {
  const { at, now, edge } = measure(found, span, -1, today)
  return edge <= at && at <= now
}

/** Does it lie between now and the edge of the span that begins? */
export function isInNext(found: Json, span: Json, today: Today): boolean {
  const { at, now, edge } = measure(found, span, 1, today)
  return now <= at && at <= edge
}

/** Does it lie before the edge of the span that ends now? */
export function isLongerAgo(found: Json, span: Json, today: Today): boolean {
  const { at, edge } = measure(found, span, -1, today)
  return at < edge
}

/**
 * Is today an anniversary of the date, in a later year? 29 February has it on the 28th in years without one
 * (time/landing.ts).
 */
export function isAnniversary(found: Json, { now, zone }: Today): boolean {
  const day = dayOfDate(found, zone)
  if (day === undefined) return false
  const [then, today] = [plainDate(day * DAY), plainDate(wallAt(zone, now))]
  return today.year > then.year && then.with({ year: today.year }, { overflow: 'constrain' }).equals(today)
}

/** Less than 0: before. NaN, which compares with nothing, when one of them is no date. */
function difference(found: Json, value: Json, zone: string): number {
  const other = readDate(value)
  if (other.is === 'refused') return Number.NaN
  if (other.is === 'date') return (dayOfDate(found, zone) ?? Number.NaN) - dayOfWall(other.wall)
  return (dateAsInstant(found, zone) ?? Number.NaN) - instantOf(other, zone)
}

/** The instant (ms) of a date on the clock of the zone; undefined when it is no date. */
export function dateAsInstant(value: Json, zone: string): number | undefined {
  const date = readDate(value)
  return date.is === 'refused' ? undefined : instantOf(date, zone)
}

/** Days since 1970 on the calendar of the zone. */
function dayOfDate(value: Json, zone: string): number | undefined {
  const date = readDate(value)
  if (date.is === 'refused') return undefined
  return dayOfWall(date.is === 'instant' ? wallAt(zone, date.at) : date.wall)
}

/**
 * What was found, now, and the edge of the span before (-1) or after (1) it, on one scale: ms for minutes and hours,
 * else days. NaN for what is no date or no span.
 */
function measure(found: Json, value: Json, direction: -1 | 1, { now, zone }: Today) {
  const span = readSpan(value)
  if (span === undefined) return { at: Number.NaN, now, edge: Number.NaN }
  if (isExact(span.unit))
    return { at: dateAsInstant(found, zone) ?? Number.NaN, now, edge: now + direction * longestMs(span) }
  const today = dayOfWall(wallAt(zone, now))
  return { at: dayOfDate(found, zone) ?? Number.NaN, now: today, edge: dateFrom(today, span, direction) }
}

function dayOfWall(wall: number): number {
  return Math.floor(wall / DAY)
}
