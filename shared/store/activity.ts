import type { ActivityOutcome } from '../api/activity'
import { isHeld, isOutcome, type SendState, statusBehind } from './send-state'
import type { TouchStatus } from './touches'
import { all, one, type Sql, sql, type Work } from './work'

export type { ActivityOutcome }

/** Which sends. Whatever is left out is not asked. Plain data: it is stored with a resend of all that match. */
export interface ActivityFilter {
  readonly leadId?: number
  readonly campaignId?: string
  readonly step?: string
  readonly host?: string
  /** Of the latest attempt: one code, a class (`from` 400 to below 500), or no answer at all. */
  readonly status?: { readonly from: number; readonly below: number } | 'none'
  readonly cause?: string
  /** Reserved at or after, and before (ms). */
  readonly from?: number
  readonly until?: number
}

/** A send without its request: what lists need. */
export interface ActivityTouch extends SendState {
  readonly id: number
  readonly webhook_id: string
  readonly journey_id: number
  readonly lead_id: number
  readonly campaign_id: string
  readonly step: string
  readonly host: string
  readonly last_status: number | null
  readonly cause: string | null
  readonly attempts: number
  readonly reserved_at: number
  readonly settled_at: number | null
  readonly resent_at: number | null
  readonly purged_at: number | null
  readonly profile: string
  readonly request: string
}

export interface Page<T> {
  /** Newest first. */
  readonly rows: readonly T[]
  /** Where the next page goes on: below this id; null at the end. A page may be empty and not the last: see SCAN. */
  readonly next: number | null
}

/**
 * The most rows that one page looks at (some 10 ms). Only the lead, dead letters and what is under way have an index.
 * An index for every other filter would cost each send 3-5 us, so those walk the primary key downwards, a stretch a
 * page, and never hold up the engine.
 */
const SCAN = 20_000
/** The clock may step back by this much (ms) without hiding rows from a filter of times. */
const SLACK = 300_000

const columns: Sql = sql`
  o.id, o.webhook_id, o.journey_id, o.lead_id, o.campaign_id, o.step, o.host, o.status, o.last_status, o.cause, o.attempts, o.reserved_at,
  o.settled_at, o.resent_at, o.purged_at, o.profile, o.request, t.due_at, t.state, t.lane`
/** Index: tasks_by_journey. */
const withTask: Sql = sql`touches o left join tasks t on t.journey_id = o.journey_id and t.touch_id = o.id and o.status = 'reserved'`

/**
 * A page of sends below `below`, newest first (in the order of their reservation). Index: touches_by_lead with a lead,
 * touches_failed for dead letters, touches_reserved for what is under way, else the primary key.
 */
export function* activityPage(
  filter: ActivityFilter,
  { outcome, below, limit, now }: { outcome?: ActivityOutcome; below: number | null; limit: number; now: number },
): Work<Page<ActivityTouch>> {
  const top = Math.min(below ?? Number.MAX_SAFE_INTEGER, yield* firstFrom(filter.until, SLACK))
  const lowest = yield* firstFrom(filter.from, -SLACK, 0)
  const floor = filter.leadId === undefined ? yield* reach(top, lowest, outcome && statusBehind(outcome)) : lowest
  const rows = yield* all<ActivityTouch>(sql`
    select ${columns} from ${withTask}
    where o.id < ${top} and o.id >= ${floor} ${asked(filter, outcome, now)}
    order by o.id desc limit ${limit}`)
  const last = rows.at(-1)
  if (last !== undefined && rows.length === limit) return { rows, next: last.id }
  return { rows, next: floor > lowest ? floor : null }
}

/** One send, as a list shows it. */
export function* activityOf(id: number): Work<ActivityTouch | undefined> {
  return yield* one<ActivityTouch>(sql`select ${columns} from ${withTask} where o.id = ${id}`)
}

/** The lowest id that this page looks at. */
function* reach(top: number, lowest: number, status: TouchStatus | undefined): Work<number> {
  const newest = yield* one<{ id: number }>(sql`select coalesce(max(id), 0) as id from touches`)
  if (status !== 'failed' && status !== 'reserved') return Math.max(lowest, Math.min(top, (newest?.id ?? 0) + 1) - SCAN)
  // The planner finds the partial indexes by these literals.
  const under =
    status === 'failed'
      ? sql`select id from touches where status = 'failed' and id < ${top} order by id desc limit 1 offset ${SCAN}`
      : sql`select id from touches where status = 'reserved' and id < ${top} order by id desc limit 1 offset ${SCAN}`
  return Math.max(lowest, (yield* one<{ id: number }>(under))?.id ?? lowest)
}

/**
 * The first touch that was reserved at `at + slack` or later, by halving. Ids are in the order of reservation, give or
 * take a step of the clock, which the exact condition of the query mends. Index: primary key.
 */
function* firstFrom(at: number | undefined, slack: number, without = Number.MAX_SAFE_INTEGER): Work<number> {
  if (at === undefined) return without
  let low = 0
  let high = ((yield* one<{ id: number }>(sql`select coalesce(max(id), 0) as id from touches`))?.id ?? 0) + 1
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const row = yield* one<{ id: number; reserved_at: number }>(
      sql`select id, reserved_at from touches where id >= ${middle} order by id limit 1`,
    )
    if (row === undefined || row.reserved_at >= at + slack) high = middle
    else low = row.id + 1
  }
  return low
}

