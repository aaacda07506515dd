import { type HeardEvent, heardSince } from '../../store/history'
import type { Journey } from '../../store/journeys'
import type { Work } from '../../store/work'
import { credit } from '../campaigns/conversions'
import { contextOf } from '../facts'
import { exitByEvent } from '../journey/exits'
import { signal } from '../journey/run'
import type { Turn } from '../turn'
import { tookPlace } from '../work/heard'

/**
 * The time of an event beats the time of its arrival. What begins at a moment that has passed (a journey, by an event
 * that comes in late; a wait, by such an event or by a timer that was late itself) first hears what its lead has done
 * since, as far as it came in before.
 *
 * Where everything is told as it happens, nothing begins in the past and nothing is read; else it is one statement a
 * batch.
 */

/** Reads what these leads have done since these instants (ms), where something may begin then and somebody listens. */
export function* recall({ unit, registry }: Turn, since: ReadonlyMap<number, number>): Work<void> {
  const { now, heard } = unit
  const wanted = [...since].filter(([leadId, at]) => at < now && !heard.covers(leadId, at))
  if (wanted.length === 0 || registry.listened.size === 0) return
  const earliest = Math.min(...wanted.map(([, at]) => at))
  const ids = wanted.map(([leadId]) => leadId)
  const events = new Map<number, HeardEvent[]>(ids.map(id => [id, []]))
  // One from after now was told by a clock that has been set back since: nothing can be told by it.
  for (const one of yield* heardSince(ids, [...registry.listened], earliest))
    if (tookPlace(one) <= now) events.get(one.leadId)?.push(one)
  for (const [leadId, done] of events)
    heard.know(
      leadId,
      earliest,
      done.sort((a, b) => tookPlace(a) - tookPlace(b) || a.receivedAt - b.receivedAt),
    )
}

/**
 * A journey that has just begun, at a moment that has passed: its goals and its exits hear what the lead has done
 * since.
 */
export function deliverSinceEntry(turn: Turn, begun: Journey): void {
  const { unit, registry } = turn
  if (begun.enteredAt >= unit.now) return
  const goals = registry.find(begun.campaignId)?.goals ?? []
  for (const done of unit.heard.after(begun.leadId, begun.enteredAt)) {
    for (const goal of goals)
      if (goal.goal.event === done.event.name)
        // It had no variant and no message yet when the event came in.
        credit(turn, done, { journey: unit.journey(begun), goal, touches: [], variants: {}, isLate: false })
    exitByEvent(turn, begun, done.event)
  }
}

/**
 * Waits that began at a moment that has passed hear what their lead has done since; those whose lead's past is not
 * known stay for `lookBack`.
 */
export function deliverSinceWait(turn: Turn): void {
  const { unit } = turn
  for (const [id, loaded] of unit.awaited.lookingBack) {
    const { wait } = unit.journey(loaded).memory
    if (wait !== undefined && !unit.heard.covers(loaded.leadId, wait.since)) continue
    unit.awaited.lookingBack.delete(id)
    if (wait !== undefined) deliverSince(turn, loaded, wait.since)
  }
}

/**
 * In the order of time. An event that takes the journey on to a next wait begins that one, and it hears those behind
 * it.
 */
function deliverSince(turn: Turn, loaded: Journey, since: number): void {
  const { unit } = turn
  for (const { event } of unit.heard.after(loaded.leadId, since)) {
    const journey = unit.journey(loaded)
    const { wait } = journey.memory
    if (journey.status !== 'active' || wait === undefined) return
    if (event.at > wait.since && unit.awaited.began(journey, event.name))
      signal(contextOf(turn, journey), journey, { type: 'event', event })
  }
}

/** The same for all that are left. */
export function* lookBack(turn: Turn): Work<void> {
  const { unit } = turn
  while (unit.awaited.lookingBack.size > 0) {
    const since = new Map<number, number>()
    for (const loaded of unit.awaited.lookingBack.values()) {
      const at = unit.journey(loaded).memory.wait?.since ?? unit.now
      since.set(loaded.leadId, Math.min(at, since.get(loaded.leadId) ?? at))
    }
    yield* recall(turn, since)
    const before = unit.awaited.lookingBack.size
    deliverSinceWait(turn)
    // Nobody listens any more, or the clock has gone back: there is nothing to hear.
    if (unit.awaited.lookingBack.size === before) unit.awaited.lookingBack.clear()
  }
}
