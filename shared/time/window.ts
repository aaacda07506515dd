import { firstAt, wallAt, zonedAt } from './offset'
import { DAY, MINUTE } from './units'

/**
 * The time over which a cap counts. Days and weeks are dates of the lead's wall clock (braze R21), or they roll: the
 * last so many times 86,400 s (marketo-alm rule 24). Minutes always roll.
 */
export interface Span {
  readonly amount: number
  readonly unit: 'minutes' | 'days' | 'weeks'
  readonly window?: 'calendar' | 'rolling'
}

/** No more than `most` touches in a span. */
export interface CapSpan extends Span {
  readonly most: number
}

/**
 * The first instant (ms) whose touches count for a cap at `at`. Rolling: a touch made exactly that long ago has just
 * fallen out. Days: today and the `amount - 1` dates before it, so that a touch at 23:00 is forgotten at midnight
 * (braze R21, section 4). A week is seven such dates.
 */
export function windowStart(span: Span, zone: string, at: number): number {
  const rolls = rollingMs(span)
  if (rolls !== undefined) return at - rolls + 1
  return firstAt(zone, dateOf(zone, at) - (datesIn(span) - 1) * DAY)
}

/**
 * The first instant >= `at` (ms) at which another touch would pass the cap, if none are made until then. `touches` come
 * in any order, and may include some that no longer count at `at`.
 */
export function freeAgainAt(cap: CapSpan, zone: string, touches: readonly number[], at: number): number {
  const from = windowStart(cap, zone, at)
  const counting = touches.filter(touch => touch >= from).sort((a, b) => a - b)
  const lastToFallOut = counting[counting.length - cap.most]
  return lastToFallOut === undefined ? at : Math.max(at, forgottenAt(cap, zone, lastToFallOut))
}

/**
 * An instant as a person in that zone says it: `08:00` on the date of `now`, else `Tue 24 Nov, 08:00`, with the year
 * when it is not that of `now`. Always English, whatever the machine's language.
 */
export function sayInstant(at: number, zone: string, { now }: { readonly now?: number } = {}): string {
  const then = zonedAt(zone, at)
  const today = now === undefined ? undefined : zonedAt(zone, now)
  const time = `${two(then.hour)}:${two(then.minute)}`
  if (today !== undefined && then.toPlainDate().equals(today.toPlainDate())) return time
  const year = today === undefined || then.year === today.year ? '' : ` ${then.year}`
  return `${WEEKDAYS[then.dayOfWeek - 1]?.slice(0, 3)} ${then.day} ${MONTHS[then.month - 1]?.slice(0, 3)}${year}, ${time}`
}

export const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const
export const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const

/** How long a rolling span is (ms); undefined when it is made of dates. */
export function rollingMs(span: Span): number | undefined {
  if (span.unit === 'minutes') return span.amount * MINUTE
  return span.window === 'rolling' ? datesIn(span) * DAY : undefined
}

/** When a touch no longer counts: after its time, or when a new date pushes its own out of the window. */
function forgottenAt(span: Span, zone: string, touch: number): number {
  const rolls = rollingMs(span)
  if (rolls !== undefined) return touch + rolls
  return firstAt(zone, dateOf(zone, touch) + datesIn(span) * DAY)
}

/** Midnight of the date that the wall clock shows, in ms on that clock. */
function dateOf(zone: string, at: number): number {
  return Math.floor(wallAt(zone, at) / DAY) * DAY
}

function datesIn({ amount, unit }: Span): number {
  return unit === 'weeks' ? amount * 7 : amount
}

function two(n: number): string {
  return String(n).padStart(2, '0')
}
