import { type CampaignView, postCampaignSchema, putCampaignSchema, seenSchema, stopSchema } from '#shared/api'
import { launchSchema } from '#shared/api/versions'
import type { Act } from '#shared/engine/acts/lifecycle'
import type { Engine } from '#shared/engine/engine'
import { emptyGraph, type Graph } from '#shared/graph/schema'
import { lookAtSteps, validate } from '#shared/graph/validate'
import { aroundOf, loadSurroundings } from '#shared/store/around'
import {
  allCampaigns,
  asStored,
  deleteCampaign,
  findCampaign,
  findVersion,
  insertCampaign,
  type StoredCampaign,
  saveDraft,
} from '#shared/store/campaigns'
import { countsOf } from '#shared/store/counts'
import { putLeads } from '#shared/store/leads'
import type { Work } from '#shared/store/work'
import type { Chance } from '#shared/time/clock'
import type { Desk } from '../desk'
import { letOthers, SLICE_MS } from '../others'
import { notThere, Refused, refuse } from '../problem'
import { readJson } from '../request/json'
import { parse, parseWithGraph } from '../request/parse'
import type { Handlers } from '../router'
import { sampleGraph, sampleLeads, sampleName } from '../sample'
import { loadReport, toSummary } from '../views/report'

const LIMIT = 2 ** 20

export function campaignHandlers({ env, engine, live }: Desk) {
  const { store, clock, chance, ids } = env
  const json = readJson(LIMIT)
  const view = async (id: string) => {
    await lookAt(kept(await store.read(campaignById(id)), engine), clock.monotonic)
    return store.read(viewById(id, engine))
  }

  const act = async (id: string, acting: Promise<Act>): Promise<CampaignView> => {
    refuseAct(id, await acting)
    live.campaignChanged(id)
    return view(id)
  }

  return {
    'get /campaigns': async (_req, res) => {
      res.json({ campaigns: await store.read(summaries()) })
    },
    'get /tags': async (_req, res) => {
      res.json({ tags: await store.read(tagsInUse()) })
    },
    'post /campaigns': [
      json,
      async (req, res) => {
        const { name, graph = emptyGraph } = parseWithGraph(postCampaignSchema, req.body)
        const draft = await lookAt(asStored(graph), clock.monotonic)
        res.status(201).json(await engine.write(create(name, draft, { chance, engine }, clock.now())))
      },
    ],
    'post /campaigns/sample': [
      json,
      async (_req, res) => {
        const now = clock.now()
        const made = await engine.write(
          (function* () {
            yield* putLeads(sampleLeads, ids.lead, now)
            return yield* create(sampleName, asStored(sampleGraph), { chance, engine }, now)
          })(),
        )
        res.status(201).json(made)
      },
    ],
    'get /campaigns/{id}': async (req, res) => {
      res.json(await view(req.params.id))
    },
    'put /campaigns/{id}': [
      json,
      async (req, res) => {
        const id = req.params.id
        const { graph, ...change } = parseWithGraph(putCampaignSchema, req.body)
        const draft = graph && (await lookAt(asStored(graph), clock.monotonic))
        const saved = await engine.write(save(id, { ...change, graph: draft }, engine, clock.now()))
        live.campaignChanged(id)
        res.json(saved)
      },
    ],
    'delete /campaigns/{id}': async (req, res) => {
      await engine.write(remove(req.params.id))
      res.status(204).end()
    },
    'get /campaigns/{id}/versions/{version}': async (req, res) => {
      const { id, version } = req.params
      const found = /^\d{1,9}$/.test(version) ? await store.read(findVersion(id, Number(version))) : undefined
      if (found === undefined) throw notThere('version', `${id}/${version}`)
      res.json(found)
    },
    'post /campaigns/{id}/launch': [
      json,
      async (req, res) => {
        const id = req.params.id
        const { migration, ...seen } = parse(launchSchema, req.body ?? {})
        res.json(await act(id, engine.launch(id, { plan: migration, seen })))
      },
    ],
    'post /campaigns/{id}/pause': [
      json,
      async (req, res) => {
        const id = req.params.id
        res.json(await act(id, engine.pause(id)))
      },
    ],
    'post /campaigns/{id}/resume': [
      json,
      async (req, res) => {
        const id = req.params.id
        res.json(await act(id, engine.resume(id, parse(seenSchema, req.body ?? {}))))
      },
    ],
    'post /campaigns/{id}/stop': [
      json,
      async (req, res) => {
        const id = req.params.id
        res.json(await act(id, engine.stop(id, parse(stopSchema, req.body ?? {}))))
      },
    ],
    'get /campaigns/{id}/report': async (req, res) => {
      res.json(
        await store.read(
          (function* () {
            return yield* loadReport(yield* campaignById(req.params.id), clock.now())
          })(),
        ),
      )
    },
    'get /campaigns/{id}/live': async (req, res) => {
      await store.read(campaignById(req.params.id))
      live.campaign(req.params.id, req, res)
    },
  } satisfies Partial<Handlers>
}

