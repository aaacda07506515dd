import { describe, expect, it } from 'vitest'
import { chiSquareTail, normalCdf, normalQuantile } from '#shared/rules/statistics/distributions'
import { daysToReach, sampleSize, twoProportionTest } from '#shared/rules/statistics/fixed-horizon'
import { type CountedShare, judgeExperiment, judgementSchema } from '#shared/rules/statistics/judge'
import { planExperiment } from '#shared/rules/statistics/plan'
import { sampleRatio } from '#shared/rules/statistics/sample-ratio'
import { differenceInterval, liftInterval, sequentialSize } from '#shared/rules/statistics/sequential'
import type { Arm } from '#shared/rules/statistics/strata'
import { dice } from '#shared/simulate/chance'
import { partOf } from '../length'

describe('the distributions', () => {
  it.each([
    [-6, 9.865876450376946e-10],
    [-5, 2.866515718791933e-7],
    [-1.959963984540054, 0.025],
    [-1, 0.15865525393145707],
    [0, 0.5],
    [0.5, 0.6914624612740131],
    [1.96, 0.9750021048517795],
    [3, 0.9986501019683699],
  ])('the normal cdf at %s is what scipy 1.17 says', (z, p) => {
    expect(normalCdf(z) / p).toBeCloseTo(1, 11)
  })

  it.each([
    [0.0005, -3.2905267314918945],
    [0.025, -1.9599639845400545],
    [0.1, -1.2815515655446004],
    [0.5, 0],
    [0.8, 0.8416212335729143],
    [0.975, 1.959963984540054],
    [0.9999, 3.719016485455709],
    [0, Number.NEGATIVE_INFINITY],
    [1, Number.POSITIVE_INFINITY],
  ])('the normal quantile at %s is what scipy 1.17 says', (p, z) => {
    if (Number.isFinite(z)) expect(normalQuantile(p)).toBeCloseTo(z, 10)
    else expect(normalQuantile(p)).toBe(z)
  })

  it.each([
    [0, 4, 1],
    [0.5, 1, 0.47950012218695337],
    [3.841458820694124, 1, 0.05],
    [10.827566170662733, 1, 0.001],
    [5.991464547107979, 2, 0.05],
    [2, 3, 0.5724067044708798],
    [16.918977604620448, 9, 0.05],
    [100, 9, 1.5735176303753876e-17],
  ])('the chi-square tail at %s with %s degrees of freedom is what scipy 1.17 says', (x, degrees, p) => {
    expect(chiSquareTail(x, degrees) / p).toBeCloseTo(1, 10)
  })
})

describe('the classical comparison', () => {
  it.each([
    { control: arm(1000, 200), variant: arm(1000, 250), z: 2.677, confidence: 99.26 },
    { control: arm(500, 100), variant: arm(500, 125), z: 1.893, confidence: 94.17 },
    { control: arm(100, 20), variant: arm(100, 25), z: 0.847, confidence: 60.28 },
  ])(
    'braze 7.3: $variant.conversions of $variant.entered against $control.conversions is z $z, confidence $confidence %',
    ({ control, variant, z, confidence }) => {
      const test = twoProportionTest(control, variant)

      expect(test?.z).toBeCloseTo(z, 3)
      expect((test?.confidence ?? 0) * 100).toBeCloseTo(confidence, 2)
    },
  )

  it('says nothing of an empty group, or where nobody or everybody converts', () => {
    expect(twoProportionTest(arm(0, 0), arm(10, 5))).toBeNull()
    expect(twoProportionTest(arm(10, 5), arm(0, 0))).toBeNull()
    expect(twoProportionTest(arm(10, 0), arm(10, 0))).toBeNull()
    expect(twoProportionTest(arm(10, 10), arm(10, 10))).toBeNull()
  })

  it.each([
    // The example of R's power.prop.test: n = 76.7.
    { from: 0.5, to: 0.75, alpha: 0.05, power: 0.9, size: 77 },
    { from: 0.1, to: 0.2, alpha: 0.05, power: 0.8, size: 199 },
    { from: 0.1, to: 0.15, alpha: 0.05, power: 0.8, size: 686 },
    { from: 0.02, to: 0.024, alpha: 0.05, power: 0.8, size: 21_109 },
    { from: 0.2, to: 0.1, alpha: 0.05, power: 0.8, size: 199 },
  ])('seeing $to instead of $from with power $power takes $size leads per group', ({ from, to, size, ...risk }) => {
    expect(sampleSize({ baseline: from, lift: to / from - 1, ...risk })).toBe(size)
  })

  it.each([
    { from: 0.1, to: 0.2, alpha: 0.05, power: 0.8, tabled: 219 },
    { from: 0.6, to: 0.7, alpha: 0.01, power: 0.95, tabled: 827 },
  ])('with the continuity correction it is the $tabled of Fleiss, table A.3', ({ from, to, tabled, ...risk }) => {
    const size = sampleSize({ baseline: from, lift: to / from - 1, ...risk }) ?? 0

    const corrected = (size / 4) * (1 + Math.sqrt(1 + 4 / (size * (to - from)))) ** 2

    expect(Math.abs(corrected - tabled)).toBeLessThan(1)
  })

  it('gives no size for a rate or a lift that cannot be', () => {
    const risk = { alpha: 0.05, power: 0.8 }
    const plans = [
      { baseline: 0, lift: 0.2 },
      { baseline: 1, lift: -0.2 },
      { baseline: 0.5, lift: 0 },
      { baseline: 0.9, lift: 0.2 },
      { baseline: 0.5, lift: -1 },
    ]

    for (const plan of plans) {
      expect(sampleSize({ ...plan, ...risk })).toBeNull()
      expect(sequentialSize({ ...plan, ...risk })).toBeNull()
    }
  })

  it('turns a size into whole days', () => {
    expect(daysToReach(686, 100)).toBe(7)
    expect(daysToReach(700, 100)).toBe(7)
    expect(daysToReach(701, 100)).toBe(8)
    expect(daysToReach(700, 0)).toBeNull()
  })
})

