import type { Outcome } from '../call'
import { retryAfterMs } from '../rules/retry'
import { DAY, SECOND } from '../time/units'

/**
 * When a delivery that failed is tried again (marketo-alm rule 30): after 5, 10, 20, 40, 80 and 160 seconds, then every
 * 300, until it arrives.
 */
const waits = [5, 10, 20, 40, 80, 160] as const
const EVERY = 300
/** A Retry-After of longer than this is a mistake or a refusal. */
const LONGEST_ASKED = DAY

export type DeliveryVerdict =
  | { readonly is: 'delivered' }
  /** 410: the listener says that it is gone for good. */
  | { readonly is: 'gone' }
  | { readonly is: 'again'; readonly at: number }

/**
 * What an attempt comes to. `failures` counts those in a row, this one included; `now` is ms. Any 2xx acknowledges; a
 * redirect does not.
 */
export function judgeDelivery(outcome: Outcome, failures: number, now: number): DeliveryVerdict {
  if (outcome.is === 'answered' && outcome.status >= 200 && outcome.status <= 299) return { is: 'delivered' }
  if (outcome.is === 'answered' && outcome.status === 410) return { is: 'gone' }
  const asked = outcome.is === 'answered' ? (retryAfterMs(outcome.headers['retry-after'], now) ?? 0) : 0
  return { is: 'again', at: now + Math.max(waitAfter(failures), Math.min(asked, LONGEST_ASKED)) }
}

/** ms until the next attempt after so many failures in a row. */
export function waitAfter(failures: number): number {
  return (waits[failures - 1] ?? EVERY) * SECOND
}

/** What is said on the way: reminders after so long without an answer, and the end. */
export const patience = { remindersAt: [DAY, 3 * DAY, 6 * DAY], endsAt: 7 * DAY } as const
