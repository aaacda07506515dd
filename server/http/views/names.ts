import { nameOf } from '#shared/graph/names'
import { emptyGraph, type Graph } from '#shared/graph/schema'
import { latestMigration } from '#shared/store/campaign-migrations'
import { findCampaign, findVersion, type StoredVersion, versionsOf } from '#shared/store/campaigns'
import { type Journey, journeysById } from '#shared/store/journeys'
import { leadsById } from '#shared/store/leads'
import type { Work } from '#shared/store/work'

/** What people call the things of a list of sends. Each campaign and version is read once a list. */
export interface Names {
  readonly lead: (id: number) => string
  readonly zone: (journey: number) => string
  readonly campaign: (id: string) => string
  readonly step: (journey: number, step: string) => string
  readonly graph: (journey: number) => Graph
}

export function* namesOf(
  rows: readonly { readonly journey_id: number; readonly lead_id: number; readonly campaign_id: string }[],
): Work<Names> {
  const leads = new Map((yield* leadsById([...new Set(rows.map(r => r.lead_id))])).map(lead => [lead.id, lead]))
  const journeys = new Map((yield* journeysById([...new Set(rows.map(r => r.journey_id))])).map(j => [j.id, j]))
  const campaigns = new Map<string, string>()
  for (const id of new Set(rows.map(r => r.campaign_id))) campaigns.set(id, (yield* findCampaign(id))?.name ?? id)
  const graphs = new Map<string, Graph>()
  for (const journey of journeys.values()) {
    if (graphs.has(keyOf(journey))) continue
    graphs.set(keyOf(journey), (yield* findVersion(journey.campaignId, journey.version))?.graph ?? emptyGraph)
  }
  const graphOf = (id: number) => {
    const journey = journeys.get(id)
    return (journey && graphs.get(keyOf(journey))) ?? emptyGraph
  }
  // Who was migrated may have been sent to in a step that is not there any more.
  const versions = new Map<string, readonly StoredVersion[]>()
  for (const id of campaigns.keys())
    if ((yield* latestMigration(id)) !== undefined) versions.set(id, yield* versionsOf(id))
  const graphWith = (id: number, step: string) => {
    const graph = graphOf(id)
    if (graph.steps[step] !== undefined) return graph
    const older = versions.get(journeys.get(id)?.campaignId ?? '') ?? []
    return older.findLast(v => v.graph.steps[step] !== undefined)?.graph ?? graph
  }
  return {
    lead: id => leads.get(id)?.externalId ?? String(id),
    zone: id => leads.get(journeys.get(id)?.leadId ?? 0)?.zone ?? graphOf(id).settings.zone,
    campaign: id => campaigns.get(id) ?? id,
    step: (journey, step) => nameOf(step, { graph: graphWith(journey, step) }),
    graph: graphOf,
  }
}

function keyOf({ campaignId, version }: Journey): string {
  return `${campaignId}/${version}`
}
