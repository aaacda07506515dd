import { Temporal } from 'temporal-polyfill'

/** A stretch of time over which a zone's clock runs evenly: from <= t < to, all in ms. `offset` is what the wall clock is ahead of UTC. */
export interface Stretch {
  readonly from: number
  readonly to: number
  readonly offset: number
}

const STRETCHES_PER_ZONE = 16
const ZONES = 1000
const known = new Map<string, Stretch[]>()

/**
 * The stretch that holds `at` (ms). Remembered, because asking Temporal costs 20 us for an offset and milliseconds for the next clock
 * change, and every gate asks: found again in 0.1 us. A zone changes its clock twice a year, so sixteen stretches are years of work.
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
 * The first instant at which the wall clock shows `wall` or later. A wall clock time that is skipped begins at the jump; one that comes
 * twice begins at the first.
 */
export function firstAt(zone: string, wall: number): number {
  // No zone was ever 16 hours ahead of UTC, so nothing before this instant shows `wall` or later.
  let at = wall - 16 * 3_600_000
  for (;;) {
    const { to, offset } = stretchAt(zone, at)
    const candidate = Math.max(at, wall - offset)
    if (candidate < to) return candidate
    at = to
  }
}

function stretchesOf(zone: string): Stretch[] {
  const found = known.get(zone)
  if (found !== undefined) return found
  if (known.size >= ZONES) known.clear()
  const stretches: Stretch[] = []
  known.set(zone, stretches)
  return stretches
}

function lookUp(zone: string, at: number): Stretch {
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
