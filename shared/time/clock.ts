import { type ClockReading, type Committed, standingAt } from './standing'

/** Time as an actor is given it. The server has its own clock (server/clock.ts), and so has the simulator. */
export interface Clock {
  /** ms since the epoch. It may be set, in both directions. */
  readonly now: () => number
  /** ms since some moment. It runs evenly and is never set, so timers follow it. */
  readonly monotonic: () => number
  /** How far `now` runs ahead of the machine's clock (ms), because that was set back; nearly always 0. */
  readonly behind: () => number
  /** Runs once after `ms`. Returns what cancels it. */
  readonly after: (ms: number, run: () => void) => () => void
}

/** A clock that does not go back behind what was committed (shared/time/standing.ts). */
export interface KeptClock extends Clock {
  /** Something was committed at this instant. */
  readonly keep: (at: number) => void
  /** Where time stands. `behind` stays until the machine's clock has caught up with the latest instant ever seen. */
  readonly standing: () => ClockReading
}

/** `last`: when an earlier process last committed something. */
export function keepClock(clock: Clock, last: number): KeptClock {
  let committed: Committed = { at: last, monotonic: clock.monotonic() }
  let latest = last
  const here = () => standingAt(clock.now(), clock.monotonic(), committed)
  return {
    ...clock,
    now: () => here().now,
    behind: () => {
      const { now, time } = here()
      return time === 'slowed' ? now - clock.now() : 0
    },
    keep: at => {
      latest = Math.max(latest, at)
      // Slowed time counts from where the slowing began. Counting from each commit would lose fractions of
      // milliseconds.
      const { now, time } = here()
      if (time !== 'slowed' || at > now) committed = { at, monotonic: clock.monotonic() }
    },
    standing: () => {
      const { now, time } = here()
      const behind = Math.max(0, latest - clock.now())
      return { now, behind, time: time === 'runs' && behind > 0 ? 'back' : time }
    },
  }
}

/** For jitter, and for names. */
export interface Chance {
  /** In [0, 1): for jitter alone. */
  readonly unit: () => number
  /** `bytes` random bytes as hex: for names of installations and imports. */
  readonly hex: (bytes: number) => string
}
