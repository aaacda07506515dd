import { plainMs } from '../../time/duration'
import { within } from '../../values/within'
import { type CohortCount, hoursIn, isClosed } from '../cohorts'
import { type Counter, count } from '../counters'
import type { Goal } from '../goals'
import type { CountedShare, Stratum } from '../statistics/judge'
import { isJudged, type ShareCount, type Split } from './split'

/**
 * What is asked of the counters: since which version, and which of them says that leads of a share, or first entries of
 * theirs, converted (rules/counters.ts).
 */
export interface Question {
  readonly since: number
  /** Null: there is no goal. */
  readonly converted: (share: string, which: 'all' | 'first') => Counter | null
}

/** Conversions by a goal; null: there is none. */
export function byGoal(key: number | null): Question['converted'] {
  if (key === null) return () => null
  const { converted, first } = count.ofGoal(key)
  return (share, which) => (which === 'all' ? converted(share) : first(share))
}

/**
 * The counters of a campaign's experiments, only of cohorts whose goal window is over (shared/rules/cohorts.ts), added
 * up over the cohorts; and when time alone closes the next one (ms), null when nothing waits for that. Everything that
 * is said of an experiment is based on these: winner, verdicts, bandit and sample ratio.
 */
export function closedOf(
  rows: readonly CohortCount[],
  goal: Goal | undefined,
  now: number,
): { readonly closed: readonly ShareCount[]; readonly nextAt: number | null } {
  const hours = hoursIn(rows)
  const isOver = isClosed(goal, hours, now)
  const sums = new Map<string, { -readonly [P in keyof ShareCount]: ShareCount[P] }>()
  const ended = goal?.from === 'last-touch' ? hours.filter(h => h.over >= h.entered) : []
  let nextAt = Math.min(
    Number.POSITIVE_INFINITY,
    ...ended.map(({ lastEnd }) => lastEnd + windowOf(goal)).filter(at => at > now),
  )
  for (const { campaignId, version, step, what, until, n } of rows) {
    if (step === '') continue
    if (!isOver(until)) {
      const at = until + windowOf(goal)
      if (at > now && at < nextAt) nextAt = at
      continue
    }
    const key = `${version}\n${step}\n${what}`
    const known = sums.get(key)
    if (known === undefined) sums.set(key, { campaignId, version, step, what, n })
    else known.n += n
  }
  return { closed: [...sums.values()], nextAt: nextAt === Number.POSITIVE_INFINITY ? null : nextAt }
}

/** How long after an entry the lead may convert (ms). */
export function windowOf(goal: Goal | undefined): number {
  return goal === undefined ? 0 : plainMs(goal.within)
}

export type StratifiedShare = CountedShare & { readonly strata: readonly Stratum[] }

/**
 * The shares of a split with what was counted for them, in all and apart for each weighting (statistics/strata.ts):
 * versions with the same weights are one stratum. Leads of versions whose weights learn are left out, unless they learn
 * now. Winners, verdicts and the report all read the counters here. `splits`: the step in each version.
 */
export function countedShares(
  split: Split,
  splits: ReadonlyMap<number, Split>,
  counts: readonly Omit<ShareCount, 'campaignId'>[],
  { since, converted }: Question,
): readonly StratifiedShare[] {
  const strata = new Map<string, Map<string, Stratum>>()
  for (const [version, drawn] of splits) {
    if (version < since || !isJudged(drawn, split)) continue
    const mine = new Map(
      counts.filter(c => c.version === version && c.step === split.step).map(({ what, n }) => [what, n]),
    )
    if (mine.size === 0) continue
    const which = drawn.countsFirst ? 'first' : 'all'
    const weights = JSON.stringify(drawn.shares.map(({ id, weight }) => [id, weight]))
    const cells = within(strata, weights)
    for (const { id, weight } of drawn.shares) {
      const cell = cells.get(id) ?? nobody
      const entered = mine.get(which === 'first' ? count.assignedFirst(id) : count.assigned(id)) ?? 0
      // Leads who were moved before their draw was remembered convert in the version that they came to. So conversions
      // are capped at the number of leads.
      const isConverted = converted(id, which)
      const conversions = isConverted === null ? 0 : Math.min(entered, mine.get(isConverted) ?? 0)
      cells.set(id, { weight, entered: cell.entered + entered, conversions: cell.conversions + conversions })
    }
  }
  return split.shares.map(({ id, label, weight, isControl }) => {
    const cells = [...strata.values()].map(ofStratum => ofStratum.get(id) ?? nobody)
    const sum = (n: 'entered' | 'conversions') => cells.reduce((total, cell) => total + cell[n], 0)
    return { id, label, weight, isControl, entered: sum('entered'), conversions: sum('conversions'), strata: cells }
  })
}
const nobody: Stratum = { weight: 0, entered: 0, conversions: 0 }
