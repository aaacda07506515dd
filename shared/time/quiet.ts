import { stretchAt } from './offset'

const DAY = 86_400_000

/** A quiet window on a wall clock, `HH:MM` each, half-open [start, end). `start` may be later than `end` (over midnight), never equal. */
export interface Hours {
  readonly start: string
  readonly end: string
}

/**
 * The smallest instant >= `at` (ms) whose wall clock time lies outside the quiet window; `at` itself when it is not quiet (braze section 3:
 * this definition settles midnight and both clock changes). Exact: it jumps to the end of the window, or to the clock change before it
 * and looks again from there.
 */
export function nextOpening(hours: Hours, zone: string, at: number): number {
  const start = msOfDay(hours.start)
  const end = msOfDay(hours.end)
  const length = modulo(end - start, DAY)
  let here = at
  for (;;) {
    const { to, offset } = stretchAt(zone, here)
    const wall = here + offset
    if (modulo(wall - start, DAY) >= length) return here
    const opening = here + modulo(end - wall, DAY)
    if (opening < to) return opening
    here = to
  }
}

function msOfDay(time: string): number {
  const [hours, minutes] = time.split(':')
  return (Number(hours) * 60 + Number(minutes)) * 60_000
}

function modulo(n: number, by: number): number {
  return ((n % by) + by) % by
}
