import type { Graph } from '../graph/schema'
import { definitionOf } from '../rules/goals'
import { all, one, run, sql, type Work } from './work'

/** A goal as it is counted, and how far it has gone through the events that were stored before it. */
export interface StoredGoal {
  /** Names the counters of the goal (`goal:7:converted`) and its conversions. */
  readonly id: number
  readonly campaignId: string
  /** Its id in the settings of the campaign. */
  readonly goal: string
  /** Everything by which it counts (`definitionOf`). */
  readonly definition: string
  readonly status: 'counting' | 'running' | 'done' | 'cancelled'
  /** The event behind which the goal goes on; events are ordered by id. */
  readonly afterEvent: string
  readonly total: number
  readonly looked: number
  /** Conversions that were found among them. */
  readonly found: number
  readonly begunAt: number
  readonly endedAt: number | null
}

interface GoalRow {
  readonly id: number
  readonly campaign_id: string
  readonly goal: string
  readonly definition: string
  readonly status: StoredGoal['status']
  readonly after_event: string
  readonly total: number
  readonly looked: number
  readonly found: number
  readonly begun_at: number
  readonly ended_at: number | null
}

/** All goals that were ever live: some for each campaign. */
export function* allGoals(): Work<readonly StoredGoal[]> {
  return (yield* all<GoalRow>(sql`select * from goals order by id`)).map(fromRow)
}

/** Index: goals_by_text. */
export function* goalsOf(campaignId: string): Work<readonly StoredGoal[]> {
  return (yield* all<GoalRow>(sql`select * from goals where campaign_id = ${campaignId} order by id`)).map(fromRow)
}

/** The oldest goal that is not through yet. Few rows: no index. */
export function* openGoal(): Work<StoredGoal | undefined> {
  const row = yield* one<GoalRow>(
    sql`select * from goals where status in ('counting', 'running') order by begun_at, id limit 1`,
  )
  return row && fromRow(row)
}

export function* insertGoal(goal: Omit<StoredGoal, 'id'>): Work<number> {
  const last = yield* one<{ id: number }>(sql`select coalesce(max(id), 0) as id from goals`)
  const id = (last?.id ?? 0) + 1
  yield* run(sql`
    insert into goals (id, campaign_id, goal, definition, status, after_event, total, looked, found, begun_at, ended_at)
    values (${id}, ${goal.campaignId}, ${goal.goal}, ${goal.definition}, ${goal.status}, ${goal.afterEvent}, ${goal.total},
      ${goal.looked}, ${goal.found}, ${goal.begunAt}, ${goal.endedAt})`)
  return id
}

export function* saveGoal(goal: StoredGoal): Work<void> {
  yield* run(sql`
    update goals set status = ${goal.status}, after_event = ${goal.afterEvent}, total = ${goal.total}, looked = ${goal.looked},
      found = ${goal.found}, begun_at = ${goal.begunAt}, ended_at = ${goal.endedAt}
    where id = ${goal.id}`)
}

function fromRow(row: GoalRow): StoredGoal {
  return {
    id: row.id,
    campaignId: row.campaign_id,
    goal: row.goal,
    definition: row.definition,
    status: row.status,
    afterEvent: row.after_event,
    total: row.total,
    looked: row.looked,
    found: row.found,
    begunAt: row.begun_at,
    endedAt: row.ended_at,
  }
}

/** The rows of a graph's goals, as they are counted. */
export function* liveGoalsOf(campaignId: string, graph: Graph): Work<readonly StoredGoal[]> {
  const stored = yield* goalsOf(campaignId)
  return graph.settings.goals.flatMap(
    goal => stored.find(s => s.goal === goal.id && s.definition === definitionOf(goal)) ?? [],
  )
}
