import { experimentActSchema } from '#shared/api/experiments'
import { type Decided, decideByHand } from '#shared/engine/acts/experiment-acts'
import { never } from '#shared/json'
import type { StoredCampaign } from '#shared/store/campaigns'
import type { Desk } from '../desk'
import { refuse } from '../problem'
import { readJson } from '../request/json'
import { parse } from '../request/parse'
import type { Handlers } from '../router'
import { campaignById } from '../views/campaigns'
import { paceOf } from '../views/pace'
import { loadReport } from '../views/report'

const LIMIT = 2 ** 12

/** Steps that split leads: decisions by hand, and what a plan begins with. */
export function experimentHandlers({ env: { store, clock }, engine }: Desk) {
  return {
    'post /campaigns/{id}/experiments/{step}': [
      readJson(LIMIT),
      async (req, res) => {
        const { id, step } = req.params
        const campaign = await store.read(campaignById(id))
        const act = parse(experimentActSchema, req.body)
        refuseUndone(await engine.reshape(decideByHand(id, step, act, clock.now())), campaign, step)
        res.json(await store.read(reportById(id, clock.now())))
      },
    ],
    'get /campaigns/{id}/pace': async (req, res) => {
      res.json(await store.read(paceOf(req.params.id, clock.now())))
    },
  } satisfies Partial<Handlers>
}

function* reportById(id: string, now: number) {
  return yield* loadReport(yield* campaignById(id), now)
}

function refuseUndone(decided: Decided, { name }: StoredCampaign, step: string): void {
  switch (decided.is) {
    case 'done':
      return
    case 'not-running':
      throw refuse(409, 'experiment.not-running', `"${name}" is not running.`, 'Launch the campaign first.')
    case 'no-split':
      throw refuse(
        409,
        'experiment.no-split',
        `The live version of "${name}" has no step "${step}" that splits leads.`,
        'Load the report again to see its experiments.',
      )
    case 'no-variant':
      throw refuse(
        409,
        'experiment.no-variant',
        'The live version has no such variant; nobody can be sent into control.',
        `Choose one of ${decided.variants.join(', ')}.`,
      )
    default:
      never(decided)
  }
}
