import type { CampaignView } from '#shared/api'
import type { Engine } from '#shared/engine/engine'
import type { Graph } from '#shared/graph/schema'
import { lookAtSteps, validate } from '#shared/graph/validate'
import { aroundOf, loadSurroundings } from '#shared/store/around'
import { allCampaigns, findCampaign, findVersion, type StoredCampaign } from '#shared/store/campaigns'
import { countsOf } from '#shared/store/counts'
import type { Work } from '#shared/store/work'
import { letOthers, SLICE_MS } from '../others'
import { notThere } from '../problem'
import { toSummary } from './report'

/** The campaign that an address names. Throws a 404 when there is none. */
export function* campaignById(id: string): Work<StoredCampaign> {
  const campaign = yield* findCampaign(id)
  if (campaign === undefined) throw notThere('campaign', id)
  return campaign
}

/** All campaigns, as their list shows them. */
export function* campaignSummaries() {
  const campaigns = yield* allCampaigns()
  const rows = yield* countsOf(campaigns.map(c => c.id))
  return campaigns.map(campaign =>
    toSummary(
      campaign,
      rows.filter(row => row.campaignId === campaign.id),
    ),
  )
}

/** Tags of drafts and of live versions, with how many campaigns have them. */
export function* tagsInUse() {
  const used = new Map<string, number>()
  for (const { id, draft, liveVersion } of yield* allCampaigns()) {
    const live = liveVersion === null ? undefined : yield* findVersion(id, liveVersion)
    for (const tag of new Set([...draft.settings.tags, ...(live?.graph.settings.tags ?? [])]))
      used.set(tag, (used.get(tag) ?? 0) + 1)
  }
  return [...used].map(([tag, campaigns]) => ({ tag, campaigns })).sort((a, b) => (a.tag < b.tag ? -1 : 1))
}

/** What a draft is judged with. */
export type Checks = Pick<Engine, 'checkReferences' | 'origin'>

/**
 * The drafts that were looked at last, by engine and campaign. The problems of a draft are kept with the draft object
 * (graph/validate.ts), and stay the same while its revision does.
 */
const lookedAt = new WeakMap<Checks, Map<string, StoredCampaign>>()

const MOST_LOOKED_AT = 50

/**
 * Reads the steps of a draft one by one before it is judged as a whole: a template of 64 KiB takes some ms, and others
 * have a turn in between.
 */
export async function lookAtDraft(graph: Graph, clock: () => number): Promise<Graph> {
  let since = clock()
  for (const _ of lookAtSteps(graph)) {
    if (clock() - since <= SLICE_MS) continue
    await letOthers()
    since = clock()
  }
  return graph
}

/** The draft as it was looked at before. `saved`: the draft that has just been stored. */
export function asLookedAt(campaign: StoredCampaign, engine: Checks, saved?: Graph): Graph {
  const drafts = lookedAt.get(engine) ?? new Map<string, StoredCampaign>()
  lookedAt.set(engine, drafts)
  const known = drafts.get(campaign.id)
  drafts.delete(campaign.id)
  const read = known?.revision === campaign.revision ? known : campaign
  const now = saved === undefined ? read : { ...campaign, draft: saved }
  drafts.set(campaign.id, now)
  for (const oldest of drafts.keys()) if (drafts.size > MOST_LOOKED_AT) drafts.delete(oldest)
  return now.draft
}

/** A campaign with its draft and what is wrong with it. `saved`: the draft that has just been stored. */
export function* campaignView(id: string, engine: Checks, saved?: Graph): Work<CampaignView> {
  const campaign = yield* campaignById(id)
  const draft = asLookedAt(campaign, engine, saved)
  const live = campaign.liveVersion === null ? undefined : yield* findVersion(id, campaign.liveVersion)
  return {
    ...toSummary(campaign, yield* countsOf([id])),
    revision: campaign.revision,
    graph: campaign.draft,
    draftDiffers: JSON.stringify(live?.graph) !== JSON.stringify(campaign.draft),
    problems: [
      ...validate(draft, { ...aroundOf(yield* loadSurroundings(), campaign, live), own: engine.origin }),
      ...(yield* engine.checkReferences(draft, id)),
    ],
  }
}