/** The campaign that an address names. Throws a 404 when there is none. */
export function* campaignById(id: string): Work<StoredCampaign> {
  const campaign = yield* findCampaign(id)
  if (campaign === undefined) throw notThere('campaign', id)
  return campaign
}

function* summaries() {
  const campaigns = yield* allCampaigns()
  const rows = yield* countsOf(campaigns.map(c => c.id))
  return campaigns.map(campaign =>
    toSummary(
      campaign,
      rows.filter(row => row.campaignId === campaign.id),
    ),
  )
}

function* tagsInUse() {
  const used = new Map<string, number>()
  for (const { id, draft, liveVersion } of yield* allCampaigns()) {
    const live = liveVersion === null ? undefined : yield* findVersion(id, liveVersion)
    for (const tag of new Set([...draft.settings.tags, ...(live?.graph.settings.tags ?? [])]))
      used.set(tag, (used.get(tag) ?? 0) + 1)
  }
  return [...used].map(([tag, campaigns]) => ({ tag, campaigns })).sort((a, b) => (a.tag < b.tag ? -1 : 1))
}

type Checks = Pick<Engine, 'checkReferences' | 'origin'>

/** Drafts that were looked at last, by server and campaign: what is wrong with a draft is kept with it (graph/validate.ts), and it is the same while its revision is. */
const lookedAt = new WeakMap<Checks, Map<string, StoredCampaign>>()
const MOST_LOOKED_AT = 50

/** Reads the steps of a draft before it is judged as a whole: templates of 64 KiB take some ms each, and others have a turn in between. */
async function lookAt(graph: Graph, clock: () => number): Promise<Graph> {
  let since = clock()
  for (const _ of lookAtSteps(graph)) {
    if (clock() - since <= SLICE_MS) continue
    await letOthers()
    since = clock()
  }
  return graph
}

/** The draft as it was looked at before. `saved`: it has just been stored, and is what the campaign's draft is by now. */
function kept(campaign: StoredCampaign, engine: Checks, saved?: Graph): Graph {
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

function* viewById(id: string, engine: Checks, saved?: Graph): Work<CampaignView> {
  const campaign = yield* campaignById(id)
  const draft = kept(campaign, engine, saved)
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

function* create(
  name: string,
  graph: Graph,
  { chance, engine }: { chance: Chance; engine: Checks },
  now: number,
): Work<CampaignView> {
  let id = newId(name, chance)
  while ((yield* findCampaign(id)) !== undefined) id = newId(name, chance)
  yield* insertCampaign(id, name, graph, now)
  return yield* viewById(id, engine, graph)
}

/** `Welcome, Zoë!` -> `welcome-zoe-3fa9`: readable in an address, and free. */
export function newId(name: string, chance: Chance, other = 'campaign'): string {
  const slug = name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replaceAll(/^-+|-+$/g, '')
  return `${slug || other}-${chance.hex(2)}`
}

interface Change {
  readonly name?: string | undefined
  readonly graph?: Graph | undefined
  readonly revision?: number | undefined
}

/** Saves the draft; all or nothing. When somebody else saved since `revision`, theirs is kept and handed back with the refusal. */
function* save(id: string, { name, graph, revision }: Change, engine: Checks, now: number): Work<CampaignView> {
  const campaign = yield* campaignById(id)
  if (revision !== undefined && revision !== campaign.revision)
    throw refuse(
      409,
      'campaign.changed-elsewhere',
      `The draft has moved on to revision ${campaign.revision}; you edited revision ${revision}.`,
      'Take the newer draft ("current"), make the change again and save it.',
      { members: { current: yield* viewById(id, engine) } },
    )
  yield* saveDraft(id, name ?? campaign.name, graph ?? campaign.draft, now)
  return yield* viewById(id, engine, graph)
}

function* remove(id: string): Work<void> {
  const campaign = yield* campaignById(id)
  if (campaign.liveVersion !== null)
    throw refuse(
      409,
      'campaign.launched',
      `"${campaign.name}" was launched, and leads may have walked it.`,
      'Stop it instead.',
    )
  yield* deleteCampaign(id)
}

/** Lets an act that was done pass; throws for the others. */
export function refuseAct(id: string, act: Act): void {
  if (act.is === 'unknown') throw notThere('campaign', id)
  if (act.is === 'refused') throw new Refused(422, 'The campaign has problems; nothing was published.', act.problems)
  if (act.is === 'moved-on')
    throw refuse(
      409,
      'campaign.changed-elsewhere',
      `The campaign was changed since you looked at it. ${act.changes}`,
      'Nothing was done. Load the campaign again, look at what it is now, and do it then.',
    )
  if (act.is === 'wrong-state')
    throw refuse(
      409,
      'campaign.wrong-state',
      `The campaign is ${found[act.found]}.`,
      'Load the campaign again to see what can be done.',
    )
}

const found = { draft: 'a draft: it was never launched', live: 'live', paused: 'paused', stopped: 'stopped' } as const
