import { describe, expect, it } from 'vitest'
import { banditWeights, chancesToBeBest } from '#shared/rules/statistics/bandit'
import type { CountedShare } from '#shared/rules/statistics/judge'
import { planExperiment } from '#shared/rules/statistics/plan'
import { decideWinner, sayAhead, type WinnerRule } from '#shared/rules/statistics/winner'
import { dice } from '#shared/simulate/chance'
import { partOf } from '../length'

const rule: WinnerRule = { as: 'winner', leads: null, time: null, ifNone: 'go-on' }
const DAY = 86_400_000
const begun = { since: 0, now: 30 * DAY }

const group = (id: string, entered: number, conversions: number, more: Partial<CountedShare> = {}): CountedShare => ({
  id,
  label: id === 'control' ? 'Control' : id.toUpperCase(),
  weight: 50,
  isControl: id === 'control',
  entered,
  conversions,
  ...more,
})

describe('the winner', () => {
  it('is the variant that is ahead of control, with the interval that decided', () => {
    const decision = decideWinner([group('b', 10_000, 1_210), group('control', 10_000, 1_000)], rule, begun)

    expect(decision).toMatchObject({ is: 'won', winner: 'b', ahead: { of: 'control' } })
    expect(decision.is === 'won' && sayAhead(decision.ahead)).toBe('ahead of control by 2.1 points (0.7 to 3.5)')
  })

  it('may be the first or the second of two variants without control', () => {
    const [good, bad] = [1_400, 1_000]

    expect(decideWinner([group('a', 10_000, good), group('b', 10_000, bad)], rule, begun)).toMatchObject({
      winner: 'a',
    })
    expect(decideWinner([group('a', 10_000, bad), group('b', 10_000, good)], rule, begun)).toMatchObject({
      winner: 'b',
      ahead: { of: 'A' },
    })
  })

  it('is ahead of all others: two good variants against a bad control have none yet', () => {
    const control = group('control', 10_000, 1_000)

    expect(decideWinner([group('a', 10_000, 1_400), group('b', 10_000, 1_410), control], rule, begun)).toEqual({
      is: 'testing',
    })
    expect(decideWinner([group('a', 10_000, 1_400), group('b', 10_000, 1_700), control], rule, begun)).toMatchObject({
      winner: 'b',
    })
  })

  it('braze R27: is never control, into which nobody can be sent', () => {
    expect(decideWinner([group('a', 10_000, 1_000), group('control', 10_000, 1_400)], rule, begun)).toEqual({
      is: 'testing',
    })
  })

  it('leaves out groups that get no leads any more', () => {
    const closed = group('c', 10_000, 1_390, { weight: 0 })

    expect(decideWinner([group('a', 10_000, 1_000), group('b', 10_000, 1_400), closed], rule, begun)).toMatchObject({
      winner: 'b',
    })
  })

  it('braze 2.3: is not looked for before the time since the first lead is up, nor before each group has its leads', () => {
    const clear = [group('a', 10_000, 1_000), group('b', 10_000, 1_400)]
    const week = { ...rule, time: 'P7D' }

    expect(decideWinner(clear, week, { since: 0, now: 7 * DAY - 1 }).is).toBe('testing')
    expect(decideWinner(clear, week, { since: 0, now: 7 * DAY }).is).toBe('won')
    expect(decideWinner(clear, { ...rule, leads: 10_001 }, begun).is).toBe('testing')
    expect(decideWinner(clear, { ...rule, leads: 10_000 }, begun).is).toBe('won')
    expect(decideWinner(clear, { ...week, leads: 10_000 }, { since: 0, now: DAY }).is).toBe('testing')
  })

  it('braze 2.3: is nobody without significance, and the mix is kept or tested on, as was chosen', () => {
    const level = [group('a', 1_000, 100), group('b', 1_000, 110)]

    expect(decideWinner(level, { ...rule, leads: 1_000, ifNone: 'keep-mix' }, begun)).toEqual({ is: 'mixed' })
    expect(decideWinner(level, { ...rule, leads: 1_000, ifNone: 'go-on' }, begun)).toEqual({ is: 'testing' })
    expect(decideWinner(level, { ...rule, ifNone: 'keep-mix' }, begun)).toEqual({ is: 'testing' })
  })

  it('says nothing of groups without leads', () => {
    expect(decideWinner([], rule, begun)).toEqual({ is: 'testing' })
    expect(decideWinner([group('a', 10, 9)], rule, begun)).toEqual({ is: 'testing' })
    expect(decideWinner([group('a', 0, 0), group('b', 100, 90)], rule, begun)).toEqual({ is: 'testing' })
  })
})

