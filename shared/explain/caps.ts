import { isObject, type Json, type JsonObject } from '../json'
import { sayDuration } from '../time/duration'

/**
 * What the cap gate saw of one rule, in words: `3 of 3 webhooks of tag "promo" this week (rule "Weekly cap")`. Null for what is none. `when` stands in the
 * place of a time that was not kept, in entries of before there was a choice.
 */
export function sayRuleSeen(seen: Json, when: 'so far' | 'already'): string | null {
  if (!isObject(seen)) return null
  const { rule, count, most } = seen
  if (typeof rule !== 'string' || typeof count !== 'number' || typeof most !== 'number') return null
  const of = typeof seen['of'] === 'string' ? ` of ${seen['of']}` : ''
  const whose = seen['level'] === 'account' ? ' of the whole installation' : ''
  const said = `${number(count)} of ${number(most)} webhooks${of} ${saySpan(seen) ?? when} (rule "${rule}"${whose})`
  return `${said}${sayByPlan(seen)}`
}

/** Why a call that was to wait for its caps is not sent: ``; waited since ..., and 2 days is the most``. `at` says an instant. */
export function sayGivenUp({ deferredAt, deferAtMost }: JsonObject, at: (ms: number) => string): string {
  if (typeof deferredAt !== 'number' || typeof deferAtMost !== 'string') return ''
  return `; it has waited since ${at(deferredAt)}, and ${sayDuration(deferAtMost)} is the most`
}

/** Sends that are a little nearer than the rule says, and not counted, because the runs of the schedule are as far apart as that. */
function sayByPlan({ byPlan }: JsonObject): string {
  if (typeof byPlan !== 'number') return ''
  return `, not counting ${byPlan === 1 ? 'one' : number(byPlan)} of an earlier run of the schedule`
}

function saySpan({ amount, unit, window }: JsonObject): string | null {
  if (typeof amount !== 'number' || typeof unit !== 'string') return null
  const one = amount === 1
  if (unit === 'minutes') return one ? 'in the last minute' : `in the last ${number(amount)} minutes`
  const days = unit === 'weeks' ? amount * 7 : amount
  if (window === 'rolling') return days === 1 ? 'in the last 24 hours' : `in any ${number(days)} days`
  if (one) return unit === 'weeks' ? 'this week' : 'today'
  return `in ${number(amount)} ${unit}`
}

function number(n: number): string {
  return n.toLocaleString('en-US')
}
