import type { DeliveryTerms, ProfileName } from '../rules/delivery'
import { type AnswerHabits, profiles, type RetryPlan } from '../rules/profiles'
import { receiverOf } from '../rules/receiver'
import type { RenderedRequest } from '../rules/webhook-request'
import { all, each, list, sql, type Work } from './work'

/**
 * `abandoned`: its journey went on without waiting. `uncertain`: sent once, and nobody knows whether it arrived. Both
 * count for caps.
 */
export type TouchStatus = 'reserved' | 'received' | 'failed' | 'abandoned' | 'uncertain'

/** One send that counts for caps and conversions. */
export interface Touch {
  readonly id: number
  readonly webhookId: string
  readonly journeyId: number
  readonly leadId: number
  readonly campaignId: string
  readonly step: string
  readonly reservedAt: number
  /**
   * When the run of a schedule that led to the touch was planned; null: no run did. Rolling caps count from there
   * (shared/rules/caps.ts).
   */
  readonly plannedAt: number | null
  readonly status: TouchStatus
  readonly attempts: number
  /** Attempts that the end of the process cut off. The retry plan does not count them. */
  readonly interrupted: number
  readonly terms: DeliveryTerms
  /** Rendered once: every attempt sends these bytes under the same webhook-id. */
  readonly request: RenderedRequest
  /** Set when somebody sent it again by hand. Its journey has moved on, and hears nothing of it any more. */
  readonly resent: Resent | null
}

/**
 * The last time that a dead letter was sent again: when, after how many attempts that its plan counted (its retries
 * begin anew), whether it waits for quiet hours, and what it was before.
 */
export interface Resent {
  readonly at: number
  readonly after: number
  readonly sendNow: boolean
  readonly from: DeadAs
}

export type DeadAs = 'failed' | 'uncertain'

interface TouchRow {
  readonly id: number
  readonly webhook_id: string
  readonly journey_id: number
  readonly lead_id: number
  readonly campaign_id: string
  readonly step: string
  readonly reserved_at: number
  readonly planned_at: number | null
  readonly status: TouchStatus
  readonly attempts: number
  readonly interrupted: number
  readonly retry: RetryPlan
  readonly attempt_seconds: number
  readonly give_up_at: number | null
  readonly once: number
  readonly profile: ProfileName
  readonly answers: string | null
  readonly request: string
  readonly resent_at: number | null
  readonly resent_after: number
  readonly send_now: number
  readonly resent_from: DeadAs | null
}

/** Index: primary key. */
export function* touchesById(ids: readonly number[]): Work<readonly Touch[]> {
  if (ids.length === 0) return []
  return (yield* all<TouchRow>(sql`select * from touches where id in ${list(ids)} order by id`)).map(fromRow)
}

/** Touches are found by their lead. */
type JourneyOfLead = { readonly id: number; readonly leadId: number }

/** What settling a call needs to know of its touch. */
export type TouchHead = Pick<Touch, 'id' | 'journeyId' | 'step' | 'attempts' | 'interrupted' | 'terms' | 'resent'> & {
  /** Where it goes (rules/receiver.ts). */
  readonly receiver: string
}

/** Only the head: thousands are kept in memory while they are on the wire. */
export function headOf({ id, journeyId, step, attempts, interrupted, terms, resent, request }: Touch): TouchHead {
  return { id, journeyId, step, attempts, interrupted, terms, resent, receiver: receiverOf(request) }
}

/** The sends of a journey, oldest first. Index: touches_by_lead; an index by journey would cost every send an entry. */
export function* touchesOfJourney({ id, leadId }: JourneyOfLead): Work<readonly Touch[]> {
  return (yield* all<TouchRow>(
    sql`select * from touches where lead_id = ${leadId} and journey_id = ${id} order by id`,
  )).map(fromRow)
}

/** A touch as caps look at it. */
export interface CountedTouch {
  readonly id: number
  readonly leadId: number
  readonly campaignId: string
  readonly at: number
  readonly plannedAt: number | null
  readonly status: TouchStatus
}

/** Sends of one lead that are alike for caps, but for when they were reserved. */
export interface PastSends {
  readonly leadId: number
  readonly campaignId: string
  readonly plannedAt: number | null
  readonly status: TouchStatus
  /** In no order. */
  readonly ats: readonly number[]
}

/**
 * Touches that caps may count (shared/rules/caps.ts says which rule counts which). A touch that was refused before any
 * attempt never left, so no rule counts it. One row for sends that are alike: a row for each took 1.8 us, this takes 0.6.
 * `except`: touches that are left out. Index: touches_by_lead.
 */
