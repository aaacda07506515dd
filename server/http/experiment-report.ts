import type { Report } from '#shared/api'
import type { Standing } from '#shared/api/experiments'
import type { Graph } from '#shared/graph/schema'
import { currentShares } from '#shared/rules/experiments'
import { type Counted as CountedShare, judgeExperiment } from '#shared/rules/statistics/judge'
import { kindOf } from '#shared/steps/index'
import { routeOf, splitsOf } from '../engine/experiments'
import type { Count } from '../store/counts'
import type { StoredExperiment } from '../store/experiments'
import { numbersOf, rate, sumsOf } from './counted'

/** What is known of a campaign's experiments: its counters in each version, and what was decided. */
export interface Tests {
  readonly counts: readonly Count[]
  readonly decided: readonly StoredExperiment[]
}

type ExperimentReport = Report['experiments'][number]

/**
 * One table for each step that splits leads, of the leads since it was last begun anew. `prefix`: of the counters of a goal; null where there is none. Where leads
 * may come again, a verdict looks at the first entry of each alone: entries of one lead are not independent of each other.
 */
export function experimentReports(graph: Graph, { counts, decided }: Tests, prefix: string | null): ExperimentReport[] {
  return splitsOf({ graph }).map(split => {
    const { step, draw, decide, countsFirst } = split
    const row = decided.find(r => r.step === step)
    const rows = counts.filter(c => c.step === step && c.version >= (row?.sinceVersion ?? 0))
    const number = numbersOf(rows, step)
    const ofGoal = (what: string) => (prefix === null ? 0 : number(`${prefix}${what}`))
    const now = currentShares(split.shares, row && routeOf(row, split))
    const shares = split.shares.map(({ id, label, weight, isControl }) => {
      const entered = number(`assigned:${id}`)
      const conversions = ofGoal(`converted:${id}`)
      return {
        id,
        label,
        weight,
        current: now.find(share => share.id === id)?.weight ?? weight,
        isControl,
        entered,
        conversions,
        rate: rate(conversions, entered),
        times: ofGoal(`times:${id}`),
        values: prefix === null ? [] : sumsOf(rows, step, `${prefix}value:${id}:`),
      }
    })
    const first = shares.map(share => ({
      ...share,
      entered: number(`assigned-first:${share.id}`),
      conversions: ofGoal(`first:${share.id}`),
    }))
    const judged = countsFirst ? first : shares
    const { name = '', kind = '' } = graph.steps[step] ?? {}
    return {
      step,
      name: name || kindOf(kind).title,
      draw,
      decide,
      standing: row === undefined ? null : toStanding(row),
      shares,
      judgement: decide.as === 'bandit' ? null : judgeExperiment(asDecided(judged, row?.seen ?? null)),
      firstEntries: countsFirst ? first.reduce((sum, share) => sum + share.entered, 0) : null,
    }
  })
}

/**
 * The counts that a decision saw, once there is one: from then on the winner's leads are newer than the others', and have had less time to convert. Weights
 * that learn shift leads all the time for the same reason without end, which is why they get no verdict.
 */
function asDecided(counted: readonly CountedShare[], seen: StoredExperiment['seen']): readonly CountedShare[] {
  return seen === null ? counted : counted.map(share => ({ ...share, ...(seen[share.id] ?? none) }))
}
const none = { entered: 0, conversions: 0 }

function toStanding({ state, decidedBy, startedAt, decidedAt, winner, ahead, weighedAt }: StoredExperiment): Standing {
  return { state, by: decidedBy, startedAt, decidedAt, winner, ahead, weighedAt }
}
