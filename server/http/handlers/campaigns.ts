import { type CampaignView, postCampaignSchema, putCampaignSchema, seenSchema, stopSchema } from '#shared/api'
import { launchSchema } from '#shared/api/versions'
import type { Act } from '#shared/engine/acts/lifecycle'
import { emptyGraph, type Graph } from '#shared/graph/schema'
import { asStored, deleteCampaign, findCampaign, findVersion, insertCampaign, saveDraft } from '#shared/store/campaigns'
import { putLeads } from '#shared/store/leads'
import type { Work } from '#shared/store/work'
import type { Chance } from '#shared/time/clock'
import type { Desk } from '../desk'
import { newId } from '../ids'
import { notThere, refuse } from '../problem'
import { readJson } from '../request/json'
import { parse, parseWithGraph } from '../request/parse'
import type { Handlers } from '../router'
import { sampleGraph, sampleLeads, sampleName } from '../sample'
import {
  asLookedAt,
  type Checks,
  campaignById,
  campaignSummaries,
  campaignView,
  lookAtDraft,
  tagsInUse,
} from '../views/campaigns'
import { loadReport } from '../views/report'
import { refuseAct } from './refuse-act'

const LIMIT = 2 ** 20

export function campaignHandlers({ env, engine, live }: Desk) {
  const { store, clock, chance, ids } = env
  const json = readJson(LIMIT)
  const view = async (id: string) => {
    await lookAtDraft(asLookedAt(await store.read(campaignById(id)), engine), clock.monotonic)
    return store.read(campaignView(id, engine))
  }

  const act = async (id: string, acting: Promise<Act>): Promise<CampaignView> => {
    refuseAct(id, await acting)
    live.campaignChanged(id)
    return view(id)
  }

  return {
    'get /campaigns': async (_req, res) => {
      res.json({ campaigns: await store.read(campaignSummaries()) })
    },
    'get /tags': async (_req, res) => {
      res.json({ tags: await store.read(tagsInUse()) })
    },
    'post /campaigns': [
      json,
      async (req, res) => {
        const { name, graph = emptyGraph } = parseWithGraph(postCampaignSchema, req.body)
        const draft = await lookAtDraft(asStored(graph), clock.monotonic)
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
        const draft = graph && (await lookAtDraft(asStored(graph), clock.monotonic))
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

function* create(
  name: string,
  graph: Graph,
  { chance, engine }: { chance: Chance; engine: Checks },
  now: number,
): Work<CampaignView> {
  let id = newId(name, chance)
  while ((yield* findCampaign(id)) !== undefined) id = newId(name, chance)
  yield* insertCampaign(id, name, graph, now)
  return yield* campaignView(id, engine, graph)
}

interface Change {
  readonly name?: string | undefined
  readonly graph?: Graph | undefined
  readonly revision?: number | undefined
}

/**
 * Saves the draft; all or nothing. When somebody else saved since `revision`, theirs is kept and handed back with the
 * refusal.
 */
function* save(id: string, { name, graph, revision }: Change, engine: Checks, now: number): Work<CampaignView> {
  const campaign = yield* campaignById(id)
  if (revision !== undefined && revision !== campaign.revision)
    throw refuse(
      409,
      'campaign.changed-elsewhere',
      `The draft has moved on to revision ${campaign.revision}; you edited revision ${revision}.`,
      'Take the newer draft ("current"), make the change again and save it.',
      { members: { current: yield* campaignView(id, engine) } },
    )
  yield* saveDraft(id, name ?? campaign.name, graph ?? campaign.draft, now)
  return yield* campaignView(id, engine, graph)
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