describe('the always-valid interval', () => {
  const many = partOf(10_000)
  // Measured once with a look after every single lead, 10,000 runs each: 2.1 % at a rate of 0.02 and 2.6 % at 0.3; up to
  // 50,000 leads 4.3 %.
  it.each([
    { rate: 0.02, seed: 1 },
    { rate: 0.3, seed: 2 },
  ])(
    `calls at most 5 % of ${many} A/A runs at $rate, looked at after every conversion up to 5,000 leads a group`,
    ({ rate, seed }) => {
      const alarms = runs({ rates: [rate, rate], times: many, leads: 5_000, seed }).filter(at => at !== null).length

      expect(alarms / many).toBeLessThanOrEqual(0.05)
      // It is a test, not a refusal to answer.
      expect(alarms / many).toBeGreaterThan(0.005)
    },
    120_000,
  )

  it('would be wrong in far more than 5 % if the classical 95 % were looked at like that', () => {
    const alarms = runs({
      rates: [0.3, 0.3],
      times: 400,
      leads: 5_000,
      seed: 3,
      calls: (control, variant) => (twoProportionTest(control, variant)?.confidence ?? 0) > 0.95,
    }).filter(at => at !== null).length

    expect(alarms / 400).toBeGreaterThan(0.25)
  })

  it('calls at most 5 % of A/A/A/A runs with three variants, whose risk is divided by three', () => {
    const times = 1_000
    const random = dice(4)
    let alarms = 0
    for (let run = 0; run < times; run++) {
      const shares = ['control', 'a', 'b', 'c'].map(id => ({ ...share(id, 0, 0), isControl: id === 'control' }))
      for (let n = 1; n <= 1_000; n++) {
        for (const one of shares) {
          one.entered += 1
          if (random.happens(0.3)) one.conversions += 1
        }
        if (n % 50 > 0) continue
        if (!judgeExperiment(shares)?.comparisons.some(({ verdict }) => verdict !== 'undecided')) continue
        alarms += 1
        break
      }
    }

    expect(alarms).toBeLessThanOrEqual(times * 0.05)
  })

  it('holds the true difference and the true lift at all looks of at least 95 % of runs', () => {
    const times = partOf(2_000)
    const missed = runs({
      rates: [0.1, 0.15],
      times,
      leads: 3_000,
      seed: 5,
      calls: (control, variant) => {
        const difference = differenceInterval(control, variant, 0.05)
        const lift = liftInterval(control, variant, 0.05)
        return !holds(difference, 0.05) || !holds(lift, 0.5)
      },
    }).filter(at => at !== null).length

    expect(missed / times).toBeLessThanOrEqual(0.05)
  })

  it('finds a true lift from 10 % to 15 % in four of five runs by the stated size, in half of them by 800 leads', () => {
    const stated = sequentialSize({ baseline: 0.1, lift: 0.5, alpha: 0.05, power: 0.8 }) ?? 0
    const found = runs({ rates: [0.1, 0.15], times: 1_000, leads: 5_000, seed: 6 }).map(
      at => at ?? Number.POSITIVE_INFINITY,
    )

    expect(stated).toBeLessThan(1_400)
    expect(found.filter(at => at <= stated).length).toBeGreaterThanOrEqual(800)
    expect(found.filter(at => at <= 800).length).toBeGreaterThanOrEqual(500)
    expect(found.every(Number.isFinite)).toBe(true)
  })

  it('costs more leads than one look at a set end', () => {
    const plan = { baseline: 0.1, lift: 0.5, alpha: 0.05, power: 0.8 }

    expect(sequentialSize(plan)).toBeGreaterThan(sampleSize(plan) ?? 0)
  })

  it('keeps its promise when control is a tenth of the leads', () => {
    const times = partOf(2_000)
    const alarms = runs({ rates: [0.05, 0.05], times, leads: 500, perControl: 9, seed: 7 }).filter(
      at => at !== null,
    ).length

    expect(alarms).toBeLessThanOrEqual(times * 0.05)
  })

  it('leaves zero out of the lift exactly when it leaves zero out of the difference', () => {
    const random = dice(8)
    for (let i = 0; i < 5_000; i++) {
      const [n, m] = [1 + random.below(3_000), 1 + random.below(3_000)]
      const [control, variant] = [arm(n, random.below(n + 1)), arm(m, random.below(m + 1))]
      const difference = differenceInterval(control, variant, 0.05)
      const lift = liftInterval(control, variant, 0.05)
      if (difference === null || lift === null) continue

      expect(lift.low > 0).toBe(difference.low > 0)
      expect(lift.high !== null && lift.high < 0).toBe(difference.high < 0)
      expect(lift.low).toBeLessThanOrEqual(lift.value)
      expect(lift.high ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(lift.value)
    }
  })

  it('has no upper end for the lift while control can hardly be told from zero, and no lift at all without a conversion', () => {
    expect(liftInterval(arm(100, 1), arm(100, 9), 0.05)?.high).toBeNull()
    expect(liftInterval(arm(100, 0), arm(100, 9), 0.05)).toBeNull()
    expect(differenceInterval(arm(0, 0), arm(100, 9), 0.05)).toBeNull()
  })

  it('never leaves -100 to 100 points', () => {
    expect(differenceInterval(arm(1, 0), arm(1, 1), 0.05)).toEqual({ value: 1, low: -1, high: 1 })
  })
})

describe('the plan of an experiment', () => {
  const half = [
    { id: 'a', weight: 50, isControl: false },
    { id: 'b', weight: 50, isControl: false },
  ]

  it('counts the leads of all groups: two equal ones take twice the size of one', () => {
    expect(planExperiment(half, { baseline: 0.1, lift: 0.5 })).toEqual({ anytime: 2 * 1_320, oneLook: 2 * 686 })
  })

  it('takes longer when control is small, when the risk is divided, and when the lift is small', () => {
    const plan = { baseline: 0.1, lift: 0.5 }
    const small = [
      { id: 'a', weight: 90, isControl: false },
      { id: 'control', weight: 10, isControl: true },
    ]
    const three = ['a', 'b', 'c', 'd'].map(id => ({ id, weight: 25, isControl: false }))
    const equal = planExperiment(half, plan)?.anytime ?? 0

    expect(planExperiment(small, plan)?.anytime).toBeGreaterThan(equal * 2)
    expect(planExperiment(small, plan)?.oneLook).toBe(4_000)
    expect(planExperiment(three, plan)?.anytime).toBeGreaterThan(equal * 2)
    expect(planExperiment(half, { baseline: 0.1, lift: 0.2 })?.anytime).toBe(2 * 7_685)
  })

  it('is not given where there is nothing to compare', () => {
    const plan = { baseline: 0.1, lift: 0.5 }

    expect(planExperiment([], plan)).toBeNull()
    expect(planExperiment(half.slice(1), plan)).toBeNull()
    expect(planExperiment([...half, { id: 'c', weight: 0, isControl: false }], plan)).toBeNull()
    expect(planExperiment(half, { baseline: 0, lift: 0.5 })).toBeNull()
    expect(planExperiment(half, { baseline: 0.1, lift: 0 })).toBeNull()
  })
})

describe('the split of leads', () => {
  it.each([
    { entered: [4700, 5300], weights: [50, 50], p: 1.9731752900753933e-9 },
    { entered: [5000, 5150], weights: [50, 50], p: 0.13652028764557886 },
    { entered: [821, 212], weights: [80, 20], p: 0.6744612083730448 },
    { entered: [4600, 4400, 1000], weights: [45, 45, 10], p: 0.10836802322189587 },
    { entered: [461, 442, 137], weights: [45, 45, 10], p: 0.002453721143392521 },
    { entered: [5000, 5000], weights: [50, 50], p: 1 },
  ])('$entered at $weights has the p value of scipy 1.17, $p', ({ entered, weights, p }) => {
    const groups = entered.map((n, i) => ({ entered: n, weight: weights[i] ?? 0 }))

    expect((sampleRatio(groups) ?? 0) / p).toBeCloseTo(1, 9)
  })

  it('is not tested while a group expects fewer than five leads, nor between fewer than two groups', () => {
    const split = (...entered: number[]) => entered.map(n => ({ entered: n, weight: 50 }))

    expect(sampleRatio(split(9, 0))).toBeNull()
    expect(sampleRatio(split(10, 0))).not.toBeNull()
    expect(sampleRatio([{ entered: 900, weight: 100 }])).toBeNull()
    expect(sampleRatio([...split(500, 500), { entered: 400, weight: 0 }])).toBe(1)
  })

  it('warns below one in a thousand and names the group that strayed most', () => {
    // Chi-square 10.824 and 10.890 with one degree of freedom: p 0.001002 and 0.000967.
    const just = judgeExperiment([share('a', 5_164, 0), share('b', 4_835, 0)])
    const below = judgeExperiment([share('a', 5_165, 0), share('b', 4_835, 0)])

    expect(just?.sampleRatio?.warning).toBeNull()
    expect(below?.sampleRatio?.warning).toMatch(/^Leads did not fall as the weights say: A got 5,165 where about 5,000/)
  })
})

describe('the verdict', () => {
  it.each([
    {
      title: 'ahead',
      control: [10_000, 1_000],
      variant: [10_000, 1_210],
      says: 'Ahead of control by 2.1 points (0.7 to 3.5), valid however often you look.',
    },
    {
      title: 'behind',
      control: [10_000, 1_210],
      variant: [10_000, 1_000],
      says: 'Behind control by 2.1 points (0.7 to 3.5), valid however often you look.',
    },
    {
      title: 'undecided while too few leads came for a lift of 20 %',
      control: [4_000, 400],
      variant: [4_000, 420],
      says: 'Too early to say: about 3,700 more leads per variant to see a lift of 20 %.',
    },
    {
      title: 'undecided when even many leads show nothing',
      control: [10_000, 1_000],
      variant: [10_000, 1_010],
      says: 'No clear difference: between 1.2 points behind and 1.4 points ahead of control. About 23,000 more leads per variant to see a lift of 10 %.',
    },
    {
      title: 'undecided without a conversion in control',
      control: [40, 0],
      variant: [40, 3],
      says: 'Too early to say: control has no conversion yet.',
    },
    {
      title: 'undecided without a lead',
      control: [40, 4],
      variant: [0, 0],
      says: 'Too early to say: no lead of A has had the whole time of the goal yet.',
    },
  ])('is $title', ({ control, variant, says }) => {
    const judgement = judgeExperiment([
      share('a', ...pair(variant)),
      { ...share('c', ...pair(control)), isControl: true },
    ])

    expect(judgement?.comparisons).toHaveLength(1)
    expect(judgement?.comparisons[0]).toMatchObject({ id: 'a', sentence: says })
    expect(judgement?.against).toBe('c')
  })

  it('says that leads are too few to tell while not even a lift of 50 % could be seen, and never of a verdict', () => {
    const tooFew = (entered: number, control: number, variant: number) =>
      judgeExperiment([share('a', entered, control), share('b', entered, variant)])?.comparisons[0]?.tooFew

    expect([tooFew(0, 0, 0), tooFew(30, 0, 4), tooFew(30, 3, 4), tooFew(1_000, 100, 100)]).toEqual(Array(4).fill(true))
    expect([tooFew(2_000, 200, 200), tooFew(30, 3, 29)]).toEqual([false, false])
  })

  it('holds the others against the first variant when there is no control group', () => {
    const judgement = judgeExperiment([share('a', 10_000, 1_000), share('b', 10_000, 1_400)])

    expect(judgement?.against).toBe('a')
    expect(judgement?.comparisons.map(({ id, verdict }) => [id, verdict])).toEqual([['b', 'ahead']])
    expect(judgement?.comparisons[0]?.sentence).toMatch(/^Ahead of A by 4.0 points/)
  })

  it('divides the risk among several variants and says so', () => {
    const control = { ...share('control', 1_000, 100), isControl: true }
    const one = judgeExperiment([share('a', 1_000, 140), control])
    const three = judgeExperiment([share('a', 1_000, 140), share('b', 1_000, 140), share('c', 1_000, 140), control])
    const width = (judged: typeof one) => {
      const difference = judged?.comparisons[0]?.difference
      return (difference?.high ?? 0) - (difference?.low ?? 0)
    }

    expect(one?.confidence).toBe(0.95)
    expect(three?.confidence).toBeCloseTo(1 - 0.05 / 3, 12)
    expect(three?.note).toMatch(/^98.33 % intervals: 3 comparisons share the risk of 5 % \(Bonferroni\)\./)
    expect(width(three)).toBeGreaterThan(width(one))
  })

  it('counts the missing leads over both groups when they are not equal', () => {
    const control = { ...share('control', 1_000, 100), isControl: true, weight: 10 }
    const judgement = judgeExperiment([{ ...share('a', 9_000, 950), weight: 90 }, control])

    expect(judgement?.comparisons[0]?.sentence).toMatch(
      /^Too early to say: about 3\d,000 more leads in both groups together/,
    )
  })

  it('shows a small but certain difference with enough digits', () => {
    const judgement = judgeExperiment([share('a', 5_000_000, 5_000), share('b', 5_000_000, 6_000)])

    expect(judgement?.comparisons[0]?.sentence).toMatch(/^Ahead of A by 0\.02\d? points \(0\.0[01]\d* to 0\.0[23]\d*\)/)
  })

  it('is not given on fewer than two shares', () => {
    expect(judgeExperiment([])).toBeNull()
    expect(judgeExperiment([share('a', 10, 1)])).toBeNull()
  })

  it('fits the schema of the API for any counts', () => {
    const random = dice(9)
    for (let i = 0; i < 1_000; i++) {
      const shares = ['a', 'b', 'control'].map(id => {
        const entered = random.below(10 ** random.below(6))
        const conversions = random.oneOf([0, entered, random.below(entered + 1)])
        return { ...share(id, entered, conversions), isControl: id === 'control', weight: random.below(3) * 50 }
      })
      const judgement = judgeExperiment(shares)

      expect(judgementSchema.parse(judgement)).toEqual(judgement)
      expect(JSON.stringify(judgement)).not.toMatch(/NaN|Infinity|undefined/)
    }
  })
})

describe('an experiment whose weights were changed', () => {
  /**
   * A is 4 points behind control under the old weights and under the new ones. Put together it is 20 points ahead, because most of its leads came when everybody converted (Simpson's paradox).
   */
  const simpson = [
    stratified({ ...share('a', 0, 0), weight: 10 }, [90, 9_000, 3_420], [10, 1_000, 80]),
    stratified({ ...share('control', 0, 0), weight: 90, isControl: true }, [10, 1_000, 420], [90, 9_000, 1_080]),
  ]
  const pooled = simpson.map(({ strata: _, ...whole }) => whole)

  it('compares leads of the same weights, where counts that are put together say the opposite', () => {
    const judgement = judgeExperiment(simpson)

    expect(judgement).toMatchObject({ weightings: 2, comparisons: [{ verdict: 'behind' }] })
    expect(judgement?.comparisons[0]?.difference?.value).toBeCloseTo(-0.04, 12)
    expect(judgement?.comparisons[0]?.lift?.value).toBeCloseTo(0.23 / 0.27 - 1, 12)
    expect(judgement?.comparisons[0]?.fixedHorizon?.z).toBeLessThan(-3)
    expect(judgeExperiment(pooled)?.comparisons).toMatchObject([{ verdict: 'ahead' }])
  })

  it('holds the leads of each weights against those weights: no alarm about leads who fell as they should', () => {
    expect(judgeExperiment(simpson)?.sampleRatio).toEqual({ p: 1, warning: null })
    expect(judgeExperiment(pooled)?.sampleRatio?.warning).not.toBeNull()
  })

  it('adds up the distances and the degrees of freedom of its weights, and leaves out what is too small to test', () => {
    const groups = [
      { weight: 45, entered: 0, strata: [drawn(50, 5_000), drawn(45, 461), drawn(45, 1)] },
      { weight: 45, entered: 0, strata: [drawn(50, 5_150), drawn(45, 442), drawn(45, 9)] },
      { weight: 10, entered: 0, strata: [drawn(0, 0), drawn(10, 137), drawn(10, 0)] },
    ]

    // Chi-square 2.217 with one degree of freedom and 12.020 with two, together 14.237 with three.
    expect(sampleRatio(groups)).toBeCloseTo(0.0025996190008, 12)
  })

  it('has p values that are below 0.05 in one of twenty runs in which leads fall as they should', () => {
    const random = dice(31)
    let below = 0
    for (let run = 0; run < 4_000; run++) {
      const cells = [50, 90, 20].map(weight => {
        const entered = Array.from({ length: 200 }, () => random.unit() * 100 < weight).filter(Boolean).length
        return [drawn(weight, entered), drawn(100 - weight, 200 - entered)] as const
      })
      const groups = [0, 1].map(i => ({ weight: 50, entered: 0, strata: cells.flatMap(cell => cell[i] ?? []) }))
      if ((sampleRatio(groups) ?? 1) < 0.05) below += 1
    }

    expect(below / 4_000).toBeGreaterThan(0.04)
    expect(below / 4_000).toBeLessThan(0.06)
  })

  it('names the group that strayed most under any of its weights', () => {
    const strayed = [
      stratified(share('a', 0, 0), [50, 5_300, 0], [90, 9_000, 0]),
      stratified(share('b', 0, 0), [50, 4_700, 0], [10, 1_000, 0]),
    ]

    expect(judgeExperiment(strayed)?.sampleRatio?.warning).toMatch(/A got 5,300 where about 5,000 were expected/)
  })

  it('says so while no lead of one group came under the same weights as one of the other', () => {
    const apart = [
      stratified(share('a', 0, 0), [100, 50, 5], [0, 0, 0]),
      stratified(share('b', 0, 0), [0, 0, 0], [100, 50, 25]),
    ]

    expect(judgeExperiment(apart)?.comparisons).toMatchObject([
      { verdict: 'undecided', difference: null, lift: null, fixedHorizon: null },
    ])
    expect(judgeExperiment(apart)?.comparisons[0]?.sentence).toBe(
      'Too early to say: at no time did leads come to both B and A.',
    )
  })

  it('is the same whether one weighting is told as a stratum or not', () => {
    const plain = [share('a', 900, 100), { ...share('control', 950, 120), isControl: true }]

    expect(judgeExperiment(plain.map(one => stratified(one, [50, one.entered, one.conversions])))).toEqual(
      judgeExperiment(plain),
    )
  })

  // Measured: in 0.6 % and 0.3 % of the runs; with counts that are put together in all of them, and in 88 %.
  it.each([
    { weights: 'by a plan', next: () => null, seed: 32 },
    { weights: 'by what was seen, away from the variant that is ahead', next: awayFromAhead, seed: 33 },
  ])(
    'is called in at most 5 % of A/A runs, looked at after every conversion while rates and weights change $weights',
    ({ next, seed }) => {
      // Not fewer: an alarm comes in one run of three hundred, and the test must see one.
      const times = 2_000
      const stratifiedAlarms = driftingRuns({ times, seed, next, isPooled: false })
      const pooledAlarms = driftingRuns({ times: 200, seed, next, isPooled: true })

      expect(stratifiedAlarms / times).toBeLessThanOrEqual(0.05)
      // It is a test, not a refusal to answer.
      expect(stratifiedAlarms).toBeGreaterThan(0)
      expect(pooledAlarms / 200).toBeGreaterThan(0.3)
    },
    120_000,
  )
})

function drawn(weight: number, entered: number) {
  return { weight, entered }
}

/** A share with `[weight, entered, conversions]` of each weighting. */
function stratified(one: CountedShare, ...cells: readonly [weight: number, entered: number, conversions: number][]) {
  const strata = cells.map(([weight, entered, conversions]) => ({ weight, entered, conversions }))
  const sum = (n: 'entered' | 'conversions') => strata.reduce((total, cell) => total + cell[n], 0)
  return { ...one, entered: sum('entered'), conversions: sum('conversions'), strata } satisfies CountedShare
}

/** Counters that go on counting. */
type Counting = { entered: number; conversions: number; strata: { entered: number; conversions: number }[] }

/** The variant's part of new leads, after what was seen. */
function awayFromAhead(control: Arm, variant: Arm): number {
  return variant.conversions * control.entered > control.conversions * variant.entered ? 0.2 : 0.8
}

interface Drifting {
  times: number
  seed: number
  /** The variant's part of the next leads, by what was seen; null: by the plan. */
  next: (control: Arm, variant: Arm) => number | null
  isPooled: boolean
}

/** A/A runs in four stretches of 500 leads, each with a rate and weights of its own. Answers how many called a difference at any look. */
function driftingRuns({ times, seed, next, isPooled }: Drifting): number {
  const random = dice(seed)
  const stretches = [
    { rate: 0.4, planned: 0.9 },
    { rate: 0.1, planned: 0.3 },
    { rate: 0.25, planned: 0.5 },
    { rate: 0.05, planned: 0.1 },
  ]
  const calls = (control: Counting, variant: Counting) =>
    isPooled
      ? isCalled(arm(control.entered, control.conversions), arm(variant.entered, variant.conversions))
      : isCalled(control, variant)
  const oneRun = () => {
    const control: Counting = { ...arm(0, 0), strata: [] }
    const variant: Counting = { ...arm(0, 0), strata: [] }
    return stretches.some(({ rate, planned }) => {
      const part = (control.strata.length > 0 ? next(control, variant) : null) ?? planned
      for (const group of [control, variant]) group.strata.push({ entered: 0, conversions: 0 })
      return Array.from({ length: 500 }).some(() => {
        const group = random.happens(part) ? variant : control
        const converts = random.happens(rate)
        for (const counters of [group, group.strata.at(-1)])
          if (counters !== undefined) {
            counters.entered += 1
            if (converts) counters.conversions += 1
          }
        return converts && calls(control, variant)
      })
    })
  }
  return Array.from({ length: times }, oneRun).filter(Boolean).length
}

function arm(entered: number, conversions: number): Arm {
  return { entered, conversions }
}

function share(id: string, entered: number, conversions: number) {
  return { id, label: id.toUpperCase(), weight: 50, isControl: false, entered, conversions } satisfies CountedShare
}

function pair(counts: number[]): [number, number] {
  return [counts[0] ?? 0, counts[1] ?? 0]
}

function holds(interval: { low: number; high: number | null } | null, truth: number): boolean {
  return interval === null || (interval.low <= truth && truth <= (interval.high ?? truth))
}

interface Runs {
  /** The true rates of control and variant. */
  rates: readonly [number, number]
  times: number
  /** Leads in control at the end. */
  leads: number
  perControl?: number
  seed: number
  calls?: (control: Arm, variant: Arm) => boolean
}

/** Experiments that are looked at after every conversion: for each run the number of leads in control at the first call, or null. */
function runs({ rates: [p, q], times, leads, perControl = 1, seed, calls = isCalled }: Runs): (number | null)[] {
  const random = dice(seed)
  return Array.from({ length: times }, () => {
    const control = { entered: 0, conversions: 0 }
    const variant = { entered: 0, conversions: 0 }
    while (control.entered < leads) {
      const before = control.conversions + variant.conversions
      control.entered += 1
      variant.entered += perControl
      if (random.unit() < p) control.conversions += 1
      for (let i = 0; i < perControl; i++) if (random.unit() < q) variant.conversions += 1
      if (control.conversions + variant.conversions > before && calls(control, variant)) return control.entered
    }
    return null
  })
}

function isCalled(control: Arm, variant: Arm): boolean {
  const interval = differenceInterval(control, variant, 0.05)
  return interval !== null && (interval.low > 0 || interval.high < 0)
}
