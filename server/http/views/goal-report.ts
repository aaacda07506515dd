import type { Computing, GoalReport } from '#shared/api/goals'
import { nameOf } from '#shared/graph/names'
import type { Graph } from '#shared/graph/schema'
import { count } from '#shared/rules/counters'
import { conversionsByDay } from '#shared/store/conversions'
import { liveGoalsOf, type StoredGoal } from '#shared/store/goals'
import type { Work } from '#shared/store/work'
import { DAY } from '#shared/time/units'
import { type Counted, numbersOf, ofCredit, ofValue, rate, sumsOf } from './counted'
import { experimentReports, type Tests } from './experiment-report'

/** Days that are drawn. */
const DAYS = 30

/** `now`: ms. */
interface Counters {
  readonly rows: Counted
  readonly tests: Tests
  readonly now: number
}

/** What each goal of a campaign came to, from its counters (rules/counters.ts). */
export function* goalReports(campaignId: string, graph: Graph, { rows, tests, now }: Counters): Work<GoalReport[]> {
  const stored = yield* liveGoalsOf(campaignId, graph)
  const keys = stored.map(row => row.id)
  const days = yield* conversionsByDay(keys, now - DAYS * DAY)
  return graph.settings.goals.flatMap((goal): GoalReport[] => {
    const row = stored.find(s => s.goal === goal.id)
    if (row === undefined) return []
    const mine = count.ofGoal(row.id)
    const number = numbersOf(rows, '')
    const conversions = number(mine.converted())
    const times = number(mine.times())
    const credits = creditsOf(graph, rows, row.id)
    return [
      {
        goal,
        conversions,
        rate: rate(conversions, number(count.entered)),
        times,
        values: sumsOf(rows, '', ofValue(row.id)),
        credits,
        uncredited: times - credits.reduce((sum, c) => sum + c.times, 0),
        days: days.filter(d => d.goal === row.id).map(d => ({ day: d.day, times: d.n })),
        computing: computingOf(row),
        experiments: experimentReports(graph, tests, { key: row.id, goal, now }),
      },
    ]
  })
}

function creditsOf(graph: Graph, rows: Counted, goal: number): GoalReport['credits'] {
  const order = Object.keys(graph.steps)
  return rows
    .filter(row => row.what === count.ofGoal(goal).credit() && row.n > 0)
    .map(({ step, n }) => ({
      step,
      name: nameOf(step, { graph }),
      times: n,
      values: sumsOf(rows, step, ofCredit(goal)),
    }))
    .sort((a, b) => b.times - a.times || order.indexOf(a.step) - order.indexOf(b.step))
}

/** How far a goal has come with the stored events. */
export function progressOf({ status, total, looked, found, begunAt, endedAt }: StoredGoal): Computing {
  return { status, total, looked, found, begunAt, endedAt }
}

/** The same; null for a goal that was there from the beginning. */
function computingOf(row: StoredGoal): Computing | null {
  return row.status === 'done' && row.total === 0 ? null : progressOf(row)
}
