import type { JsonObject } from '../json'
import type { LeadEvent, PastEvent } from '../world'
import { all, each, list, one, run, sql, texts, type Work } from './work'

/** Of whom, which events, and from when to when (ms, both included). */
interface Wanted {
  readonly leadIds: readonly number[]
  readonly names: readonly string[]
  readonly since: number
  readonly until: number
}

/**
 * This many events of a lead and a name are read at once: more than can be asked for (`MOST_TIMES`), and a few ms of
 * work.
 */
export const PAGE = 1000

/** `nth`: the newest of its lead and name is 1. */
export type StoredPast = PastEvent & { readonly id: string; readonly leadId: number; readonly nth: number }

/** When a lead did the same thing, as far as it was asked for; the newest first is not promised. */
export interface PastMoments {
  readonly leadId: number
  readonly name: string
  readonly ats: readonly number[]
}

/**
 * When these leads did these things: the newest `PAGE` of each lead and name. One row for each lead and name: a row for
 * each event took 1.4 us, this takes 0.1. Index: primary key.
 */
export function* pastMoments({ leadIds, names, since, until }: Wanted): Work<readonly PastMoments[]> {
  if (leadIds.length === 0 || names.length === 0) return []
  const rows = yield* all<{ leadId: number; name: string; ats: string | null }>(sql`
    select cast(leads.value as bigint) as "leadId", names.value as name, (
      select string_agg(cast(newest.at as text), ',') from (
        select h.at from history h
        where h.lead_id = cast(leads.value as bigint) and h.name = names.value and h.at >= ${since} and h.at <= ${until}
        order by h.at desc limit ${PAGE}) newest) as ats
    from (select value from ${texts(leadIds.map(String))}) leads
    cross join (select value from ${texts(names)}) names
    order by 1, 2`)
  return rows.flatMap(({ leadId, name, ats }) =>
    ats === null ? [] : [{ leadId, name, ats: JSON.parse(`[${ats}]`) as number[] }],
  )
}

/** The newest `PAGE` events of each lead and name with what they were like. Index: primary keys. */
export function* pastEventsWhole({ leadIds, names, since, until }: Wanted): Work<readonly StoredPast[]> {
  if (leadIds.length === 0 || names.length === 0) return []
  const rows = yield* all<PastRow>(sql`
    select h.lead_id, h.name, h.at, h.event_id, h.nth, e.properties from (
      select lead_id, name, at, event_id, row_number() over (partition by lead_id, name order by at desc, event_id desc) as nth
      from history
      where lead_id in ${list(leadIds)} and name in ${list(names)} and at >= ${since} and at <= ${until}) h
    join events e on e.id = h.event_id
    where h.nth <= ${PAGE}`)
  return rows.map(fromRow)
}

/**
 * The next `PAGE` of what the same lead did under the same name before this, newest first, down to `since` (ms,
 * included). Index: primary key.
 */
export function* olderEvents({ leadId, name, at, id, nth }: StoredPast, since: number): Work<readonly StoredPast[]> {
  const rows = yield* all<Omit<PastRow, 'nth'>>(sql`
    select h.lead_id, h.name, h.at, h.event_id, e.properties from (
      select lead_id, name, at, event_id from history
      where lead_id = ${leadId} and name = ${name} and (at, event_id) < (${at}, ${id}) and at >= ${since}
      order by at desc, event_id desc limit ${PAGE}) h
    join events e on e.id = h.event_id
    order by h.at desc, h.event_id desc`)
  return rows.map((row, i) => fromRow({ ...row, nth: nth + 1 + i }))
}

interface PastRow {
  readonly lead_id: number
  readonly name: string
  readonly at: number
  readonly event_id: string
  readonly nth: number
  readonly properties: string
}

function fromRow({ lead_id: leadId, name, at, event_id: id, nth, properties }: PastRow): StoredPast {
  return { id, leadId, name, at, nth, properties: JSON.parse(properties) as JsonObject }
}

/** An event with its lead, and when it came in (ms). */
export interface HeardEvent {
  readonly leadId: number
  readonly event: LeadEvent
  readonly receivedAt: number
}

/** The most that are read over all leads of a batch: a lead who begins months ago may have done anything since. */
const MOST_HEARD = 10_000

/**
 * What these leads did after an instant (ms, exclusive) under these names, as far as it is kept by lead; the oldest
 * first. Index: primary keys.
 */
