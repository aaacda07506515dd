import type { AudiencePart, EntranceState, RefusedEntry, RunView } from '#shared/api/entries'
import { countAudience } from '#shared/engine/entry/audience'
import { explainRefusal } from '#shared/explain/entry'
import { factsOfGraph } from '#shared/graph/conditions'
import { intakeOf } from '#shared/graph/schema'
import { waitingArrivals } from '#shared/store/arrivals'
import { allCampaigns, findVersion, type StoredCampaign } from '#shared/store/campaigns'
import { keptNames } from '#shared/store/history'
import { refusalsOfLead } from '#shared/store/refusals'
import { runsOf, type StoredRun } from '#shared/store/runs'
import type { Work } from '#shared/store/work'
import { writeWall } from '#shared/time/landing'
import { nextRuns } from '#shared/time/schedule'
import { MINUTE } from '#shared/time/units'
import { refuse } from '../problem'
import { campaignById } from './campaigns'
import { leadByAddress } from './leads'

const RUNS = 20

const REFUSALS = 100

/** A run that began this much later (ms) than it was planned is called late. */
const LATE = MINUTE

/**
 * Counts a part and writes nothing. Throws a 409 where there is nothing to count, or where the past that the draft asks
 * about was never gathered.
 */
export function* audiencePart(campaign: StoredCampaign, after: number, now: number): Work<AudiencePart> {
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

export function* entranceState(id: string, now: number): Work<EntranceState> {
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

export function* refusedEntries(externalId: string): Work<RefusedEntry[]> {
  const lead = yield* leadByAddress(externalId)
  const campaigns = new Map((yield* allCampaigns()).map(c => [c.id, c]))
  return (yield* refusalsOfLead(lead.id, REFUSALS)).map(({ campaignId, at, event, because }) => {
    const campaign = campaigns.get(campaignId)
    const zone = lead.zone ?? campaign?.draft.settings.zone ?? 'UTC'
    const campaignName = campaign?.name ?? campaignId
    return { campaignId, campaignName, at, event, why: explainRefusal(because, { zone, at }) }
  })
}