export function* touchesToCount(
  leadIds: readonly number[],
  since: number,
  except: readonly number[],
): Work<readonly PastSends[]> {
  if (leadIds.length === 0) return []
  const rows = yield* all<Omit<PastSends, 'ats'> & { readonly ats: string }>(sql`
    select lead_id as "leadId", campaign_id as "campaignId", planned_at as "plannedAt", status,
      string_agg(cast(reserved_at as text), ',') as ats
    from touches
    where lead_id in ${list(leadIds)} and reserved_at >= ${since} and not (status = 'failed' and attempts = 0)
      and not (id in ${list(except)})
    group by lead_id, campaign_id, planned_at, status
    order by lead_id, campaign_id, coalesce(planned_at, 0), status`)
  return rows.map(({ leadId, campaignId, plannedAt, status, ats }) => ({
    leadId,
    campaignId,
    plannedAt,
    status,
    ats: JSON.parse(`[${ats}]`) as number[],
  }))
}

/** Which of these touches are of these leads, as far as caps may count them. Index: primary key. */
export function* touchesAmong(
  ids: readonly number[],
  leadIds: readonly number[],
  since: number,
): Work<readonly CountedTouch[]> {
  return yield* all<CountedTouch>(sql`
    select id, lead_id as "leadId", campaign_id as "campaignId", reserved_at as at, planned_at as "plannedAt", status
    from touches
    where id in ${list(ids)} and lead_id in ${list(leadIds)} and reserved_at >= ${since}
      and not (status = 'failed' and attempts = 0)
    order by id`)
}

/**
 * What receivers took from journeys of these leads in these campaigns, reserved at `since` or later. Index:
 * touches_by_lead.
 */
export function* receivedTouches(
  leadIds: readonly number[],
  campaigns: readonly string[],
  since: number,
): Work<readonly { readonly id: number; readonly journeyId: number; readonly step: string; readonly at: number }[]> {
  if (leadIds.length === 0 || campaigns.length === 0) return []
  return yield* all<{ id: number; journeyId: number; step: string; at: number }>(sql`
    select id, journey_id as "journeyId", step, settled_at as at from touches
    where lead_id in ${list(leadIds)} and reserved_at >= ${since} and campaign_id in ${list(campaigns)} and status = 'received'
    order by id`)
}

/**
 * When these leads last received a webhook of these campaigns, for each key by which they entered. Only campaigns that
 * count receipts ask. Index: touches_by_lead.
 */
export function* lastReceipts(
  leadIds: readonly number[],
  campaigns: readonly string[],
): Work<readonly { lead_id: number; campaign_id: string; entry_key: string | null; at: number }[]> {
  if (leadIds.length === 0 || campaigns.length === 0) return []
  return yield* all<{ lead_id: number; campaign_id: string; entry_key: string | null; at: number }>(sql`
    select o.lead_id, o.campaign_id, j.entry_key, max(o.settled_at) as at
    from touches o join journeys j on j.id = o.journey_id
    where o.lead_id in ${list(leadIds)} and o.campaign_id in ${list(campaigns)} and o.status = 'received'
    group by o.lead_id, o.campaign_id, j.entry_key`)
}

