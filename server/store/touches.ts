import type { DeliveryTerms, RetryPlan } from '#shared/rules/delivery'
import type { RenderedRequest } from '#shared/rules/webhook-request'
import { all, each, list, sql, type Work } from './work'

export type TouchStatus = 'reserved' | 'received' | 'failed' | 'abandoned'

/** One send that counts for caps and conversions. */
export interface Touch {
  readonly id: number
  readonly webhookId: string
  readonly journeyId: number
  readonly leadId: number
  readonly campaignId: string
  readonly step: string
  readonly reservedAt: number
  readonly status: TouchStatus
  readonly attempts: number
  readonly terms: DeliveryTerms
  /** Rendered once: every attempt sends these bytes under the same webhook-id. */
  readonly request: RenderedRequest
}

interface TouchRow {
  readonly id: number
  readonly webhook_id: string
  readonly journey_id: number
  readonly lead_id: number
  readonly campaign_id: string
  readonly step: string
  readonly reserved_at: number
  readonly status: TouchStatus
  readonly attempts: number
  readonly retry: RetryPlan
  readonly attempt_seconds: number
  readonly give_up_at: number | null
  readonly once: number
  readonly request: string
}

/** Index: primary key. */
export function* touchesById(ids: readonly number[]): Work<readonly Touch[]> {
  if (ids.length === 0) return []
  return (yield* all<TouchRow>(sql`select * from touches where id in ${list(ids)} order by id`)).map(fromRow)
}

/** Touches are found by their lead. */
type JourneyOfLead = { readonly id: number; readonly leadId: number }

/** What settling a call needs to know of its touch. */
export type TouchHead = Pick<Touch, 'id' | 'journeyId' | 'step' | 'attempts' | 'terms'>

/** Only the head: thousands are kept in memory while they are on the wire. */
export function headOf({ id, journeyId, step, attempts, terms }: TouchHead): TouchHead {
  return { id, journeyId, step, attempts, terms }
}

/** The sends of a journey, oldest first. Index: touches_by_lead; one more for journeys would cost every send an entry. */
export function* touchesOfJourney({ id, leadId }: JourneyOfLead): Work<readonly Touch[]> {
  return (yield* all<TouchRow>(
    sql`select * from touches where lead_id = ${leadId} and journey_id = ${id} order by id`,
  )).map(fromRow)
}

/**
 * The instants of touches that count for caps: reserved, received, and those whose journey ended meanwhile (they may well have arrived). One that
 * failed for good frees its slot (braze R23). Index: touches_by_lead.
 */
export function* countingTouches(
  leadIds: readonly number[],
  since: number,
): Work<readonly { lead_id: number; at: number }[]> {
  if (leadIds.length === 0) return []
  return yield* all<{ lead_id: number; at: number }>(sql`
    select lead_id, reserved_at as at from touches
    where lead_id in ${list(leadIds)} and reserved_at >= ${since} and status <> 'failed'
    order by reserved_at, id`)
}

export function* insertTouches(touches: readonly Touch[]): Work<void> {
  yield* each(
    `insert into touches (id, webhook_id, journey_id, lead_id, campaign_id, step, reserved_at, status, attempts, retry, attempt_seconds, give_up_at, once, request)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    touches.map(t => [
      t.id,
      t.webhookId,
      t.journeyId,
      t.leadId,
      t.campaignId,
      t.step,
      t.reservedAt,
      t.status,
      t.attempts,
      t.terms.retry,
      t.terms.attemptSeconds,
      t.terms.giveUpAt,
      t.terms.repeat === 'at-most-once' ? 1 : 0,
      JSON.stringify(t.request),
    ]),
  )
}

export interface SettledTouch {
  readonly id: number
  readonly status: TouchStatus
  readonly attempts: number
  readonly settledAt: number | null
}

export function* settleTouches(touches: readonly SettledTouch[]): Work<void> {
  yield* each(
    'update touches set status = ?, attempts = ?, settled_at = ? where id = ?',
    touches.map(t => [t.status, t.attempts, t.settledAt, t.id]),
  )
}

/**
 * At start: touches that may be sent once only, and were on the wire when the process died. Whether they arrived is not known.
 * Index: touches_reserved, tasks_by_journey.
 */
export function* interruptedOnce(): Work<readonly Touch[]> {
  return (yield* all<TouchRow>(sql`
    select o.* from touches o
    where o.status = 'reserved' and o.once = 1
      and not exists (select 1 from tasks t where t.journey_id = o.journey_id and t.touch_id = o.id)
    order by o.id`)).map(fromRow)
}

/** Their journeys left the step while a call was reserved or on the wire. Index: touches_by_lead. */
export function* abandonTouches(journeys: readonly JourneyOfLead[], now: number): Work<void> {
  yield* each(
    "update touches set status = 'abandoned', settled_at = ? where lead_id = ? and journey_id = ? and status = 'reserved'",
    journeys.map(j => [now, j.leadId, j.id]),
  )
}

function fromRow(row: TouchRow): Touch {
  return {
    id: row.id,
    webhookId: row.webhook_id,
    journeyId: row.journey_id,
    leadId: row.lead_id,
    campaignId: row.campaign_id,
    step: row.step,
    reservedAt: row.reserved_at,
    status: row.status,
    attempts: row.attempts,
    terms: {
      retry: row.retry,
      attemptSeconds: row.attempt_seconds,
      giveUpAt: row.give_up_at,
      repeat: row.once === 1 ? 'at-most-once' : 'at-least-once',
    },
    request: JSON.parse(row.request) as RenderedRequest,
  }
}
