import type { Outcome } from '../call'
import { DAY } from '../time/units'
import { readInstant } from '../values/dates'
import type { DeliveryTerms } from './delivery'
import { type AnswerHabits, schedules, tellsStarts } from './profiles'

export type Judged =
  | { readonly is: 'received' }
  | { readonly is: 'retry'; readonly at: number; readonly reason: string }
  /** `timedOut`: the clock ended the last attempt. */
  | { readonly is: 'failed'; readonly reason: string; readonly timedOut: boolean }
  /** The request left, and nobody knows whether it arrived. It may not be sent again. */
  | { readonly is: 'uncertain'; readonly reason: string }

/**
 * What an attempt's outcome means, and when the next attempt is due. `attempt` counts from 1, `now` is ms, `chance` in
 * [0, 1) spreads retries (delivery R14-R18). Retry-After is never shorter than the schedule's own wait and never longer
 * than a day.
 */
export function judge(outcome: Outcome, terms: Terms, attempt: number, now: number, chance: number): Judged {
  const { retry, repeat, answers } = terms
  const classified = classify(outcome, answers)
  const verdict = repeat === 'at-most-once' ? onceOnly(outcome, classified) : classified
  if (verdict.is !== 'retry') return verdict
  const timedOut = outcome.is === 'unreachable' && outcome.cause === 'timeout'
  const tried = attempt === 1 ? verdict.reason : `${verdict.reason}, after ${attempt} attempts`
  const plan = isOutOfReach(outcome) ? (answers.unreachable ?? retry) : retry
  const base = schedules[plan][attempt - 1]
  if (base === undefined) return { is: 'failed', reason: tried, timedOut }
  const jittered = Math.round(base * (1 + ((2 * chance - 1) * answers.jitterPercent) / 100))
  const isAsked = outcome.is === 'answered' && answers.retryAfter
  const asked = isAsked ? retryAfterMs(outcome.headers['retry-after'], now) : undefined
  // Where the plan says when attempts begin, the attempt itself is part of the wait.
  const wait = tellsStarts.has(plan) ? Math.max(0, jittered - outcome.ms) : jittered
  // A Retry-After is honoured for a day at most (delivery R18).
  const at = now + Math.max(wait, Math.min(asked ?? 0, DAY))
  if (terms.giveUpAt !== null && at > terms.giveUpAt)
    return { is: 'failed', reason: `${tried}; the next would begin after the time limit of the webhook`, timedOut }
  return { is: 'retry', at, reason: verdict.reason }
}

/** Of a touch's terms, what judging an outcome needs. */
type Terms = Pick<DeliveryTerms, 'retry' | 'giveUpAt' | 'repeat' | 'answers'>
type Class = Exclude<Judged, { is: 'retry' }> | { readonly is: 'retry'; readonly reason: string }

/**
 * The answer table (delivery R15): 2xx is received in every profile, the terms say what may be tried again, and the
 * rest has failed.
 */
function classify(outcome: Outcome, { again }: AnswerHabits): Class {
  if (outcome.is === 'unreachable') {
    const { cause, message: reason } = outcome
    const isFinal = cause === 'blocked-address' || cause === 'bad-request' || cause === 'certificate'
    if (isFinal || !again.includes('no-answer')) return { is: 'failed', reason, timedOut: cause === 'timeout' }
    return { is: 'retry', reason }
  }
  const { status, headers } = outcome
  if (status >= 200 && status <= 299) return { is: 'received' }
  const reason = `status ${status}`
  const told = headers['webhook-delivery']?.trim().toLowerCase()
  if (told === 'disable' || told === 'abort-message')
    return { is: 'failed', reason: `${reason}, and the receiver asked not to be sent this again`, timedOut: false }
  return triesAgain(status, again) ? { is: 'retry', reason } : { is: 'failed', reason, timedOut: false }
}

/** Is this status tried again, by itself or by its class? */
export function triesAgain(status: number, again: AnswerHabits['again']): boolean {
  return again.includes(String(status)) || again.includes(`${Math.floor(status / 100)}xx`)
}

/** No name, no connection, or none in time: nothing was sent (braze R2). */
function isOutOfReach(outcome: Outcome): boolean {
  if (outcome.is === 'answered') return false
  const { cause, sent } = outcome
  return cause === 'dns' || cause === 'connect' || (cause === 'timeout' && !sent)
}

/**
 * At most once (delivery R14): a second attempt only when the first was surely not taken, because it never left, or
 * because the receiver answered that it takes nothing now. A request that left without an answer is uncertain; an
 * answer of any other failure is the end.
 */
function onceOnly(outcome: Outcome, verdict: Class): Class {
  if (verdict.is !== 'retry') return verdict
  if (outcome.is === 'answered')
    return [425, 429, 503].includes(outcome.status) ? verdict : { ...verdict, is: 'failed', timedOut: false }
  return outcome.sent ? { is: 'uncertain', reason: verdict.reason } : verdict
}

/** Years of two digits, as in HTTP's second form of a date (RFC 9110 5.6.7): `Monday, 04-May-26 09:00:30 GMT`. */
const SHORT_YEAR = /^([A-Z][a-z]+day, \d\d-[A-Z][a-z]{2}-)(\d\d) /

/**
 * Delta seconds or a date (RFC 9110 10.2.3), in UTC where it names no offset; undefined when malformed, negative or
 * past. Fractions of a second are rounded up, never down, because the receiver asked for at least that long. Digits
 * alone are seconds, however many there are.
 */
export function retryAfterMs(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined
  if (/^\d+(?:\.\d+)?$/.test(value.trim())) return Math.ceil(Number(value)) * 1000
  // A date has more than digits. A number in any other spelling is refused.
  if (!/[-/ T]/.test(value.trim())) return undefined
  const read = readInstant(value.replace(SHORT_YEAR, '$120$2 '), 'UTC')
  return read.is === 'refused' || read.at <= now ? undefined : read.at - now
}