function asked(filter: ActivityFilter, outcome: ActivityOutcome | undefined, now: number): Sql {
  const parts: Sql[] = []
  const { leadId, campaignId, step, host, status, cause, from, until } = filter
  if (outcome !== undefined) parts.push(isOutcome(outcome, now))
  if (leadId !== undefined) parts.push(sql`o.lead_id = ${leadId}`)
  if (campaignId !== undefined) parts.push(sql`o.campaign_id = ${campaignId}`)
  if (step !== undefined) parts.push(sql`o.step = ${step}`)
  if (host !== undefined) parts.push(sql`o.host = ${host}`)
  if (cause !== undefined) parts.push(sql`o.cause = ${cause}`)
  if (status === 'none') parts.push(sql`o.attempts > 0 and o.last_status is null`)
  else if (status !== undefined) parts.push(sql`o.last_status >= ${status.from} and o.last_status < ${status.below}`)
  if (from !== undefined) parts.push(sql`o.reserved_at >= ${from}`)
  if (until !== undefined) parts.push(sql`o.reserved_at < ${until}`)
  return parts.reduce((sum, part) => sql`${sum} and ${part}`, sql``)
}

/** A call that is held back: by a gate before it was reserved, by a pause, or by a receiver that is switched off. */
export interface HeldCall {
  readonly id: number
  readonly journey_id: number
  readonly lead_id: number
  readonly campaign_id: string
  readonly step: string
  readonly due_at: number
  readonly state: 'ready' | 'parked'
  readonly lane: string | null
  readonly touch_id: number | null
}

/** A page of calls that are held back, newest first. Index: tasks_held. */
export function* heldPage(
  { leadId, campaignId, step }: ActivityFilter,
  { below, limit }: { below: number | null; limit: number },
): Work<Page<HeldCall>> {
  const parts: Sql[] = []
  if (leadId !== undefined) parts.push(sql`j.lead_id = ${leadId}`)
  if (campaignId !== undefined) parts.push(sql`t.campaign_id = ${campaignId}`)
  if (step !== undefined) parts.push(sql`t.step = ${step}`)
  const rows = yield* all<HeldCall>(sql`
    select t.id, t.journey_id, j.lead_id, t.campaign_id, t.step, t.due_at, t.state, t.lane, t.touch_id
    from tasks t join journeys j on j.id = t.journey_id
    where ${isHeld} and t.id < ${below ?? Number.MAX_SAFE_INTEGER}
      ${parts.reduce((sum, part) => sql`${sum} and ${part}`, sql``)}
    order by t.id desc limit ${limit}`)
  return { rows, next: rows.length === limit ? (rows.at(-1)?.id ?? null) : null }
}

/** Index: primary key. */
export function* heldCall(taskId: number): Work<HeldCall | undefined> {
  return yield* one<HeldCall>(sql`
    select t.id, t.journey_id, j.lead_id, t.campaign_id, t.step, t.due_at, t.state, t.lane, t.touch_id
    from tasks t join journeys j on j.id = t.journey_id
    where t.id = ${taskId} and t.type = 'call'`)
}

/** Counting stops here: nobody reads "1,204,311", and the engine waits while the index is walked. */
export const COUNTED = 100_000

/** Calls that a gate, a pause or a switched-off receiver holds back. Index: tasks_held. */
export function* countHeld(): Work<number> {
  const row = yield* one<{ n: number }>(sql`
    select count(*) as n from (
      select t.id from tasks t where ${isHeld} limit ${COUNTED})`)
  return row?.n ?? 0
}

/**
 * Dead letters by cause, the most frequent first, among the newest 100,000. Index: touches_failed, which holds every
 * column that is read.
 */
export function* causesOfDead(filter: ActivityFilter): Work<readonly { cause: string; n: number }[]> {
  return yield* all<{ cause: string; n: number }>(sql`
    select coalesce(cause, 'not known') as cause, count(*) as n from (
      select cause from touches o where o.status = 'failed' ${asked(filter, undefined, 0)} order by o.id desc limit ${COUNTED})
    group by 1 order by n desc, 1`)
}

/** Dead letters that match. Index: touches_failed. */
export function* countDead(filter: ActivityFilter): Work<number> {
  const row = yield* one<{ n: number }>(
    sql`select count(*) as n from touches o where o.status = 'failed' ${asked(filter, undefined, 0)}`,
  )
  return row?.n ?? 0
}

/** Hosts that were called lately, for the filter: those of the newest sends. Index: primary key. */
export function* recentHosts(): Work<readonly string[]> {
  const rows = yield* all<{ host: string }>(sql`
    select distinct host from (select host from touches order by id desc limit 2000) where host <> '' order by host limit 50`)
  return rows.map(row => row.host)
}

/** The requests that were sent before they were edited, oldest first. Index: primary key. */
export function* pastRequests(
  touchId: number,
): Work<readonly { through: number; request: string; replaced_at: number }[]> {
  return yield* all<{ through: number; request: string; replaced_at: number }>(
    sql`select through, request, replaced_at from past_requests where touch_id = ${touchId} order by through`,
  )
}
