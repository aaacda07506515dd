import type { InstallationSettings } from '../api/settings'
import { explainRefusal } from '../explain/entry'
import { type About, explain } from '../explain/explain'
import { explainWaiting } from '../explain/waiting'
import type { Graph } from '../graph/schema'
import type { JournalEntry } from '../journal'
import { type Json, type JsonObject, never } from '../json'
import type { Problem } from '../problems'
import { internalEvents } from '../rules/internal-events'
import { findCampaign, findVersion, insertCampaign, saveDraft } from '../store/campaigns'
import { journalOf } from '../store/journal'
import { type Journey, journeysOfLead } from '../store/journeys'
import { findLead, putLeads } from '../store/leads'
import { refusalsOfLead } from '../store/refusals'
import { saveSettings } from '../store/settings'
import type { Work } from '../store/work'
import type { Answer } from './endpoints'
import { type Ground, type Sent, type Simulation, simulate } from './simulation'

/**
 * What would happen to one lead? The draft is launched in a simulated installation, the lead is put there, the events come at their instants, the webhooks are
 * answered by a script; then its story is read. The production engine decides everything, so that nothing here can be wrong about it.
 */

/** What is asked. All instants are ms since the epoch. */
export interface OneLead {
  /** The draft. It takes the place of what the ground knows under this id. */
  readonly campaign: { readonly id: string; readonly name: string; readonly graph: Graph }
  /** A lead that the ground knows keeps what is not named here. */
  readonly lead: {
    readonly externalId: string
    readonly attributes?: { readonly [name: string]: Json }
    readonly zone?: string | null
  }
  /** What comes, at which instants. */
  readonly coming: readonly Coming[]
  /** What a webhook step answers: to its first call, its second, ...; the last answer is given again and again. */
  readonly answers?: { readonly [step: string]: readonly Answer[] }
  /** What all others answer. Left out: 200 after 50 ms. */
  readonly otherwise?: Answer
  /** Of the installation. Left out: those of the ground. */
  readonly settings?: InstallationSettings
  /** When the draft is launched. */
  readonly start: number
  /** What comes later is not looked at. */
  readonly until: number
  readonly seed?: number
  /** How often the clock jumps at most from one of these instants to the next. */
  readonly mostJumps?: number
}

export type Coming =
  | { readonly is: 'event'; readonly at: number; readonly name: string; readonly properties?: JsonObject }
  /** Somebody lets the lead in, by the API. */
  | { readonly is: 'entry'; readonly at: number; readonly properties?: JsonObject }
  | { readonly is: 'change'; readonly at: number; readonly attributes: { readonly [name: string]: Json } }

export type Walk =
  /** The draft cannot be launched. */
  { readonly is: 'refused'; readonly problems: readonly Problem[] } | Walked

export interface Walked {
  readonly is: 'walked'
  /** The lead's journeys in the campaign, in the order in which they began. */
  readonly journeys: readonly WalkedJourney[]
  /** Why the lead did not enter, oldest first. */
  readonly refusals: readonly { readonly at: number; readonly text: string }[]
  /** Requests of the draft as they would have left. None did. */
  readonly sent: readonly Sent[]
  /** How far it was looked at: `until`, or less when there was too much to look at. */
  readonly seenUntil: number
}

export interface WalkedJourney {
  readonly id: number
  /** That it walks: who was under way before the draft was launched finishes on the one they began. */
  readonly version: number
  readonly status: Journey['status']
  readonly enteredAt: number
  readonly endedAt: number | null
  /** The steps that were come to, in their order; `port`: the way out that was taken. */
  readonly path: readonly Passage[]
  readonly story: readonly { readonly entry: JournalEntry; readonly text: string }[]
  /** What it still waits for, as a sentence; null: it has ended, or is on its way. */
  readonly waitsFor: string | null
}

export interface Passage {
  readonly step: string
  readonly at: number
  readonly port: string | null
  readonly leftAt: number | null
}

/** Journeys of one lead, and refusals, beyond these are not told. */
const MOST_TOLD = 1000

