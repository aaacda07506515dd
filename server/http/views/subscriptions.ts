import type { DeliveryView, SubscriptionView } from '#shared/api/subscriptions'
import type { Outcome } from '#shared/call'
import type { Queue } from '#shared/engine/subscriptions/queue'
import { attemptsOfTouches } from '#shared/store/attempts'
import { deliveriesOf } from '#shared/store/deliveries'
import { findSubscription, type StoredSubscription } from '#shared/store/subscriptions'
import type { Work } from '#shared/store/work'
import { notThere } from '../problem'

/** A subscription with how it fares. */
export function toSubscriptionView(
  { subscription, delivery, waitingSince, flies }: Queue,
  failuresToday: number,
): SubscriptionView {
  const { id, definition, state, madeBy, revision, createdAt, updatedAt, keyTaken } = subscription
  const { failures, failingSince, succeededAt, failedAt, outcome, nextAt } = subscription
  const waits = delivery !== null || flies || waitingSince !== null
  return {
    id,
    ...definition,
    filter: { ...definition.filter },
    events: [...definition.events],
    state,
    madeBy,
    revision,
    createdAt,
    updatedAt,
    keyTaken,
    waitingSince: waits ? (waitingSince ?? delivery?.begunAt ?? null) : null,
    failures,
    failuresToday,
    failingSince,
    succeededAt,
    failedAt,
    outcome,
    nextAt,
  }
}

/** What came of a request that was sent to try it out. */
export function cameOf(outcome: Outcome) {
  const { ms } = outcome
  if (outcome.is === 'unreachable') return { status: null, answer: null, fault: outcome.message, ms, ok: false }
  const { status, body } = outcome
  return { status, answer: body.slice(0, 2000), fault: null, ms, ok: status >= 200 && status <= 299 }
}

/** The subscription that an address names. Throws a 404 when there is none. */
export function* subscriptionById(id: string): Work<StoredSubscription> {
  const found = yield* findSubscription(id)
  if (found === undefined) throw notThere('subscription', id)
  return found
}

/** The newest requests of a subscription, with every attempt. */
export function* deliveryViews(id: string, most: number): Work<readonly DeliveryView[]> {
  yield* subscriptionById(id)
  const deliveries = yield* deliveriesOf(id, most)
  const attempts = yield* attemptsOfTouches(deliveries.map(d => d.id))
  return deliveries.map(({ id: touch, webhookId, events, state, begunAt, settledAt }) => ({
    id: touch,
    webhookId,
    events,
    state,
    begunAt,
    settledAt,
    attempts: attempts
      .filter(({ touchId }) => touchId === touch)
      .map(({ n, startedAt, ms, status, outcome, response }) => ({
        n,
        startedAt,
        ms,
        status,
        outcome,
        answer: response === null ? null : response.body.slice(0, 2000),
      })),
  }))
}
