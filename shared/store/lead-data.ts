import type { RenderedRequest } from '../rules/webhook-request'
import { type LeadEvent, noMemory } from '../world'
import { forgetNoticesOf } from './notices'
import { all, run, sql, type Work } from './work'

// What is stored about one lead, over all tables: moved by a merge, read by an export, deleted with the lead. A new
// table that names leads needs its line in `moveToLead` and in `forgetLead`.

const emptyMemory = JSON.stringify(noMemory)
const emptyRequest = JSON.stringify({ method: 'POST', url: '', headers: [], body: null } satisfies RenderedRequest)

/**
 * Moves the events, touches and journeys of a lead to another one. The lead is gone, and its id becomes another name of
 * the other. Events have no index by lead, so all of them are read.
 */
export function* moveToLead(from: number, into: number, now: number): Work<void> {
  yield* run(sql`update journeys set lead_id = ${into} where lead_id = ${from}`)
  yield* run(sql`update touches set lead_id = ${into} where lead_id = ${from}`)
  yield* run(sql`update events set lead_id = ${into} where lead_id = ${from}`)
  yield* run(sql`update history set lead_id = ${into} where lead_id = ${from}`)
  yield* run(sql`
    insert into members (list_id, lead_id, added_at) select list_id, ${into}, added_at from members where lead_id = ${from}
    on conflict (list_id, lead_id) do nothing`)
  yield* run(sql`delete from members where lead_id = ${from}`)
  yield* run(sql`update awaited set lead_id = ${into} where lead_id = ${from}`)
  yield* run(sql`update errands set lead_id = ${into} where lead_id = ${from}`)
  yield* run(sql`update arrivals set lead_id = ${into} where lead_id = ${from}`)
  yield* run(sql`update refusals set lead_id = ${into} where lead_id = ${from}`)
  yield* run(sql`update notices set lead_id = ${into} where lead_id = ${from}`)
  yield* run(sql`update test_sends set lead_id = ${into} where lead_id = ${from}`)
  yield* run(sql`update lead_aliases set lead_id = ${into} where lead_id = ${from}`)
  yield* run(sql`
    insert into lead_aliases (external_id, lead_id, merged_at) select external_id, ${into}, ${now} from leads where id = ${from}`)
  yield* dropLead(from)
}

/**
 * Deletes a lead with everything that was said, sent and answered. Journeys and touches stay as bare rows that belong
 * to nobody (the negative number of the row stands for the lead), so that the counts of campaigns still add up. Events
 * have no index by lead, so all of them are read.
 */
export function* forgetLead(id: number, now: number): Work<void> {
  yield* run(sql`delete from journal where journey_id in (select id from journeys where lead_id = ${id})`)
  yield* run(sql`delete from attempts where touch_id in (select id from touches where lead_id = ${id})`)
  yield* run(sql`delete from past_requests where touch_id in (select id from touches where lead_id = ${id})`)
  // A dead letter that was sent again is under way although its journey is over.
  yield* run(sql`delete from tasks where journey_id in (select id from journeys where lead_id = ${id})`)
  yield* run(sql`
    update touches set status = 'abandoned', settled_at = ${now} where lead_id = ${id} and status = 'reserved'`)
  yield* run(sql`
    update touches set request = ${emptyRequest}, purged_at = coalesce(purged_at, ${now}), lead_id = -journey_id
    where lead_id = ${id}`)
  // Its conversions still count, as nobody's.
  yield* run(sql`
    update conversions set event_id = '$deleted.' || id where journey_id in (select id from journeys where lead_id = ${id})`)
  yield* run(sql`update journeys set memory = ${emptyMemory}, entry_key = null, lead_id = -id where lead_id = ${id}`)
  yield* run(sql`delete from events where lead_id = ${id}`)
  yield* run(sql`delete from history where lead_id = ${id}`)
  yield* run(sql`delete from members where lead_id = ${id}`)
  yield* run(sql`delete from awaited where lead_id = ${id}`)
  yield* run(sql`delete from errands where lead_id = ${id}`)
  // A lead who was let in within the last minute still counts for the drain rate, as nobody.
  yield* run(sql`delete from arrivals where lead_id = ${id} and let_in_at is null`)
  yield* run(sql`update arrivals set lead_id = 0, event = '{}' where lead_id = ${id}`)
  yield* run(sql`delete from refusals where lead_id = ${id}`)
  yield* forgetNoticesOf(id)
  yield* run(sql`delete from test_sends where lead_id = ${id}`)
  yield* run(sql`delete from lead_aliases where lead_id = ${id}`)
  yield* dropLead(id)
}

/** Deletes the row of a lead. The number of the last lead is remembered, so that nobody else ever gets it. */
function* dropLead(id: number): Work<void> {
  yield* run(sql`
    insert into meta (key, value) select 'last-lead', cast(max(id) as text) from leads where true
    on conflict (key) do update set value = case
      when cast(excluded.value as bigint) > cast(meta.value as bigint) then excluded.value else meta.value end`)
  yield* run(sql`delete from leads where id = ${id}`)
}

/** All events of a lead, oldest first. For exports only: there is no index by lead, so all events are read. */
export function* eventsOfLead(leadId: number): Work<readonly LeadEvent[]> {
  const rows = yield* all<{ id: string; name: string; at: number; properties: string }>(
    sql`select id, name, at, properties from events where lead_id = ${leadId} order by at, id`,
  )
  return rows.map(row => ({ ...row, properties: JSON.parse(row.properties) as LeadEvent['properties'] }))
}

/** Ids of the lists that a lead is on. Index: members_by_lead. */
export function* listIdsOfLead(leadId: number): Work<readonly string[]> {
  const rows = yield* all<{ list_id: string }>(
    sql`select list_id from members where lead_id = ${leadId} order by list_id`,
  )
  return rows.map(row => row.list_id)
}

/** Ids of all touches of a lead, oldest first. Index: touches_by_lead. */
export function* touchIdsOfLead(leadId: number): Work<readonly number[]> {
  return (yield* all<{ id: number }>(sql`select id from touches where lead_id = ${leadId} order by id`)).map(r => r.id)
}
