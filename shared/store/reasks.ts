import { RISE } from '../rules/queue'
import { all, list, one, run, sql, type Work } from './work'

/** Held calls that are to be asked again, in the order of their tasks. */
export interface Reask {
  readonly id: number
  /** null: of every campaign. */
  readonly campaignId: string | null
  readonly afterTask: number
  readonly lastTask: number
}

/**
 * Calls that wait for the end of quiet hours or of a cap are asked again before that end. Nothing to do where none
 * wait. Index: tasks_held_by.
 */
export function* insertReask(campaignId: string | null): Work<void> {
  const newest = yield* one<{ id: number | null }>(sql`select max(id) as id from tasks where held_by is not null`)
  if (newest?.id == null) return
  yield* run(sql`
    insert into reasks (id, campaign_id, after_task, last_task) select coalesce(max(id), 0) + 1, ${campaignId}, 0, ${newest.id} from reasks`)
}

/** The oldest reask that is not done. */
export function* openReask(): Work<Reask | undefined> {
  return yield* one<Reask>(sql`
    select id, campaign_id as "campaignId", after_task as "afterTask", last_task as "lastTask" from reasks order by id limit 1`)
}

/** The next held calls of a reask, except those of paused campaigns. Index: tasks_held_by. */
export function* heldCalls({ campaignId, afterTask, lastTask }: Reask, limit: number): Work<readonly number[]> {
  const ofCampaign = campaignId === null ? sql`` : sql`and campaign_id = ${campaignId}`
  const rows = yield* all<{ id: number }>(sql`
    select id from tasks where held_by is not null and id > ${afterTask} and id <= ${lastTask} and state = 'ready' ${ofCampaign}
    order by id limit ${limit}`)
  return rows.map(row => row.id)
}

export function* saveReask({ id, afterTask }: Pick<Reask, 'id' | 'afterTask'>): Work<void> {
  yield* run(sql`update reasks set after_task = ${afterTask} where id = ${id}`)
}

export function* deleteReask(id: number): Work<void> {
  yield* run(sql`delete from reasks where id = ${id}`)
}

/** These calls are due now. Their gates are asked again when their turn comes. */
export function* makeDue(tasks: readonly number[], now: number): Work<void> {
  if (tasks.length === 0) return
  yield* run(sql`
    update tasks set due_at = ${now}, rank = ${now} - level * ${RISE}, held_by = null where id in ${list(tasks)} and due_at > ${now}`)
}

/** Held calls of these leads. Index: journeys_by_lead, tasks_by_journey. */
export function* heldCallsOf(leadIds: readonly number[]): Work<readonly number[]> {
  if (leadIds.length === 0) return []
  const rows = yield* all<{ id: number }>(sql`
    select t.id from journeys j join tasks t on t.journey_id = j.id
    where j.lead_id in ${list(leadIds)} and j.status = 'active' and t.held_by is not null and t.state = 'ready' order by t.id`)
  return rows.map(row => row.id)
}
