import { awaitedBy } from '../../store/awaited'
import type { Journey } from '../../store/journeys'
import type { Work } from '../../store/work'
import type { LeadEvent } from '../../world'
import { contextOf, loadJourneys } from '../facts'
import { signal } from '../journey/run'
import type { Turn } from '../turn'

/** Journeys by lead that wait for one of these events. Where no campaign has such a step, nothing is read. */
export function* awaitingOf(
  turn: Turn,
  names: readonly string[],
  leadIds: readonly number[],
): Work<ReadonlyMap<number, readonly Awaiting[]>> {
  const heard = names.filter(name => turn.registry.awaits(name))
  const byLead = new Map<number, Awaiting[]>()
  if (heard.length === 0) return byLead
  const rows = yield* awaitedBy(leadIds, heard)
  const journeys = yield* loadJourneys(
    turn,
    rows.map(r => r.journeyId),
  )
  for (const { leadId, event, journeyId } of rows) {
    const journey = journeys.get(journeyId)
    if (journey !== undefined) byLead.set(leadId, [...(byLead.get(leadId) ?? []), { event, journey }])
  }
  return byLead
}

export interface Awaiting {
  readonly event: string
  readonly journey: Journey
}

/**
 * Signals the event to every journey that waits for it: those that waited before this batch, and those that came to
 * their step in it.
 */
export function signalAwaiting(turn: Turn, waiting: readonly Awaiting[], leadId: number, event: LeadEvent): void {
  const before = waiting.filter(w => w.event === event.name).map(w => w.journey)
  const fresh = [...turn.unit.awaitingSince(leadId, event.name)].filter(j => !before.some(b => b.id === j.id))
  for (const journey of [...before, ...fresh]) signal(contextOf(turn, journey), journey, { type: 'event', event })
}