/** Walks one lead through a draft. The same question over the same ground gets the same answer, to the byte. */
export async function walkOneLead(ground: Ground, asked: OneLead): Promise<Walk> {
  const { store } = ground
  const { campaign, lead, start, until } = asked
  if (asked.settings !== undefined) await store.transact(saveSettings(asked.settings))
  const simulation = await simulate(ground, {
    start,
    ...(asked.seed === undefined ? {} : { seed: asked.seed }),
    ...(asked.mostJumps === undefined ? {} : { mostJumps: asked.mostJumps }),
    answer: (touch, nth) => {
      const script = touch.campaignId === campaign.id ? (asked.answers?.[touch.step] ?? []) : []
      return script[Math.min(nth, script.length - 1)] ?? asked.otherwise ?? plain
    },
  })
  const { externalId, attributes = {}, zone } = lead
  const known = { externalId, attributes, ...(zone === undefined ? {} : { zone }) }
  const { engine, ids } = simulation
  await engine.write(putLeads([known], ids.lead, start))
  await engine.write(keepDraft(campaign, start))
  const launched = await engine.launch(campaign.id)
  if (launched.is === 'refused') {
    if (!launched.problems.every(isLiveAlready)) return { is: 'refused', problems: launched.problems }
  } else if (launched.is !== 'done') throw new Error(`"${campaign.id}" could not be launched: ${launched.is}`)

  const isWhole = await live(simulation, asked)
  return {
    is: 'walked',
    ...(await store.read(tell(asked))),
    sent: simulation.sent.filter(({ campaignId }) => campaignId === campaign.id),
    seenUntil: isWhole ? until : simulation.now(),
  }
}

const plain: Answer = { after: 50, with: { is: 'answered', status: 200 } }

/** What the ground has live under this name is what is asked about. */
function isLiveAlready({ code }: Problem): boolean {
  return code === 'campaign.unchanged'
}

function* keepDraft({ id, name, graph }: OneLead['campaign'], now: number): Work<void> {
  if ((yield* findCampaign(id)) === undefined) yield* insertCampaign(id, name, graph, now)
  else yield* saveDraft(id, name, graph, now)
}

/** Everything comes at its instant. Answers false when there was more to look at than a simulation does. */
async function live(simulation: Simulation, asked: OneLead): Promise<boolean> {
  const coming = asked.coming.map((what, i) => ({ what, id: `simulated-${i + 1}` }))
  for (const { what, id } of coming.toSorted((a, b) => a.what.at - b.what.at)) {
    if (what.at > asked.until) break
    if (!(await simulation.runTo(what.at))) return false
    const taken = take(simulation, asked, what, id)
    const isWhole = await simulation.runTo(simulation.now())
    await taken
    if (!isWhole) return false
  }
  return simulation.runTo(asked.until)
}

function take({ engine }: Simulation, { lead, campaign }: OneLead, what: Coming, id: string): Promise<unknown> {
  const { externalId } = lead
  switch (what.is) {
    case 'event': {
      const { at, name, properties = {} } = what
      return engine.ingest([{ lead: externalId, event: { id, name, at, properties } }])
    }
    case 'entry': {
      const { at, properties = {} } = what
      const name = internalEvents.entered
      const event = { id: `${name}:${campaign.id}:${id}`, name, at, properties }
      return engine.ingest([{ lead: externalId, event, to: campaign.id }])
    }
    case 'change':
      return engine.putLeads([{ externalId, attributes: what.attributes }])
    default:
      return never(what)
  }
}

/** Reads what became of the lead. What was over when the draft was launched is left out. */
function* tell({ campaign, lead, start }: OneLead): Work<Pick<Walked, 'journeys' | 'refusals'>> {
  const found = yield* findLead(lead.externalId)
  if (found === undefined) return { journeys: [], refusals: [] }
  const zone = found.zone ?? campaign.graph.settings.zone
  const journeys: WalkedJourney[] = []
  for (const journey of (yield* journeysOfLead(found.id, MOST_TOLD)).toReversed()) {
    const isOver = journey.endedAt !== null && journey.endedAt < start
    if (journey.campaignId !== campaign.id || isOver) continue
    const { graph } = (yield* findVersion(campaign.id, journey.version)) ?? campaign
    journeys.push(toWalked(journey, yield* journalOf(journey.id), { graph, zone }))
  }
  const refusals = yield* refusalsOfLead(found.id, MOST_TOLD)
  return {
    journeys,
    refusals: refusals
      .filter(({ campaignId, at }) => campaignId === campaign.id && at >= start)
      .toReversed()
      .map(({ at, because }) => ({ at, text: explainRefusal(because, { zone, at }) })),
  }
}

function toWalked(
  { id, version, status, enteredAt, endedAt }: Journey,
  journal: readonly JournalEntry[],
  about: About,
): WalkedJourney {
  return {
    id,
    version,
    status,
    enteredAt,
    endedAt,
    path: pathOf(journal),
    story: journal.map(entry => ({ entry, text: explain(entry, about) })),
    waitsFor: status === 'active' ? explainWaiting(journal, about) : null,
  }
}

function pathOf(journal: readonly JournalEntry[]): readonly Passage[] {
  const path: Passage[] = []
  for (const entry of journal)
    if (entry.is === 'entered') path.push({ step: entry.step, at: entry.at, port: null, leftAt: null })
    else if (entry.is === 'left') {
      const here = path.pop()
      if (here !== undefined) path.push({ ...here, port: entry.port, leftAt: entry.at })
    }
  return path
}
