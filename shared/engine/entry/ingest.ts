import type { Refusal } from '../../rules/entry'
import { insertEvents, knownEvents } from '../../store/events'
import { insertHistory } from '../../store/history'
import { leadsCalled } from '../../store/leads'
import type { Work } from '../../store/work'
import type { Lead, LeadEvent } from '../../world'
import { type Candidates, credit, loadCandidates } from '../campaigns/conversions'
import type { LiveCampaign } from '../campaigns/live'
import type { CompiledVersion } from '../campaigns/version'
import { know, nobody } from '../facts'
import { leaversOf } from '../journey/exits'
import type { Ends } from '../journey/wake'
import type { Notices } from '../subscriptions/notices'
import type { Applicant, Turn } from '../turn'
import { type Arrived, tookPlace } from '../work/heard'
import { noPast } from '../work/history'
import { isIn } from './admission'
import { awaitingOf, signalAwaiting } from './awaiting'
import { deliverSinceEntry, deliverSinceWait, recall } from './past'

/** An event as it came in, already checked: it belongs to the lead with this external id. */
export interface IncomingEvent {
  readonly lead: string
  readonly event: LeadEvent
  /** The only campaign that it is meant for: an entry by the API. */
  readonly to?: string
}

/** What came of one event. */
export interface Taken {
  readonly duplicate: boolean
  /** Journeys that it started. */
  readonly started: number
  /** Of an event that is meant for one campaign: why it did not start a journey. */
  readonly refused?: Refusal
}

/**
 * Keeps events (an id makes each happen once), credits conversions, lets leads leave by the exits of their campaigns,
 * asks the entry rules and starts journeys. Events are taken one after the other in the order of their own time, so
 * that the second of a batch sees what the first did; waits of their leads that end in between end in between. Answers
 * one line an event, in their order.
 */
export function* ingest(turn: Turn, incoming: readonly IncomingEvent[], ends: Ends): Work<readonly Taken[]> {
  if (incoming.length === 0) return []
  const fresh = inTime(yield* keepNew(incoming))
  const { leads, known } = yield* leadsOf(turn, fresh)
  const names = [...new Set(fresh.map(f => f.event.name))]
  const open = yield* openConversions(turn, fresh, known)
  const leavers = yield* leaversOf(turn, names, known)
  const readAlready = known.map(id => turn.unit.lead(id))
  yield* know(turn, { leads: readAlready, journeys: nobody, entering: nobody })
  const awaiting = yield* awaitingOf(turn, names, known)
  // Where every campaign is open to all, nobody has to be asked for.
  const asks =
    fresh.some(({ to }) => to !== undefined) ||
    names.some(name => turn.registry.triggeredBy(name).some(c => asksAnything(c.live)))
  const entering = asks ? fresh.flatMap(one => knocksOf(turn, idOf(leads, one.lead), one)) : nobody
  yield* know(turn, { leads: nobody, journeys: nobody, entering })
  yield* recall(turn, pastMoments(turn, fresh, known, leads, ends))
  // After everything was read: what leads did is known as it was before the batch, and each event is added in its turn.
  yield* keep(
    turn,
    fresh.map(({ lead, event }) => ({ event, leadId: idOf(leads, lead) })),
  )

  const taken = new Map<IncomingEvent, Taken>()
  for (const one of fresh) {
    const { lead, event } = one
    const leadId = idOf(leads, lead)
    let started = 0
    if (ends.before(leadId, event.at)) deliverSinceWait(turn)
    turn.unit.history.add(leadId, event)
    convert(turn, open, leadId, { event, receivedAt: turn.unit.now })
    leavers.deliver(leadId, event)
    if (turn.registry.awaits(event.name)) signalAwaiting(turn, awaiting.get(leadId) ?? [], leadId, event)
    if (turn.unit.awaited.lookingBack.size > 0) deliverSinceWait(turn)
    let refused: Refusal | undefined
    for (const campaign of campaignsFor(turn, one)) {
      const answer = turn.admission.letIn(campaign, campaign.live, leadId, event)
      if (!isIn(answer)) {
        refused = answer
        continue
      }
      started++
      if (campaign.goals.length > 0) open.journeys.set(leadId, [...(open.journeys.get(leadId) ?? []), answer])
      leavers.add(answer)
      deliverSinceEntry(turn, answer)
    }
    if (turn.unit.awaited.lookingBack.size > 0) deliverSinceWait(turn)
    taken.set(
      one,
      one.to === undefined || refused === undefined
        ? { duplicate: false, started }
        : { duplicate: false, started, refused },
    )
  }
  return incoming.map(one => taken.get(one) ?? { duplicate: true, started: 0 })
}

/**
 * In the order of their own time, those of the same instant in the order in which they came: a purchase after its cart,
 * however a client sends them.
 */
function inTime(events: readonly IncomingEvent[]): readonly IncomingEvent[] {
  for (let i = 1; i < events.length; i++)
    if ((events[i - 1]?.event.at ?? 0) > (events[i]?.event.at ?? 0))
      return [...events].sort((a, b) => a.event.at - b.event.at)
  return events
}

