import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { steerGoal } from '#shared/engine/campaigns/stored-goals'
import type { Graph } from '#shared/graph/schema'
import { findVersion } from '#shared/store/campaigns'
import type { StoredGoal } from '#shared/store/goals'
import { liveGoalsOf } from '#shared/store/goals'
import type { Work } from '#shared/store/work'
import type { Desk } from '../desk'
import { notThere } from '../problem'
import { readJson } from '../request/json'
import type { Handlers } from '../router'
import { campaignById } from '../views/campaigns'
import { conversionsCsv } from '../views/conversions-export'
import { progressOf } from '../views/goal-report'

/** The conversions of a campaign as a file, and the hand on what is computed from stored events. */
export function goalHandlers({ env: { store, clock }, engine }: Desk) {
  return {
    'get /campaigns/{id}/conversions.csv': async (req, res) => {
      const { id } = req.params
      const { graph, goals } = await store.read(measured(id))
      res.set({
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': `attachment; filename="conversions-${id}.csv"`,
      })
      await pipeline(Readable.from(conversionsCsv({ store, clock }, graph, goals)), res)
    },
    'delete /campaigns/{id}/goals/{goal}/computing': async (req, res) => {
      res.json(await steer(req.params.id, req.params.goal, 'cancelled'))
    },
    'post /campaigns/{id}/goals/{goal}/computing': [
      readJson(2 ** 10),
      async (req, res) => {
        res.json(await steer(req.params.id, req.params.goal, 'running'))
      },
    ],
  } satisfies Partial<Handlers>

  async function steer(id: string, goal: string, to: 'cancelled' | 'running') {
    return engine.does(function* (turn) {
      const row = (yield* measured(id)).goals.find(g => g.goal === goal)
      if (row === undefined) throw notThere('goal', `${id}/${goal}`)
      return progressOf(yield* steerGoal(turn, row, to))
    })
  }
}

/** The graph by which a campaign is measured, and its goals as they are counted; none before the first launch. */
function* measured(id: string): Work<{ readonly graph: Graph; readonly goals: readonly StoredGoal[] }> {
  const campaign = yield* campaignById(id)
  const version = campaign.liveVersion === null ? undefined : yield* findVersion(id, campaign.liveVersion)
  if (version === undefined) return { graph: campaign.draft, goals: [] }
  return { graph: version.graph, goals: yield* liveGoalsOf(id, version.graph) }
}
