import type { Delivery } from '../../store/deliveries'
import type { StoredNotice } from '../../store/notices'
import type { Replay } from '../../store/replays'
import type { Standing, StoredSubscription } from '../../store/subscriptions'
import { type Batching, leaves } from '../../subscriptions/batch'
import { envelopes, type Packed } from '../../subscriptions/envelopes'
import { hears } from '../../subscriptions/match'
import { findNotice } from '../../subscriptions/notices'
import type { SubscriptionDefinition } from '../../subscriptions/subscription'

/**
 * One subscription as the engine keeps it in memory. A new one takes its place with every change, so that a turn that
 * fails changes nothing.
 */
export interface Queue {
  readonly subscription: StoredSubscription
  /** What was looked through: nothing up to here is left for it but what `delivery` carries. At least `position`. */
  readonly through: number
  /** The request that is not over. */
  readonly delivery: Delivery | null
  /** Handed out, and not back. */
  readonly flies: boolean
  /** Not before this instant (ms); what it waits for. Null: for nothing but news. */
  readonly wait: { readonly until: number; readonly for: 'others' | 'retry' | 'room' } | null
  /** The oldest event that it knows to be waiting (ms); null: it knows of none. */
  readonly waitingSince: number | null
  /** Those that wait for others to come with them. */
  readonly waiting: number
  /** What it is told again, or was the last time; null: it never was. */
  readonly replay: Replay | null
  /** The last request told of something new: where something is to be told again, it is the turn of that. */
  readonly toldNew: boolean
}

/** How a subscription stands when the process starts, or when its definition has changed. */
export function queueOf(subscription: StoredSubscription, delivery: Delivery | null, replay: Replay | null): Queue {
  const { nextAt, position } = subscription
  return {
    subscription,
    through: position,
    delivery,
    flies: false,
    wait: nextAt === null ? null : { until: nextAt, for: 'retry' },
    waitingSince: null,
    waiting: 0,
    replay,
    toldNew: false,
  }
}

/** The queue with its subscription further on. */
export function stands(queue: Queue, standing: Partial<Standing>): Queue {
  return { ...queue, subscription: { ...queue.subscription, ...standing } }
}

/** What a page of notices comes to for a subscription. */
export type Chosen =
  /** None of them is for it. */
  | { readonly is: 'nothing' }
  | { readonly is: 'later'; readonly until: number; readonly oldest: number; readonly count: number }
  | { readonly is: 'now'; readonly notices: readonly StoredNotice[] }

/** Which of the notices behind its position leave in the next request. */
export function choose(
  { definition }: Pick<StoredSubscription, 'definition'>,
  page: readonly StoredNotice[],
  batching: Batching,
  now: number,
): Chosen {
  const mine = page.filter(notice => isFor(definition, notice))
  const [first] = mine
  if (first === undefined) return { is: 'nothing' }
  const { most } = envelopes[definition.envelope]
  const { payload } = definition
  const waiting = mine.map(notice => ({
    at: notice.at,
    pace: findNotice(notice.kind)?.pace ?? ('real-time' as const),
    size: JSON.stringify(dataOf(notice, payload)).length,
  }))
  const leaving = leaves(waiting, { most, batching, now })
  return 'at' in leaving
    ? { is: 'later', until: leaving.at, oldest: first.at, count: mine.length }
    : { is: 'now', notices: mine.slice(0, leaving.count) }
}

/** Is this for it? */
export function isFor(definition: SubscriptionDefinition, notice: StoredNotice): boolean {
  const { kind, at, campaignId, data, full } = notice
  return hears(definition, { kind, at, campaignId, data: full ?? data })
}

/**
 * What a notice says to a subscription of this payload. One that was written before anybody asked for the full form is
 * thin.
 */
export function dataOf({ data, full }: StoredNotice, payload: SubscriptionDefinition['payload']) {
  return payload === 'full' ? (full ?? data) : data
}

/** The body of a request: the same for the same notices, at every attempt. */
export function bodyOf(definition: SubscriptionDefinition, notices: readonly StoredNotice[], account: string): string {
  return envelopes[definition.envelope].write(
    notices.map(
      (notice): Packed => ({
        id: notice.id,
        seq: notice.seq,
        kind: notice.kind,
        version: findNotice(notice.kind)?.version ?? 1,
        at: notice.at,
        subject: notice.subject,
        data: dataOf(notice, definition.payload),
      }),
    ),
    account,
  )
}
