import { randomBytes } from 'node:crypto'

/** The one place of wall-clock time, timers and chance in the server. Built once in main.ts; the simulator brings its own. */
export interface Clock {
  /** ms since the epoch. It may be set, in both directions. */
  readonly now: () => number
  /** ms since some moment. It goes on evenly and is never set; timers are kept by it. */
  readonly monotonic: () => number
  /** Runs once after `ms`; answers what cancels it. */
  readonly after: (ms: number, run: () => void) => () => void
}

export interface Chance {
  /** In [0, 1): for jitter alone. */
  readonly unit: () => number
  /** `bytes` random bytes as hex: names of installations and imports. */
  readonly hex: (bytes: number) => string
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
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
