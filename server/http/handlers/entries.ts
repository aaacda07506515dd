import {
  type AudiencePart,
  audienceQuerySchema,
  type EntranceState,
  MOST_PROPERTIES,
  postEntriesSchema,
  type RefusedEntry,
  type RunView,
} from '#shared/api/entries'
import { countAudience } from '#shared/engine/entry/audience'
import type { IncomingEvent } from '#shared/engine/entry/ingest'
import { explainRefusal } from '#shared/explain/entry'
import { factsOfGraph } from '#shared/graph/conditions'
import { intakeOf } from '#shared/graph/schema'
import { internalEvents } from '#shared/rules/internal-events'
import { takesEntries } from '#shared/rules/mode'
import { waitingArrivals } from '#shared/store/arrivals'
import { allCampaigns, findVersion, type StoredCampaign } from '#shared/store/campaigns'
import { keepNames, keptNames } from '#shared/store/history'
import { refusalsOfLead } from '#shared/store/refusals'
import { runsOf, type StoredRun } from '#shared/store/runs'
import type { Work } from '#shared/store/work'
import { writeWall } from '#shared/time/landing'
import { nextRuns } from '#shared/time/schedule'
import { MINUTE } from '#shared/time/units'
import type { Desk } from '../desk'
import { refuse } from '../problem'
import { ofOne, readJson } from '../request/json'
import { parse } from '../request/parse'
import type { Handlers } from '../router'
import { campaignById } from './campaigns'
import { leadByAddress } from './leads'

const LIMIT = 100 * MOST_PROPERTIES + 2 ** 16
const RUNS = 20
const REFUSALS = 100
/** A run that began this much later (ms) than it was planned is called late. */
const LATE = MINUTE

/** How leads come into campaigns: by the API, by runs, from the line; and why some do not. */
export function entryHandlers({ env, engine }: Desk) {
  const { store, clock } = env
  const [one, many] = postEntriesSchema.options

  return {
    'post /campaigns/{id}/entries': [
      readJson(LIMIT, ofOne),
      async (req, res) => {
        const campaign = await store.read(campaignById(req.params.id))
        const entries = Array.isArray(req.body) ? parse(many, req.body) : [parse(one, req.body)]
        const zone = await store.read(openFor(campaign))
        const now = clock.now()
        const incoming = entries.map(({ lead, id, properties }): IncomingEvent => {
          const event = { id: `$entry:${campaign.id}:${id}`, name: internalEvents.entered, at: now, properties }
          return { lead, event, to: campaign.id }
        })
        const taken = await engine.ingest(incoming)
        res.json({
          entries: entries.map(({ lead, id }, i) => {
            const { duplicate = true, refused } = taken[i] ?? {}
            const status = duplicate ? 'duplicate' : refused === undefined ? 'entered' : 'refused'
            return { lead, id, status, why: refused === undefined ? null : explainRefusal(refused, { zone, at: now }) }
          }),
        })
      },
    ],
    'get /campaigns/{id}/entrance': async (req, res) => {
      res.json(await store.read(entranceState(req.params.id, clock.now())))
    },
    'post /campaigns/{id}/audience': async (req, res) => {
      const campaign = await store.read(campaignById(req.params.id))
      const asked = [...factsOfGraph(campaign.draft).events.keys()]
      if (asked.length > 0) await engine.reshape(keepNames(asked))
      res.json(await store.read(audiencePart(campaign, 0, clock.now())))
    },
    'get /campaigns/{id}/audience': async (req, res) => {
      const { after } = parse(audienceQuerySchema, req.query, 'query')
      const campaign = await store.read(campaignById(req.params.id))
      res.json(await store.read(audiencePart(campaign, after, clock.now())))
    },
    'get /leads/{externalId}/entries': async (req, res) => {
      res.json({ refused: await store.read(refusedEntries(req.params.externalId)) })
    },
  } satisfies Partial<Handlers>
}

/** Counts a part, and writes nothing; throws a 409 where there is nothing to count, or what the draft asks about the past was never gathered. */
function* audiencePart(campaign: StoredCampaign, after: number, now: number): Work<AudiencePart> {
  const kept = yield* keptNames()
  const unknown = [...factsOfGraph(campaign.draft).events.keys()].find(name => !kept.has(name))
  if (unknown !== undefined)
    throw refuse(
      409,
      'audience.not-begun',
      `Who did "${unknown}" before has not been gathered yet.`,
      'Begin the count with POST to this address; it answers the first part.',
    )
  const part = yield* countAudience(campaign, after, now)
  if (part !== undefined) return part
  throw refuse(
    409,
    'audience.no-batch',
    `"${campaign.name}" has no audience: leads enter it by a trigger.`,
    'Give it an Audience instead of its trigger to count who would enter.',
  )
}

/** The zone of a campaign that lets leads in by the API; throws a 409 for any other. */
function* openFor({ id, name, status, liveVersion }: StoredCampaign): Work<string> {
  const live = liveVersion === null ? undefined : yield* findVersion(id, liveVersion)
  if (live === undefined || status !== 'live')
    throw refuse(409, 'entry.not-live', `"${name}" is not live, so nobody can enter.`, 'Launch or resume it first.')
  const admits = intakeOf(live.graph)
  if (admits === undefined || !takesEntries(admits))
    throw refuse(
      409,
      'entry.no-way',
      `"${name}" has no way in for the API.`,
      'Add "The API lets in" to its trigger and launch it again.',
    )
  return live.graph.settings.zone
}

function* entranceState(id: string, now: number): Work<EntranceState> {
  const campaign = yield* campaignById(id)
  const live = campaign.liveVersion === null ? undefined : yield* findVersion(id, campaign.liveVersion)
  const first = live && (yield* findVersion(id, 1))
  const admits = live && intakeOf(live.graph)
  const settings = live?.graph.settings
  const next =
    admits?.mode !== 'batch' || settings === undefined || campaign.status === 'stopped'
      ? []
      : nextRuns(admits.schedule, settings.zone, first?.publishedAt ?? now, now, 3)
  return {
    runs: (yield* runsOf(id, RUNS)).map(toRun),
    next: next.map(({ at, wall }) => ({ at, wall: sayWallClock(wall) })),
    waiting: (yield* waitingArrivals([id])).get(id) ?? 0,
    perMinute: settings?.entrance.perMinute ?? null,
  }
}

function toRun(r: StoredRun): RunView {
  return {
    run: r.run,
    version: r.version,
    status: r.status,
    wall: sayWallClock(r.wall),
    plannedAt: r.planned_at,
    startedAt: r.started_at,
    endedAt: r.ended_at,
    isLate: r.started_at !== null && r.started_at - r.planned_at > LATE,
    missed: r.missed,
    counted: r.counted,
    entered: r.entered,
    refused: r.refused,
  }
}

function sayWallClock(wall: number | null): string | null {
  return wall === null ? null : writeWall(wall)
}

function* refusedEntries(externalId: string): Work<RefusedEntry[]> {
  const lead = yield* leadByAddress(externalId)
  const campaigns = new Map((yield* allCampaigns()).map(c => [c.id, c]))
  return (yield* refusalsOfLead(lead.id, REFUSALS)).map(({ campaignId, at, event, because }) => {
    const campaign = campaigns.get(campaignId)
    const zone = lead.zone ?? campaign?.draft.settings.zone ?? 'UTC'
    const campaignName = campaign?.name ?? campaignId
    return { campaignId, campaignName, at, event, why: explainRefusal(because, { zone, at }) }
  })
}
