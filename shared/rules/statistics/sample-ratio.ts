import { chiSquareTail } from './distributions'

interface Assigned {
  readonly weight: number
  readonly entered: number
}

/** Below this p value the split is called wrong (Fabijan et al., "Diagnosing sample ratio mismatch", KDD 2019). */
export const MISMATCH_BELOW = 0.001
/** Fewer expected leads than this in a group: the chi-square distribution does not hold yet (Cochran). */
const FEWEST_EXPECTED = 5

/**
 * Pearson's chi-square test of assigned counts against their weights: the p value, or null while there is too little to test. Groups of weight
 * 0 are left out. Each look is a test of its own, so the bar is set at one in a thousand instead of one in twenty.
 */
export function sampleRatio(groups: readonly Assigned[]): number | null {
  const split = withExpected(groups).filter(({ expected }) => expected > 0)
  if (split.length < 2 || split.some(({ expected }) => expected < FEWEST_EXPECTED)) return null
  const distance = split.reduce((sum, { entered, expected }) => sum + (entered - expected) ** 2 / expected, 0)
  return chiSquareTail(distance, split.length - 1)
}

/** Each group with the number of leads that its weight promises. */
export function withExpected<T extends Assigned>(groups: readonly T[]): (T & { readonly expected: number })[] {
  const used = groups.filter(({ weight }) => weight > 0)
  const leads = used.reduce((sum, { entered }) => sum + entered, 0)
  const weights = used.reduce((sum, { weight }) => sum + weight, 0)
  return groups.map(group => ({ ...group, expected: weights === 0 ? 0 : (leads * group.weight) / weights }))
}
