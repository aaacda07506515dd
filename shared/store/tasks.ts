import { HIGHEST, type InLine, MOST_COUNTED, rankOf } from '../rules/queue'
import { all, each, list, one, run, sql, type Work } from './work'

export type TaskState = 'ready' | 'parked'

/** A stored effect that is due at an instant. */
export interface Task {
  readonly id: number
  readonly journeyId: number
  readonly campaignId: string
  readonly step: string
  readonly type: 'timer' | 'call'
  readonly state: TaskState
  readonly dueAt: number
  /** Of a call: the reserved touch; null while the gates still hold the call. */
  readonly touchId: number | null
  /**
   * Of a held call: the revision of the library webhook that it was held with; null: its step has a webhook of its own.
   */
  readonly revision: number | null
  /** The queue in which it waits for its turn; null: it waits only for its instant. */
  readonly lane: string | null
  /**
   * Of a call: its level when it began to wait, and its place in the queue; the lowest leaves first
   * (shared/rules/queue.ts). Of a timer 0.
   */
  readonly level: number
  readonly rank: number
  /** Of a call that caps hold back: since when. */
  readonly deferredAt?: number | null
  /**
   * The gate that holds it until its instant, and may let it pass earlier when what the gate saw changes. Null: it
   * waits for its time or its turn.
   */
  readonly heldBy?: string | null
}

interface TaskRow {
  readonly id: number
  readonly journey_id: number
  readonly campaign_id: string
  readonly step: string
  readonly type: 'timer' | 'call'
  readonly state: TaskState
  readonly due_at: number
  readonly touch_id: number | null
  readonly revision: number | null
  readonly lane: string | null
  readonly level: number
  readonly rank: number
  readonly deferred_at: number | null
  readonly held_by: string | null
}

/** Timers that have ended, oldest first. Index: tasks_due_timer. */
export function* dueTimers(now: number, limit: number): Work<readonly Task[]> {
  const rows = yield* all<TaskRow>(sql`
    select * from tasks where state = 'ready' and type = 'timer' and due_at <= ${now} order by due_at, id limit ${limit}`)
  return rows.map(fromRow)
}

/**
 * Calls that may leave now, or must ask their gates again: the first in the queue, when more are due than that. Index:
 * tasks_due_call, tasks_by_rank.
 */
export function* dueCalls(now: number, limit: number): Work<readonly Task[]> {
  const due = yield* all<TaskRow>(sql`
    select * from tasks where state = 'ready' and type = 'call' and lane is null and due_at <= ${now} order by due_at, id limit ${limit}`)
  if (due.length < limit) return due.map(fromRow)
  const first = yield* all<TaskRow>(sql`
    select * from tasks where state = 'ready' and type = 'call' and lane is null and due_at <= ${now} order by rank, id limit ${limit}`)
  return first.map(fromRow)
}

/** The first calls of a queue. Index: tasks_in_lane. */
export function* queuedTasks(queue: string, limit: number): Work<readonly Task[]> {
  const rows = yield* all<TaskRow>(sql`
    select * from tasks where state = 'ready' and lane = ${queue} order by rank, id limit ${limit}`)
  return rows.map(fromRow)
}

/** How many calls wait in each queue, and the highest level among them. Index: tasks_in_lane. */
export function* countQueues(): Work<ReadonlyMap<string, { readonly n: number; readonly level: number }>> {
  const rows = yield* all<{ lane: string; n: number; level: number }>(
    sql`select lane, count(*) as n, max(level) as level from tasks where state = 'ready' and lane is not null group by lane order by lane`,
  )
  return new Map(rows.map(({ lane, n, level }) => [lane, { n, level }]))
}

/**
 * How many calls of its queue leave before this one, and how many of those have a higher level. Index: tasks_in_lane.
 */
export function* aheadOf({ lane, rank, id, level }: Task): Work<Pick<InLine, 'ahead' | 'higher'>> {
  const row = yield* one<{ ahead: number; higher: number }>(sql`
    select count(*) as ahead, coalesce(sum(case when level > ${level} then 1 else 0 end), 0) as higher from (
      select level from tasks where state = 'ready' and lane = ${lane} and (rank, id) < (${rank}, ${id})
      order by rank, id limit ${MOST_COUNTED})`)
  return row ?? { ahead: 0, higher: 0 }
}

/** When the next task falls due; null when nothing waits. Index: tasks_due_timer, tasks_due_call. */
export function* nextDue(): Work<{ readonly timer: number | null; readonly call: number | null }> {
  const row = yield* one<{ timer: number | null; call: number | null }>(sql`
    select
      (select min(due_at) from tasks where state = 'ready' and type = 'timer') as timer,
      (select min(due_at) from tasks where state = 'ready' and type = 'call' and lane is null) as call`)
  return row ?? { timer: null, call: null }
}

export function* countDue(now: number): Work<number> {
  const row = yield* one<{ n: number }>(sql`
    select
      (select count(*) from tasks where state = 'ready' and type = 'timer' and due_at <= ${now}) +
      (select count(*) from tasks where state = 'ready' and type = 'call' and lane is null and due_at <= ${now}) +
      (select count(*) from tasks where state = 'ready' and lane is not null) as n`)
  return row?.n ?? 0
}

/** Index: tasks_by_journey. */
export function* tasksOfJourneys(journeyIds: readonly number[]): Work<readonly Task[]> {
  if (journeyIds.length === 0) return []
  return (yield* all<TaskRow>(sql`select * from tasks where journey_id in ${list(journeyIds)} order by id`)).map(
    fromRow,
  )
}

