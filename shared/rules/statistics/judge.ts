import { z } from 'zod'
import { twoProportionTest } from './fixed-horizon'
import { type GroupInStratum, MISMATCH_BELOW, sampleRatio, worstPart } from './sample-ratio'
import { differenceInterval, type Interval, liftInterval, sequentialSize } from './sequential'
import { type Arm, type Cell, compareWithin } from './strata'

const intervalSchema = z.object({ value: z.number(), low: z.number(), high: z.number() })

/** One variant against control. Rates, differences and lifts are fractions: 0.021 is 2.1 points. */
export const comparisonSchema = z.object({
  /** The id of the variant. */
  id: z.string(),
  verdict: z.enum(['ahead', 'behind', 'undecided']),
  /** The verdict in words, or what it takes to come to one. */
  sentence: z.string(),
  /** Undecided, with too few leads to see even a lift of 50 %: an interval would say nothing. */
  tooFew: z.boolean(),
  /** Variant minus control, valid however often it is looked at. null while a group is empty. */
  difference: intervalSchema.nullable(),
  /**
   * Difference over control's rate. null while control has no conversion; `high` is null while no lift is too large.
   */
  lift: intervalSchema.extend({ high: z.number().nullable() }).nullable(),
  /** The classical test, right only for one look at an end that was set before the start. */
  fixedHorizon: z.object({ z: z.number(), confidence: z.number() }).nullable(),
})
export type Comparison = z.infer<typeof comparisonSchema>

/** What may be said of an experiment at this moment. */
export const judgementSchema = z
  .object({
    /** The share that all others are compared with: the control group, or the first variant when there is none. */
    against: z.string(),
    /** How sure each interval is, 0 to 1: the 5 % risk divided by the number of comparisons. */
    confidence: z.number(),
    /** What that risk is and how it is divided, in words. */
    note: z.string(),
    /**
     * How many different weights the leads were drawn by. Above 1, each verdict compares leads of the same weights and
     * combines the differences.
     */
    weightings: z.int(),
    /** Did leads fall as the weights say? null while there are too few. */
    sampleRatio: z.object({ p: z.number(), warning: z.string().nullable() }).nullable(),
    comparisons: z.array(comparisonSchema),
  })
  .meta({ id: 'Judgement' })
export type Judgement = z.infer<typeof judgementSchema>

/** A share of an experiment with its counters, over all leads who were assigned to it by weights that were set. */
export interface CountedShare extends Arm {
  readonly id: string
  readonly label: string
  /** Percent, of those who come now. */
  readonly weight: number
  readonly isControl: boolean
  readonly strata?: readonly Stratum[]
}
/** `weight`: percent. */
export type Stratum = Cell & { readonly weight: number }

/** The chance that any verdict of one experiment is a false alarm, over all looks and all variants together. */
export const RISK = 0.05
/** The chance that a lift is found when it is there: what every number of missing leads aims at. */
export const POWER = 0.8
/** With fewer leads than it takes to see this lift, an interval is too wide to be shown. */
const TELLING = 0.5
/** What `too early` aims at, then finer and finer. */
const LIFTS = [0.2, 0.1, 0.05, 0.02, 0.01]

/**
 * Judges an experiment by its counts: every share against control, each at RISK divided by the number of comparisons
 * (Bonferroni), so that all verdicts together are wrong in at most 5 % of experiments. null with fewer than two shares.
 * A verdict may go back to `undecided` when the counts come nearer to each other again.
 */
export function judgeExperiment(shares: readonly CountedShare[]): Judgement | null {
  const control = controlOf(shares)
  const others = shares.filter(share => share !== control)
  if (control === undefined || others.length === 0) return null
  const alpha = RISK / others.length
  return {
    against: control.id,
    confidence: 1 - alpha,
    note: sayRisk(others.length),
    weightings: control.strata?.length ?? 1,
    sampleRatio: judgeSplit(shares),
    comparisons: others.map(share => compare(control, share, alpha)),
  }
}

/** The control group, or the first variant when there is none. */
export function controlOf<T extends { readonly isControl: boolean }>(shares: readonly T[]): T | undefined {
  return shares.find(share => share.isControl) ?? shares[0]
}

function compare(control: CountedShare, share: CountedShare, alpha: number): Comparison {
  const difference = differenceInterval(control, share, alpha)
  const verdict = verdictOf(difference)
  return {
    id: share.id,
    verdict,
    ...(difference === null || verdict === 'undecided'
      ? sayUndecided(control, share, difference, alpha)
      : { sentence: sayDecided(nameOf(control), difference), tooFew: false }),
    difference,
    lift: liftInterval(control, share, alpha),
    fixedHorizon: twoProportionTest(control, share),
  }
}

