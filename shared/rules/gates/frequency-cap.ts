import { isObject, type Json, type JsonObject } from '../../json'
import { addDuration, sayDuration } from '../../time/duration'
import { laterBy } from '../../time/offset'
import { sayOn } from '../../time/say'
import { freeAgainAt, rollingMs, sayInstant, windowStart } from '../../time/window'
import { sayAll, sayCount } from '../../values/say'
import type { Planned } from '../../world'
import { type Cap, type CapRule, isCounted, type PastTouch, sayCap, speaksOf } from '../caps'
import { type Gate, type GateAsk, pass, type Verdict } from './gate'

/**
 * No more webhook calls to one lead than the rules of the campaign and of the whole installation allow (braze R20-R23). All of them must pass; the one that is
 * free again last is named. What happens to a capped call is the campaign's choice: it is skipped and never sent later (R22), waits until it may be sent, or
 * its lead leaves. A retry was counted when its touch was reserved. Sends that runs of a schedule led to are told apart by when those were planned (isOverByPlan).
 */
export const frequencyCap: Gate = {
  name: 'frequency-cap',
  title: 'Frequency cap',
  by: 'frequency caps',
  ask: ask => {
    const { rules, standing, ignoredBy } = ask.campaign.capping
    if (rules.length === 0 || ask.retry) return pass
    const mine = rules.filter(({ cap }) => speaksOf(cap.of, standing))
    if (mine.length === 0) return pass
    if (ignoredBy !== null) return { is: 'pass', saw: { ignoredBy } }
    const counted = mine.map(rule => count(rule, ask))
    const full = counted.filter(({ count, most }) => count >= most)
    return full.length === 0
      ? { is: 'pass', saw: { rules: counted.map(({ freeAt: _, ...seen }) => seen) } }
      : keepBack(full.reduce(freeLater), ask)
  },
  sayPass: ({ saw: { ignoredBy, rules } }) =>
    typeof ignoredBy === 'string'
      ? sayIgnored(ignoredBy)
      : (Array.isArray(rules) ? rules : []).flatMap(rule => sayRuleSeen(rule, 'so far') ?? []).join(', '),
  sayStop: ({ saw, until, zone, at }) => {
    const { ignoredBy, freeAt } = saw
    if (typeof ignoredBy === 'string') return sayIgnored(ignoredBy)
    const isFree = typeof freeAt === 'number' && freeAt !== until
    const free = isFree ? `, free again ${sayOn(freeAt, zone, at)}` : ''
    const since = sayGivenUp(saw, instant => sayInstant(instant, zone, { now: at }))
    return `${sayRuleSeen(saw, 'already') ?? sayAll(saw)}${free}${since}`
  },
}

/** A rule and what it found: the values that the journal shows. */
function count({ cap, level, name }: CapRule, { world: { zone, now }, touches, planned, deferredAt }: GateAsk) {
  const from = windowStart(cap, zone, now)
  const recent = touches.filter(touch => touch.at >= from && touch.at <= now && isCounted(cap, touch))
  const inWindow =
    planned == null || deferredAt != null ? recent : recent.filter(touch => !isOverByPlan(cap, touch, planned, now))
  const instants = inWindow.map(touch => touch.at)
  const { most, amount, unit, window, counts } = cap
  const of = name === '' ? {} : { of: `${cap.of.what} "${name}"` }
  const byPlan = recent.length === inWindow.length ? {} : { byPlan: recent.length - inWindow.length }
  const seen = {
    rule: sayCap(cap),
    level,
    ...of,
    amount,
    unit,
    window,
    counts,
    count: inWindow.length,
    most,
    ...byPlan,
  }
  // Where there is a place it is free now, and nobody has to look for when the window lets go of what.
  return { ...seen, freeAt: inWindow.length < most ? now : freeAgainAt(cap, zone, instants, now) }
}

