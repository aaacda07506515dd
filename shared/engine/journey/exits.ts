import { type Sources, sourcesOf } from '../../rules/conditions'
import { exitOnEvent, exitOnLead } from '../../rules/exits'
import { type Journey, journeysIn } from '../../store/journeys'
import type { Work } from '../../store/work'
import type { LeadEvent } from '../../world'
import { contextOf, know, nobody, walks } from '../facts'
import type { JourneyContext, Turn } from '../turn'
import { checkPast, worldOf } from './context'
import { leaveBy, leavesByOrder } from './run'

/**
 * Exits of campaigns (rules/exits/), where they are asked outside of a step: by an event, by a change of the lead, and
 * before a call that was held. An event asks twice: whether it is itself an exit, and what the lead is like by now,
 * where a rule counts such events. The end of a step is asked about in compile.ts. Where no campaign has an exit,
 * nothing is read and nothing is asked.
 *
 * A pause does not keep them back: who leaves is sent nothing.
 */

/** The living journeys that the events of a batch may send out. */
export class Leavers {
  readonly #turn: Turn
  readonly #campaigns: ReadonlySet<string>
  readonly #byLead = new Map<number, Set<number>>()
  readonly #journeys = new Map<number, Journey>()

  constructor(turn: Turn, campaigns: ReadonlySet<string>, loaded: readonly Journey[]) {
    this.#turn = turn
    this.#campaigns = campaigns
    for (const journey of loaded) this.add(journey)
    if (campaigns.size > 0) for (const journey of turn.unit.savedJourneys()) this.add(journey)
  }

  /** A journey that began in this batch: the next event of the batch may send it out. */
  add(journey: Journey): void {
    const { id, leadId, campaignId } = journey
    if (!this.#campaigns.has(campaignId)) return
    this.#journeys.set(id, journey)
    const ofLead = this.#byLead.get(leadId)
    if (ofLead === undefined) this.#byLead.set(leadId, new Set([id]))
    else ofLead.add(id)
  }

  /** Lets the journeys of a lead leave by an event, now or when their step is over. */
  deliver(leadId: number, event: LeadEvent): void {
    for (const id of this.#byLead.get(leadId) ?? []) {
      const loaded = this.#journeys.get(id)
      if (loaded !== undefined) exitByEvent(this.#turn, loaded, event)
    }
  }
}

/** Lets a journey leave by an event of its lead, now or when its step is over. What the exits count is loaded. */
export function exitByEvent(turn: Turn, loaded: Journey, event: LeadEvent): void {
  const journey = turn.unit.journey(loaded)
  if (journey.status !== 'active' || journey.memory.exit !== undefined) return
  const context = contextOf(turn, journey)
  const { exits, exitHistory } = context.version
  if (exits === undefined) return
  const seen = seenOf(context, journey)
  const leaving = exitOnEvent(exits, event, journey, seen)
  const changed = leaving ?? (exitHistory.has(event.name) ? exitOnLead(exits, seen, 'change') : undefined)
  if (changed !== undefined) leaveBy(context, journey, changed, exits.when)
}

/** The journeys of these leads that one of these events may send out: one statement, or none. */
export function* leaversOf(turn: Turn, names: readonly string[], leadIds: readonly number[]): Work<Leavers> {
  const campaigns = new Set(names.flatMap(name => turn.registry.exitedBy(name)).map(c => c.id))
  const loaded = campaigns.size === 0 ? [] : yield* journeysIn(leadIds, [...campaigns])
  yield* know(turn, { leads: nobody, journeys: walks(turn, loaded), entering: nobody })
  return new Leavers(turn, campaigns, loaded)
}

/**
 * At the end of a turn: asks the exits of leads who are others by now than before it. Law 3: in the transaction that
 * changed them.
 */
export function* askChanged(turn: Turn): Work<void> {
  const { unit, registry } = turn
  const changed = new Set(unit.takeChangedLeads())
  if (changed.size === 0) return
  const campaigns = registry.exitsOnChange
  yield* know(turn, { leads: [...changed], journeys: nobody, entering: nobody })
  const journeys = new Map<number, Journey>()
  for (const journey of [...(yield* journeysIn([...changed], [...campaigns])), ...unit.savedJourneys()])
    if (changed.has(journey.leadId) && campaigns.has(journey.campaignId)) journeys.set(journey.id, journey)
  yield* know(turn, { leads: nobody, journeys: walks(turn, [...journeys.values()]), entering: nobody })
  for (const loaded of journeys.values()) {
    const journey = unit.journey(loaded)
    const context = contextOf(turn, journey)
    const leaving = context.version.exits && exitOnLead(context.version.exits, seenOf(context, journey), 'change')
    if (leaving !== undefined) leaveBy(context, journey, leaving, 'at-once')
  }
}

/**
 * Before a call that waited: the exits are asked again, because the lead may be another by now (braze R13), and an
 * abort is heeded. True when the lead has left. `begun`: the call was tried before, so that its step is not over; it is
 * given up only by exits that act at once.
 */
export function leavesBeforeSend(
  context: JourneyContext,
  loaded: Journey,
  { begun }: { readonly begun: boolean },
): boolean {
  const journey = context.unit.journey(loaded)
  const { exits } = context.version
  if (journey.status !== 'active') return false
  if (leavesByOrder(context, journey)) return true
  if (exits === undefined) return false
  const asked = begun && exits.when === 'end-of-step' ? 'change' : 'step'
  const expected = begun ? undefined : journey.memory.exit
  const leaving = expected ?? exitOnLead(exits, seenOf(context, journey), asked)
  if (leaving === undefined) return false
  leaveBy(context, journey, leaving, 'at-once')
  return true
}

/** What the exits see of a journey at this moment. */
function seenOf(context: JourneyContext, journey: Journey): Sources {
  checkPast(context, journey)
  return sourcesOf(worldOf(context, journey), journey.memory)
}
