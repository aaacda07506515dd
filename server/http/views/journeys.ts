import type { Attempt, JournalLine, JourneySummary, JourneyView } from '#shared/api'
import { hostOfQueue } from '#shared/engine/send/hosts'
import { type About, explain } from '#shared/explain/explain'
import { countSends } from '#shared/explain/sends'
import { explainWaiting } from '#shared/explain/waiting'
import { nameOf } from '#shared/graph/names'
import { emptyGraph } from '#shared/graph/schema'
import type { JournalEntry, Note } from '#shared/journal'
import type { JsonObject } from '#shared/json'
import { sayInLine } from '#shared/rules/queue'
import { attemptsOfTouches } from '#shared/store/attempts'
import { findCampaign, findVersion } from '#shared/store/campaigns'
import { convertedJourneys } from '#shared/store/conversions'
import { journalOf, repliesOf } from '#shared/store/journal'
import { findJourney, type Journey, journeysOfLead } from '#shared/store/journeys'
import { leadsById, type StoredLead } from '#shared/store/leads'
import { receiverOfQueue } from '#shared/store/queues'
import { aheadOf, type Task, tasksOfJourneys } from '#shared/store/tasks'
import { type Touch, touchesOfJourney } from '#shared/store/touches'
import type { Work } from '#shared/store/work'
import { maskedRequest } from '../mask'
import { notThere } from '../problem'
import { leadByAddress, toLeadView, withAliases } from './leads'

/** Nobody scrolls further, and each active journey reads its journal. */
const MAX_JOURNEYS = 200

export function* journeyByAddress(id: string): Work<Journey> {
  const journey = /^[1-9]\d{0,14}$/.test(id) ? yield* findJourney(Number(id)) : undefined
  // Of a lead that was deleted the row alone is left, for the counts.
  if (journey === undefined || journey.leadId < 0) throw notThere('journey', id)
  return journey
}

export function* journeysByAddress(externalId: string) {
  const lead = yield* leadByAddress(externalId)
  const journeys: JourneySummary[] = []
  const found = yield* journeysOfLead(lead.id, MAX_JOURNEYS)
  const replies = yield* repliesOf(found.map(journey => journey.id))
  for (const journey of found) {
    const about = yield* aboutOf(journey, lead)
    const journal = journey.status === 'active' ? yield* journalOf(journey.id) : []
    journeys.push(yield* summaryOf(journey, lead, about, { journal, replies: replies.get(journey.id) ?? [] }))
  }
  return { lead: yield* withAliases(lead), journeys }
}

/** The version that the journey walks (law 8), and the zone in which its story is told. */
function* aboutOf(journey: Journey, lead: StoredLead): Work<About> {
  const version = yield* findVersion(journey.campaignId, journey.version)
  const graph = version?.graph ?? emptyGraph
  return { graph, zone: lead.zone ?? graph.settings.zone }
}

function* summaryOf(
  journey: Journey,
  lead: StoredLead,
  about: About,
  { journal, replies }: { readonly journal: readonly JournalEntry[]; readonly replies: readonly Note[] },
): Work<JourneySummary> {
  const campaign = yield* findCampaign(journey.campaignId)
  const isActive = journey.status === 'active'
  const tasks = isActive ? yield* tasksOfJourneys([journey.id]) : []
  return {
    id: journey.id,
    campaignId: journey.campaignId,
    campaignName: campaign?.name ?? journey.campaignId,
    campaignStatus: campaign?.status ?? 'stopped',
    version: journey.version,
    lead: lead.externalId,
    status: journey.status,
    step: journey.step || null,
    stepName: journey.step === '' ? null : nameOf(journey.step, about),
    enteredAt: journey.enteredAt,
    endedAt: journey.endedAt,
    converted: (yield* convertedJourneys([journey.id])).size > 0,
    sends: countSends(replies),
    waitsFor: isActive ? yield* waitsFor(journal, about, tasks) : null,
    // A dead letter of an earlier step that was sent again does not wake it.
    wakesAt: wakesAt(tasks.filter(task => task.step === journey.step)),
  }
}

