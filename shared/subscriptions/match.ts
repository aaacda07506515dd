import type { JsonObject } from '../json'
import { evaluate } from '../rules/conditions'
import type { SubscriptionDefinition } from './subscription'

/** What a filter looks at. */
export interface Matched {
  readonly kind: string
  readonly at: number
  readonly campaignId: string | null
  /** The richest form that is kept. */
  readonly data: JsonObject
}

/** Does this subscription hear of this? Campaigns and lists choose among events that are about one; the others pass. */
export function hears({ events, filter }: Pick<SubscriptionDefinition, 'events' | 'filter'>, notice: Matched): boolean {
  if (!events.includes(notice.kind)) return false
  const { campaigns, lists, where } = filter
  if (campaigns.length > 0 && notice.campaignId !== null && !campaigns.includes(notice.campaignId)) return false
  const list = notice.data['listId']
  if (lists.length > 0 && typeof list === 'string' && !lists.includes(list)) return false
  return where === null || fits(where, notice)
}

/** The condition sees the data as the properties of an event; it is asked about nothing else (`mayAsk.pastEvent`). */
function fits(where: NonNullable<SubscriptionDefinition['filter']['where']>, { kind, at, data }: Matched): boolean {
  const event = { id: '', name: kind, at, properties: data }
  return evaluate(where, { now: at, zone: 'UTC', lead: nobody, memory: { event, response: null } }).result
}

const nobody = { externalId: '', zone: null, attributes: {} }

/** Must what this subscription hears be kept in the full form? */
export function needsFull({ payload, filter }: Pick<SubscriptionDefinition, 'payload' | 'filter'>): boolean {
  return payload === 'full' || filter.where !== null
}
