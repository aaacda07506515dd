import { all, each, one, run, sql, type Work } from './work'

/**
 * Removes many leads from a campaign, some hundreds at a time, and records how far it has come. Leads who enter after
 * its beginning do not belong to it.
 */
export interface Removal {
  readonly id: number
  readonly campaignId: string
  /** `abort`: the campaign was stopped and its leads leave (marketo-alm rule 28). */
  readonly why: 'by-hand' | 'abort'
  /** Only leads who stand in this step; null: wherever they are. */
  readonly step: string | null
  /** Only these leads, by our own number; null: everybody. */
  readonly leads: readonly number[] | null
  readonly reason: string
  readonly status: 'running' | 'done' | 'cancelled'
  /** The removal goes on behind this journey; with `leads`, at this place of the list. */
  readonly after: number
  readonly lastJourney: number
  readonly total: number
  readonly removed: number
  readonly begunAt: number
  readonly endedAt: number | null
}

interface RemovalRow {
  readonly id: number
  readonly campaign_id: string
  readonly why: Removal['why']
  readonly step: string | null
  readonly leads: string | null
  readonly reason: string
  readonly status: Removal['status']
  readonly after: number
  readonly last_journey: number
  readonly total: number
  readonly removed: number
  readonly begun_at: number
  readonly ended_at: number | null
}

/** The newest removals of a campaign, newest first. Index: removals_by_campaign. */
export function* removalsOf(campaignId: string, limit: number): Work<readonly Removal[]> {
  return (yield* all<RemovalRow>(
    sql`select * from removals where campaign_id = ${campaignId} order by id desc limit ${limit}`,
  )).map(fromRow)
}

/** Index: primary key. */
export function* findRemoval(id: number): Work<Removal | undefined> {
  const row = yield* one<RemovalRow>(sql`select * from removals where id = ${id}`)
  return row && fromRow(row)
}

/** The oldest removal that is not done. Index: removals_running. */
export function* openRemoval(): Work<Removal | undefined> {
  const row = yield* one<RemovalRow>(sql`select * from removals where status = 'running' order by id limit 1`)
  return row && fromRow(row)
}

/** Removals of hand-picked leads that are still under way. Index: removals_running. */
export function* removalsByHand(): Work<readonly Removal[]> {
  return (yield* all<RemovalRow>(
    sql`select * from removals where status = 'running' and why = 'by-hand' order by id`,
  )).map(fromRow)
}

/** Leads of these removals who left before their turn in it. */
export function* countLeftEarly(left: ReadonlyMap<number, number>): Work<void> {
  yield* each(
    'update removals set removed = removed + ? where id = ?',
    [...left].map(([id, n]) => [n, id]),
  )
}

export function* insertRemoval(r: Omit<Removal, 'id' | 'lastJourney'>): Work<number> {
  const last = yield* one<{ removal: number; journey: number }>(sql`
    select (select coalesce(max(id), 0) from removals) as removal, (select coalesce(max(id), 0) from journeys) as journey`)
  const id = (last?.removal ?? 0) + 1
  yield* run(sql`
    insert into removals (id, campaign_id, why, step, leads, reason, status, after, last_journey, total, removed, begun_at, ended_at)
    values (${id}, ${r.campaignId}, ${r.why}, ${r.step}, ${r.leads === null ? null : JSON.stringify(r.leads)}, ${r.reason}, ${r.status},
      ${r.after}, ${last?.journey ?? 0}, ${r.total}, ${r.removed}, ${r.begunAt}, ${r.endedAt})`)
  return id
}

export function* saveRemoval({ id, status, after, removed, endedAt }: Removal): Work<void> {
  yield* run(sql`
    update removals set status = ${status}, after = ${after}, removed = ${removed}, ended_at = ${endedAt} where id = ${id}`)
}

function fromRow(row: RemovalRow): Removal {
  return {
    id: row.id,
    campaignId: row.campaign_id,
    why: row.why,
    step: row.step,
    leads: row.leads === null ? null : (JSON.parse(row.leads) as number[]),
    reason: row.reason,
    status: row.status,
    after: row.after,
    lastJourney: row.last_journey,
    total: row.total,
    removed: row.removed,
    begunAt: row.begun_at,
    endedAt: row.ended_at,
  }
}
