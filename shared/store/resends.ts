import type { ActivityFilter } from './activity'
import { all, one, run, sql, type Work } from './work'

/**
 * "Send all of these again": a filter over dead letters, and how far it has come. It works downwards, so each is taken
 * once even when it fails again.
 */
export interface Resending {
  readonly id: number
  readonly filter: ActivityFilter
  readonly sendNow: boolean
  readonly status: 'running' | 'done' | 'cancelled'
  /** The touch below which the resend goes on. */
  readonly below: number
  readonly total: number
  readonly resent: number
  /** Dead letters that could not be sent again: their request was deleted, or somebody was quicker. */
  readonly refused: number
  readonly begunAt: number
  readonly endedAt: number | null
}

interface ResendingRow {
  readonly id: number
  readonly filter: string
  readonly send_now: number
  readonly status: Resending['status']
  readonly below_touch: number
  readonly total: number
  readonly resent: number
  readonly refused: number
  readonly begun_at: number
  readonly ended_at: number | null
}

/** The newest, newest first. Index: primary key. */
export function* latestResendings(limit: number): Work<readonly Resending[]> {
  return (yield* all<ResendingRow>(sql`select * from resends order by id desc limit ${limit}`)).map(fromRow)
}

export function* findResending(id: number): Work<Resending | undefined> {
  const row = yield* one<ResendingRow>(sql`select * from resends where id = ${id}`)
  return row && fromRow(row)
}

/** The oldest resend that is not done. A handful of rows: no index. */
export function* openResending(): Work<Resending | undefined> {
  const row = yield* one<ResendingRow>(sql`select * from resends where status = 'running' order by id limit 1`)
  return row && fromRow(row)
}

export function* insertResending(r: Omit<Resending, 'id'>): Work<number> {
  const last = yield* one<{ id: number }>(sql`select coalesce(max(id), 0) as id from resends`)
  const id = (last?.id ?? 0) + 1
  yield* run(sql`
    insert into resends (id, filter, send_now, status, below_touch, total, resent, refused, begun_at, ended_at)
    values (${id}, ${JSON.stringify(r.filter)}, ${r.sendNow ? 1 : 0}, ${r.status}, ${r.below}, ${r.total},
      ${r.resent}, ${r.refused}, ${r.begunAt}, ${r.endedAt})`)
  return id
}

export function* saveResending(r: Resending): Work<void> {
  yield* run(sql`
    update resends set status = ${r.status}, below_touch = ${r.below}, resent = ${r.resent},
      refused = ${r.refused}, ended_at = ${r.endedAt}
    where id = ${r.id}`)
}

function fromRow(row: ResendingRow): Resending {
  return {
    id: row.id,
    filter: JSON.parse(row.filter) as ActivityFilter,
    sendNow: row.send_now === 1,
    status: row.status,
    below: row.below_touch,
    total: row.total,
    resent: row.resent,
    refused: row.refused,
    begunAt: row.begun_at,
    endedAt: row.ended_at,
  }
}
