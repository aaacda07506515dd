import type { Outcome } from '../call'
import type { RetryPlan } from './webhook'

/** Base waits in ms before the second, third, ... attempt (delivery R16). */
export const schedules: { readonly [P in RetryPlan]: readonly number[] } = {
  none: [],
  brief: [1, 5, 25].map(seconds),
  prompt: [5, 30, 120, 600, 1800, 3600, 7200].map(seconds),
  standard: [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400].map(seconds),
}

export type Judged =
  | { readonly is: 'received' }
  | { readonly is: 'retry'; readonly at: number; readonly reason: string }
  | { readonly is: 'failed'; readonly reason: string }

/** A day: the longest that a receiver's Retry-After is honoured (delivery R18). */
const DAY = 86_400_000

/**
 * What an attempt's outcome means, and when the next attempt is due. `attempt` counts from 1, `now` is ms, `chance` in [0, 1) spreads retries by
 * plus or minus 20 % (delivery R15-R18). Retry-After is never shorter than the schedule's own wait and never longer than a day.
 */
export function judge(outcome: Outcome, plan: RetryPlan, attempt: number, now: number, chance: number): Judged {
  const verdict = classify(outcome)
  if (verdict.is === 'received' || verdict.is === 'failed') return verdict
  const base = schedules[plan][attempt - 1]
  if (base === undefined)
    return { is: 'failed', reason: attempt === 1 ? verdict.reason : `${verdict.reason}, after ${attempt} attempts` }
  const jittered = Math.round(base * (0.8 + 0.4 * chance))
  const asked = outcome.is === 'answered' ? retryAfterMs(outcome.headers['retry-after'], now) : undefined
  return { is: 'retry', at: now + Math.max(jittered, Math.min(asked ?? 0, DAY)), reason: verdict.reason }
}

/** The answer table (delivery R15): 2xx received; 408, 425, 429, 5xx and network faults may be tried again; the rest has failed. */
function classify(
  outcome: Outcome,
): { is: 'received' } | { is: 'retry'; reason: string } | { is: 'failed'; reason: string } {
  if (outcome.is === 'unreachable') {
    const final = outcome.cause === 'blocked-address' || outcome.cause === 'bad-request'
    return { is: final ? 'failed' : 'retry', reason: outcome.message }
  }
  const { status } = outcome
  if (status >= 200 && status <= 299) return { is: 'received' }
  const again = status === 408 || status === 425 || status === 429 || (status >= 500 && status <= 599)
  return { is: again ? 'retry' : 'failed', reason: `status ${status}` }
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