export function* insertTasks(tasks: readonly Task[]): Work<void> {
  yield* each(
    `insert into tasks (id, journey_id, campaign_id, step, type, state, due_at, touch_id, revision, lane, level, rank, deferred_at, held_by)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    tasks.map(t => [
      t.id,
      t.journeyId,
      t.campaignId,
      t.step,
      t.type,
      t.state,
      t.dueAt,
      t.touchId,
      t.revision,
      t.lane,
      t.level,
      t.rank,
      t.deferredAt ?? null,
      t.heldBy ?? null,
    ]),
  )
}

export function* deleteTasks(ids: readonly number[]): Work<void> {
  yield* each(
    'delete from tasks where id = ?',
    ids.map(id => [id]),
  )
}

/**
 * Law 5: what a step left pending goes with it. A dead letter of the step that was sent again stays. Index:
 * tasks_by_journey.
 */
export function* clearTasks(left: readonly { readonly journeyId: number; readonly step: string }[]): Work<void> {
  yield* each(
    `delete from tasks where journey_id = ? and step = ?
      and not exists (select 1 from touches o where o.id = touch_id and o.resent_at is not null)`,
    left.map(l => [l.journeyId, l.step]),
  )
}

/** What a task waits for from now on. */
export type MovedTask = Pick<
  Task,
  'id' | 'state' | 'dueAt' | 'lane' | 'level' | 'rank' | 'revision' | 'deferredAt' | 'heldBy'
>

/** Moves tasks to another instant, state and queue: a retry that has to wait for the morning. */
export function* moveTasks(tasks: readonly MovedTask[]): Work<void> {
  yield* each(
    'update tasks set state = ?, due_at = ?, lane = ?, level = ?, rank = ?, revision = ?, deferred_at = ?, held_by = ? where id = ?',
    tasks.map(t => [
      t.state,
      t.dueAt,
      t.lane,
      t.level,
      t.rank,
      t.revision,
      t.deferredAt ?? null,
      t.heldBy ?? null,
      t.id,
    ]),
  )
}

/** A call that was on the wire when the process died. */
export interface CutOff {
  readonly touchId: number
  readonly journeyId: number
  readonly step: string
  /** Attempts that had ended before. */
  readonly attempts: number
}

/**
 * At start: calls that were on the wire when the process died get a task again, due at once and before all others
 * (at-least-once, same webhook-id and bytes). Those of paused campaigns are parked. Touches that may be sent only once
 * are not among them: see interruptedOnce. Index: touches_reserved, tasks_by_journey.
 */
export function* recoverCalls(nextId: () => number, now: number): Work<readonly CutOff[]> {
  const lost = yield* all<{
    journey_id: number
    campaign_id: string
    step: string
    touch_id: number
    attempts: number
    paused: number
  }>(sql`
    select o.journey_id, o.campaign_id, o.step, o.id as touch_id, o.attempts, case when c.status = 'paused' then 1 else 0 end as paused
    from touches o join campaigns c on c.id = o.campaign_id
    where o.status = 'reserved' and o.once = 0 and not exists (select 1 from tasks t where t.journey_id = o.journey_id and t.touch_id = o.id)
    order by o.id`)
  yield* insertTasks(
    lost.map(row => ({
      id: nextId(),
      journeyId: row.journey_id,
      campaignId: row.campaign_id,
      step: row.step,
      type: 'call',
      state: row.paused === 1 ? 'parked' : 'ready',
      dueAt: now,
      touchId: row.touch_id,
      revision: null,
      lane: null,
      level: HIGHEST,
      rank: rankOf(HIGHEST, now),
    })),
  )
  return lost.map(({ touch_id, journey_id, step, attempts }) => ({
    touchId: touch_id,
    journeyId: journey_id,
    step,
    attempts,
  }))
}

/**
 * Time went back by this much (ms). Calls that are tried again are due that much earlier, or they would wait for the
 * difference. What waits for a moment of the calendar keeps it.
 */
export function* bringRetriesBack(by: number, now: number): Work<void> {
  yield* run(sql`
    update tasks set due_at = case when due_at - ${by} > ${now} then due_at - ${by} else ${now} end, rank = rank - ${by}
    where type = 'call' and touch_id is not null and held_by is null and due_at > ${now}`)
}

/** A paused campaign's tasks wait, whatever their instant. What is on the wire may finish. */
export function* parkTasks(campaignId: string): Work<void> {
  yield* run(sql`update tasks set state = 'parked' where campaign_id = ${campaignId} and state = 'ready'`)
}

/** The rest of a large campaign follows in the next ticks. Returns whether there may be more. Index: tasks_parked. */
export function* unparkTasks(campaignId: string, most = 5000): Work<boolean> {
  const ids = yield* all<{ id: number }>(
    sql`select id from tasks where campaign_id = ${campaignId} and state = 'parked' order by id limit ${most}`,
  )
  yield* run(sql`update tasks set state = 'ready' where id in ${list(ids.map(t => t.id))}`)
  return ids.length === most
}

/** Campaigns with parked tasks that are not paused: their resume is not over. Index: tasks_parked. */
export function* resumingCampaigns(): Work<readonly string[]> {
  const rows = yield* all<{ id: string }>(sql`
    select c.id from campaigns c
    where c.status <> 'paused' and exists (select 1 from tasks t where t.campaign_id = c.id and t.state = 'parked')
    order by c.id`)
  return rows.map(row => row.id)
}

function fromRow(row: TaskRow): Task {
  return {
    id: row.id,
    journeyId: row.journey_id,
    campaignId: row.campaign_id,
    step: row.step,
    type: row.type,
    state: row.state,
    dueAt: row.due_at,
    touchId: row.touch_id,
    revision: row.revision,
    lane: row.lane,
    level: row.level,
    rank: row.rank,
    deferredAt: row.deferred_at,
    heldBy: row.held_by,
  }
}
