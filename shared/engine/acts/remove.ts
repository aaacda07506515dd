import type { ExitCause } from '../../effects'
import { setStatus } from '../../store/campaigns'
import { activeAfter, countActiveIn, findJourney, type Journey, journeysIn } from '../../store/journeys'
import { findRemoval, insertRemoval, openRemoval, type Removal, saveRemoval } from '../../store/removals'
import type { Work } from '../../store/work'
import type { Lead } from '../../world'
import type { CampaignRegistry } from '../campaigns/registry'
import { contextOf, know, leadsOf, nobody } from '../facts'
import { leaveNow, sayRemoved, sayStopped } from '../journey/run'
import type { Turn } from '../turn'

/**
 * Leads are taken out of a campaign by hand: one journey, all of one lead, or many. Journeys end by the one door (law
 * 1), with what they left pending (law 5). Many leave some hundreds a tick, in the transaction of the tick, so that a
 * crash in between loses and doubles nothing; a stop that lets nobody finish is one of those (marketo-alm rule 28).
 */

/** Ends one journey. `ended`: it had ended before. */
export function* removeOne(turn: Turn, id: number, reason: string): Work<'done' | 'ended'> {
  const journey = yield* findJourney(id)
  if (journey?.status !== 'active') return 'ended'
  yield* takeOut(turn, [journey], 'by-hand', sayRemoved('by hand', reason))
  return 'done'
}

/** Ends all journeys of a lead in a campaign. Answers how many. */
export function* removeLead(turn: Turn, { id }: Lead, campaignId: string, reason: string): Work<number> {
  return yield* takeOut(turn, yield* journeysIn([id], [campaignId]), 'by-hand', sayRemoved('by hand', reason))
}

/** Whom to take out, and why. */
export type RemovalOrder = Pick<Removal, 'campaignId' | 'why' | 'step' | 'leads' | 'reason'>

/** Begins to take out many, who are sent nothing from now on. Answers the id to follow it by. */
export function* beginRemoving(registry: CampaignRegistry, order: RemovalOrder, now: number): Work<number> {
  const total = yield* countToRemove(order)
  const removal = { ...order, status: 'running', after: 0, total, removed: 0, begunAt: now, endedAt: null } as const
  const id = yield* insertRemoval(removal)
  yield* registry.readRemovals()
  return id
}

/** How many journeys an order would end at this moment. */
export function* countToRemove({ campaignId, step, leads }: Omit<RemovalOrder, 'why' | 'reason'>): Work<number> {
  if (leads === null) return yield* countActiveIn(campaignId, step)
  const journeys = yield* journeysIn(leads, [campaignId])
  return journeys.filter(j => step === null || j.step === step).length
}

/** Stops one that runs. Who was taken out stays so. An abort cannot be stopped: its campaign is. */
export function* cancelRemoving(turn: Turn, id: number): Work<void> {
  const found = yield* findRemoval(id)
  if (found?.status !== 'running' || found.why !== 'by-hand') return
  yield* saveRemoval({ ...found, status: 'cancelled', endedAt: turn.unit.now })
  yield* turn.registry.readRemovals()
}

/**
 * Takes out the next of the oldest removal that is not done, looking at `max` journeys or leads. Answers whether there
 * may be more to do.
 */
export function* continueRemoving(turn: Turn, max: number): Work<boolean> {
  const open = yield* openRemoval()
  if (open === undefined) return false
  const { journeys, after, isLast } = yield* nextOf(open, max)
  const { step } = open
  const here = journeys.map(j => turn.unit.journey(j)).filter(j => step === null || j.step === step)
  const reason = open.why === 'abort' ? sayStopped(open.reason) : sayRemoved('by hand', open.reason)
  const removed = open.removed + (yield* takeOut(turn, here, open.why, reason))
  const { now } = turn.unit
  yield* saveRemoval({ ...open, after, removed, status: isLast ? 'done' : 'running', endedAt: isLast ? now : null })
  turn.unit.touchedCampaigns.add(open.campaignId)
  if (isLast) yield* turn.registry.readRemovals()
  if (isLast && open.why === 'abort' && turn.registry.find(open.campaignId)?.emptying === true) {
    yield* setStatus(open.campaignId, 'stopped', false, now)
    yield* turn.registry.refresh()
  }
  return true
}

function* nextOf(
  { campaignId, leads, after, lastJourney }: Removal,
  max: number,
): Work<{ journeys: readonly Journey[]; after: number; isLast: boolean }> {
  if (leads !== null) {
    const some = leads.slice(after, after + max)
    const journeys = yield* journeysIn(some, [campaignId])
    return {
      journeys: journeys.filter(j => j.id <= lastJourney),
      after: after + max,
      isLast: after + max >= leads.length,
    }
  }
  const journeys = yield* activeAfter(campaignId, { after, upTo: lastJourney }, max)
  return { journeys, after: journeys.at(-1)?.id ?? lastJourney, isLast: journeys.length < max }
}

/** Answers how many were still on their way. */
function* takeOut(turn: Turn, journeys: readonly Journey[], cause: ExitCause, reason: string): Work<number> {
  yield* know(turn, { leads: leadsOf(journeys), journeys: nobody, entering: nobody })
  const active = journeys.filter(j => turn.unit.journey(j).status === 'active')
  for (const journey of active) leaveNow(contextOf(turn, journey), journey, cause, reason)
  return active.length
}
