import { describe, expect, it } from 'vitest'
import type { CohortCount } from '#shared/rules/cohorts'
import { count } from '#shared/rules/counters'
import { byGoal, closedOf, countedShares } from '#shared/rules/experiments/counted'
import { RISK } from '#shared/rules/statistics/judge'
import { decideWinner } from '#shared/rules/statistics/winner'
import { dice as roll } from '#shared/simulate/chance'
import { DAY, DAYS, goal, rule, type SetUp, split, verdictsOf } from './speed'

// Experiments in which no variant is better: how often one is called the winner all the same, looked at again and again. More of them, by how slow a variant is: speed-grid.ts.

const RUNS = 100

const setUps: Record<string, SetUp> = {
  'three days slower, 200 leads a day': { slower: 3, leadsOn: () => 200 },
  'one day slower, 500 leads a day': { slower: 1, leadsOn: () => 500 },
  'as fast, with leads that come in waves': { slower: 0, leadsOn: day => (day % 7 < 2 ? 500 : 40) },
  'as fast, with more leads every day': { slower: 0, leadsOn: day => 20 + 10 * day },
  'three days slower, with more leads every day': { slower: 3, leadsOn: day => 20 + 10 * day },
  'three days slower, with fewer leads every day': { slower: 3, leadsOn: day => 520 - 10 * day },
  'three days slower, with weights and a rate that change': {
    slower: 3,
    leadsOn: () => 200,
    rateOn: day => (day < 20 ? 0.05 : 0.2),
    shareOn: day => (day < 20 ? 50 : 80),
  },
}

describe('variants that convert alike, one of them', () => {
  it.each(Object.entries(setUps))('%s, are told apart in at most 5 % of experiments', (_, setUp) => {
    const said = Array.from({ length: RUNS }, (_, seed) => verdictsOf(seed + 1, setUp))
    const share = (is: (s: (typeof said)[number]) => boolean | undefined) => said.filter(is).length / RUNS

    expect(share(s => s.won[0])).toBeLessThanOrEqual(RISK)
    expect(share(s => s.won[1])).toBeLessThanOrEqual(RISK)
    expect(share(s => s.ahead)).toBeLessThanOrEqual(RISK)
    expect(share(s => s.mismatch)).toBeLessThanOrEqual(RISK)
  })

  it('three days slower, are weighed alike by what is learned of them', () => {
    const said = Array.from({ length: RUNS }, (_, seed) =>
      verdictsOf(seed + 1, setUps['three days slower, 200 leads a day'] as SetUp),
    )
    const mean = said.reduce((sum, { weight }) => sum + weight, 0) / RUNS

    expect(Math.abs(mean - 50)).toBeLessThan(8)
  })
})

describe('a variant that is better and slower', () => {
  it('is found when its leads have had their time', () => {
    const found = Array.from({ length: 50 }, (_, seed) => {
      const dice = roll(seed + 1)
      const rows: CohortCount[] = []
      for (let day = 0; day < DAYS; day++)
        for (const [id, rate] of [
          ['a', 0.1],
          ['b', 0.16],
        ] as const) {
          const row = { campaignId: 'c', version: 50, step: 's', until: (day + 1) * DAY }
          let conversions = 0
          for (let n = 0; n < 100; n++) if (dice.happens(rate)) conversions++
          rows.push(
            { ...row, what: count.assigned(id), n: 100 },
            { ...row, what: count.ofGoal(1).converted(id), n: conversions },
          )
        }
      const { closed } = closedOf(rows, goal, DAYS * DAY)
      const counted = countedShares(split(50), new Map([[50, split(50)]]), closed, {
        since: 0,
        converted: byGoal(1),
      })
      return decideWinner(counted, rule('P7D'), { since: 0, now: DAYS * DAY, window: 7 * DAY })
    })

    expect(found.filter(d => d.is === 'won' && d.winner === 'b').length).toBeGreaterThan(45)
  })
})
