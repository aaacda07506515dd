import type { MigrationView, PendingChange, VersionHistory, WaitingStep } from '#shared/api/versions'
import { insideOf, waitingIn } from '#shared/engine/acts/migration'
import { diff, fateOf, flowOf } from '#shared/graph/diff'
import { mayMoveTo, mayStay } from '#shared/graph/migration'
import { nameOf } from '#shared/graph/names'
import type { Graph } from '#shared/graph/schema'
import { kindOf } from '#shared/steps/index'
import { type CampaignMigration, latestMigration, migrationsOf } from '#shared/store/campaign-migrations'
import { type StoredCampaign, type StoredVersion, versionsOf } from '#shared/store/campaigns'
import { countsByVersion } from '#shared/store/counts'
import type { Work } from '#shared/store/work'
import { campaignById } from './campaigns'

export function* latestMigrationView(id: string): Work<{ migration: MigrationView | null }> {
  yield* campaignById(id)
  const found = yield* latestMigration(id)
  return { migration: found === undefined ? null : toMigrationView(found) }
}

function toMigrationView({
  to,
  status,
  total,
  moved,
  exited,
  finishing,
  begunAt,
  endedAt,
}: CampaignMigration): MigrationView {
  return { to, status, total, moved, exited, finishing, begunAt, endedAt }
}

export function* historyOf(id: string): Work<VersionHistory> {
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
          migrations: migrations.filter(m => m.to === version).map(toMigrationView),
        }
      })
      .reverse(),
  }
}

export function* pendingChange(id: string, towards: 'draft' | 'live'): Work<PendingChange> {
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
