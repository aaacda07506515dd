import { MINUTE } from '../time/units'
import type { LeadEvent } from '../world'
import { all, each, list, one, run, sql, texts, type Work } from './work'

/** Somebody who waits to enter. `campaignId` '': all campaigns that listen to the event. */
export interface Arrival {
  readonly id: number
  readonly campaignId: string
  readonly leadId: number
  readonly event: LeadEvent
  readonly cameAt: number
}

/** How far a drain rate looks back (ms). */
export const RATE_WINDOW = MINUTE

/** Puts arrivals in the entry queue. Those with `letInAt` enter at once, and are kept only to be counted. */
export function* insertArrivals(arrivals: readonly (Arrival & { readonly letInAt: number | null })[]): Work<void> {
  yield* each(
    'insert into arrivals (id, campaign_id, lead_id, event, came_at, let_in_at) values (?, ?, ?, ?, ?, ?)',
    arrivals.map(a => [a.id, a.campaignId, a.leadId, JSON.stringify(a.event), a.cameAt, a.letInAt]),
  )
}

/** Which of these campaigns somebody waits for. Index: arrivals_waiting. */
export function* withEntryQueue(campaigns: readonly string[]): Work<ReadonlySet<string>> {
  const rows = yield* all<{ id: string }>(sql`
    select value as id from ${texts(campaigns)}
    where exists (select 1 from arrivals where let_in_at is null and campaign_id = value)`)
  return new Set(rows.map(row => row.id))
}

/** How many wait, by campaign. Index: arrivals_waiting. */
export function* waitingArrivals(campaigns: readonly string[]): Work<ReadonlyMap<string, number>> {
  if (campaigns.length === 0) return new Map()
  const rows = yield* all<{ campaign_id: string; n: number }>(sql`
    select campaign_id, count(*) as n from arrivals
    where let_in_at is null and campaign_id in ${list(campaigns)} group by campaign_id`)
  return new Map(rows.map(row => [row.campaign_id, row.n]))
}

/** The first in the entry queue of a campaign. Index: arrivals_waiting. */
export function* firstArrivals(campaignId: string, limit: number): Work<readonly Arrival[]> {
  const rows = yield* all<{ id: number; campaign_id: string; lead_id: number; event: string; came_at: number }>(sql`
    select id, campaign_id, lead_id, event, came_at from arrivals
    where let_in_at is null and campaign_id = ${campaignId} order by id limit ${limit}`)
  return rows.map(row => ({
    id: row.id,
    campaignId: row.campaign_id,
    leadId: row.lead_id,
    event: JSON.parse(row.event) as LeadEvent,
    cameAt: row.came_at,
  }))
}

/** How many a campaign has let in since an instant (ms), which is excluded. Index: arrivals_let_in. */
export function* letInSince(campaignId: string, since: number): Work<number> {
  const row = yield* one<{ n: number }>(
    sql`select count(*) as n from arrivals where campaign_id = ${campaignId} and let_in_at is not null and let_in_at > ${since}`,
  )
  return row?.n ?? 0
}

/** When the n-th last lead was let in (ms); undefined when there were fewer. Index: arrivals_let_in. */
export function* nthLastLetIn(campaignId: string, n: number): Work<number | undefined> {
  const row = yield* one<{ at: number }>(sql`
    select let_in_at as at from arrivals where campaign_id = ${campaignId} and let_in_at is not null
    order by let_in_at desc limit 1 offset ${n - 1}`)
  return row?.at
}

export function* markLetIn(ids: readonly number[], at: number): Work<void> {
  yield* each(
    'update arrivals set let_in_at = ? where id = ?',
    ids.map(id => [at, id]),
  )
}

export function* deleteArrivals(ids: readonly number[]): Work<void> {
  yield* each(
    'delete from arrivals where id = ?',
    ids.map(id => [id]),
  )
}

/** Rows that no rate counts any more. Index: arrivals_let_in. */
export function* forgetArrivals(campaignId: string, upTo: number): Work<void> {
  yield* run(
    sql`delete from arrivals where campaign_id = ${campaignId} and let_in_at is not null and let_in_at <= ${upTo}`,
  )
}
