import { all, each, list, sql, type Work } from './work'

/** A living journey that waits for an event of its lead. */
export interface Awaited {
  readonly leadId: number
  readonly event: string
  readonly journeyId: number
}

export function* insertAwaited(rows: readonly Awaited[]): Work<void> {
  yield* each(
    'insert into awaited (lead_id, event, journey_id) values (?, ?, ?) on conflict (lead_id, event, journey_id) do nothing',
    rows.map(r => [r.leadId, r.event, r.journeyId]),
  )
}

/** Law 5: their journeys left the step. Index: primary key. */
export function* clearAwaited(journeys: readonly { readonly id: number; readonly leadId: number }[]): Work<void> {
  yield* each(
    'delete from awaited where lead_id = ? and journey_id = ?',
    journeys.map(j => [j.leadId, j.id]),
  )
}

/** Who waits for one of these events, among these leads; oldest journeys first. Index: primary key. */
export function* awaitedBy(leadIds: readonly number[], events: readonly string[]): Work<readonly Awaited[]> {
  if (leadIds.length === 0 || events.length === 0) return []
  const rows = yield* all<{ lead_id: number; event: string; journey_id: number }>(sql`
    select lead_id, event, journey_id from awaited where lead_id in ${list(leadIds)} and event in ${list(events)}
    order by journey_id, event`)
  return rows.map(r => ({ leadId: r.lead_id, event: r.event, journeyId: r.journey_id }))
}
