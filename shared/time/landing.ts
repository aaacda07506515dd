import { Temporal } from 'temporal-polyfill'
import { z } from 'zod'
import type { WrittenDate } from '../values/dates'
import { writeClock } from './calendar'
import { firstAt, wallAt } from './offset'
import { DAY, MINUTE } from './units'
import { MONTHS, WEEKDAYS } from './window'

/**
 * Where a wait lands on a wall clock. Pure arithmetic on calendar dates and times of a zone, never "+24 h". Everywhere:
 *
 * - A time that the clock skips lands at the first instant after the gap, even when that is on the next date.
 * - A time that comes twice lands once, at the first.
 * - Days are dates: 31 January and one day is 1 February; 28 February and one day is the 29th when there is one.
 * - 29 February has its anniversary on 28 February in other years: a date never leaves its month.
 */

/**
 * The furthest end of a wait, in ms from its beginning: two leap years, so that no two years of the calendar are
 * longer.
 */
export const TWO_YEARS = 2 * 366 * DAY
/** As many calendar days as two years can have. */
export const MOST_DAYS = 731

/** Wall clock time of day, `HH:MM`. */
export const timeOfDaySchema = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: 'Write a time of day like 08:00 or 22:30.', abort: true })

/** Days of the week as ISO 8601 counts them, Monday is 1; none chosen means any. */
export const weekdaysSchema = z.array(z.int().min(1).max(7)).max(7)

/** A time of day on some days of the week; on any day when the list is empty. */
export interface TimeOnDays {
  readonly weekdays: readonly number[]
  readonly time: string
}

/**
 * The first instant >= `at` (ms) at which the clock reaches the time on one of the weekdays (braze R14, marketo-alm
 * rule 26).
 */
export function nextLanding({ weekdays, time }: TimeOnDays, zone: string, at: number): number {
  // From the date before: a time that is skipped over midnight lands on the next day.
  for (let date = dateOf(wallAt(zone, at)) - DAY; ; date += DAY) {
    if (weekdays.length > 0 && !weekdays.includes(weekdayOf(date))) continue
    const landing = firstAt(zone, date + msOfDay(time))
    if (landing >= at) return landing
  }
}

/**
 * The time of day on the date that is `days` calendar days after that of `at`, however few hours away it is (braze
 * R15). 0 is today, which may have passed.
 */
export function daysLater(days: number, time: string, zone: string, at: number): number {
  return firstAt(zone, dateOf(wallAt(zone, at)) + days * DAY + msOfDay(time))
}

/**
 * How a written date is used. `time` is for dates without one, `days` may be negative, `yearly` asks for the next
 * anniversary.
 */
export interface Aim {
  readonly time: string
  readonly days: number
  readonly yearly: boolean
}

/**
 * The instant (ms) that a written date means in a zone, some days before or after (marketo-alm rule 27); it may have
 * passed. `yearly`: the first of the date and its anniversaries whose moment, days included, is not before `now`. So a
 * yearly one has never passed.
 */
export function momentOf(date: WrittenDate, aim: Aim, zone: string, now: number): number {
  const { days, yearly } = aim
  // Without a change of date no clock is read: an instant in an hour that comes twice stays where it is.
  if (date.is === 'instant' && days === 0 && !yearly) return date.at
  const wall = wallOf(date, aim.time, zone)
  return yearly ? nextAnniversary(wall, days, zone, now) : firstAt(zone, wall + days * DAY)
}

/** `the next Mon, Wed or Fri, 09:00`, `the next Mon to Fri, 09:00`, `the next 09:00` on whatever day that is. */
export function sayLanding({ weekdays, time }: TimeOnDays): string {
  const days = [...new Set(weekdays)].sort((a, b) => a - b)
  const names = days.map(day => WEEKDAYS[day - 1]?.slice(0, 3) ?? '')
  const [first = 0, last = 0] = [days[0], days.at(-1)]
  if (days.length === 0 || days.length === 7) return `the next ${time}`
  if (days.length > 2 && last - first === days.length - 1) return `the next ${names[0]} to ${names.at(-1)}, ${time}`
  return `the next ${[names.slice(0, -1).join(', '), names.at(-1)].filter(part => part !== '').join(' or ')}, ${time}`
}

/** `Mon 4 May 2026, 09:00`: a date and time on a clock that nobody has named yet. */
export function sayWall(wall: number): string {
  const { year, month, day } = plainDate(wall)
  const minutes = Math.floor((wall - dateOf(wall)) / MINUTE)
  const time = [Math.floor(minutes / 60), minutes % 60].map(n => String(n).padStart(2, '0')).join(':')
  return `${WEEKDAYS[weekdayOf(wall) - 1]?.slice(0, 3)} ${day} ${MONTHS[month - 1]?.slice(0, 3)} ${year}, ${time}`
}

/** `2026-05-04T09:00`: a date and time of some clock, to the minute. */
export function writeWall(wall: number): string {
  return writeClock(wall).slice(0, 16)
}

function wallOf(date: WrittenDate, time: string, zone: string): number {
  if (date.is === 'instant') return wallAt(zone, date.at)
  return date.is === 'date' ? date.wall + msOfDay(time) : date.wall
}

function nextAnniversary(wall: number, days: number, zone: string, now: number): number {
  const first = plainDate(wall)
  const time = wall - dateOf(wall)
  const lastYear = plainDate(wallAt(zone, now) - days * DAY).year - 1
  for (let year = Math.max(first.year, lastYear); ; year++) {
    const date = first.with({ year }, { overflow: 'constrain' }).toZonedDateTime('UTC').epochMilliseconds
    const at = firstAt(zone, date + days * DAY + time)
    if (at >= now) return at
  }
}

/** The date of a wall clock time. */
export function plainDate(wall: number): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(wall).toZonedDateTimeISO('UTC').toPlainDate()
}

/** Midnight of a wall clock time, in ms on that clock. */
function dateOf(wall: number): number {
  return Math.floor(wall / DAY) * DAY
}

/** The weekday of a wall clock time; Monday is 1. 1 January 1970 was a Thursday. */
export function weekdayOf(wall: number): number {
  return ((((Math.floor(wall / DAY) + 3) % 7) + 7) % 7) + 1
}

/** `08:30` as ms since midnight. */
export function msOfDay(time: string): number {
  const [hours, minutes] = time.split(':')
  return (Number(hours) * 60 + Number(minutes)) * MINUTE
}
