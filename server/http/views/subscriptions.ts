import type { DeliveryView, ReplayView, SubscriptionView } from '#shared/api/subscriptions'
import type { Outcome } from '#shared/call'
import type { Queue } from '#shared/engine/subscriptions/queue'
import { attemptsOfTouches } from '#shared/store/attempts'
import { deliveriesOf } from '#shared/store/deliveries'
import type { Replay } from '#shared/store/replays'
import { findSubscription, type StoredSubscription } from '#shared/store/subscriptions'
import type { Work } from '#shared/store/work'
import { notThere } from '../problem'

/** A subscription with how it fares. */
export function toSubscriptionView(
  { subscription, delivery, waitingSince, replay }: Queue,
  failuresToday: number,
): SubscriptionView {
  const { id, definition, state, madeBy, revision, createdAt, updatedAt, keyTaken } = subscription
  const { failures, failingSince, succeededAt, failedAt, outcome, nextAt } = subscription
  // What is told again was told once: it is no lag.
  const isLate = delivery !== null && !delivery.isReplay
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
    waitingSince: waitingSince ?? (isLate ? delivery.begunAt : null),
    failures,
    failuresToday,
    failingSince,
    succeededAt,
    failedAt,
    outcome,
    nextAt,
    replay: replay && toReplayView(replay),
  }
}

function toReplayView({ state, firstSeq, lastSeq, position, told, begunAt, endedAt }: Replay): ReplayView {
  const share = Math.min(1, (position - firstSeq + 1) / (lastSeq - firstSeq + 1))
  return { state, share, told, begunAt, endedAt }
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
  return deliveries.map(({ id: touch, webhookId, events, isReplay, state, begunAt, settledAt }) => ({
    id: touch,
    webhookId,
    events,
    isReplay,
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
