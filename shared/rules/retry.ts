import type { Outcome } from '../call'
import type { DeliveryTerms, RetryPlan } from './delivery'

/** Base waits in ms before the second, third, ... attempt (delivery R16). */
export const schedules: { readonly [P in RetryPlan]: readonly number[] } = {
  none: [],
  brief: [1, 5, 25].map(seconds),
  prompt: [5, 30, 120, 600, 1800, 3600, 7200].map(seconds),
  // braze R2: five more within half an hour
  braze: [55, 110, 220, 440, 880].map(seconds),
  svix: [5, 300, 1800, 7200, 18_000, 36_000, 36_000].map(seconds),
  standard: [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400].map(seconds),
}

export type Judged =
  | { readonly is: 'received' }
  | { readonly is: 'retry'; readonly at: number; readonly reason: string }
  /** `timedOut`: it was the clock that ended the last attempt. */
  | { readonly is: 'failed'; readonly reason: string; readonly timedOut: boolean }
  /** The request left, and nobody knows whether it arrived; it may not be sent again. */
  | { readonly is: 'uncertain'; readonly reason: string }

/** A day: the longest that a receiver's Retry-After is honoured (delivery R18). */
const DAY = 86_400_000

/**
 * What an attempt's outcome means, and when the next attempt is due. `attempt` counts from 1, `now` is ms, `chance` in [0, 1) spreads retries by
 * plus or minus 20 % (delivery R14-R18). Retry-After is never shorter than the schedule's own wait and never longer than a day.
 */
export function judge(outcome: Outcome, terms: Terms, attempt: number, now: number, chance: number): Judged {
  const verdict = terms.repeat === 'at-most-once' ? onceOnly(outcome, classify(outcome)) : classify(outcome)
  if (verdict.is !== 'retry') return verdict
  const timedOut = outcome.is === 'unreachable' && outcome.cause === 'timeout'
  const tried = attempt === 1 ? verdict.reason : `${verdict.reason}, after ${attempt} attempts`
  const base = schedules[terms.retry][attempt - 1]
  if (base === undefined) return { is: 'failed', reason: tried, timedOut }
  const jittered = Math.round(base * (0.8 + 0.4 * chance))
  const asked = outcome.is === 'answered' ? retryAfterMs(outcome.headers['retry-after'], now) : undefined
  const at = now + Math.max(jittered, Math.min(asked ?? 0, DAY))
  if (terms.giveUpAt !== null && at > terms.giveUpAt)
    return { is: 'failed', reason: `${tried}; the next would begin after the time limit of the webhook`, timedOut }
  return { is: 'retry', at, reason: verdict.reason }
}

/** Of a touch's terms, what judging an outcome needs. */
type Terms = Pick<DeliveryTerms, 'retry' | 'giveUpAt' | 'repeat'>
type Class = Exclude<Judged, { is: 'retry' }> | { readonly is: 'retry'; readonly reason: string }

/** The answer table (delivery R15): 2xx received; 408, 425, 429, 5xx and network faults may be tried again; the rest has failed. */
function classify(outcome: Outcome): Class {
  if (outcome.is === 'unreachable') {
    const { cause, message: reason } = outcome
    if (cause === 'blocked-address' || cause === 'bad-request') return { is: 'failed', reason, timedOut: false }
    return { is: 'retry', reason }
  }
  const { status, headers } = outcome
  if (status >= 200 && status <= 299) return { is: 'received' }
  const reason = `status ${status}`
  const told = headers['webhook-delivery']?.trim().toLowerCase()
  if (told === 'disable' || told === 'abort-message')
    return { is: 'failed', reason: `${reason}, and the receiver asked not to be sent this again`, timedOut: false }
  const again = status === 408 || status === 425 || status === 429 || (status >= 500 && status <= 599)
  return again ? { is: 'retry', reason } : { is: 'failed', reason, timedOut: false }
}

/**
 * At most once (delivery R14): a second attempt only when the first was surely not taken: it never left, or the receiver answered that it takes
 * nothing now. No answer to a request that left is uncertain; an answer of any other failure is the end.
 */
function onceOnly(outcome: Outcome, verdict: Class): Class {
  if (verdict.is !== 'retry') return verdict
  if (outcome.is === 'answered')
    return [425, 429, 503].includes(outcome.status) ? verdict : { ...verdict, is: 'failed', timedOut: false }
  return outcome.sent ? { is: 'uncertain', reason: verdict.reason } : verdict
}

/** Delta seconds or an HTTP date (RFC 9110 10.2.3); undefined when malformed, negative or past. */
export function retryAfterMs(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined
  if (/^\d{1,10}$/.test(value.trim())) return Number(value) * 1000
  if (!/^[A-Z][a-z]+,? /.test(value)) return undefined
  const ms = Date.parse(value.includes('GMT') ? value : `${value} GMT`) - now
  return Number.isNaN(ms) || ms <= 0 ? undefined : ms
}

function seconds(n: number): number {
  return n * 1000
}