describe('the winner after a change of weights', () => {
  it('is who is ahead among leads of the same weights, not who got more leads when everybody converted', () => {
    const strata = (...cells: [weight: number, entered: number, conversions: number][]) => ({
      strata: cells.map(([weight, entered, conversions]) => ({ weight, entered, conversions })),
    })
    const a = group('a', 10_000, 3_500, strata([90, 9_000, 3_420], [10, 1_000, 80]))
    const b = group('b', 10_000, 1_500, strata([10, 1_000, 420], [90, 9_000, 1_080]))

    expect(decideWinner([a, b], rule, begun)).toMatchObject({ is: 'won', winner: 'b', ahead: { of: 'A' } })
    expect(decideWinner([group('a', 10_000, 3_500), group('b', 10_000, 1_500)], rule, begun)).toMatchObject({
      winner: 'a',
    })
  })
})

describe('the rule that chooses it', () => {
  const many = partOf(10_000)

  it(`is wrong in at most 5 % of ${many} A/A runs, asked after every conversion`, () => {
    const chosen = runs({ rates: [0.1, 0.1], times: many, leads: 2_000, seed: 21 }).filter(r => r !== null)

    expect(chosen.length / many).toBeLessThanOrEqual(0.05)
    // It is a test, not a refusal to answer.
    expect(chosen.length / many).toBeGreaterThan(0.002)
  }, 120_000)

  it('is wrong in at most 5 % of A/A/A/control runs, whose risk is divided', () => {
    const times = partOf(2_000)
    const chosen = runs({ rates: [0.2, 0.2, 0.2, 0.2], times, leads: 1_000, seed: 22, control: true })

    expect(chosen.filter(r => r !== null).length / times).toBeLessThanOrEqual(0.05)
  }, 120_000)

  it('chooses a variant that is not the best in at most 5 % of runs with two equally good ones', () => {
    const times = partOf(1_000)
    const chosen = runs({ rates: [0.2, 0.2, 0.1], times, leads: 2_000, seed: 23 })

    expect(chosen.filter(r => r !== null).length / times).toBeLessThanOrEqual(0.05)
  }, 120_000)

  it('finds the better variant in four of five runs by the leads that the plan states, and hardly ever the other', () => {
    const shares = ['a', 'b'].map(id => ({ id, weight: 50, isControl: false }))
    const { anytime = 0 } = planExperiment(shares, { baseline: 0.1, lift: 0.5 }) ?? {}
    const chosen = runs({ rates: [0.1, 0.15], times: 1_000, leads: anytime / 2, seed: 24 })

    expect(chosen.filter(r => r?.winner === 'b').length).toBeGreaterThanOrEqual(800)
    expect(chosen.filter(r => r?.winner === 'a').length).toBeLessThanOrEqual(25)
  }, 60_000)
})

