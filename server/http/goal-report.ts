import type { Report } from '#shared/api'
import type { Computing, Sum } from '#shared/api/goals'
import { nameOf } from '#shared/engine/explain'
import { judgesFirstEntries } from '#shared/graph/experiments'
import type { Graph } from '#shared/graph/schema'
import { definitionOf } from '#shared/rules/goals'
import { plainMoney } from '#shared/rules/money'
import { judgeExperiment } from '#shared/rules/statistics/judge'
import { kindOf } from '#shared/steps/index'
import { conversionsByDay } from '../store/conversions'
import { goalsOf, type StoredGoal } from '../store/goals'
import type { Work } from '../store/work'
import { type Counted, numbersOf, rate } from './counted'

/** Days that are drawn. */
const DAYS = 30
const DAY = 86_400_000

type GoalReport = Report['goals'][number]

/** What each goal of a campaign came to, from its counters (store/counts.ts). */
export function* goalReports(campaignId: string, graph: Graph, rows: Counted, now: number): Work<GoalReport[]> {
  const stored = yield* liveGoalsOf(campaignId, graph)
  const keys = stored.map(row => row.id)
  const days = yield* conversionsByDay(keys, now - DAYS * DAY)
  return graph.settings.goals.flatMap((goal): GoalReport[] => {
    const row = stored.find(s => s.goal === goal.id)
    if (row === undefined) return []
    const prefix = `goal:${row.id}:`
    const number = numbersOf(rows, '')
    const conversions = number(`${prefix}converted`)
    const times = number(`${prefix}times`)
    const credits = creditsOf(graph, rows, prefix)
    return [
      {
        goal,
        conversions,
        rate: rate(conversions, number('entered')),
        times,
        values: sumsOf(rows, '', `${prefix}value:`),
        credits,
        uncredited: times - credits.reduce((sum, c) => sum + c.times, 0),
        days: days.filter(d => d.goal === row.id).map(d => ({ day: d.day, times: d.n })),
        computing: computingOf(row),
        experiments: experimentsOf(graph, rows, prefix),
      },
    ]
  })
}

/** The rows of the goals that a graph has, as they are counted. */
export function* liveGoalsOf(campaignId: string, graph: Graph): Work<readonly StoredGoal[]> {
  const stored = yield* goalsOf(campaignId)
  return graph.settings.goals.flatMap(
    goal => stored.find(s => s.goal === goal.id && s.definition === definitionOf(goal)) ?? [],
  )
}

/**
 * One table for each step that splits leads. `prefix`: of the counters of a goal; null where there is none. Where leads may come again, a verdict looks at
 * the first entry of each alone: entries of one lead are not independent of each other.
 */
export function experimentsOf(graph: Graph, rows: Counted, prefix: string | null): Report['experiments'] {
  const isFirst = judgesFirstEntries(graph)
  return Object.entries(graph.steps).flatMap(([step, { kind, name, config }]) => {
    const shares = kindOf(kind).shares?.(config)
    if (shares === undefined) return []
    const number = numbersOf(rows, step)
    const ofGoal = (what: string) => (prefix === null ? 0 : number(`${prefix}${what}`))
    const table = shares.map(({ id, label, weight, isControl }) => {
      const entered = number(`assigned:${id}`)
      const conversions = ofGoal(`converted:${id}`)
      return {
        id,
        label,
        weight,
        isControl,
        entered,
        conversions,
        rate: rate(conversions, entered),
        times: ofGoal(`times:${id}`),
        values: prefix === null ? [] : sumsOf(rows, step, `${prefix}value:${id}:`),
      }
    })
    const first = table.map(share => ({
      ...share,
      entered: number(`assigned-first:${share.id}`),
      conversions: ofGoal(`first:${share.id}`),
    }))
    const judgement = judgeExperiment(isFirst ? first : table)
    const firstEntries = isFirst ? first.reduce((sum, share) => sum + share.entered, 0) : null
    return [{ step, name: name || kindOf(kind).title, shares: table, judgement, firstEntries }]
  })
}

function creditsOf(graph: Graph, rows: Counted, prefix: string): GoalReport['credits'] {
  const order = Object.keys(graph.steps)
  return rows
    .filter(row => row.what === `${prefix}credit` && row.n > 0)
    .map(({ step, n }) => ({
      step,
      name: nameOf(step, { graph }),
      times: n,
      values: sumsOf(rows, step, `${prefix}credit-value:`),
    }))
    .sort((a, b) => b.times - a.times || order.indexOf(a.step) - order.indexOf(b.step))
}

/** Sums by currency, from counters whose name ends in it. */
function sumsOf(rows: Counted, step: string, prefix: string): Sum[] {
  return rows
    .filter(row => row.step === step && row.what.startsWith(prefix))
    .map(row => ({ currency: row.what.slice(prefix.length), minor: row.n }))
    .map(sum => ({ ...sum, amount: plainMoney(sum) }))
    .sort((a, b) => a.currency.localeCompare(b.currency, 'en'))
}

/** How far a goal has come with the stored events. */
export function progressOf({ status, total, looked, found, begunAt, endedAt }: StoredGoal): Computing {
  return { status, total, looked, found, begunAt, endedAt }
}

/** The same; null for a goal that was there from the beginning. */
function computingOf(row: StoredGoal): Computing | null {
  return row.status === 'done' && row.total === 0 ? null : progressOf(row)
}