/**
 * The moments of the past at which something of these leads may begin by these events, by lead. Who is new has no past.
 */
function pastMoments(
  { unit, registry }: Turn,
  fresh: readonly IncomingEvent[],
  known: readonly number[],
  leads: ReadonlyMap<string, Lead>,
  ends: Ends,
): ReadonlyMap<number, number> {
  const since = new Map<number, number>()
  const withPast = new Set(known)
  for (const { lead, event, to } of fresh) {
    const leadId = idOf(leads, lead)
    if (!withPast.has(leadId)) continue
    const mayBegin = to !== undefined || registry.hears(event.name)
    const at = Math.min(mayBegin ? event.at : unit.now, ends.first(leadId) ?? unit.now)
    if (at < unit.now) since.set(leadId, Math.min(at, since.get(leadId) ?? at))
  }
  return since
}

function* keepNew(incoming: readonly IncomingEvent[]): Work<readonly IncomingEvent[]> {
  const known = new Set(yield* knownEvents(incoming.map(i => i.event.id)))
  return incoming.filter(({ event }) => {
    if (known.has(event.id)) return false
    known.add(event.id)
    return true
  })
}

function* keep({ registry, unit }: Turn, events: Parameters<typeof insertEvents>[0]): Work<void> {
  yield* insertEvents(events, unit.now)
  if (unit.notices !== null) for (const { leadId, event } of events) tellReceived(unit.notices, leadId, event)
  const asked = events.filter(({ event }) => registry.keepsFromNow(event.name))
  if (asked.length > 0) yield* insertHistory(asked)
}

function tellReceived(notices: Notices, leadId: number, { id, name, at, properties }: LeadEvent): void {
  notices.tell('event.received', { lead: leadId }, { event: name, eventId: id, happenedAt: at }, { properties })
}

/** The leads of these events; those not known yet are created. `known`: the ids of the others, who may have a past. */
function* leadsOf(
  { env, unit, registry }: Turn,
  incoming: readonly IncomingEvent[],
): Work<{ leads: ReadonlyMap<string, Lead>; known: readonly number[] }> {
  const names = [...new Set(incoming.map(i => i.lead))]
  const leads = new Map<string, Lead>(yield* leadsCalled(names, registry.names))
  const known = [...new Set([...leads.values()].map(l => l.id))]
  unit.knowLeads([...leads.values()])
  for (const externalId of names) {
    if (leads.has(externalId)) continue
    const lead: Lead = { id: env.ids.lead(), externalId, attributes: {}, zone: null }
    leads.set(externalId, lead)
    unit.addLead(lead)
    unit.history.know([lead.id], [...registry.asked.keys()], noPast)
    unit.heard.know(lead.id, Number.NEGATIVE_INFINITY, [])
  }
  return { leads, known }
}

function idOf(leads: ReadonlyMap<string, Lead>, externalId: string): number {
  const lead = leads.get(externalId)
  if (lead === undefined) throw new Error(`lead "${externalId}" was not loaded`)
  return lead.id
}

/**
 * Journeys of these leads that one of these events may convert. Where no goal is about any of them, nothing is read.
 */
function* openConversions(
  turn: Turn,
  incoming: readonly IncomingEvent[],
  leadIds: readonly number[],
): Work<Candidates> {
  const aimed = incoming.filter(({ event }) => turn.registry.aimingAt(event.name).length > 0)
  const names = new Set(aimed.map(({ event }) => event.name))
  const campaigns = new Set([...names].flatMap(name => turn.registry.aimingAt(name)))
  const aims = [...campaigns].flatMap(campaign =>
    campaign.goals.filter(({ goal }) => names.has(goal.event)).map(goal => ({ campaign, goal })),
  )
  const earliest = Math.min(...aimed.map(({ event }) => tookPlace({ event, receivedAt: turn.unit.now })))
  return yield* loadCandidates(turn, aims, leadIds, earliest)
}

function convert(turn: Turn, { journeys, touches }: Candidates, leadId: number, arrived: Arrived): void {
  for (const loaded of journeys.get(leadId) ?? []) {
    const journey = turn.unit.journey(loaded)
    for (const goal of turn.registry.find(journey.campaignId)?.goals ?? [])
      if (goal.goal.event === arrived.event.name)
        credit(turn, arrived, {
          journey,
          goal,
          touches: touches.get(journey.id) ?? [],
          variants: journey.memory.variants,
          isLate: false,
        })
  }
}

/** Does anything have to be read before somebody may enter? */
function asksAnything({ isOpen, facts, judgesFirst }: CompiledVersion): boolean {
  return !isOpen || judgesFirst || facts.events.size > 0
}

/** Campaigns that an event asks to enter. */
function campaignsFor({ registry }: Turn, { event, to }: IncomingEvent): readonly LiveCampaign[] {
  if (to === undefined) return registry.triggeredBy(event.name)
  const campaign = registry.find(to)
  return campaign === undefined ? [] : [campaign]
}

function knocksOf(turn: Turn, leadId: number, one: IncomingEvent): readonly Applicant[] {
  return campaignsFor(turn, one).map(campaign => ({ campaign, leadId, event: one.event }))
}
