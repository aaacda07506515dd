import type { JsonObject } from '../json'
import { all, each, one, run, sql, type Work } from './work'

/** What happened, as subscriptions are told of it (shared/subscriptions/define.ts). */
export interface StoredNotice {
  /** In the order of their commits. */
  readonly seq: number
  /** Unique for ever: receivers tell repeats by it. */
  readonly id: string
  readonly kind: string
  readonly at: number
  /** Our own number of the lead; null: it is about none. */
  readonly leadId: number | null
  /** What it is about, by the id that people know: of the lead, else of the campaign. */
  readonly subject: string | null
  readonly campaignId: string | null
  /** Thin. */
  readonly data: JsonObject
  /** Null: nobody asked for the full form. */
  readonly full: JsonObject | null
}

interface NoticeRow {
  readonly seq: number
  readonly id: string
  readonly kind: string
  readonly at: number
  readonly lead_id: number | null
  readonly subject: string | null
  readonly campaign_id: string | null
  readonly data: string
  readonly full_data: string | null
}

export function* insertNotices(notices: readonly StoredNotice[]): Work<void> {
  yield* each(
    'insert into notices (seq, id, kind, at, lead_id, subject, campaign_id, data, full_data) values (?, ?, ?, ?, ?, ?, ?, ?, ?)',
    notices.map(n => [
      n.seq,
      n.id,
      n.kind,
      n.at,
      n.leadId,
      n.subject,
      n.campaignId,
      JSON.stringify(n.data),
      n.full === null ? null : JSON.stringify(n.full),
    ]),
  )
}

/** The next behind `after`, up to `through`, oldest first. Index: primary key. */
export function* noticesAfter(after: number, through: number, limit: number): Work<readonly StoredNotice[]> {
  const rows = yield* all<NoticeRow>(
    sql`select * from notices where seq > ${after} and seq <= ${through} order by seq limit ${limit}`,
  )
  return rows.map(row => ({
    seq: row.seq,
    id: row.id,
    kind: row.kind,
    at: row.at,
    leadId: row.lead_id,
    subject: row.subject,
    campaignId: row.campaign_id,
    data: JSON.parse(row.data) as JsonObject,
    full: row.full_data === null ? null : (JSON.parse(row.full_data) as JsonObject),
  }))
}

/** The first and the last of a time (ms; null: open at that end); null: none is kept. Index: notices_by_at. */
export function* noticeRange(
  from: number | null,
  until: number | null,
): Work<{ readonly first: number; readonly last: number } | null> {
  const row = yield* one<{ first: number | null; last: number | null }>(sql`
    select min(seq) as first, max(seq) as last from notices
    where at >= ${from ?? 0} and at <= ${until ?? Number.MAX_SAFE_INTEGER}`)
  if (row === undefined || row.first === null || row.last === null) return null
  return { first: row.first, last: row.last }
}

/** The newest; 0: there is none. Index: primary key. */
export function* lastNotice(): Work<number> {
  const row = yield* one<{ seq: number | null }>(sql`select max(seq) as seq from notices`)
  return row?.seq ?? 0
}

/**
 * Deletes some that are older than `before` (ms) and not behind `through`, but for the newest, from which the numbers
 * go on. Answers whether there may be more. Index: notices_by_at.
 */
export function* purgeNotices(before: number, through: number, limit: number): Work<boolean> {
  const rows = yield* all<{ seq: number }>(sql`
    select seq from notices
    where at < ${before} and seq <= ${through} and seq < (select max(seq) from notices)
    order by at, seq limit ${limit}`)
  yield* each(
    'delete from notices where seq = ?',
    rows.map(row => [row.seq]),
  )
  return rows.length === limit
}

/** Of a lead that was deleted nothing is told any more but ids and what happened. Index: none, it is rare. */
export function* forgetNoticesOf(leadId: number): Work<void> {
  yield* run(sql`update notices set full_data = null where lead_id = ${leadId} and full_data is not null`)
}
