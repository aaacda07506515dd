import { Temporal } from 'temporal-polyfill'
import { HOUR, MINUTE } from './units'
import { mendOf } from './zone-rules'

/**
 * A stretch of time over which a zone's clock runs evenly: from <= t < to, all in ms. `offset`: how far the wall clock
 * is ahead of UTC.
 */
export interface Stretch {
  readonly from: number
  readonly to: number
  readonly offset: number
}

const STRETCHES_PER_ZONE = 16
const ZONES = 1000
const known = new Map<string, Stretch[]>()

/**
 * The stretch that holds `at` (ms). Stretches are remembered, because Temporal takes 20 us for an offset and
 * milliseconds for the next clock change, and every gate asks. A remembered one is found in 0.1 us. A zone changes its
 * clock twice a year, so sixteen stretches are years of work.
 */
export function stretchAt(zone: string, at: number): Stretch {
  const stretches = stretchesOf(zone)
  const found = stretches.find(stretch => stretch.from <= at && at < stretch.to)
  if (found !== undefined) return found
  const stretch = lookUp(zone, at)
  stretches.unshift(stretch)
  if (stretches.length > STRETCHES_PER_ZONE) stretches.pop()
  return stretch
}

/** What the wall clock of a zone shows, as ms since 1970-01-01T00:00 on that clock. */
export function wallAt(zone: string, at: number): number {
  return at + stretchAt(zone, at).offset
}

/**
 * The first instant at which the wall clock shows `wall` or later. A skipped wall clock time begins at the jump; one
 * that comes twice begins at the first.
 */
export function firstAt(zone: string, wall: number): number {
  // No zone was ever 16 hours ahead of UTC, so nothing before this instant shows `wall` or later.
  let at = wall - 16 * HOUR
  for (;;) {
    const { to, offset } = stretchAt(zone, at)
    const candidate = Math.max(at, wall - offset)
    if (candidate < to) return candidate
    at = to
  }
}

/**
 * The first instant (ms) that lies this long after `at`: in time, or by what the clock of a zone shows, so that a day
 * of 23 hours is a day too. For whatever follows a schedule on that clock.
 */
export function laterBy(zone: string, at: number, length: number): number {
  return Math.min(at + length, firstAt(zone, wallAt(zone, at) + length))
}

function stretchesOf(zone: string): Stretch[] {
  const found = known.get(zone)
  if (found !== undefined) return found
  if (known.size >= ZONES) known.clear()
  const stretches: Stretch[] = []
  known.set(zone, stretches)
  return stretches
}

/**
 * What the calendar and the wall clock of a zone show. Where its rules are mended, the right offset stands in place of
 * the zone's name.
 */
export function zonedAt(zone: string, at: number | Temporal.Instant): Temporal.ZonedDateTime {
  const here = typeof at === 'number' ? Temporal.Instant.fromEpochMilliseconds(at) : at
  const [mend, ms] = [mendOf(zone), here.epochMilliseconds]
  if (mend === undefined || ms < mend.from || ms >= mend.to) return here.toZonedDateTimeISO(zone)
  return here.toZonedDateTimeISO(offsetName(stretchAt(zone, ms).offset))
}

/**
 * An instant plus a duration by Temporal's rule: years to days keep the wall clock of the zone, hours and smaller are
 * exact.
 */
export function addTo(zone: string, at: number, duration: Temporal.Duration): number {
  if (mendOf(zone) === undefined)
    return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).add(duration, constrain)
      .epochMilliseconds
  const { years, months, weeks, days } = duration
  const rest = duration.with({ years: 0, months: 0, weeks: 0, days: 0 }).total('milliseconds')
  if (years === 0 && months === 0 && weeks === 0 && days === 0) return at + rest
  const clock = Temporal.Instant.fromEpochMilliseconds(wallAt(zone, at)).toZonedDateTimeISO('UTC')
  const wall = clock.add({ years, months, weeks, days }, constrain).epochMilliseconds
  return instantOn(zone, wall) + rest
}

function instantOn(zone: string, wall: number): number {
  const found = firstAt(zone, wall)
  return wallAt(zone, found) === wall ? found : wall - stretchAt(zone, found - 1).offset
}

const constrain = { overflow: 'constrain' } as const

/** `+05:30` */
function offsetName(offset: number): string {
  const minutes = Math.abs(offset) / MINUTE
  const two = (n: number) => String(n).padStart(2, '0')
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}

function lookUp(zone: string, at: number): Stretch {
  const mend = mendOf(zone)
  if (mend === undefined) return byRuntime(zone, at)
  if (at < mend.from) {
    const { from, to, offset } = byRuntime(zone, at)
    return { from, to: Math.min(to, mend.from), offset }
  }
  if (at >= mend.to) {
    const { from, to, offset } = byRuntime(zone, at)
    return { from: Math.max(from, mend.to), to, offset }
  }
  if (typeof mend.clock === 'number') return { from: mend.from, to: mend.to, offset: mend.clock }
  const { from, to, offset } = stretchAt(mend.clock, at)
  return { from: Math.max(from, mend.from), to: Math.min(to, mend.to), offset }
}

function byRuntime(zone: string, at: number): Stretch {
  // Temporal's "previous" is strict; one millisecond later makes it include a change at `at` itself.
  const here = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone)
  const from = here.add({ milliseconds: 1 }).getTimeZoneTransition('previous')?.epochMilliseconds
  const to = here.getTimeZoneTransition('next')?.epochMilliseconds
  return {
    from: from ?? Number.NEGATIVE_INFINITY,
    to: to ?? Number.POSITIVE_INFINITY,
    offset: here.offsetNanoseconds / 1e6,
  }
}
