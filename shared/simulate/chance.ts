import type { Chance } from '../time/clock'

/** Seeded chance (mulberry32): the same seed gives the same run, to the byte (law 9). */
export interface Dice extends Chance {
  /** A whole number from 0 to n - 1. */
  readonly below: (n: number) => number
  readonly oneOf: <T>(choices: readonly T[]) => T
  /** True in `share` of all throws. */
  readonly happens: (share: number) => boolean
}

export function dice(seed: number): Dice {
  let state = seed >>> 0
  const unit = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  const below = (n: number) => Math.floor(unit() * n)
  return {
    unit,
    below,
    hex: bytes => Array.from({ length: bytes * 2 }, () => below(16).toString(16)).join(''),
    oneOf: choices => {
      const chosen = choices[below(choices.length)]
      if (chosen === undefined) throw new RangeError('nothing to choose from')
      return chosen
    },
    happens: share => unit() < share,
  }
}
