import { converts } from '#shared/rules/conversion'
import type { Refusal } from '#shared/rules/entry'
import { happenings } from '#shared/rules/happenings'
import { plainMs } from '#shared/time/duration'
import type { Lead, LeadEvent } from '#shared/world'
import { insertEvents, knownEvents } from '../store/events'
import { insertHistory } from '../store/history'
import { type Journey, journeysToConvert } from '../store/journeys'
import { leadsCalled } from '../store/leads'
import type { Work } from '../store/work'
import { isIn, type Knock } from './door'
import { leaversOf } from './exits'
import { loadFacts, placeOf, type Turn } from './load'
import type { LiveCampaign } from './machines'
import { awaitingOf, tell } from './tell'
import type { Ends } from './wake'

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
 * Keeps events (an id makes each happen once), credits conversions, lets leads leave by the exits of their campaigns, asks the entry rules and starts journeys. Events are taken one after the other, so
 * that the second of a batch sees what the first did; waits of their leads that end in between end in between. Answers one line an event, in their order.
 */
export function* ingest(turn: Turn, incoming: readonly IncomingEvent[], ends: Ends): Work<readonly Taken[]> {
  if (incoming.length === 0) return []
  const fresh = yield* keepNew(incoming)
  const { leads, known } = yield* leadsOf(turn, fresh)
  const names = [...new Set(fresh.map(f => f.event.name))]
  const open = yield* openConversions(turn, names, known)
  const leavers = yield* leaversOf(turn, names, known)
  yield* loadFacts(turn, known)
  const awaiting = yield* awaitingOf(turn, names, known)
  // Where every door is open nobody has to be asked for.
  const asks =
    fresh.some(({ to }) => to !== undefined) ||
    names.some(name => turn.machines.triggeredBy(name).some(c => !c.live.isOpen || c.live.facts.events.size > 0))
  if (asks) yield* turn.door.know(fresh.flatMap(one => knocksOf(turn, idOf(leads, one.lead), one)))
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
    ends.before(leadId, event.at)
    turn.changes.history.add(leadId, event)
    for (const journey of open.get(leadId) ?? []) convert(turn, journey, event)
    leavers.hear(leadId, event)
    if (turn.machines.awaits(event.name)) tell(turn, awaiting.get(leadId) ?? [], leadId, event)
    let refused: Refusal | undefined
    for (const campaign of campaignsFor(turn, one)) {
      const answer = turn.door.letIn(campaign, campaign.live, leadId, event)
      if (!isIn(answer)) {
        refused = answer
        continue
      }
      started++
      open.set(leadId, [...(open.get(leadId) ?? []), answer])
      leavers.add(answer)
    }
    taken.set(one, { duplicate: false, started, ...(one.to === undefined || !refused ? {} : { refused }) })
  }
  return incoming.map(one => taken.get(one) ?? { duplicate: true, started: 0 })
}

function* keepNew(incoming: readonly IncomingEvent[]): Work<readonly IncomingEvent[]> {
  const known = new Set(yield* knownEvents(incoming.map(i => i.event.id)))
  return incoming.filter(({ event }) => {
    if (known.has(event.id)) return false
    known.add(event.id)
    return true
  })
}

function* keep({ machines, changes }: Turn, events: Parameters<typeof insertEvents>[0]): Work<void> {
  yield* insertEvents(events, changes.now)
  const asked = events.filter(({ event }) => machines.keeps(event.name))
  if (asked.length > 0) yield* insertHistory(asked)
}

/** The leads of these events; those not known yet are created. `known`: the ids of the others, who may have a past. */
function* leadsOf(
  { env, changes, machines }: Turn,
  incoming: readonly IncomingEvent[],
): Work<{ leads: ReadonlyMap<string, Lead>; known: readonly number[] }> {
  const names = [...new Set(incoming.map(i => i.lead))]
  const leads = new Map<string, Lead>(yield* leadsCalled(names))
  const known = [...new Set([...leads.values()].map(l => l.id))]
  changes.knowLeads([...leads.values()])
  for (const externalId of names) {
    if (leads.has(externalId)) continue
    const lead: Lead = { id: env.ids.lead(), externalId, attributes: {}, zone: null }
    leads.set(externalId, lead)
    changes.addLead(lead)
    changes.history.know([lead.id], [...machines.asked.keys()], [])
  }
  return { leads, known }
}

function idOf(leads: ReadonlyMap<string, Lead>, externalId: string): number {
  const lead = leads.get(externalId)
  if (lead === undefined) throw new Error(`lead "${externalId}" was not loaded`)
  return lead.id
}

/** Journeys by lead that one of these events may convert. */
function* openConversions(
  { machines, changes }: Turn,
  names: readonly string[],
  leadIds: readonly number[],
): Work<Map<number, readonly Journey[]>> {
  const campaigns = [...new Set(names.flatMap(name => machines.aimingAt(name)))]
  const month = plainMs('P31D')
  const journeys = yield* journeysToConvert(
    leadIds,
    campaigns.map(c => c.id),
    changes.now - month,
  )
  const byLead = new Map<number, Journey[]>()
  for (const journey of journeys) byLead.set(journey.leadId, [...(byLead.get(journey.leadId) ?? []), journey])
  return byLead
}

function convert(turn: Turn, loaded: Journey, event: LeadEvent): void {
  const { changes } = turn
  const journey = changes.journey(loaded)
  const { goal } = placeOf(turn, journey).version.graph.settings
  if (journey.convertedAt !== null || !converts(goal, event, journey.enteredAt)) return
  const variants = Object.entries(journey.memory.variants)
  changes.saveJourney({ ...journey, convertedAt: event.at })
  changes.note(journey, {
    is: 'converted',
    event: event.name,
    eventId: event.id,
    variants: variants.map(([, variant]) => variant),
  })
  changes.count(journey, '', 'converted')
  if (changes.hears(happenings.converted))
    changes.happen(happenings.converted, journey.leadId, journey, {
      campaign: journey.campaignId,
      event: event.name,
      event_id: event.id,
    })
  for (const [step, variant] of variants) changes.count(journey, step, `converted:${variant}`)
}

/** Whose door an event knocks at. */
function campaignsFor({ machines }: Turn, { event, to }: IncomingEvent): readonly LiveCampaign[] {
  if (to === undefined) return machines.triggeredBy(event.name)
  const campaign = machines.find(to)
  return campaign === undefined ? [] : [campaign]
}

function knocksOf(turn: Turn, leadId: number, one: IncomingEvent): readonly Knock[] {
  return campaignsFor(turn, one).map(campaign => ({ campaign, leadId, event: one.event }))
}
