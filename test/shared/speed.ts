import type { CohortCount } from '#shared/rules/cohorts'
import { count } from '#shared/rules/counters'
import { byGoal, closedOf, countedShares } from '#shared/rules/experiments/counted'
import type { Split } from '#shared/rules/experiments/split'
import { banditWeights } from '#shared/rules/statistics/bandit'
import { judgeExperiment } from '#shared/rules/statistics/judge'
import { decideWinner, type WinnerRule } from '#shared/rules/statistics/winner'
import { dice as roll } from '#shared/simulate/chance'
import { goalOf } from '../sim/graphs'

/**
 * Experiments in which no variant is better, looked at again and again: what is said of them all the same. The counting is the product's, the leads are drawn here. For
 * a short test (speed.test.ts) and a long table (speed-grid.ts).
 */

export const DAY = 86_400_000
export const DAYS = 40
export const goal = goalOf('bought', 'P7D')
export const rule = (time: string | null): WinnerRule => ({ as: 'winner', leads: null, time, ifNone: 'go-on' })
export const split = (a: number): Split => ({
  step: 's',
  shares: [
    { id: 'a', label: 'A', weight: a, isControl: false },
    { id: 'b', label: 'B', weight: 100 - a, isControl: false },
  ],
  draw: 'sticky',
  decide: rule(null),
  countsFirst: false,
})

export interface SetUp {
  /** So many days later than A's do B's leads convert. Of either's, half convert at once and half a day later. */
  readonly slower: number
  readonly leadsOn: (day: number) => number
  readonly rateOn?: (day: number) => number
  /** Percent that A gets, by day; another share is another version. */
  readonly shareOn?: (day: number) => number
  /** Into so many cohorts the leads of a day fall: 1, unless `slower` is a part of a day. */
  readonly cohorts?: number
  /** Days from one look to the next. */
  readonly looks?: number
}

/** A run, by its looks: the counters as they stand then. Leads are counted by cohorts, which is all that matters here. */
function* run(
  seed: number,
  { slower, leadsOn, rateOn = () => 0.1, shareOn = () => 50, cohorts = 1, looks = 2 }: SetUp,
) {
  const dice = roll(seed)
  const some = (n: number, share: number) => {
    let k = 0
    for (let i = 0; i < n; i++) if (dice.unit() < share) k++
    return k
  }
  const rows: CohortCount[] = []
  const coming: { readonly at: number; readonly row: CohortCount }[] = []
  for (let n = 1; n <= DAYS * cohorts; n++) {
    const until = n / cohorts
    const day = Math.ceil(until) - 1
    const share = shareOn(day)
    const leads = Math.round(leadsOn(day) / cohorts)
    const inA = some(leads, share / 100)
    for (const [id, entered] of [
      ['a', inA],
      ['b', leads - inA],
    ] as const) {
      const row = { campaignId: 'c', version: share, step: 's', until: until * DAY }
      rows.push({ ...row, what: count.assigned(id), n: entered })
      const converts = some(entered, rateOn(day))
      const soon = some(converts, 0.5)
      const from = until + (id === 'b' ? slower : 0)
      const converted = { ...row, what: count.ofGoal(1).converted(id) }
      coming.push(
        { at: from, row: { ...converted, n: soon } },
        { at: from + 1, row: { ...converted, n: converts - soon } },
      )
    }
    if (until % looks !== 0) continue
    yield { now: until * DAY, share, rows: [...rows, ...coming.flatMap(c => (c.at <= until ? [c.row] : []))] }
  }
}

/** What was said at any of the looks. `won`: was there a winner, for each of these least times (null: none) of the rule. */
export function verdictsOf(seed: number, setUp: SetUp, times: readonly (string | null)[] = [null, 'P7D']) {
  const said = { won: times.map(() => false), ahead: false, mismatch: false, weight: 50 }
  for (const { now, share, rows } of run(seed, setUp)) {
    const live = split(share)
    const splits = new Map([50, 80].map(a => [a, split(a)]))
    const { closed } = closedOf(rows, goal, now)
    const counted = countedShares(live, splits, closed, { since: 0, converted: byGoal(1) })
    for (const [i, time] of times.entries())
      said.won[i] ||= decideWinner(counted, rule(time), { since: 0, now, window: 7 * DAY }).is === 'won'
    const judged = judgeExperiment(counted)
    said.ahead ||= judged?.comparisons.some(({ verdict }) => verdict !== 'undecided') === true
    said.mismatch ||= judged?.sampleRatio?.warning != null
    said.weight = banditWeights(counted, 100)['a'] ?? 50
  }
  return said
}
