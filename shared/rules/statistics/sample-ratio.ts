import { chiSquareTail } from './distributions'

/**
 * A group with the leads who were assigned to it, and the same apart for each stratum (strata.ts), which has weights of
 * its own.
 */
interface Assigned extends Drawn {
  readonly strata?: readonly Drawn[]
}
/** Percent, and leads. */
interface Drawn {
  readonly weight: number
  readonly entered: number
}

/** Below this p value the split is called wrong (Fabijan et al., "Diagnosing sample ratio mismatch", KDD 2019). */
export const MISMATCH_BELOW = 0.001
/** Fewer expected leads than this in a group: the chi-square distribution does not hold yet (Cochran). */
const FEWEST_EXPECTED = 5

/**
 * Pearson's chi-square test of assigned counts against their weights: the p value, or null while there is too little to
 * test. Groups of weight 0 are left out. Each look is a test of its own, so the bar is set at one in a thousand instead
 * of one in twenty.
 *
 * Where weights were changed, the leads of each stratum are held against the weights that they were drawn by: strata
 * are independent, so their distances and their degrees of freedom add up. A stratum that is too small to test is left
 * out.
 */
export function sampleRatio(groups: readonly Assigned[]): number | null {
  const strata = testable(groups)
  if (strata.length === 0) return null
  const parts = strata.flat()
  const distance = parts.reduce((sum, part) => sum + strayed(part), 0)
  return chiSquareTail(distance, parts.length - strata.length)
}

/** Leads of one group in one stratum, and how many its weight promises. */
export interface GroupInStratum<T> {
  readonly group: T
  readonly entered: number
  readonly expected: number
}

/** Where a group strayed most from what its weight promises; undefined while there is too little to test. */
export function worstPart<T extends Assigned>(groups: readonly T[]): GroupInStratum<T> | undefined {
  const parts = testable(groups).flat()
  return parts.reduce((a, b) => (strayed(b) > strayed(a) ? b : a), parts[0] as GroupInStratum<T>)
}

function testable<T extends Assigned>(groups: readonly T[]): readonly (readonly GroupInStratum<T>[])[] {
  const count = Math.max(0, ...groups.map(({ strata }) => strata?.length ?? 1))
  return Array.from({ length: count }, (_, i) => partsOf(groups, i)).filter(
    parts => parts.length >= 2 && parts.every(({ expected }) => expected >= FEWEST_EXPECTED),
  )
}

/** The groups that have a weight in a stratum. */
function partsOf<T extends Assigned>(groups: readonly T[], stratum: number): readonly GroupInStratum<T>[] {
  const drawn = groups.flatMap(group => {
    const { weight, entered } = (group.strata ?? [group])[stratum] ?? { weight: 0, entered: 0 }
    return weight > 0 ? [{ group, weight, entered }] : []
  })
  const leads = drawn.reduce((sum, { entered }) => sum + entered, 0)
  const weights = drawn.reduce((sum, { weight }) => sum + weight, 0)
  return drawn.map(({ group, weight, entered }) => ({ group, entered, expected: (leads * weight) / weights }))
}

function strayed({ entered, expected }: GroupInStratum<unknown>): number {
  return (entered - expected) ** 2 / expected
}
