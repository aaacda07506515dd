import {
  differenceQuerySchema,
  type MigrationView,
  migrateSchema,
  type PendingChange,
  rehearseSchema,
  type VersionHistory,
  type WaitingStep,
} from '#shared/api/versions'
import { cancelMigration, insideOf, waitingIn } from '#shared/engine/acts/migration'
import { diff, fateOf, flowOf } from '#shared/graph/diff'
import { mayMoveTo, mayStay } from '#shared/graph/migration'
import { nameOf } from '#shared/graph/names'
import type { Graph } from '#shared/graph/schema'
import { kindOf } from '#shared/steps/index'
import { type CampaignMigration, latestMigration, migrationsOf } from '#shared/store/campaign-migrations'
import { type StoredCampaign, type StoredVersion, versionsOf } from '#shared/store/campaigns'
import { countsByVersion } from '#shared/store/counts'
import type { Work } from '#shared/store/work'
import type { Desk } from '../desk'
import { readJson } from '../request/json'
import { parse } from '../request/parse'
import type { Handlers } from '../router'
import { campaignById, refuseAct } from './campaigns'

/** A plan of 2,000 choices. */
const LIMIT = 2 ** 20

export function versionHandlers({ env: { store }, engine }: Desk) {
  const json = readJson(LIMIT)
  const latest = (id: string) => store.read(viewOfLatest(id))
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

function* viewOfLatest(id: string): Work<{ migration: MigrationView | null }> {
  yield* campaignById(id)
  const found = yield* latestMigration(id)
  return { migration: found === undefined ? null : toView(found) }
}

function toView({ to, status, total, moved, exited, finishing, begunAt, endedAt }: CampaignMigration): MigrationView {
  return { to, status, total, moved, exited, finishing, begunAt, endedAt }
}

function* historyOf(id: string): Work<VersionHistory> {
  const { liveVersion } = yield* campaignById(id)
  const versions = yield* versionsOf(id)
  const waiting = waitingIn(yield* countsByVersion(id))
  const migrations = yield* migrationsOf(id)
  return {
    versions: versions
      .map(({ version, publishedAt, graph }, i) => {
        const before = versions[i - 1]
        return {
          version,
          publishedAt,
          isLive: version === liveVersion,
          inside: insideOf(waiting, version),
          difference: before === undefined ? null : diff(before.graph, graph),
          migrations: migrations.filter(m => m.to === version).map(toView),
        }
      })
      .reverse(),
  }
}

function* pendingChange(id: string, towards: 'draft' | 'live'): Work<PendingChange> {
  const campaign = yield* campaignById(id)
  const { liveVersion: live } = campaign
  const versions = yield* versionsOf(id)
  const to = towards === 'draft' || live === null ? (live ?? 0) + 1 : live
  const after = targetGraph(campaign, versions, to)
  const before = versions.findLast(v => v.version < to)?.graph
  const waiting = waitingIn(yield* countsByVersion(id))
  const older = versions.filter(v => v.version < to).reverse()
  return {
    live,
    to,
    difference: before === undefined ? diff(after, after) : diff(before, after),
    waiting: older.flatMap(v => waitingSteps(v, waiting.get(v.version) ?? new Map(), after)),
    targets: [...flowOf(after)]
      .filter(step => mayMoveTo(after, step))
      .map(step => ({ step, name: nameOf(step, { graph: after }), kind: kindAt(after, step).title })),
  }
}

function targetGraph({ draft }: StoredCampaign, versions: readonly StoredVersion[], to: number): Graph {
  return versions.find(v => v.version === to)?.graph ?? draft
}

function waitingSteps(
  { version, graph }: StoredVersion,
  waiting: ReadonlyMap<string, number>,
  after: Graph,
): WaitingStep[] {
  const difference = diff(graph, after)
  return [...flowOf(graph)].flatMap((step): WaitingStep[] => {
    const n = waiting.get(step) ?? 0
    const fate = fateOf(difference, step)
    if (n <= 0 || fate === 'added') return []
    const stays = mayStay(graph, after, step)
    const callsWebhook = kindAt(graph, step).behave.on?.reply !== undefined
    return [{ version, step, name: nameOf(step, { graph }), waiting: n, fate, mayStay: stays, callsWebhook }]
  })
}

function kindAt({ steps }: Graph, step: string) {
  return kindOf(steps[step]?.kind ?? '')
}
