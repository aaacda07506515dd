import { type ClockReading, type Committed, standingAt } from './standing'

/** Time as whoever acts is given it. The server has one of its own (server/clock.ts), and so has the simulator. */
export interface Clock {
  /** ms since the epoch. It may be set, in both directions. */
  readonly now: () => number
  /** ms since some moment. It goes on evenly and is never set; timers are kept by it. */
  readonly monotonic: () => number
  /** By how much `now` runs ahead of what the machine's clock shows (ms), because that was set back; 0 nearly always. */
  readonly behind: () => number
  /** Runs once after `ms`; answers what cancels it. */
  readonly after: (ms: number, run: () => void) => () => void
}

/** A clock that does not go back behind what was committed (shared/time/standing.ts). */
export interface KeptClock extends Clock {
  /** Something was committed at this instant. */
  readonly keep: (at: number) => void
  /** How it stands: `behind` tells for as long as the machine's clock has not caught up with the latest instant that was ever seen. */
  readonly standing: () => ClockReading
}

/** `last`: when something was last committed, by a process before this one. */
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
      // While time is slowed it counts from where that began, or the parts of milliseconds would be lost with each commit.
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
  /** `bytes` random bytes as hex: names of installations and imports. */
  readonly hex: (bytes: number) => string
}
