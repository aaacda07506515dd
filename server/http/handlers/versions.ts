import { differenceQuerySchema, migrateSchema, rehearseSchema } from '#shared/api/versions'
import { cancelMigration } from '#shared/engine/acts/migration'
import type { Desk } from '../desk'
import { readJson } from '../request/json'
import { parse } from '../request/parse'
import type { Handlers } from '../router'
import { campaignById } from '../views/campaigns'
import { historyOf, latestMigrationView, pendingChange } from '../views/versions'
import { refuseAct } from './refuse-act'

/** A plan of 2,000 choices. */
const LIMIT = 2 ** 20

export function versionHandlers({ env: { store }, engine }: Desk) {
  const json = readJson(LIMIT)
  const latest = (id: string) => store.read(latestMigrationView(id))
  return {
    'get /campaigns/{id}/versions': async (req, res) => {
      res.json(await store.read(historyOf(req.params.id)))
    },
    'get /campaigns/{id}/difference': async (req, res) => {
      const { to } = parse(differenceQuerySchema, req.query, 'query')
      res.json(await store.read(pendingChange(req.params.id, to)))
    },
    'post /campaigns/{id}/migration/rehearsal': [
      json,
      async (req, res) => {
        const id = req.params.id
        await store.read(campaignById(id))
        const { to, migration } = parse(rehearseSchema, req.body)
        const rehearsed = await engine.rehearse(id, to, migration)
        if (rehearsed.is === 'rehearsed') res.json(rehearsed.rehearsal)
        else refuseAct(id, rehearsed)
      },
    ],
    'post /campaigns/{id}/migration': [
      json,
      async (req, res) => {
        const id = req.params.id
        await store.read(campaignById(id))
        const { migration, ...seen } = parse(migrateSchema, req.body)
        refuseAct(id, await engine.migrate(id, migration, seen))
        res.status(202).json(await latest(id))
      },
    ],
    'get /campaigns/{id}/migration': async (req, res) => {
      res.json(await latest(req.params.id))
    },
    'delete /campaigns/{id}/migration': async (req, res) => {
      const { id } = req.params
      await store.read(campaignById(id))
      await engine.does(turn => cancelMigration(turn, id))
      res.json(await latest(id))
    },
  } satisfies Partial<Handlers>
}
