import type { LeadEvent } from '../world'
import { all, each, list, run, sql, type Work } from './work'

/**
 * The outbox, in its table `errands`: what a journey asked of other journeys of its lead. Written with the move that
 * asked (law 3), done and deleted in one transaction of a later turn.
 */
export type OutboxItem = {
  readonly id: number
  readonly leadId: number
  /** Who asked; null when a person did, through the API. */
  readonly asker: { readonly journeyId: number; readonly step: string } | null
  readonly askedAt: number
} & (
  | { readonly type: 'event'; readonly event: LeadEvent }
  | { readonly type: 'request'; readonly campaignId: string; readonly event: LeadEvent }
  | { readonly type: 'leave'; readonly campaignId: string; readonly reason: string }
)
export type NewOutboxItem = OutboxItem extends infer E ? (E extends OutboxItem ? Omit<E, 'id'> : never) : never

interface OutboxRow {
  readonly id: number
  readonly type: OutboxItem['type']
  readonly lead_id: number
  readonly journey_id: number | null
  readonly step: string | null
  readonly campaign_id: string | null
  readonly asked_at: number
  readonly what: string
}

export function* insertInOutbox(items: readonly OutboxItem[]): Work<void> {
  yield* each(
    'insert into errands (id, type, lead_id, journey_id, step, campaign_id, asked_at, what) values (?, ?, ?, ?, ?, ?, ?, ?)',
    items.map(e => [
      e.id,
      e.type,
      e.leadId,
      e.asker?.journeyId ?? null,
      e.asker?.step ?? null,
      e.type === 'event' ? null : e.campaignId,
      e.askedAt,
      JSON.stringify(e.type === 'leave' ? e.reason : e.event),
    ]),
  )
}

/** The next items, in the order in which they were asked. Index: primary key. */
export function* nextInOutbox(limit: number): Work<readonly OutboxItem[]> {
  return (yield* all<OutboxRow>(sql`select * from errands order by id limit ${limit}`)).map(fromRow)
}

export function* deleteFromOutbox(ids: readonly number[]): Work<void> {
  yield* run(sql`delete from errands where id in ${list(ids)}`)
}

function fromRow(row: OutboxRow): OutboxItem {
  const { id, lead_id: leadId, journey_id: journeyId, step, asked_at: askedAt, campaign_id: campaignId } = row
  const asker = journeyId === null || step === null ? null : { journeyId, step }
  const what: unknown = JSON.parse(row.what)
  const common = { id, leadId, asker, askedAt }
  if (row.type === 'event') return { ...common, type: 'event', event: what as LeadEvent }
  if (row.type === 'request')
    return { ...common, type: 'request', campaignId: campaignId ?? '', event: what as LeadEvent }
  return { ...common, type: 'leave', campaignId: campaignId ?? '', reason: String(what) }
}
