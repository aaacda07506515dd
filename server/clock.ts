import { randomBytes } from 'node:crypto'
import { type Standing, standingAt } from '#shared/time/standing'

/** The one place of wall-clock time, timers and chance in the server. Built once in main.ts; the simulator brings its own. */
export interface Clock {
  /** ms since the epoch. */
  readonly now: () => number
  /** Runs once after `ms`; answers what cancels it. */
  readonly after: (ms: number, run: () => void) => () => void
}

/** A clock that does not go back behind what was committed (shared/time/standing.ts). */
export interface KeptClock extends Clock {
  /** Something was committed at this instant. */
  readonly keep: (at: number) => void
  /** How it stands: `behind` tells for as long as the machine's clock has not caught up with the latest instant that was ever seen. */
  readonly standing: () => Standing
}

/** `last`: when something was last committed, by a process before this one. */
export function keepClock(clock: Clock, last: number): KeptClock {
  let floor = last
  let latest = last
  return {
    ...clock,
    now: () => standingAt(clock.now(), floor).now,
    keep: at => {
      latest = Math.max(latest, at)
      // Earlier than the floor only when the clock is believed that was set back: from then on time counts from there.
      floor = standingAt(at, floor).now
    },
    standing: () => {
      const wall = clock.now()
      const { now, time } = standingAt(wall, floor)
      const behind = Math.max(0, latest - wall)
      return { now, behind, time: time === 'runs' && behind > 0 ? 'back' : time }
    },
  }
}

export interface Chance {
  /** In [0, 1): for jitter alone. */
  readonly unit: () => number
  /** `bytes` random bytes as hex: names of installations and imports. */
  readonly hex: (bytes: number) => string
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (ms, run) => {
    // Node treats a delay beyond 2^31-1 ms as 1 ms: wake up earlier and look again.
    const timer = setTimeout(run, Math.min(ms, 2 ** 31 - 1))
    return () => clearTimeout(timer)
  },
}

export const systemChance: Chance = {
  unit: () => Math.random(),
  hex: bytes => randomBytes(bytes).toString('hex'),
}
