import { describe, expect, it } from 'vitest'
import { closedOf, countedShares, type Split } from '#shared/engine/campaigns/experiments'
import { banditWeights } from '#shared/rules/statistics/bandit'
import { judgeExperiment, RISK } from '#shared/rules/statistics/judge'
import { decideWinner, type WinnerRule } from '#shared/rules/statistics/winner'
import type { CohortCount } from '#shared/store/cohorts'
import { dice as roll } from '../sim/chance'
import { goalOf } from '../sim/graphs'

// Experiments in which no variant is better: how often one is called the winner all the same, looked at again and again. The counting is the product's, the leads are drawn here.

const DAY = 86_400_000
const DAYS = 40
const RUNS = 100
const goal = goalOf('bought', 'P7D')
const rule = (time: string | null): WinnerRule => ({ as: 'winner', leads: null, time, ifNone: 'go-on' })
const split = (a: number): Split => ({
  step: 's',
  shares: [
    { id: 'a', label: 'A', weight: a, isControl: false },
    { id: 'b', label: 'B', weight: 100 - a, isControl: false },
  ],
  draw: 'sticky',
  decide: rule(null),
  countsFirst: false,
})

/** `slower`: so many days later than A's do B's leads convert, who both take a day or two. */
interface SetUp {
  readonly slower: number
  readonly leadsOn: (day: number) => number
  readonly rateOn?: (day: number) => number
  /** Percent that A gets, by day; another share is another version. */
  readonly shareOn?: (day: number) => number
}

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

/** A run, by its looks on every second day: the counters as they stand then. Leads are counted by days, which is all that matters here. */
function* run(seed: number, { slower, leadsOn, rateOn = () => 0.1, shareOn = () => 50 }: SetUp) {
  const dice = roll(seed)
  const some = (n: number, share: number) => {
    let k = 0
    for (let i = 0; i < n; i++) if (dice.unit() < share) k++
    return k
  }
  const rows: CohortCount[] = []
  const coming: { readonly day: number; readonly row: CohortCount }[] = []
  for (let day = 0; day < DAYS; day++) {
    const share = shareOn(day)
    const inA = some(leadsOn(day), share / 100)
    for (const [id, n] of [
      ['a', inA],
      ['b', leadsOn(day) - inA],
    ] as const) {
      const row = { campaignId: 'c', version: share, step: 's', until: (day + 1) * DAY }
      rows.push({ ...row, what: `assigned:${id}`, n })
      const converts = some(n, rateOn(day))
      const soon = some(converts, 0.5)
      const from = day + (id === 'b' ? slower : 0)
      const converted = { ...row, what: `goal:1:converted:${id}` }
      coming.push(
        { day: from, row: { ...converted, n: soon } },
        { day: from + 1, row: { ...converted, n: converts - soon } },
      )
    }
    if (day % 2 === 0) continue
    const now = (day + 1) * DAY
    yield { now, share, rows: [...rows, ...coming.flatMap(c => (c.day <= day ? [c.row] : []))] }
  }
}

/** What was said at any of the looks. */
function verdictsOf(seed: number, setUp: SetUp) {
  const said = { won: false, wonAfterAWeek: false, ahead: false, mismatch: false, weight: 50 }
  for (const { now, share, rows } of run(seed, setUp)) {
    const live = split(share)
    const splits = new Map([50, 80].map(a => [a, split(a)]))
    const { closed } = closedOf(rows, goal, now)
    const converted = (id: string) => `goal:1:converted:${id}`
    const counted = countedShares(live, splits, closed, { since: 0, converted })
    said.won ||= decideWinner(counted, rule(null), { since: 0, now, window: 7 * DAY }).is === 'won'
    said.wonAfterAWeek ||= decideWinner(counted, rule('P7D'), { since: 0, now, window: 7 * DAY }).is === 'won'
    const judged = judgeExperiment(counted)
    said.ahead ||= judged?.comparisons.some(({ verdict }) => verdict !== 'undecided') === true
    said.mismatch ||= judged?.sampleRatio?.warning != null
    said.weight = banditWeights(counted, 100)['a'] ?? 50
  }
  return said
}

describe('variants that convert alike, one of them', () => {
  it.each(Object.entries(setUps))('%s, are told apart in at most 5 % of experiments', (_, setUp) => {
    const said = Array.from({ length: RUNS }, (_, seed) => verdictsOf(seed + 1, setUp))
    const share = (what: 'won' | 'wonAfterAWeek' | 'ahead' | 'mismatch') => said.filter(s => s[what]).length / RUNS

    expect(share('won')).toBeLessThanOrEqual(RISK)
    expect(share('wonAfterAWeek')).toBeLessThanOrEqual(RISK)
    expect(share('ahead')).toBeLessThanOrEqual(RISK)
    expect(share('mismatch')).toBeLessThanOrEqual(RISK)
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
            { ...row, what: `assigned:${id}`, n: 100 },
            { ...row, what: `goal:1:converted:${id}`, n: conversions },
          )
        }
      const { closed } = closedOf(rows, goal, DAYS * DAY)
      const counted = countedShares(split(50), new Map([[50, split(50)]]), closed, {
        since: 0,
        converted: id => `goal:1:converted:${id}`,
      })
      return decideWinner(counted, rule('P7D'), { since: 0, now: DAYS * DAY, window: 7 * DAY })
    })

    expect(found.filter(d => d.is === 'won' && d.winner === 'b').length).toBeGreaterThan(45)
  })
})