function verdictOf(difference: Interval | null): Comparison['verdict'] {
  if (difference !== null && difference.low > 0) return 'ahead'
  if (difference !== null && difference.high < 0) return 'behind'
  return 'undecided'
}

function sayDecided(control: string, { value, low, high }: Interval): string {
  const [nearest, farthest] = value > 0 ? [low, high] : [-high, -low]
  const digits = digitsFor(nearest)
  const range = `${points(nearest, digits)} to ${points(farthest, digits)}`
  return `${value > 0 ? 'Ahead of' : 'Behind'} ${control} by ${points(Math.abs(value), digits)} points (${range}), valid however often you look.`
}

function sayUndecided(
  control: CountedShare,
  share: CountedShare,
  difference: Interval | null,
  alpha: number,
): Pick<Comparison, 'sentence' | 'tooFew'> {
  const name = nameOf(control)
  const tooEarly = (why: string, tooFew = true) => ({ sentence: `Too early to say: ${why}`, tooFew })
  const empty = [control, share].find(({ entered }) => entered === 0)
  if (empty !== undefined) return tooEarly(`no lead of ${nameOf(empty)} has had the whole time of the goal yet.`)
  if (difference === null) return tooEarly(`at no time did leads come to both ${nameOf(share)} and ${name}.`)
  if (control.conversions === 0) return tooEarly(`${name} has no conversion yet.`)
  const goal = nextGoal(control, share, alpha, LIFTS)
  const more =
    goal && `about ${count(roundLeads(goal.more))} more leads ${goal.where} to see a lift of ${goal.lift * 100} %.`
  if (goal?.lift === LIFTS[0]) return tooEarly(`${more}`, nextGoal(control, share, alpha, [TELLING]) !== null)
  const digits = digitsFor(Math.min(-difference.low, difference.high))
  const range = `${points(-difference.low, digits)} points behind and ${points(difference.high, digits)} points ahead of`
  return {
    sentence: `No clear difference: between ${range} ${name}.${more ? ` ${more.replace('about', 'About')}` : ''}`,
    tooFew: false,
  }
}

/**
 * The first of these lifts that the leads so far were too few to see, and how many more it takes at the present split.
 * null where one of them gets no more leads.
 */
function nextGoal(control: CountedShare, share: CountedShare, alpha: number, lifts: readonly number[]) {
  const compared = compareWithin(control, share)
  if (compared === null || control.weight === 0 || share.weight === 0) return null
  const baseline = compared.control.rate
  const ratio = share.weight / control.weight
  // As many leads in control as would tell as much at the present split.
  const known = (compared.sample * (1 + ratio)) / ratio
  for (const lift of lifts) {
    const more = (sequentialSize({ baseline, lift, alpha, power: POWER, ratio }) ?? 0) - known
    if (more <= 0) continue
    return share.weight === control.weight
      ? { lift, more, where: 'per variant' }
      : { lift, more: more * (1 + ratio), where: 'in both groups together' }
  }
  return null
}

function judgeSplit(shares: readonly CountedShare[]): Judgement['sampleRatio'] {
  const [p, worst] = [sampleRatio(shares), worstPart(shares)]
  if (p === null || worst === undefined) return null
  return { p, warning: p < MISMATCH_BELOW ? sayMismatch(worst) : null }
}

function sayMismatch({ group, entered, expected }: GroupInStratum<CountedShare>): string {
  return `Leads did not fall as the weights say: ${nameOf(group)} got ${count(entered)} where about ${count(Math.round(expected))} were expected, which chance does less than once in a thousand splits. Trust no verdict here before you know why. A usual cause: leads who are filtered after the split.`
}

function sayRisk(comparisons: number): string {
  const whole = 'False alarms stay below 5 %, however often you look.'
  if (comparisons === 1) return `95 % interval. ${whole}`
  const each = ((1 - RISK / comparisons) * 100).toFixed(2).replace(/\.?0+$/, '')
  return `${each} % intervals: ${comparisons} comparisons share the risk of 5 % (Bonferroni). ${whole}`
}

function nameOf({ isControl, label }: CountedShare): string {
  return isControl ? 'control' : label
}

/**
 * Digits after the point of a difference in percentage points, so that the deciding end of an interval is not shown as
 * 0.0.
 */
export function digitsFor(fraction: number): number {
  return Math.abs(fraction) >= 0.0005 ? 1 : Math.abs(fraction) >= 0.00005 ? 2 : 3
}

/** A fraction in percentage points. */
export function points(fraction: number, digits: number): string {
  return (fraction * 100).toFixed(digits)
}

/** An estimated number of leads, rounded up to two digits, which is all that an estimate knows. 1,843 -> 1,900. */
export function roundLeads(leads: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(leads)) - 1)
  return Math.ceil(leads / unit) * unit
}

function count(n: number): string {
  return n.toLocaleString('en-US')
}
