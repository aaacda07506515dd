import { chiSquareTail, normalQuantile } from './distributions'
import { isPlan, type TestPlan } from './sequential'
import { type Arm, pairsOf, rateOf } from './strata'

/**
 * The classical comparison: two-proportion z test, pooled, two-sided (Braze: "confidence" of a variant against
 * control), within each stratum (Cochran 1954; strata.ts). It is right for one look at an end that was set before the
 * start, and wrong for repeated looks. null while a group is empty or nothing varies.
 */
export function twoProportionTest(control: Arm, variant: Arm): { z: number; confidence: number } | null {
  let [difference, variance] = [0, 0]
  for (const { control: c, variant: v, size } of pairsOf(control, variant)) {
    const pooled = (c.conversions + v.conversions) / (c.entered + v.entered)
    difference += size * (rateOf(v) - rateOf(c))
    variance += size * pooled * (1 - pooled)
  }
  if (variance <= 0) return null
  const z = difference / Math.sqrt(variance)
  return { z, confidence: 1 - chiSquareTail(z * z, 1) }
}

/**
 * Leads that control needs for the classical comparison, looked at once, `ratio` being variant leads per control lead;
 * with equal groups the size of each (Fleiss, Levin and Paik, Statistical Methods for Rates and Proportions, chapter 4,
 * without continuity correction; R's power.prop.test). null where no rate or no lift makes sense.
 */
export function sampleSize({ baseline, lift, alpha, power, ratio = 1 }: TestPlan & { ratio?: number }): number | null {
  const target = baseline * (1 + lift)
  if (!isPlan(baseline, target)) return null
  const mean = (baseline + ratio * target) / (1 + ratio)
  const falseAlarm = -normalQuantile(alpha / 2) * Math.sqrt((1 + ratio) * mean * (1 - mean))
  const miss = normalQuantile(power) * Math.sqrt(ratio * baseline * (1 - baseline) + target * (1 - target))
  return Math.ceil((falseAlarm + miss) ** 2 / (ratio * (target - baseline) ** 2))
}

/** Whole days until a group of that size is full, when so many leads come to it in a day. null when none come. */
export function daysToReach(size: number, leadsPerDay: number): number | null {
  return leadsPerDay > 0 ? Math.ceil(size / leadsPerDay) : null
}
