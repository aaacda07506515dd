import type { JsonObject } from '../json'
import type { LeadEvent } from '../world'
import { all, each, list, one, sql, type Work } from './work'

/** Which of these event ids are known already. Index: primary key. */
export function* knownEvents(ids: readonly string[]): Work<ReadonlySet<string>> {
  const rows = yield* all<{ id: string }>(sql`select id from events where id in ${list(ids)}`)
  return new Set(rows.map(r => r.id))
}

export function* insertEvents(
  events: readonly { readonly event: LeadEvent; readonly leadId: number }[],
  now: number,
): Work<void> {
  yield* each(
    'insert into events (id, lead_id, name, at, properties, received_at) values (?, ?, ?, ?, ?, ?)',
    events.map(({ event, leadId }) => [event.id, leadId, event.name, event.at, JSON.stringify(event.properties), now]),
  )
}

/** What came with events of a name, among the first `sample` rows of the table: at most `most` of them. */
export function* propertiesOfEvents(name: string, sample: number, most: number): Work<readonly JsonObject[]> {
  const rows = yield* all<{ properties: string }>(sql`
    select properties from (select id, name, properties from events order by id limit ${sample}) where name = ${name} order by id limit ${most}`)
  return rows.map(r => JSON.parse(r.properties) as JsonObject)
}

/**
 * Names of events, among the first `sample` rows of the table. Ids of events are in no order, so these rows are a fair
 * mixture.
 */
export function* eventNames(sample: number): Work<readonly string[]> {
  const rows = yield* all<{ name: string }>(
    sql`select distinct name from (select name from events order by id limit ${sample}) order by name`,
  )
  return rows.map(r => r.name)
}

/** The next `limit` events by id: how many there are, and the last of them. Index: primary key. */
export function* stretchOfEvents(
  after: string,
  limit: number,
): Work<{ readonly n: number; readonly last: string | null }> {
  const row = yield* one<{ n: number; last: string | null }>(
    sql`select count(*) as n, max(id) as last from (select id from events where id > ${after} order by id limit ${limit})`,
  )
  return row ?? { n: 0, last: null }
}

/**
 * Events of a name whose ids lie behind `after`, up to `last`, in the order in which they came in. Index: primary key.
 */
export function* eventsBetween(
  name: string,
  after: string,
  last: string,
): Work<readonly { readonly leadId: number; readonly event: LeadEvent; readonly receivedAt: number }[]> {
  const rows = yield* all<{ id: string; lead_id: number; at: number; properties: string; received_at: number }>(sql`
    select id, lead_id, at, properties, received_at from events where id > ${after} and id <= ${last} and name = ${name}
    order by received_at, at, id`)
  return rows.map(({ id, lead_id, at, properties, received_at }) => ({
    leadId: lead_id,
    event: { id, name, at, properties: JSON.parse(properties) as LeadEvent['properties'] },
    receivedAt: received_at,
  }))
}