/**
 * Has this send fallen out of a window that rolls because the next one belongs to a later run of a schedule? Who is sent to at 09:00 every day under a cap of one in a
 * day expects each day's send, and not that one is lost because it came some ms earlier than yesterday's, or on the day of 23 hours. So between two sends that runs led
 * to, the time between the runs counts, by the clock of the schedule as for entries (mayEnterAgain): when it is as long as the rule says, the earlier send is over.
 *
 * Only who is early by a little gains by it: a twentieth of the time, an hour (a change of the clock) and a minute (how late a run comes to a lead) at most. Nobody gets
 * two sends of a cap of a day within less than 22 hours and 59 minutes. What was held by quiet hours, tried late or came by a late run is judged by real instants when
 * that brings two sends nearer than this; so are a call that caps have kept waiting, any send that an event led to, and windows of dates, whose dates are what they are.
 *
 * `planned`: of the send that is asked for. Instants are ms.
 */
export function isOverByPlan(cap: Cap, touch: PastTouch, planned: Planned, now: number): boolean {
  const length = rollingMs(cap)
  if (length === undefined || touch.plannedAt == null) return false
  if (now - touch.at < length - Math.min(length / 20, MOST_EARLY)) return false
  return planned.at >= laterBy(planned.clock, touch.plannedAt, length)
}

/** An hour and a minute. */
const MOST_EARLY = 3_660_000

type Counted = ReturnType<typeof count>

function freeLater(one: Counted, other: Counted): Counted {
  return other.freeAt > one.freeAt ? other : one
}

function keepBack(full: Counted, { world: { zone, now }, campaign: { capping }, deferredAt = null }: GateAsk): Verdict {
  const saw = { ...full, zone }
  const reason = `${full.count} of ${full.most} webhooks already (rule "${full.rule}")`
  const { whenCapped, deferAtMost } = capping
  if (whenCapped !== 'defer') return { is: whenCapped, saw, reason }
  const since = deferredAt ?? now
  const limit = addDuration(since, deferAtMost, zone)
  if (now >= limit) return { is: 'skip', saw: { ...saw, deferredAt: since, deferAtMost }, reason }
  return { is: 'hold', until: Math.min(full.freeAt, limit), deferredAt: since, saw: { ...saw, deferredAt: since } }
}

function sayIgnored(by: string): string {
  return `this ${by} does not keep to frequency caps`
}

/**
 * What was seen of one rule, in words: `3 of 3 webhooks of tag "promo" this week (rule "Weekly cap")`. Null for what is none. `when` stands in
 * the place of a time that was not kept, in entries of before there was a choice.
 */
function sayRuleSeen(seen: Json, when: 'so far' | 'already'): string | null {
  if (!isObject(seen)) return null
  const { rule, count, most } = seen
  if (typeof rule !== 'string' || typeof count !== 'number' || typeof most !== 'number') return null
  const of = typeof seen['of'] === 'string' ? ` of ${seen['of']}` : ''
  const whose = seen['level'] === 'account' ? ' of the whole installation' : ''
  const said = `${sayCount(count)} of ${sayCount(most)} webhooks${of} ${saySpan(seen) ?? when} (rule "${rule}"${whose})`
  return `${said}${sayByPlan(seen)}`
}

/** Why a call that was to wait for its caps is not sent: ``; waited since ..., and 2 days is the most``. `at` says an instant. */
function sayGivenUp({ deferredAt, deferAtMost }: JsonObject, at: (ms: number) => string): string {
  if (typeof deferredAt !== 'number' || typeof deferAtMost !== 'string') return ''
  return `; it has waited since ${at(deferredAt)}, and ${sayDuration(deferAtMost)} is the most`
}

/** Sends that are a little nearer than the rule says, and not counted, because the runs of the schedule are as far apart as that. */
function sayByPlan({ byPlan }: JsonObject): string {
  if (typeof byPlan !== 'number') return ''
  return `, not counting ${byPlan === 1 ? 'one' : sayCount(byPlan)} of an earlier run of the schedule`
}

function saySpan({ amount, unit, window }: JsonObject): string | null {
  if (typeof amount !== 'number' || typeof unit !== 'string') return null
  const one = amount === 1
  if (unit === 'minutes') return one ? 'in the last minute' : `in the last ${sayCount(amount)} minutes`
  const days = unit === 'weeks' ? amount * 7 : amount
  if (window === 'rolling') return days === 1 ? 'in the last 24 hours' : `in any ${sayCount(days)} days`
  if (one) return unit === 'weeks' ? 'this week' : 'today'
  return `in ${sayCount(amount)} ${unit}`
}