export function* heardSince(
  leadIds: readonly number[],
  names: readonly string[],
  since: number,
): Work<readonly HeardEvent[]> {
  const rows = yield* all<{
    id: string
    lead_id: number
    name: string
    at: number
    properties: string
    received_at: number
  }>(sql`
    select e.id, h.lead_id, e.name, e.at, e.properties, e.received_at
    from history h join events e on e.id = h.event_id
    where h.lead_id in ${list(leadIds)} and h.name in ${list(names)} and h.at > ${since}
    order by h.at, e.received_at, e.id limit ${MOST_HEARD}`)
  return rows.map(({ id, lead_id: leadId, name, at, properties, received_at: receivedAt }) => ({
    leadId,
    event: { id, name, at, properties: JSON.parse(properties) as JsonObject },
    receivedAt,
  }))
}

/** The names whose events are kept by lead, each with all its events. */
export function* keptNames(): Work<ReadonlySet<string>> {
  return new Set(
    (yield* all<{ name: string }>(sql`select name from history_names where whole = 1`)).map(row => row.name),
  )
}

/** Keeps the events of these names by lead from now on. Earlier events stay where they are. */
export function* keepFromNow(names: readonly string[]): Work<void> {
  yield* each(
    'insert into history_names (name, whole) values (?, 0) on conflict (name) do nothing',
    names.map(name => [name]),
  )
}

/**
 * Keeps the events of these names by lead from now on, including those that exist already. For a name that nobody asked
 * about before, this reads all events once.
 */
export function* keepNames(names: readonly string[]): Work<void> {
  const kept = yield* keptNames()
  const fresh = [...new Set(names)].filter(name => !kept.has(name))
  if (fresh.length === 0) return
  yield* each(
    'insert into history_names (name, whole) values (?, 1) on conflict (name) do update set whole = 1',
    fresh.map(name => [name]),
  )
  yield* run(sql`
    insert into history (lead_id, name, at, event_id) select lead_id, name, at, id from events where name in ${list(fresh)}
    on conflict do nothing`)
}

/** Events of these names are no longer kept by lead. Their rows go later (`sweepHistory`). */
export function* forgetNames(names: readonly string[]): Work<void> {
  if (names.length === 0) return
  yield* each(
    'delete from history_names where name = ?',
    names.map(name => [name]),
  )
  yield* keepCursor([])
}

type Cursor = readonly [] | readonly [leadId: number, name: string, at: number, eventId: string]

/** How far a sweep has come, so that it goes on after a restart. */
function* keepCursor(cursor: Cursor): Work<void> {
  yield* run(sql`
    insert into meta (key, value) values ('history-swept', ${JSON.stringify(cursor)})
    on conflict (key) do update set value = excluded.value`)
}

/**
 * Looks at the next `max` rows, and deletes those whose name is no longer kept. Returns whether there is more to look
 * at. Index: primary key.
 */
export function* sweepHistory(max: number): Work<boolean> {
  const stored = yield* one<{ value: string }>(sql`select value from meta where key = 'history-swept'`)
  if (stored === undefined) return false
  const [leadId = 0, name = '', at = 0, eventId = ''] = JSON.parse(stored.value) as Cursor
  const rows = yield* all<{ lead_id: number; name: string; at: number; event_id: string; kept: number }>(sql`
    select lead_id, name, at, event_id, case when name in (select name from history_names) then 1 else 0 end as kept from history
    where (lead_id, name, at, event_id) > (${leadId}, ${name}, ${at}, ${eventId})
    order by lead_id, name, at, event_id limit ${max}`)
  yield* each(
    'delete from history where lead_id = ? and name = ? and at = ? and event_id = ?',
    rows.filter(row => row.kept === 0).map(row => [row.lead_id, row.name, row.at, row.event_id]),
  )
  const last = rows.at(-1)
  if (last === undefined || rows.length < max) {
    yield* run(sql`delete from meta where key = 'history-swept'`)
    return false
  }
  yield* keepCursor([last.lead_id, last.name, last.at, last.event_id])
  return true
}

export function* insertHistory(events: readonly { readonly event: LeadEvent; readonly leadId: number }[]): Work<void> {
  yield* each(
    'insert into history (lead_id, name, at, event_id) values (?, ?, ?, ?)',
    events.map(({ event, leadId }) => [leadId, event.name, event.at, event.id]),
  )
}
