import type { Report } from '#shared/api'
import type { ExperimentStanding } from '#shared/api/experiments'
import { splitsOf, splitsOfStep } from '#shared/graph/experiments'
import type { Graph } from '#shared/graph/schema'
import type { CohortCount } from '#shared/rules/cohorts'
import { count, readCounter } from '#shared/rules/counters'
import { currentShares } from '#shared/rules/experiments'
import { byGoal, closedOf, countedShares, type StratifiedShare } from '#shared/rules/experiments/counted'
import { routeOf } from '#shared/rules/experiments/decide'
import type { StoredExperiment } from '#shared/rules/experiments/split'
import { isJudged } from '#shared/rules/experiments/split'
import type { Goal } from '#shared/rules/goals'
import { type CountedShare, judgeExperiment } from '#shared/rules/statistics/judge'
import { kindOf } from '#shared/steps/index'
import type { StoredVersion } from '#shared/store/campaigns'
import type { Count } from '#shared/store/counts'
import { numbersOf, ofValue, rate, sumsOf } from './counted'

/** What is known of a campaign's experiments: its versions, its counters in each of them, and what was decided. */
export interface Tests {
  readonly versions: readonly StoredVersion[]
  readonly counts: readonly Count[]
  readonly decided: readonly StoredExperiment[]
  readonly cohorts: readonly CohortCount[]
}

/** By which goal: null and undefined where there is none. `now`: ms. */
interface Aim {
  readonly key: number | null
  readonly goal: Goal | undefined
  readonly now: number
}

type ExperimentReport = Report['experiments'][number]

/**
 * One table for each step that splits leads, of the leads since it was last begun anew. The numbers are of all leads;
 * what is said about them is said of those whose goal window is over. Where leads may come again, a verdict looks at
 * the first entry of each alone: entries of one lead are not independent of each other. Where weights were changed, it
 * compares leads of the same weights (statistics/strata.ts).
 */
export function experimentReports(
  graph: Graph,
  { versions, counts, decided, cohorts }: Tests,
  { key, goal, now: at }: Aim,
): ExperimentReport[] {
  const { closed } = closedOf(cohorts, goal, at)
  return splitsOf({ graph }).map(split => {
    const { step, draw, decide, countsFirst } = split
    const row = decided.find(r => r.step === step)
    const since = row?.sinceVersion ?? 0
    const rows = counts.filter(c => c.step === step && c.version >= since)
    const splits = splitsOfStep(step, versions)
    const number = numbersOf(rows, step)
    const mine = key === null ? null : count.ofGoal(key)
    const now = currentShares(split.shares, row && routeOf(row, split))
    const judged = countedShares(split, splits, closed, { since, converted: byGoal(key) })
    const shares = split.shares.map(({ id, label, weight, isControl }) => {
      const entered = number(count.assigned(id))
      const conversions = mine === null ? 0 : number(mine.converted(id))
      return {
        id,
        label,
        weight,
        current: now.find(share => share.id === id)?.weight ?? weight,
        isControl,
        entered,
        judged: judged.find(share => share.id === id)?.entered ?? 0,
        conversions,
        rate: rate(conversions, entered),
        times: mine === null ? 0 : number(mine.times(id)),
        values: key === null ? [] : sumsOf(rows, step, ofValue(key, id)),
      }
    })
    const learned = rows.filter(({ version, what }) => {
      const [drawn, counter] = [splits.get(version), readCounter(what)]
      return counter?.is === 'assigned' && !counter.first && drawn !== undefined && !isJudged(drawn, split)
    })
    const { name = '', kind = '' } = graph.steps[step] ?? {}
    return {
      step,
      name: name || kindOf(kind).title,
      draw,
      decide,
      standing: row === undefined ? null : toStanding(row),
      shares,
      judgement: decide.as === 'bandit' ? null : judgeExperiment(asDecided(judged, row?.seen ?? null)),
      firstEntries: countsFirst ? judged.reduce((sum, { entered }) => sum + entered, 0) : null,
      leftOut: learned.reduce((sum, { n }) => sum + n, 0),
    }
  })
}

/**
 * The counts that a decision saw, once there is one: from then on the winner's leads are newer than the others', and
 * have had less time to convert. Weights that learn shift leads all the time for the same reason without end, which is
 * why they get no verdict.
 */
function asDecided(counted: readonly StratifiedShare[], seen: StoredExperiment['seen']): readonly CountedShare[] {
  if (seen === null) return counted
  return counted.map(({ id, label, weight, isControl }) => ({ id, label, weight, isControl, ...(seen[id] ?? none) }))
}
const none = { entered: 0, conversions: 0, strata: [] }

function toStanding({
  state,
  decidedBy,
  startedAt,
  decidedAt,
  winner,
  ahead,
  weighedAt,
}: StoredExperiment): ExperimentStanding {
  return { state, by: decidedBy, startedAt, decidedAt, winner, ahead, weighedAt }
}
