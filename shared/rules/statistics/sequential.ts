import { normalQuantile } from './distributions'
import { type Arm, compareWithin, sizeOfPair } from './strata'

export interface Interval {
  readonly value: number
  readonly low: number
  readonly high: number
}
/** An interval whose upper end may not be known yet: null. */
export type OpenInterval = Omit<Interval, 'high'> & { readonly high: number | null }

/**
 * The tuning parameter: the number of leads in each of two equal groups at which the interval is tightest. It must not
 * depend on what is seen. At any other size the interval is as valid, only wider than one tuned for that size: at 2,000
 * by at most 8 % from 500 to 20,000 leads and by 14 % at 100,000.
 */
const TIGHTEST_AT = 2_000

/**
 * The difference of two conversion rates (variant minus control, as fractions) with a confidence interval that may be
 * looked at after every lead: with probability 1 - alpha the true difference lies inside at all looks together. null
 * while a group is empty. Where weights were changed it is the mean of the differences within each stratum (strata.ts).
 *
 * An asymptotic confidence sequence with the normal mixture boundary: Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas,
 * "Time-uniform central limit theory and asymptotic confidence sequences", Annals of Statistics 52 (2024), theorem 2.2.
 * It inverts the mixture sequential probability ratio test of Johari, Koomen, Pekelis and Walsh, "Always valid
 * inference", Operations Research 70 (2022). Needs counts alone, no history. Its guarantee is a limit; for small counts
 * the variance is that of one more success and one more failure in each group (Agresti and Caffo, 2000), and
 * test/shared/statistics.test.ts measures the errors that remain. Assumes that leads are independent of each other: of
 * a lead who enters several times the first entry alone is to be counted, or the interval is too narrow.
 */
export function differenceInterval(control: Arm, variant: Arm, alpha: number): Interval | null {
  const compared = compareWithin(control, variant)
  if (compared === null) return null
  const { control: p, variant: q, sample } = compared
  const value = q.rate - p.rate
  const reach = boundary(sample, alpha) * Math.sqrt(q.variance + p.variance)
  return { value, low: Math.max(-1, value - reach), high: Math.min(1, value + reach) }
}

/**
 * The relative lift (0.2: the variant converts 20 % better than control) with an interval as valid as the one above:
 * all ratios r for which zero lies in the confidence sequence of `variant - r * control` (Fieller, 1954). So it
 * excludes 0 exactly when the difference does. `high` is null while control's rate cannot be told from 0, when no lift
 * is too large. null while control has no conversion.
 */
export function liftInterval(control: Arm, variant: Arm, alpha: number): OpenInterval | null {
  const compared = compareWithin(control, variant)
  if (compared === null || compared.control.rate === 0) return null
  const { control: p, variant: q, sample } = compared
  const reach = boundary(sample, alpha) ** 2
  // The roots of (q - r p)^2 = reach * (variance of q + r^2 variance of p), as a r^2 - 2 b r + c = 0.
  const a = p.rate * p.rate - reach * p.variance
  const b = p.rate * q.rate
  const c = q.rate * q.rate - reach * q.variance
  const value = q.rate / p.rate - 1
  // The smaller root, in the form that loses no digits and holds for either sign of `a`.
  const low = c <= 0 ? -1 : c / (b + Math.sqrt(b * b - a * c)) - 1
  return { value, low, high: a <= 0 ? null : (b + Math.sqrt(b * b - a * c)) / a - 1 }
}

export interface TestPlan {
  /** Control's conversion rate, 0 to 1. */
  readonly baseline: number
  /** The relative lift to be seen: 0.2 for 20 % better. */
  readonly lift: number
  readonly alpha: number
  /** The chance of seeing it when it is there, 0 to 1. */
  readonly power: number
}

/**
 * Leads that control needs until the always-valid interval leaves zero out with the given power, `ratio` being variant
 * leads per control lead. More than sampleSize says: the price of being allowed to look at any time. null where no rate
 * or no lift makes sense.
 */
export function sequentialSize({
  baseline,
  lift,
  alpha,
  power,
  ratio = 1,
}: TestPlan & { ratio?: number }): number | null {
  const target = baseline * (1 + lift)
  if (!isPlan(baseline, target)) return null
  const more = normalQuantile(power)
  const isEnough = (n: number) =>
    Math.abs(target - baseline) >=
    (boundary(sizeOfPair(n, n * ratio), alpha) + more) *
      Math.sqrt((target * (1 - target)) / (n * ratio) + (baseline * (1 - baseline)) / n)
  let high = 1
  while (!isEnough(high)) high *= 2
  let low = high / 2
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (isEnough(middle)) high = middle
    else low = middle
  }
  return high
}

/** Two rates between 0 and 1 that differ. */
export function isPlan(baseline: number, target: number): boolean {
  return baseline > 0 && baseline < 1 && target > 0 && target < 1 && target !== baseline
}

/**
 * How many standard errors the interval reaches to each side; never below the 2.45 of sqrt(-2 ln 0.05), where a single
 * look needs 1.96.
 */
function boundary(sample: number, alpha: number): number {
  const risk = -2 * Math.log(alpha)
  // Waudby-Smith et al., appendix: the scale of the mixture that makes the boundary tightest at that sample.
  const spread = (sample * (risk + Math.log(risk + 1))) / sizeOfPair(TIGHTEST_AT, TIGHTEST_AT)
  return Math.sqrt(((spread + 1) / spread) * (Math.log(spread + 1) + risk))
}
