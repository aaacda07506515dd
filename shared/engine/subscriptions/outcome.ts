import type { Outcome } from '../../call'
import type { NewAlert } from '../../store/alerts'
import type { StoredAttempt } from '../../store/attempts'
import type { Delivery } from '../../store/deliveries'
import type { StoredSubscription } from '../../store/subscriptions'
import { patience } from '../../subscriptions/retry'
import { MINUTE } from '../../time/units'

/** It says how much of the time is over after which it is disabled. */
export function reminderOf(
  { definition: { target } }: StoredSubscription,
  { failures, failingSince }: { readonly failures: number; readonly failingSince: number },
  now: number,
): NewAlert & { readonly receiver: string } {
  const over = now - failingSince
  const reached = Math.floor((over * 100) / patience.endsAt)
  const minutes = Math.round(over / MINUTE)
  return {
    campaign_id: '',
    step: '',
    calls: failures,
    failed: failures,
    minutes,
    percent: 100,
    receiver: target,
    reached,
  }
}

/** How an attempt of a request ended, as it is kept. */
export function attemptOf({ id, attempts }: Delivery, outcome: Outcome, now: number): StoredAttempt {
  const answered = outcome.is === 'answered'
  return {
    touchId: id,
    n: attempts + 1,
    startedAt: now - Math.round(outcome.ms),
    ms: outcome.ms,
    status: answered ? outcome.status : null,
    outcome: answered ? `status ${outcome.status}` : `${outcome.cause}: ${outcome.message}`,
    response: answered ? { headers: outcome.headers, body: outcome.body, cut: outcome.cut } : null,
  }
}
