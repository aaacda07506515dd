import { insertArrivals } from '../../store/arrivals'
import type { Work } from '../../store/work'
import type { LeadEvent } from '../../world'
import { know, leadsOf, nobody, type Turn } from '../facts'
import { type Applicant, isIn } from './admission'
import { hearSinceEntry, recall } from './past'
import { awaitingOf, tell } from './tell'

/** Something that happened inside Hookline, to be heard in the tick in which it happened. `to`: the only campaign that it is meant for. */
export interface Happening {
  readonly leadId: number
  readonly event: LeadEvent
  readonly to: string | null
}

/** Heard in one tick at most; what is beyond waits in the table of arrivals, so that a tick never grows without end. */
const MOST = 500

/**
 * Lets happenings of this tick into the campaigns that listen to them, and those that these bring about, until it is quiet. A chain ends by itself (see
 * `UnitOfWork.happen`). Law 3: in the transaction that made them happen. Answers whether some are left for the next tick.
 */
export function* hear(turn: Turn): Work<boolean> {
  const { unit } = turn
  let heard = 0
  while (heard < MOST) {
    const happenings = unit.takeHappenings(MOST - heard)
    if (happenings.length === 0) return false
    heard += happenings.length
    yield* know(turn, { leads: leadsOf(happenings), journeys: nobody, entering: nobody })
    yield* tellAll(turn, happenings)
    yield* letAllIn(turn, happenings)
  }
  const left = unit.takeHappenings(Number.MAX_SAFE_INTEGER)
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

/** Lets journeys hear what they wait for. */
export function* tellAll(turn: Turn, happenings: readonly Happening[]): Work<void> {
  const heard = happenings.filter(({ event, to }) => to === null && turn.registry.awaits(event.name))
  if (heard.length === 0) return
  const leads = [...new Set(heard.map(h => h.leadId))]
  const waiting = yield* awaitingOf(turn, [...new Set(heard.map(h => h.event.name))], leads)
  for (const { leadId, event } of heard) tell(turn, waiting.get(leadId) ?? [], leadId, event)
}

/** Asks admission to every campaign that listens. The leads are loaded. */
export function* letAllIn(turn: Turn, happenings: readonly Happening[]): Work<void> {
  const { registry, admission } = turn
  const applicants = happenings.flatMap(({ leadId, event, to }): Applicant[] => {
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
    if (isIn(answer)) hearSinceEntry(turn, answer)
  }
}