describe('weights that learn', () => {
  it.each([
    // Closed forms: P(X > Y) for X ~ Beta(2, 1), Y ~ Beta(1, 1) is the mean of X; for Beta(3, 1) against Beta(2, 1) it is 3/5.
    {
      counts: [
        [1, 1],
        [0, 0],
      ],
      chances: [2 / 3, 1 / 3],
    },
    {
      counts: [
        [2, 2],
        [1, 1],
      ],
      chances: [3 / 5, 2 / 5],
    },
    {
      counts: [
        [0, 0],
        [0, 0],
        [0, 0],
      ],
      chances: [1 / 3, 1 / 3, 1 / 3],
    },
    // The exact sum for whole numbers (Miller, "Formulas for Bayesian A/B testing", 2014).
    {
      counts: [
        [100, 10],
        [100, 15],
      ],
      chances: [0.14671621, 0.85328379],
    },
    {
      counts: [
        [10_000, 1_000],
        [10_000, 1_040],
      ],
      chances: [0.17506251, 0.82493749],
    },
  ])('are the chance of each variant to be the best: $counts -> $chances', ({ counts, chances }) => {
    const found = chancesToBeBest(
      counts.map(([entered = 0, conversions = 0], i) => ({ id: `${i}`, entered, conversions })),
    )

    for (const [i, chance] of chances.entries()) expect(found[i]).toBeCloseTo(chance, 3)
  })

  it('hold for one lead and for a hundred million', () => {
    const random = dice(31)
    for (let round = 0; round < 60; round++) {
      const counts = Array.from({ length: 2 + random.below(9) }, (_, i) => {
        const entered = random.below(10 ** (1 + random.below(8)))
        return { id: `${i}`, entered, conversions: random.oneOf([0, entered, random.below(entered + 1), entered + 5]) }
      })
      const chances = chancesToBeBest(counts)

      expect(chances.every(chance => chance >= 0 && chance <= 1)).toBe(true)
      expect(chances.reduce((sum, chance) => sum + chance, 0)).toBeCloseTo(1, 9)
    }
  })

  it('add to what control leaves, leave each variant its floor of 5 %, and are the same for the same counts (law 9)', () => {
    const counts = [group('a', 5_000, 900), group('b', 5_000, 100), group('c', 5_000, 120)]
    const weights = banditWeights(counts, 90)

    expect(weights).toEqual({ a: 80, b: 5, c: 5 })
    expect(banditWeights(counts, 90)).toEqual(weights)
    const ten = banditWeights(
      [...'abcdefghij'].map((id, i) => group(id, 100, i * 3)),
      40,
    )
    expect(Object.values(ten).reduce((sum, w) => sum + w, 0)).toBeCloseTo(40, 9)
    expect(Math.min(...Object.values(ten))).toBeGreaterThanOrEqual(2)
  })

  it('come to the better variant and spend most leads there, in each of 20 runs', () => {
    for (let seed = 0; seed < 20; seed++) {
      const random = dice(400 + seed)
      const rates = [0.1, 0.2, 0.12]
      const groups = rates.map((_, i) => ({ id: `${i}`, entered: 0, conversions: 0 }))
      let weights = banditWeights(groups, 100)
      for (let lead = 0; lead < 6_000; lead++) {
        if (lead % 100 === 0) weights = banditWeights(groups, 100)
        const place = random.unit() * 100
        const i = place < (weights['0'] ?? 0) ? 0 : place < (weights['0'] ?? 0) + (weights['1'] ?? 0) ? 1 : 2
        const chosen = groups[i]
        if (chosen === undefined) continue
        chosen.entered += 1
        if (random.unit() < (rates[i] ?? 0)) chosen.conversions += 1
      }

      expect(weights['1']).toBeGreaterThan(80)
      expect(groups[1]?.entered).toBeGreaterThan(4_000)
    }
  })
})

interface Runs {
  /** The true rate of each group; the last one is control when there is one. */
  readonly rates: readonly number[]
  readonly times: number
  /** Leads in each group at the end. */
  readonly leads: number
  readonly seed: number
  readonly control?: boolean
}

/** Experiments whose rule is asked after every conversion: for each run the winner that it chose, or null. */
function runs({ rates, times, leads, seed, control = false }: Runs) {
  const random = dice(seed)
  return Array.from({ length: times }, () => {
    const groups = rates.map((_, i) => ({
      ...group(control && i === rates.length - 1 ? 'control' : String.fromCharCode(97 + i), 0, 0),
    }))
    for (let n = 0; n < leads; n++) {
      let converted = false
      for (const [i, one] of groups.entries()) {
        one.entered += 1
        if (random.unit() >= (rates[i] ?? 0)) continue
        one.conversions += 1
        converted = true
      }
      const decision = converted ? decideWinner(groups, rule, begun) : undefined
      if (decision?.is === 'won') return { winner: decision.winner, at: n + 1 }
    }
    return null
  })
}
