/** What is known of one group: two counters, and the same apart for each stratum. */
export interface Arm {
  readonly entered: number
  readonly conversions: number
  /**
   * A stratum is the leads who were drawn by the same weights: while weights stay there is one, and this may be left
   * out. All groups of an experiment have them in the same order; where a group had no part in one, its counters there
   * are 0.
   */
  readonly strata?: readonly Cell[]
}
/** One group in one stratum. */
export interface Cell {
  readonly entered: number
  readonly conversions: number
}

/** Two groups, each with its conversion rate over the same mix of strata and the variance of that rate. */
export interface Compared {
  readonly control: Rate
  readonly variant: Rate
  /** The size of a single sample that knows as much as the two. */
  readonly sample: number
}
interface Rate {
  readonly rate: number
  readonly variance: number
}

/**
 * Makes two groups comparable whose weights were changed while leads came. Leads are compared only with those of their
 * own stratum, and the strata are combined by n m / (n + m), the weights of Mantel and Haenszel: Cochran, "Some methods
 * for strengthening the common chi-square tests", Biometrics 10 (1954); for the difference of rates Greenland and
 * Robins, "Estimation of a common effect parameter from sparse follow-up data", Biometrics 41 (1985). Pooled counts
 * compare leads of one time with leads of another, and may say the opposite of every stratum (Simpson's paradox). null
 * while no stratum has leads in both groups.
 *
 * The result may be looked at at any time: the weights of a draw are set before its lead comes, so that under any
 * history the sum over leads is a martingale, whose clock is `sample`. That is the case of the Lyapunov-type confidence
 * sequences, for means and variances that change, in the paper that sequential.ts cites. Choosing new weights by what
 * was seen is allowed; a sequence begun anew with each change would instead run its risk of a false alarm each time.
 */
export function compareWithin(control: Arm, variant: Arm): Compared | null {
  const strata = pairsOf(control, variant)
  const sample = strata.reduce((sum, { size }) => sum + size, 0)
  if (sample === 0) return null
  const over = (ofStratum: (stratum: Pair) => number) => strata.reduce((sum, s) => sum + ofStratum(s), 0)
  const of = (group: 'control' | 'variant'): Rate => ({
    rate: over(s => s.size * rateOf(s[group])) / sample,
    variance: over(s => s.size ** 2 * varianceOf(s[group])) / sample ** 2,
  })
  return { control: of('control'), variant: of('variant'), sample }
}

/** Two groups in one stratum in which both have leads. */
interface Pair {
  readonly control: Cell
  readonly variant: Cell
  readonly size: number
}

/** The strata in which two groups can be compared. */
export function pairsOf(control: Arm, variant: Arm): readonly Pair[] {
  const others = cellsOf(variant)
  return cellsOf(control).flatMap((cell, i) => {
    const other = others[i]
    if (other === undefined || cell.entered === 0 || other.entered === 0) return []
    return [{ control: cell, variant: other, size: sizeOfPair(cell.entered, other.entered) }]
  })
}

function cellsOf(arm: Arm): readonly Cell[] {
  return arm.strata ?? [arm]
}

/**
 * The size of a single sample that tells as much as two: half of it for equal groups, about the smaller one for very
 * unequal ones.
 */
export function sizeOfPair(n: number, m: number): number {
  return (n * m) / (n + m)
}

/** Conversions a lead. */
export function rateOf({ entered, conversions }: Cell): number {
  return conversions / entered
}

/**
 * The variance of a rate, with one success and one failure more than were seen: a group without conversions still
 * varies.
 */
function varianceOf({ entered, conversions }: Cell): number {
  const rate = (conversions + 1) / (entered + 2)
  return (rate * (1 - rate)) / entered
}
