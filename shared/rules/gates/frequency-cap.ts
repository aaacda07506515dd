import { addDuration } from '../../time/duration'
import { freeAgainAt, windowStart } from '../../time/window'
import { type CapRule, isCounted, sayCap, speaksOf } from '../caps'
import { type Gate, type GateAsk, pass, type Verdict } from './gate'

/**
 * No more webhook calls to one lead than the rules of the campaign and of the whole installation allow (braze R20-R23). All of them must pass; the one that is
 * free again last is named. What happens to a capped call is the campaign's choice: it is skipped and never sent later (R22), waits until it may be sent, or
 * its lead leaves. A retry was counted when its touch was reserved.
 */
export const frequencyCap: Gate = {
  name: 'frequency-cap',
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
}

/** A rule and what it found: the values that the journal shows. */
function count({ cap, level, name }: CapRule, { world: { zone, now }, touches }: GateAsk) {
  const from = windowStart(cap, zone, now)
  const inWindow = touches.filter(touch => touch.at >= from && touch.at <= now && isCounted(cap, touch))
  const instants = inWindow.map(touch => touch.at)
  const { most, amount, unit, window, counts } = cap
  const of = name === '' ? {} : { of: `${cap.of.what} "${name}"` }
  const seen = { rule: sayCap(cap), level, ...of, amount, unit, window, counts, count: inWindow.length, most }
  return { ...seen, freeAt: freeAgainAt(cap, zone, instants, now) }
}

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
