import { z } from 'zod'
import { readDate } from '../values/dates'
import { msOfDay, timeOfDaySchema, weekdaysSchema } from './landing'
import { stretchAt } from './offset'
import { DAY } from './units'

/**
 * Quiet times on a wall clock, and when they end. The definition (braze section 3) is only about what the clock shows.
 * An instant is quiet when the date that the clock shows is a holiday, or when its weekday and time lie in a window.
 * That settles midnight and both clock changes: a skipped end is the jump, a time that comes twice is quiet twice.
 */

const WEEK = 7 * DAY
/** The search for an open moment goes this far (ms): more than a year of holidays. */
export const QUIET_REACH = 400 * DAY

/**
 * Half-open [start, end): due at exactly `start` is held, due at exactly `end` is sent (braze R12). `days` are those on
 * which the window begins. A window whose `start` is later than its `end` ends on the next day. `24:00` is the end of
 * the day, so that a whole day can be named.
 */
export const quietWindowSchema = z.object({
  days: weekdaysSchema,
  start: timeOfDaySchema,
  end: z.union([timeOfDaySchema, z.literal('24:00')]),
})
export type QuietWindow = z.infer<typeof quietWindowSchema>

/** Quiet times, prepared for asking: without zones, in ms. */
export interface QuietPlan {
  /** [from, to) since Monday 00:00; in order, and none touches the next. */
  readonly week: readonly (readonly [from: number, to: number])[]
  /** Dates that are quiet from midnight to midnight, in days since 1 January 1970. */
  readonly holidays: ReadonlySet<number>
}

/** `holidays` are dates without a time. Anything else is no holiday. */
export function planOf(windows: readonly QuietWindow[], holidays: readonly string[]): QuietPlan {
  const pieces = windows.flatMap(({ days, start, end }) => days.flatMap(day => piecesOf(day, start, end)))
  const dates = holidays.map(readDate).flatMap(date => (date.is === 'date' ? [date.wall / DAY] : []))
  return { week: merged(pieces), holidays: new Set(dates) }
}

/** Does this plan make it quiet when a clock shows `wall` (ms since 1970-01-01T00:00 on it)? */
export function isQuietOn(plan: QuietPlan, wall: number): boolean {
  return quietUntil(plan, wall) > wall
}

/** Does the clock show the date of a holiday? */
export function isHoliday({ holidays }: QuietPlan, wall: number): boolean {
  return holidays.has(Math.floor(wall / DAY))
}

/**
 * The smallest instant >= `at` (ms) that no plan makes quiet; `at` itself when it is open; null when there is none
 * within `QUIET_REACH`. Exact: it jumps to the end of the quiet time, or to the clock change before that end, and looks
 * again from there.
 */
export function nextOpening(plans: readonly QuietPlan[], zone: string, at: number): number | null {
  let here = at
  while (here - at <= QUIET_REACH) {
    const { to, offset } = stretchAt(zone, here)
    const wall = here + offset
    const end = plans.reduce((latest, plan) => Math.max(latest, quietUntil(plan, wall)), wall)
    if (end === wall) return here
    here = Math.min(end - offset, to)
  }
  return null
}

/**
 * The first instant from `at` on and before `until` (both ms) that one of the plans makes quiet; `until` when there is
 * none.
 */
export function nextClosing(plans: readonly QuietPlan[], zone: string, at: number, until: number): number {
  let here = at
  while (here < until) {
    const { to, offset } = stretchAt(zone, here)
    const wall = here + offset
    const begin = plans.reduce((first, plan) => Math.min(first, openUntil(plan, wall)), Number.POSITIVE_INFINITY)
    if (begin === wall) return here
    here = Math.min(begin - offset, to)
  }
  return until
}

/** Is every moment of the week quiet? */
export function coversWeek({ week }: QuietPlan): boolean {
  const [first] = week
  return first !== undefined && first[0] === 0 && first[1] === WEEK
}

/** How much of the quietest day of the week is quiet, in ms. Holidays do not count. */
export function mostInADay({ week }: QuietPlan): number {
  const quietIn = (day: number) =>
    week.reduce((sum, [from, to]) => sum + Math.max(0, Math.min(to, day + DAY) - Math.max(from, day)), 0)
  return Math.max(...[0, 1, 2, 3, 4, 5, 6].map(day => quietIn(day * DAY)))
}

/**
 * Until when it stays quiet on an even clock that shows `wall`; `wall` itself when it is not quiet. At a midnight the
 * question is asked again.
 */
function quietUntil(plan: QuietPlan, wall: number): number {
  if (isHoliday(plan, wall)) return (Math.floor(wall / DAY) + 1) * DAY
  const moment = momentOfWeek(wall)
  for (const [from, to] of plan.week) {
    if (moment < from) break
    if (moment < to) return wall + to - moment
  }
  return wall
}

/**
 * Until when it stays open on an even clock that shows `wall`, at most to the next midnight; `wall` itself when it is
 * quiet.
 */
function openUntil(plan: QuietPlan, wall: number): number {
  if (quietUntil(plan, wall) > wall) return wall
  const midnight = (Math.floor(wall / DAY) + 1) * DAY
  const moment = momentOfWeek(wall)
  const next = plan.week.find(([from]) => from > moment)
  return next === undefined ? midnight : Math.min(midnight, wall + next[0] - moment)
}

/** One day's window on the week. What reaches beyond Sunday midnight continues at the beginning of the week. */
function piecesOf(day: number, start: string, end: string): (readonly [number, number])[] {
  const midnight = (day - 1) * DAY
  const [from, until] = [midnight + msOfDay(start), midnight + msOfDay(end)]
  if (from === until) return []
  const to = until > from ? until : until + DAY
  return to <= WEEK
    ? [[from, to]]
    : [
        [from, WEEK],
        [0, to - WEEK],
      ]
}

function merged(pieces: readonly (readonly [number, number])[]): (readonly [number, number])[] {
  const apart: [number, number][] = []
  for (const [from, to] of pieces.filter(([from, to]) => from < to).sort((a, b) => a[0] - b[0])) {
    const last = apart.at(-1)
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to)
    else apart.push([from, to])
  }
  return apart
}

/** Ms since Monday 00:00. 1 January 1970 was a Thursday. */
function momentOfWeek(wall: number): number {
  return (((wall + 3 * DAY) % WEEK) + WEEK) % WEEK
}
