import { type Journey, journeysById, journeysIn } from '../../store/journeys'
import { deleteFromOutbox, nextInOutbox, type OutboxItem } from '../../store/outbox'
import type { Work } from '../../store/work'
import { contextOf, know, leadsOf, nobody } from '../facts'
import { leaveNow, sayRemoved } from '../journey/run'
import { requestEntry } from '../send/request'
import type { Applicant, Turn } from '../turn'
import type { IncomingEvent } from './ingest'

/**
 * The outbox. What journeys asked of other journeys of their lead: events they sent, campaigns they requested, journeys
 * they want ended. Asked in one turn, done in a later one: the rows are written with the move that asked and deleted
 * with what came of them, so that a crash in between loses and doubles nothing.
 */

/**
 * Takes the next items of the outbox. Answers the events among them, for ingest to take like any other, and the rest,
 * for `settleOutbox`.
 */
export function* takeOutbox(
  turn: Turn,
  most: number,
): Work<{ readonly events: readonly IncomingEvent[]; readonly others: readonly OutboxItem[]; readonly more: boolean }> {
  const items = yield* nextInOutbox(most)
  if (items.length === 0) return { events: [], others: [], more: false }
  yield* deleteFromOutbox(items.map(e => e.id))
  yield* know(turn, { leads: leadsOf(items), journeys: nobody, entering: nobody })
  const events = items.flatMap(e =>
    e.type === 'event' ? [{ lead: turn.unit.lead(e.leadId).externalId, event: e.event }] : [],
  )
  return { events, others: items.filter(e => e.type !== 'event'), more: items.length >= most }
}

/** Does requests and removals, after the events of the turn: a lead whom an event let in is not let in once more. */
export function* settleOutbox(turn: Turn, items: readonly OutboxItem[]): Work<void> {
  if (items.length === 0) return
  const asked = items.filter(e => e.type !== 'event')
  const leadIds = [...new Set(asked.map(e => e.leadId))]
  const campaigns = [...new Set(asked.map(e => e.campaignId))]
  const entering = asked.flatMap((item): Applicant[] => {
    const campaign = item.type === 'request' ? turn.registry.find(item.campaignId) : undefined
    return campaign === undefined || item.type !== 'request'
      ? []
      : [{ campaign, leadId: item.leadId, event: item.event }]
  })
  yield* know(turn, { leads: nobody, journeys: nobody, entering })
  const leaving = asked.some(e => e.type === 'leave') ? yield* journeysIn(leadIds, campaigns) : []
  const askers = new Map<number, Journey>()
  for (const j of yield* journeysById(asked.flatMap(e => e.asker?.journeyId ?? []))) askers.set(j.id, j)
  for (const item of asked) {
    const { leadId, campaignId, asker } = item
    const journey = asker === null ? undefined : askers.get(asker.journeyId)
    const campaign = turn.registry.find(campaignId)?.name ?? campaignId
    if (item.type === 'request') {
      const verdict = requestEntry(turn, item)
      const done = verdict.is !== 'refused'
      if (journey !== undefined && asker !== null)
        turn.unit.note(journey, { is: 'requested', step: asker.step, campaign, done, reason: verdict.reason })
    } else {
      const others = inside(turn, leaving, leadId, campaignId).filter(j => j.id !== asker?.journeyId)
      for (const other of others)
        leaveNow(contextOf(turn, other), other, 'campaign', sayLeave(turn, journey, item.reason))
      if (journey !== undefined && asker !== null)
        turn.unit.note(journey, { is: 'withdrawn', step: asker.step, campaign, ...sayLeft(others.length) })
    }
  }
}

/** The living journeys of a lead in a campaign, those that began in this batch included. */
function inside({ unit }: Turn, loaded: readonly Journey[], leadId: number, campaignId: string): readonly Journey[] {
  const known = new Map<number, Journey>()
  for (const journey of [...loaded, ...unit.savedJourneys()])
    if (journey.leadId === leadId && journey.campaignId === campaignId) known.set(journey.id, unit.journey(journey))
  return [...known.values()].filter(j => j.status === 'active')
}

function sayLeave({ registry }: Turn, asker: Journey | undefined, reason: string): string {
  const by = asker === undefined ? 'by hand' : `by "${registry.find(asker.campaignId)?.name ?? asker.campaignId}"`
  return sayRemoved(by, reason)
}

function sayLeft(n: number): { done: boolean; reason: string } {
  if (n === 0) return { done: false, reason: 'the lead is not in it' }
  return { done: true, reason: n === 1 ? 'one journey ended' : `${n} journeys ended` }
}
