import { type PostRemoval, postRemovalSchema, previewRemovalSchema, removeLeadSchema } from '#shared/api/leaving'
import { beginRemoving, cancelRemoving, countToRemove, removeLead } from '#shared/engine/acts/remove'
import type { Turn } from '#shared/engine/turn'
import { leadsCalled } from '#shared/store/leads'
import { type Removal, removalsOf } from '#shared/store/removals'
import type { Work } from '#shared/store/work'
import type { Desk } from '../desk'
import { Refused, refuse } from '../problem'
import { readJson } from '../request/json'
import { parse } from '../request/parse'
import type { Handlers } from '../router'
import { campaignById } from '../views/campaigns'
import { leadByAddress } from '../views/leads'
import { removalById, removalPreview, toRemoval } from '../views/removals'

/** 10,000 external ids. */
const LIMIT = 2 ** 22
const SHOWN = 20

/** Leads who are taken out of campaigns by hand; one journey alone is taken out in journeys.ts. */
export function leavingHandlers({ env: { store }, engine }: Desk) {
  return {
    'post /leads/{externalId}/remove': [
      readJson(LIMIT),
      async (req, res) => {
        const externalId = req.params.externalId
        await store.read(leadByAddress(externalId))
        const { campaign: id, reason } = parse(removeLeadSchema, req.body)
        const { name } = await store.read(campaignById(id))
        const removed = await engine.does(function* (turn) {
          return yield* removeLead(turn, yield* leadByAddress(externalId), id, reason)
        })
        if (removed === 0)
          throw refuse(409, 'removal.not-inside', `"${externalId}" is not in "${name}".`, 'There is nothing to do.')
        res.json({ removed })
      },
    ],
    'get /campaigns/{id}/removals': async (req, res) => {
      const { id } = await store.read(campaignById(req.params.id))
      res.json({ removals: (await store.read(removalsOf(id, SHOWN))).map(toRemoval) })
    },
    'post /campaigns/{id}/removals': [
      readJson(LIMIT),
      async (req, res) => {
        const id = req.params.id
        await store.read(campaignById(id))
        const wanted = parse(postRemovalSchema, req.body)
        res.status(202).json(toRemoval(await engine.does(turn => begin(turn, id, wanted))))
      },
    ],
    'post /campaigns/{id}/removals/preview': [
      readJson(LIMIT),
      async (req, res) => {
        const id = req.params.id
        await store.read(campaignById(id))
        const { leads } = parse(previewRemovalSchema, req.body)
        res.json(await store.read(removalPreview(id, leads)))
      },
    ],
    'delete /removals/{id}': async (req, res) => {
      const { id, why } = await store.read(removalById(req.params.id))
      if (why === 'abort')
        throw refuse(409, 'removal.abort', 'The campaign was stopped for good, and its leads leave.', 'Launch it anew.')
      await engine.does(turn => cancelRemoving(turn, id))
      res.json(toRemoval(await store.read(removalById(id))))
    },
  } satisfies Partial<Handlers>
}

function* begin({ registry, unit }: Turn, campaignId: string, wanted: PostRemoval): Work<Removal> {
  const { step = null, leads: named, reason } = wanted
  const versions = [...(registry.find(campaignId)?.versions.values() ?? [])]
  if (step !== null && !versions.some(v => Object.hasOwn(v.graph.steps, step)))
    throw unknown('step', `No version of the campaign has a step "${step}".`, 'Take its id from the graph.')
  if ((yield* removalsOf(campaignId, 1)).some(r => r.status === 'running'))
    throw refuse(409, 'removal.running', 'Another removal is still running.', 'Wait for its end, or stop it.')
  const leads = named === undefined ? null : yield* idsOf(named)
  const order = { campaignId, why: 'by-hand', step, leads, reason } as const
  if ((yield* countToRemove(order)) === 0)
    throw refuse(409, 'removal.nothing', 'Nobody is there to be taken out.', 'Load the campaign again.')
  return yield* removalById(yield* beginRemoving(registry, order, unit.now))
}

/** Names the unknown leads, and takes nobody out then: a list with a mistake is not done by halves. */
function* idsOf(named: readonly string[]): Work<readonly number[]> {
  const found = yield* leadsCalled([...new Set(named)])
  const gone = named.filter(externalId => !found.has(externalId))
  if (gone.length > 0) {
    const some = gone.slice(0, 5).map(externalId => `"${externalId}"`)
    const more = gone.length > some.length ? ` and ${gone.length - some.length} more` : ''
    throw unknown('leads', `These leads are not known: ${some.join(', ')}${more}.`, 'Leave them out.')
  }
  return [...new Set([...found.values()].map(lead => lead.id))]
}

function unknown(path: string, message: string, fix: string): Refused {
  return new Refused(422, 'Nobody was taken out.', [{ code: 'removal.unknown', severity: 'error', path, message, fix }])
}