/** What the journal says, and how the line stands in which its call waits. */
function* waitsFor(journal: readonly JournalEntry[], about: About, tasks: readonly Task[]): Work<string | null> {
  const said = explainWaiting(journal, about)
  const call = tasks.find(({ lane, state }) => lane !== null && state === 'ready')
  if (call === undefined || receiverOfQueue(call.lane) !== undefined) return said
  const line = sayInLine({ host: hostOfQueue(call.lane ?? ''), level: call.level, ...(yield* aheadOf(call)) })
  // A limit or a host that fails is the first reason; the line is the second.
  return call.touchId === null && said !== null ? `${said} ${line}` : line
}

/**
 * The next instant that is known. There is none for a call on the wire, a call in a queue, a call for an endpoint that
 * is switched off, or a task of a paused campaign.
 */
function wakesAt(tasks: readonly Task[]): number | null {
  const instants = tasks.filter(task => task.state === 'ready' && task.lane === null).map(task => task.dueAt)
  return instants.length === 0 ? null : Math.min(...instants)
}

export function* journeyView(id: string): Work<JourneyView> {
  const journey = yield* journeyByAddress(id)
  const lead = yield* leadOf(journey)
  const about = yield* aboutOf(journey, lead)
  const journal = yield* journalOf(journey.id)
  const touches = yield* touchesOfJourney(journey)
  const earlier = yield* earlierParts(journey, journal)
  return {
    ...(yield* summaryOf(journey, lead, about, { journal, replies: journal })),
    leadView: toLeadView(lead),
    graph: about.graph,
    earlier,
    journal: journal.map((entry, seq) =>
      toLine(entry, seq, { ...about, graph: earlier.find(part => seq < part.until)?.graph ?? about.graph }),
    ),
    attempts: yield* attemptsOf(touches),
  }
}

/** Law 8: what was told before a migration is told in the words of the version that was walked then. */
function* earlierParts({ campaignId }: Journey, journal: readonly JournalEntry[]): Work<JourneyView['earlier']> {
  const parts: JourneyView['earlier'] = []
  for (const [seq, entry] of journal.entries()) {
    if (entry.is !== 'migrated') continue
    const { version } = entry.from
    parts.push({ version, graph: (yield* findVersion(campaignId, version))?.graph ?? emptyGraph, until: seq })
  }
  return parts
}

function* leadOf(journey: Journey): Work<StoredLead> {
  const [known] = yield* leadsById([journey.leadId])
  const lead = known
  if (lead === undefined) throw new Error(`journey ${journey.id} belongs to lead ${journey.leadId}, which is not there`)
  return lead
}

function toLine(entry: JournalEntry, seq: number, about: About): JournalLine {
  // A migration stands at the step that it led to.
  const step = entry.is === 'migrated' ? entry.to.step : 'step' in entry ? entry.step : null
  // A journal entry is JSON by its making: it was just read from the table.
  return { seq, at: entry.at, is: entry.is, step, text: explain(entry, about), entry: entry as unknown as JsonObject }
}

function* attemptsOf(touches: readonly Touch[]): Work<Attempt[]> {
  const byId = new Map(touches.map(touch => [touch.id, touch]))
  const attempts = yield* attemptsOfTouches([...byId.keys()])
  return attempts.flatMap(({ touchId, n, startedAt, ms, status, outcome, response }) => {
    const touch = byId.get(touchId)
    if (touch === undefined) return []
    const { webhookId, step, request, terms } = touch
    return [
      {
        touch: touchId,
        webhookId,
        profile: terms.profile,
        step,
        n,
        startedAt,
        ms,
        status,
        outcome,
        request: maskedRequest(request),
        response: fresh(response),
      },
    ]
  })
}

function fresh(
  response: { readonly headers: Readonly<Record<string, string>>; readonly body: string; readonly cut: boolean } | null,
) {
  return response === null ? null : { ...response, headers: { ...response.headers } }
}
