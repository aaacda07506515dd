import { insertArrivals } from '../../store/arrivals'
import type { Work } from '../../store/work'
import { know, leadsOf, nobody } from '../facts'
import type { Applicant, Turn } from '../turn'
import type { InternalEvent } from '../work/event-book'
import { isIn } from './admission'
import { awaitingOf, signalAwaiting } from './awaiting'
import { deliverSinceEntry, recall } from './past'

/**
 * Delivered in one turn at most; what is beyond waits in the table of arrivals, so that a turn never grows without end.
 */
const MOST = 500

/**
 * Delivers the internal events of this turn to the journeys and campaigns that listen to them, and those that these
 * bring about, until it is quiet. A chain ends by itself (see `UnitOfWork.emit`). Law 3: in the transaction that
 * emitted them. Answers whether some are left for the next turn.
 */
export function* deliver(turn: Turn): Work<boolean> {
  const { unit } = turn
  let delivered = 0
  while (delivered < MOST) {
    const events = unit.events.take(MOST - delivered)
    if (events.length === 0) return false
    delivered += events.length
    yield* know(turn, { leads: leadsOf(events), journeys: nobody, entering: nobody })
    yield* deliverToJourneys(turn, events)
    yield* deliverToCampaigns(turn, events)
  }
  const left = unit.events.take(Number.MAX_SAFE_INTEGER)
  yield* insertArrivals(
    left.map(({ leadId, event, to }) => ({
      id: turn.env.ids.arrival(),
      campaignId: to ?? '',
      leadId,
      event,
      cameAt: unit.now,
      letInAt: null,
    })),
  )
  return left.length > 0
}

/** To the journeys that wait for them. */
export function* deliverToJourneys(turn: Turn, events: readonly InternalEvent[]): Work<void> {
  const heard = events.filter(({ event, to }) => to === null && turn.registry.awaits(event.name))
  if (heard.length === 0) return
  const leads = [...new Set(heard.map(h => h.leadId))]
  const waiting = yield* awaitingOf(turn, [...new Set(heard.map(h => h.event.name))], leads)
  for (const { leadId, event } of heard) signalAwaiting(turn, waiting.get(leadId) ?? [], leadId, event)
}

/** To the campaigns that listen: each asks its admission. The leads are loaded. */
export function* deliverToCampaigns(turn: Turn, events: readonly InternalEvent[]): Work<void> {
  const { registry, admission } = turn
  const applicants = events.flatMap(({ leadId, event, to }): Applicant[] => {
    const target = to === null ? undefined : registry.find(to)
    const campaigns = to === null ? registry.triggeredBy(event.name) : target === undefined ? [] : [target]
    return campaigns.map(campaign => ({ campaign, leadId, event }))
  })
  yield* know(turn, { leads: nobody, journeys: nobody, entering: applicants })
  const since = new Map<number, number>()
  for (const { leadId, event } of applicants)
    if (event !== null) since.set(leadId, Math.min(event.at, since.get(leadId) ?? event.at))
  yield* recall(turn, since)
  for (const { campaign, leadId, event } of applicants) {
    const answer = admission.letIn(campaign, campaign.live, leadId, event)
    if (isIn(answer)) deliverSinceEntry(turn, answer)
  }
}
