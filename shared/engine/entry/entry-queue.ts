import {
  type Arrival,
  deleteArrivals,
  firstArrivals,
  forgetArrivals,
  insertArrivals,
  letInSince,
  markLetIn,
  nthLastLetIn,
  RATE_WINDOW,
  withEntryQueue,
} from '../../store/arrivals'
import type { Work } from '../../store/work'
import type { LiveCampaign } from '../campaigns/live'
import { know, leadsOf, nobody } from '../facts'
import type { Turn } from '../turn'
import { deliverToCampaigns, deliverToJourneys } from './deliver'

/**
 * The entry queue of a campaign: requests above its drain rate wait here in their order, in a table, so that a crash
 * loses nobody. The rate is exact: in no 60 seconds more are let in than it says, because those of the last 60 seconds
 * are still in the table and counted.
 *
 * Each campaign has a queue of its own, first in, first out. Of those that have room in one tick the one with the
 * higher priority goes first (marketo-alm rule 20).
 */

/** Takes the next of those who wait, at most `max`. Answers whether there is more to do at once. */
export function* admitWaiting(turn: Turn, max: number): Work<boolean> {
  const { registry, unit } = turn
  const live = [...registry.all()].filter(c => c.status === 'live')
  const waiting = yield* withEntryQueue(['', ...live.map(c => c.id)])
  let left = max
  const priorityOf = ({ standing }: LiveCampaign) => standing.priority
  const queued = live.filter(c => waiting.has(c.id)).sort((a, b) => priorityOf(b) - priorityOf(a))
  for (const campaign of queued) {
    if (left === 0) break
    const room = yield* roomOf(campaign, unit.now)
    const next = room === 0 ? [] : yield* firstArrivals(campaign.id, Math.min(room, left))
    yield* letThrough(turn, next)
    yield* markLetIn(ids(next), unit.now)
    left -= next.length
  }
  // Internal events that an earlier tick had no room for; they are in nobody's rate.
  if (left > 0 && waiting.has('')) {
    const next = yield* firstArrivals('', left)
    yield* letThrough(turn, next)
    yield* deleteArrivals(ids(next))
    left -= next.length
  }
  return left === 0
}

/**
 * Requests of this tick for a campaign with a drain rate: in the queue with them. `admitWaiting` of the next tick lets
 * in whom the rate allows.
 */
export function* joinEntryQueue(turn: Turn): Work<boolean> {
  const joining = turn.unit.events.takeQueuedForEntry()
  yield* insertArrivals(
    joining.map(({ leadId, event, to }) => ({
      id: turn.env.ids.arrival(),
      campaignId: to ?? '',
      leadId,
      event,
      cameAt: turn.unit.now,
      letInAt: null,
    })),
  )
  return joining.length > 0
}

/** When the next of those who wait may enter (ms): now, when there is room; null when nobody waits. */
export function* nextInEntryQueue(campaigns: Iterable<LiveCampaign>, now: number): Work<number | null> {
  const live = [...campaigns].filter(c => c.status === 'live')
  const waiting = yield* withEntryQueue(['', ...live.map(c => c.id)])
  if (waiting.has('')) return now
  let first: number | null = null
  for (const campaign of live) {
    if (!waiting.has(campaign.id)) continue
    const most = campaign.live.graph.settings.entrance.perMinute
    const last = most === null ? undefined : yield* nthLastLetIn(campaign.id, most)
    const free = last === undefined ? now : Math.max(now, last + RATE_WINDOW)
    first = Math.min(first ?? free, free)
  }
  return first
}

function* roomOf({ id, live }: LiveCampaign, now: number): Work<number> {
  const { perMinute } = live.graph.settings.entrance
  yield* forgetArrivals(id, now - RATE_WINDOW)
  return perMinute === null
    ? Number.MAX_SAFE_INTEGER
    : Math.max(0, perMinute - (yield* letInSince(id, now - RATE_WINDOW)))
}

function* letThrough(turn: Turn, arrivals: readonly Arrival[]): Work<void> {
  if (arrivals.length === 0) return
  yield* know(turn, { leads: leadsOf(arrivals), journeys: nobody, entering: nobody })
  const { now } = turn.unit
  // Who waits in the queue has not entered yet: the entry is when their turn comes.
  const events = arrivals.map(({ leadId, event, campaignId }) =>
    campaignId === '' ? { leadId, event, to: null } : { leadId, event: { ...event, at: now }, to: campaignId },
  )
  yield* deliverToJourneys(turn, events)
  yield* deliverToCampaigns(turn, events)
}

function ids(arrivals: readonly Arrival[]): readonly number[] {
  return arrivals.map(a => a.id)
}
