import { type Delivery, forgetDeliveries, openDeliveries, putDeliveries } from '../../store/deliveries'
import { lastNotice } from '../../store/notices'
import { allReplays, forgetReplay, putReplays } from '../../store/replays'
import {
  deleteSubscription,
  findSubscription,
  insertSubscription,
  newStanding,
  type StoredSubscription,
  saveStandings,
} from '../../store/subscriptions'
import type { Work } from '../../store/work'
import type { SubscriptionDefinition } from '../../subscriptions/subscription'

/** What people do to subscriptions, each within `Engine.changeSubscriptions`. */

/** A new one hears what happens from now on; by hand it is off until somebody switches it on. */
export function* addSubscription(
  { id, definition, madeBy, on }: NewSubscription,
  now: number,
): Work<StoredSubscription> {
  const subscription: StoredSubscription = {
    ...newStanding,
    id,
    definition,
    state: on ? 'on' : 'off',
    madeBy,
    revision: 1,
    createdAt: now,
    updatedAt: now,
    position: yield* lastNotice(),
    keyTaken: false,
  }
  yield* insertSubscription(subscription)
  return subscription
}

export interface NewSubscription {
  readonly id: string
  readonly definition: SubscriptionDefinition
  readonly madeBy: StoredSubscription['madeBy']
  readonly on: boolean
}

/**
 * Switches one on. After it was off it hears what happens from now on; after it was disabled it is told what it did not
 * hear, as far as that is kept. Answers false when it is
 * on already.
 */
export function* switchOn(id: string, now: number): Work<boolean> {
  const found = yield* findSubscription(id)
  if (found === undefined || found.state === 'on') return false
  if (found.state === 'off') yield* dropOpen(id, now)
  const position = found.state === 'off' ? yield* lastNotice() : found.position
  const fresh = { failures: 0, nextAt: null, failingSince: null, reminded: 0 }
  yield* saveStandings([{ ...found, ...fresh, state: 'on', position }])
  return true
}

/**
 * Switches one off: it hears nothing of what happens from now on, nor what it was not told yet, nor again. Answers
 * false when it is off already.
 */
export function* switchOff(id: string, now: number): Work<boolean> {
  const found = yield* findSubscription(id)
  if (found === undefined || found.state === 'off') return false
  yield* dropOpen(id, now)
  const replays = (yield* allReplays()).filter(replay => replay.subscriptionId === id && replay.state === 'running')
  yield* putReplays(replays.map(replay => ({ ...replay, state: 'cancelled', endedAt: now })))
  yield* saveStandings([{ ...found, state: 'off', nextAt: null, failures: 0, failingSince: null, reminded: 0 }])
  return true
}

/** It goes, with what is known of its requests. */
export function* removeSubscription(id: string): Work<void> {
  yield* forgetDeliveries(id)
  yield* forgetReplay(id)
  yield* deleteSubscription(id)
}

/** Gives up its request that is not over, where that is meant. */
export function* dropOpen(id: string, now: number, isMeant: (delivery: Delivery) => boolean = () => true): Work<void> {
  const all = yield* openDeliveries()
  const open = all.filter(delivery => delivery.subscriptionId === id && isMeant(delivery))
  yield* putDeliveries(open.map(delivery => ({ ...delivery, state: 'dropped', settledAt: now })))
}
