import { randomBytes } from 'node:crypto'
import type { Chance, Clock } from '#shared/time/clock'

// The one place of wall-clock time, timers and chance in the server. Built once in main.ts; the simulator brings its
// own.

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  behind: () => 0,
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
