import type { z } from 'zod'
import type { ActivityRow, activityQuerySchema } from '#shared/api/activity'
import type { RenderedRequest } from '#shared/rules/webhook-request'
import {
  type ActivityFilter,
  type ActivityOutcome,
  type ActivityTouch,
  activityPage,
  type HeldCall,
  heldPage,
} from '#shared/store/activity'
import { findLead } from '#shared/store/leads'
import { outcomeOf, waitsFor } from '#shared/store/send-state'
import { touchesById } from '#shared/store/touches'
import type { Work } from '#shared/store/work'
import { readInstant } from '#shared/values/dates'
import { maskedUrl } from '../mask'
import { type Names, namesOf } from './names'

/** How a filter is asked over HTTP, and what a list of sends shows. */
export type FilterQuery = Omit<z.output<typeof activityQuerySchema>, 'after' | 'limit' | 'outcome'>

/** Nobody has this number: a filter by an unknown lead finds nothing. */
const NOBODY = -1

/** The filter that a query means. */
export function* filterOf(query: FilterQuery): Work<ActivityFilter> {
  const { lead, campaign, step, host, status, cause, from, to } = query
  return {
    ...(lead === undefined ? {} : { leadId: (yield* findLead(lead))?.id ?? NOBODY }),
    ...(campaign === undefined ? {} : { campaignId: campaign }),
    ...(step === undefined ? {} : { step }),
    ...(host === undefined ? {} : { host: host.toLowerCase() }),
    ...(status === undefined ? {} : { status: statusOf(status) }),
    ...(cause === undefined ? {} : { cause }),
    ...instantAs('from', from),
    ...instantAs('until', to),
  }
}

function statusOf(text: string): NonNullable<ActivityFilter['status']> {
  if (text === 'none') return 'none'
  if (!text.endsWith('xx')) return { from: Number(text), below: Number(text) + 1 }
  const from = Number(text[0]) * 100
  return { from, below: from + 100 }
}

/** The schema has refused what cannot be read. */
function instantAs(name: 'from' | 'until', text: string | undefined): Pick<ActivityFilter, 'from' | 'until'> {
  const read = text === undefined ? undefined : readInstant(text, 'UTC')
  return read?.is === 'read' ? { [name]: read.at } : {}
}

interface Ask {
  readonly outcome: ActivityOutcome | undefined
  readonly below: number | null
  readonly limit: number
  readonly now: number
}

/**
 * A page of sends as they are shown. Calls that a gate holds are no touches yet, so only their own filter lists them.
 */
export function* rowsPage(
  filter: ActivityFilter,
  { outcome, below, limit, now }: Ask,
): Work<{ rows: ActivityRow[]; next: string | null }> {
  if (outcome === 'held') {
    // A call that is not rendered has no host, no status and no cause.
    const { host, status, cause, from, until } = filter
    if ([host, status, cause, from, until].some(part => part !== undefined)) return { rows: [], next: null }
    const { rows, next } = yield* heldPage(filter, { below, limit })
    return { rows: yield* toHeldRows(rows), next: toNext(next) }
  }
  const { rows, next } = yield* activityPage(filter, { ...(outcome && { outcome }), below, limit, now })
  const names = yield* namesOf(rows)
  return { rows: rows.map(row => toRow(row, names, now)), next: toNext(next) }
}

function toNext(id: number | null): string | null {
  return id === null ? null : String(id)
}

/** A send as it is shown. */
export function toRow(touch: ActivityTouch, names: Names, now: number): ActivityRow {
  const request = touch.purged_at === null ? (JSON.parse(touch.request) as RenderedRequest) : null
  return {
    id: String(touch.id),
    webhookId: touch.webhook_id,
    ...whereOf(touch, names),
    method: request?.method ?? null,
    url: request === null ? null : maskedUrl(request),
    host: touch.host,
    outcome: outcomeOf(touch, now),
    status: touch.last_status,
    cause: touch.cause,
    attempts: touch.attempts,
    at: touch.reserved_at,
    settledAt: touch.settled_at,
    waitsUntil: touch.state === 'ready' && touch.due_at !== null && touch.due_at > now ? touch.due_at : null,
    waitsFor: waitsFor(touch),
    resentAt: touch.resent_at,
    purgedAt: touch.purged_at,
  }
}

/** Calls that are kept back as they are shown; those behind which a touch stands are its row. */
export function* toHeldRows(held: readonly HeldCall[]): Work<ActivityRow[]> {
  const names = yield* namesOf(held)
  const touches = new Map((yield* touchesById(held.flatMap(h => h.touch_id ?? []))).map(t => [t.id, t]))
  return held.map(call => {
    const touch = call.touch_id === null ? undefined : touches.get(call.touch_id)
    return {
      id: touch === undefined ? `held-${call.id}` : String(touch.id),
      webhookId: touch?.webhookId ?? null,
      ...whereOf(call, names),
      method: touch?.request.method ?? null,
      url: touch === undefined ? null : maskedUrl(touch.request),
      host: '',
      outcome: 'held',
      status: null,
      cause: null,
      attempts: touch?.attempts ?? 0,
      at: touch?.reservedAt ?? null,
      settledAt: null,
      waitsUntil: waitsFor(call) === null ? call.due_at : null,
      waitsFor: waitsFor(call),
      resentAt: touch?.resent?.at ?? null,
      purgedAt: null,
    }
  })
}

function whereOf(
  {
    journey_id: journey,
    lead_id: lead,
    campaign_id: campaignId,
    step,
  }: Pick<ActivityTouch, 'journey_id' | 'lead_id' | 'campaign_id' | 'step'>,
  names: Names,
) {
  return {
    journey,
    lead: names.lead(lead),
    campaignId,
    campaignName: names.campaign(campaignId),
    step,
    stepName: names.step(journey, step),
  }
}
