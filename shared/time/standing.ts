import { DAY } from './units'

/**
 * Where time stands, by the clock of the machine and by the last instant at which something was committed. Clocks are
 * set back: by minutes when they ran ahead, by hours when somebody mistook the zone, by years when a battery died. A
 * decision of one instant must not be undone by an earlier one: a cap would count anew, and an event would come before
 * the launch that it followed. And nothing that waits may wait for the difference: a retry in a minute would come in
 * ten hours. So time goes on from there, at half its speed, until the clock has caught up.
 *
 * There is a limit. A clock that was more than a day ahead when something was committed is believed now, and time goes
 * back with it. A day is longer than any mistake of a zone (14 hours).
 */
export const MOST_BEHIND = DAY
/** Clocks are corrected by this much all day long; that is not worth reporting. */
export const A_LITTLE = 1000
/**
 * How fast time goes on while the clock stands behind: ten minutes are caught up in twenty, and what is due in a minute
 * comes in two.
 */
export const SLOWED = 0.5

/** An instant at which something was committed, and what the monotonic clock showed then (both ms). */
export interface Committed {
  readonly at: number
  readonly monotonic: number
}

export interface ClockReading {
  readonly now: number
  /** How far the clock stands behind `now`, in ms; 0 when it does not. */
  readonly behind: number
  /** `slowed`: until the clock has caught up. `back`: the clock is believed. */
  readonly time: 'runs' | 'slowed' | 'back'
}

/** `wall`: what the clock shows. `monotonic`: what the clock shows that is never set. */
export function standingAt(wall: number, monotonic: number, last: Committed): ClockReading {
  const goesOn = last.at + Math.max(0, monotonic - last.monotonic) * SLOWED
  if (wall >= goesOn) return { now: wall, behind: 0, time: 'runs' }
  const behind = goesOn - wall
  return behind <= MOST_BEHIND
    ? { now: Math.floor(goesOn), behind: Math.floor(goesOn) - wall, time: 'slowed' }
    : { now: wall, behind, time: 'back' }
}
