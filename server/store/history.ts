import type { JsonObject } from '#shared/json'
import { MOST_EVENTS } from '#shared/rules/conditions/schema'
import type { LeadEvent, PastEvent } from '#shared/world'
import { all, each, list, run, sql, type Work } from './work'

/** Of whom, which events, and from when to when (ms, both included). */
interface Wanted {
  readonly leadIds: readonly number[]
  readonly names: readonly string[]
  readonly since: number
  readonly until: number
}

export type StoredPast = PastEvent & { readonly leadId: number }

/** When these leads did these things: the newest `MOST_EVENTS` of each lead and name, without properties. Index: primary key. */
export function* pastEvents({ leadIds, names, since, until }: Wanted): Work<readonly StoredPast[]> {
  if (leadIds.length === 0 || names.length === 0) return []
  const rows = yield* all<{ lead_id: number; name: string; at: number }>(sql`
    select lead_id, name, at from (
      select lead_id, name, at, row_number() over (partition by lead_id, name order by at desc, event_id) as nth
      from history
      where lead_id in ${list(leadIds)} and name in ${list(names)} and at >= ${since} and at <= ${until})
    where nth <= ${MOST_EVENTS}`)
  return rows.map(row => ({ leadId: row.lead_id, name: row.name, at: row.at, properties: {} }))
}

/** The same with what the events were like. Index: primary keys. */
export function* pastEventsWhole({ leadIds, names, since, until }: Wanted): Work<readonly StoredPast[]> {
  if (leadIds.length === 0 || names.length === 0) return []
  const rows = yield* all<{ lead_id: number; name: string; at: number; properties: string }>(sql`
    select h.lead_id, h.name, h.at, e.properties from (
      select lead_id, name, at, event_id, row_number() over (partition by lead_id, name order by at desc, event_id) as nth
      from history
      where lead_id in ${list(leadIds)} and name in ${list(names)} and at >= ${since} and at <= ${until}) h
    join events e on e.id = h.event_id
    where h.nth <= ${MOST_EVENTS}`)
  return rows.map(({ lead_id: leadId, name, at, properties }) => ({
    leadId,
    name,
    at,
    properties: JSON.parse(properties) as JsonObject,
  }))
}

/** The names whose events are kept by lead. */
export function* keptNames(): Work<ReadonlySet<string>> {
  return new Set((yield* all<{ name: string }>(sql`select name from history_names`)).map(row => row.name))
}

/**
 * Keeps the events of these names by lead from now on, with all that there are already: reads all events once for a name that nobody asked about before.
 */
export function* keepNames(names: readonly string[]): Work<void> {
  const kept = yield* keptNames()
  const fresh = [...new Set(names)].filter(name => !kept.has(name))
  if (fresh.length === 0) return
  yield* each(
    'insert into history_names (name) values (?)',
    fresh.map(name => [name]),
  )
  yield* run(sql`
    insert into history (lead_id, name, at, event_id) select lead_id, name, at, id from events where name in ${list(fresh)}`)
}

export function* insertHistory(events: readonly { readonly event: LeadEvent; readonly leadId: number }[]): Work<void> {
  yield* each(
    'insert into history (lead_id, name, at, event_id) values (?, ?, ?, ?)',
    events.map(({ event, leadId }) => [leadId, event.name, event.at, event.id]),
  )
}