export function* insertTouches(touches: readonly Touch[]): Work<void> {
  yield* each(
    `insert into touches (id, webhook_id, journey_id, lead_id, campaign_id, step, reserved_at, planned_at, status, attempts, retry, attempt_seconds, give_up_at, once, profile, answers, request, host)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    touches.map(t => [
      t.id,
      t.webhookId,
      t.journeyId,
      t.leadId,
      t.campaignId,
      t.step,
      t.reservedAt,
      t.plannedAt,
      t.status,
      t.attempts,
      t.terms.retry,
      t.terms.attemptSeconds,
      t.terms.giveUpAt,
      t.terms.repeat === 'at-most-once' ? 1 : 0,
      t.terms.profile,
      t.terms.answers === profiles[t.terms.profile].answers ? null : JSON.stringify(t.terms.answers),
      JSON.stringify(t.request),
      hostOf(t.request.url),
    ]),
  )
}

export interface SettledTouch {
  readonly id: number
  readonly status: TouchStatus
  readonly attempts: number
  readonly settledAt: number | null
  /** Of the attempt that decided: its HTTP status (null: no answer came), and why it was no 2xx (null: it was). */
  readonly lastStatus: number | null
  readonly cause: string | null
}

export function* settleTouches(touches: readonly SettledTouch[]): Work<void> {
  yield* each(
    'update touches set status = ?, attempts = ?, settled_at = ?, last_status = ?, cause = ? where id = ?',
    touches.map(t => [t.status, t.attempts, t.settledAt, t.lastStatus, t.cause, t.id]),
  )
}

/** Attempts that the end of the process cut off, one for each of these touches. */
export function* countInterrupted(ids: readonly number[]): Work<void> {
  yield* each(
    'update touches set attempts = attempts + 1, interrupted = interrupted + 1 where id = ?',
    ids.map(id => [id]),
  )
}

/** Touches of which nothing ever left. Index: primary key. */
export function* deleteTouches(ids: readonly number[]): Work<void> {
  yield* each(
    'delete from touches where id = ? and attempts = 0',
    ids.map(id => [id]),
  )
}

/**
 * At start: touches that may be sent only once, and were on the wire when the process died. Nobody knows whether they
 * arrived. Index: touches_reserved, tasks_by_journey.
 */
export function* interruptedOnce(): Work<readonly Touch[]> {
  return (yield* all<TouchRow>(sql`
    select o.* from touches o
    where o.status = 'reserved' and o.once = 1
      and not exists (select 1 from tasks t where t.journey_id = o.journey_id and t.touch_id = o.id)
    order by o.id`)).map(fromRow)
}

/**
 * A dead letter, or an uncertain one, that goes out again. `request`: what it sends from now on, when it was edited.
 */
export interface ResentTouch {
  readonly id: number
  readonly resent: Resent
  readonly request: RenderedRequest | null
}

/**
 * Dead and uncertain letters become reserved again. An edit keeps what was sent before beside it. The caller has read
 * their state in this transaction.
 */
export function* resendTouches(touches: readonly ResentTouch[]): Work<void> {
  const edited = touches.filter(t => t.request !== null)
  yield* each(
    `insert into past_requests (touch_id, through, request, replaced_at)
     select id, attempts, request, ? from touches where id = ?
     on conflict (touch_id, through) do nothing`,
    edited.map(t => [t.resent.at, t.id]),
  )
  yield* each(
    'update touches set request = ?, host = ? where id = ?',
    edited.map(t => [JSON.stringify(t.request), hostOf(t.request?.url ?? ''), t.id]),
  )
  yield* each(
    "update touches set status = 'reserved', settled_at = null, resent_at = ?, resent_after = ?, send_now = ?, resent_from = ? where id = ?",
    touches.map(t => [t.resent.at, t.resent.after, t.resent.sendNow ? 1 : 0, t.resent.from, t.id]),
  )
}

/**
 * Resends that a gate held back keep the state that they had before the resend, with everything known of their
 * attempts.
 */
export function* restoreTouches(
  touches: readonly { readonly id: number; readonly as: DeadAs }[],
  now: number,
): Work<void> {
  yield* each(
    'update touches set status = ?, settled_at = ? where id = ?',
    touches.map(t => [t.as, now, t.id]),
  )
}

/**
 * Their journeys left the step while its call was reserved or on the wire. A call that was sent again by hand flies on.
 * Index: touches_by_lead.
 */
export function* abandonTouches(
  left: readonly { readonly journeyId: number; readonly leadId: number; readonly step: string }[],
  now: number,
): Work<void> {
  yield* each(
    "update touches set status = 'abandoned', settled_at = ? where lead_id = ? and journey_id = ? and step = ? and status = 'reserved' and resent_at is null",
    left.map(l => [now, l.leadId, l.journeyId, l.step]),
  )
}

/**
 * `crm.example.com:8443` of a URL that was checked when it was rendered. Sliced, because a parser would cost a
 * microsecond a send.
 */
function hostOf(url: string): string {
  const from = url.indexOf('://') + 3
  const end = url.slice(from).search(/[/?#]/)
  return (end < 0 ? url.slice(from) : url.slice(from, from + end)).toLowerCase()
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
    plannedAt: row.planned_at,
    status: row.status,
    attempts: row.attempts,
    interrupted: row.interrupted,
    terms: {
      profile: row.profile,
      retry: row.retry,
      attemptSeconds: row.attempt_seconds,
      giveUpAt: row.give_up_at,
      repeat: row.once === 1 ? 'at-most-once' : 'at-least-once',
      answers: row.answers === null ? profiles[row.profile].answers : (JSON.parse(row.answers) as AnswerHabits),
    },
    request: JSON.parse(row.request) as RenderedRequest,
    resent: resentOf(row),
  }
}

function resentOf({ resent_at: at, resent_after: after, send_now, resent_from }: TouchRow): Resent | null {
  return at === null ? null : { at, after, sendNow: send_now === 1, from: resent_from ?? 'failed' }
}
