import { DAY, HOUR, MINUTE } from '../time/units'
import { type Profile, type RetryPlan, schedules, tellsStarts } from './profiles'

/** A retry plan for the one who chooses: `Try 7 more times over 4 hours`. */
export function sayPlan(plan: RetryPlan): string {
  return plan === 'none' ? 'Do not try again' : `Try ${sayRetries(plan)}`
}

/** What a profile does, in sentences for the one who chooses it. */
export function sayProfile({ retry, attemptSeconds, answers, emptyAnswer, tokens }: Profile): string {
  const { unreachable, retryAfter } = answers
  const waits = `waits ${attemptSeconds} seconds for an answer`
  const tries =
    retry === 'none'
      ? `Calls once, ${waits}, and never tries again.`
      : unreachable === null
        ? `Tries ${sayRetries(retry)}, ${waits}${retryAfter ? ', and as long as the receiver asks' : ''}.`
        : `Tries ${sayRetries(retry)}, or ${sayTime(unreachable)} when the host cannot be reached; ${waits}.`
  const notes = emptyAnswer === 'noted' ? ' Notes an empty answer (code 1001).' : ''
  return `${tries}${notes}${tokens === 'none' ? ' Tokens in raw text stay as they are.' : ''}`
}

function sayRetries(plan: RetryPlan): string {
  return `${schedules[plan].length} more times ${sayTime(plan)}`
}

/** Waits that run from start to start bound the whole plan; the others leave out what the attempts themselves take. */
function sayTime(plan: RetryPlan): string {
  return `${tellsStarts.has(plan) ? 'within' : 'over'} ${sayLength(schedules[plan].reduce((sum, ms) => sum + ms, 0))}`
}

/** Lengths of time that have a name. */
const NAMED: readonly (readonly [ms: number, name: string])[] = [
  [MINUTE / 2, 'half a minute'],
  [MINUTE, 'a minute'],
  [HOUR / 2, 'half an hour'],
  [HOUR, 'an hour'],
  [DAY, 'a day'],
]

/** About how long: to a twelfth by its name, else in the largest unit of which there are two or more. */
function sayLength(ms: number): string {
  const named = NAMED.find(([length]) => Math.abs(ms - length) <= length / 12)
  if (named !== undefined) return named[1]
  const [unit, name] = ms >= 2 * DAY ? [DAY, 'days'] : ms >= 2 * HOUR ? [HOUR, 'hours'] : [MINUTE, 'minutes']
  return `${Math.round(ms / unit)} ${name}`
}
