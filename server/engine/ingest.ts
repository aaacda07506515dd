import { evaluate } from '#shared/rules/conditions'
import { converts } from '#shared/rules/conversion'
import { mayEnter } from '#shared/rules/entry'
import { plainMs } from '#shared/time/duration'
import type { Lead, LeadEvent } from '#shared/world'
import { awaitedBy } from '../store/awaited'
import { insertEvents, knownEvents } from '../store/events'
import { type Journey, journeysToConvert, lastEntries } from '../store/journeys'
import { leadsByExternalId } from '../store/leads'
import type { Work } from '../store/work'
import { loadFacts, loadJourneys, placeOf, type Turn } from './load'
import type { LiveCampaign } from './machines'
import { enter, signal } from './run'
import type { Ends } from './wake'

/** An event as it came in, already checked: it belongs to the lead with this external id. */
export interface IncomingEvent {
  readonly lead: string
  readonly event: LeadEvent
}

/** What came of one event. */
export interface Taken {
  readonly duplicate: boolean
  /** Journeys that it started. */
  readonly started: number
}

/**
 * Keeps events (an id makes each happen once), credits conversions, asks the entry rules and starts journeys. Events are taken one after the other, so
 * that the second of a batch sees what the first did; waits of their leads that end in between end in between. Answers one line an event, in their order.
 */
export function* ingest(turn: Turn, incoming: readonly IncomingEvent[], ends: Ends): Work<readonly Taken[]> {
  if (incoming.length === 0) return []
  const fresh = yield* keepNew(incoming)
  const { leads, known } = yield* leadsOf(turn, fresh)
  yield* insertEvents(
    fresh.map(({ lead, event }) => ({ event, leadId: idOf(leads, lead) })),
    turn.changes.now,
  )
  const names = [...new Set(fresh.map(f => f.event.name))]
  const open = yield* openConversions(turn, names, known)
  const entries = yield* entriesOf(turn, names, known)
  yield* loadFacts(turn, known)
  const awaiting = yield* awaitingOf(turn, names, known)

  const taken = new Map<IncomingEvent, Taken>()
  for (const one of fresh) {
    const { lead, event } = one
    const leadId = idOf(leads, lead)
    let started = 0
    ends.before(leadId, event.at)
    for (const journey of open.get(leadId) ?? []) convert(turn, journey, event)
    if (turn.machines.awaits(event.name)) tell(turn, awaiting.get(leadId) ?? [], leadId, event)
    for (const campaign of turn.machines.triggeredBy(event.name)) {
      const journey = letIn(turn, campaign, leadId, event, entries)
      if (journey === undefined) continue
      started++
      open.set(leadId, [...(open.get(leadId) ?? []), journey])
    }
    taken.set(one, { duplicate: false, started })
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

/** The leads of these events; those not known yet are created. `known`: the ids of the others, who may have a past. */
function* leadsOf(
  { env, changes }: Turn,
  incoming: readonly IncomingEvent[],
): Work<{ leads: ReadonlyMap<string, Lead>; known: readonly number[] }> {
  const names = [...new Set(incoming.map(i => i.lead))]
  const leads = new Map<string, Lead>((yield* leadsByExternalId(names)).map(l => [l.externalId, l]))
  const known = [...leads.values()].map(l => l.id)
  changes.knowLeads([...leads.values()])
  for (const externalId of names) {
    if (leads.has(externalId)) continue
    const lead: Lead = { id: env.ids.lead(), externalId, attributes: {}, zone: null }
    leads.set(externalId, lead)
    changes.addLead(lead)
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
  for (const [step, variant] of variants) changes.count(journey, step, `converted:${variant}`)
}

/** Journeys by lead that wait for one of these events. Where no campaign has such a step, nothing is read. */
function* awaitingOf(
  turn: Turn,
  names: readonly string[],
  leadIds: readonly number[],
): Work<ReadonlyMap<number, readonly Hearer[]>> {
  const heard = names.filter(name => turn.machines.awaits(name))
  const byLead = new Map<number, Hearer[]>()
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

interface Hearer {
  readonly event: string
  readonly journey: Journey
}

/** Lets every journey hear the event that waits for it: those that waited before this batch, and those that came to their step in it. */
function tell(turn: Turn, waiting: readonly Hearer[], leadId: number, event: LeadEvent): void {
  const before = waiting.filter(w => w.event === event.name).map(w => w.journey)
  const fresh = [...turn.changes.awaitingSince(leadId, event.name)].filter(j => !before.some(b => b.id === j.id))
  for (const journey of [...before, ...fresh]) signal(placeOf(turn, journey), journey, { type: 'event', event })
}

/** When each lead last entered each campaign that these events trigger; written on while the batch lets leads in. */
function* entriesOf(
  { machines }: Turn,
  names: readonly string[],
  leadIds: readonly number[],
): Work<Map<string, number>> {
  const campaigns = names
    .flatMap(name => machines.triggeredBy(name))
    .filter(c => c.live.graph.settings.entry.rule !== 'every-time')
  const rows = yield* lastEntries(
    leadIds,
    campaigns.map(c => c.id),
  )
  return new Map(rows.map(row => [entryKey(row.lead_id, row.campaign_id), row.at]))
}

function entryKey(leadId: number, campaignId: string): string {
  return `${leadId}:${campaignId}`
}

function letIn(
  turn: Turn,
  campaign: LiveCampaign,
  leadId: number,
  event: LeadEvent,
  entries: Map<string, number>,
): Journey | undefined {
  const { env, machines, changes } = turn
  const version = campaign.live
  const { admits } = version
  if (campaign.status !== 'live' || admits.mode !== 'trigger' || event.at < version.firstPublishedAt) return undefined
  const memory = { event, response: null }
  if (!evaluate(admits.where, { lead: changes.lead(leadId), memory }).result) return undefined
  const key = entryKey(leadId, campaign.id)
  if (mayEnter(version.graph.settings.entry, entries.get(key) ?? null, changes.now).is !== 'enter') return undefined
  entries.set(key, changes.now)
  return enter({ env, machines, changes, campaign, version }, leadId, event)
}
