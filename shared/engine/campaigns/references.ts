import { withLibrary } from '../../graph/library'
import type { Graph } from '../../graph/schema'
import { usesOf } from '../../graph/uses'
import type { Json } from '../../json'
import { error, type Finding, type Problem, warning } from '../../problems'
import { checkPorts } from '../../rules/closed-ports'
import { MOST_LEVELS } from '../../rules/depth'
import { waysUp } from '../../rules/folders'
import { takesExecution, takesRequests } from '../../rules/mode'
import { lockedSecrets } from '../../rules/named-secrets'
import type { Webhook } from '../../rules/webhook'
import { kindOf } from '../../steps/index'
import { findCampaign } from '../../store/campaigns'
import { allFolders } from '../../store/folders'
import { activeJourneys } from '../../store/journeys'
import { knownLists } from '../../store/lists'
import { allWebhooks } from '../../store/webhooks'
import type { Work } from '../../store/work'
import type { CampaignRegistry } from './registry'
import type { CompiledVersion } from './version'

/**
 * What is wrong with the lists and campaigns that a graph names: what the graph alone cannot tell. `self`: the
 * campaign's own id.
 */
export function* checkReferences(registry: CampaignRegistry, graph: Graph, self: string): Work<readonly Problem[]> {
  const uses = usesOf(graph)
  const problems = [...(yield* webhookProblems(graph, registry.here)), ...(yield* strangeFolders(graph, self))]
  if (uses.length === 0) return problems
  const lists = yield* knownLists(uses.filter(u => u.what === 'list').map(u => u.id))
  for (const { what, id, step, path, asks } of uses) {
    const at = (finding: Finding): Problem => (step === null ? finding : { ...finding, step })
    if (what === 'list') {
      if (!lists.has(id))
        problems.push(
          at(error('step.list-gone', `The list "${id}" is not there (any more).`, 'Choose another list.', path)),
        )
      continue
    }
    const found = yield* findCampaign(id)
    if (found === undefined) {
      const message = `The campaign "${id}" is not there (any more).`
      problems.push(at(error('step.campaign-gone', message, 'Choose another campaign.', path)))
      continue
    }
    if (asks === 'execution' && levelsAround(registry, graph, self) > MOST_LEVELS) {
      const message = `With "${found.name}", campaigns would execute one another more than ${MOST_LEVELS} levels deep.`
      problems.push(at(error('step.execute-too-deep', message, 'Put its steps here, or request it.', path)))
      continue
    }
    const live = registry.find(id)
    if (asks === undefined || id === self) continue
    if (live === undefined || live.status !== 'live')
      problems.push(
        at(
          warning(
            'step.campaign-not-live',
            `"${found.name}" is ${found.status === 'draft' ? 'a draft' : found.status}: leads are refused there.`,
            'Launch it before leads come to this step.',
            path,
          ),
        ),
      )
    else if (asks === 'request' && !takesRequests(live.live.admits))
      problems.push(
        at(
          error(
            'step.campaign-not-requestable',
            `"${found.name}" does not let in leads who are requested.`,
            'Let it be entered when it is requested, or choose another campaign.',
            path,
          ),
        ),
      )
    else if (asks === 'execution' && !takesExecution(live.live.admits))
      problems.push(
        at(
          error(
            'step.campaign-not-executable',
            `"${found.name}" is not entered when it is executed.`,
            'Let it be entered so, or choose another campaign.',
            path,
          ),
        ),
      )
  }
  return problems
}

/** What keeps webhooks of a graph here, of the library too: a port that is closed, or a secret that cannot be opened. */
function* webhookProblems(graph: Graph, { closedPort, isLocked }: CampaignRegistry['here']): Work<Problem[]> {
  if (closedPort === undefined && isLocked === undefined) return []
  const library = new Map((yield* allWebhooks()).map(({ id, definition }) => [id, definition]))
  return Object.entries(withLibrary(graph, library).steps).flatMap(([step, { kind, config }]) => {
    if (kindOf(kind).library === undefined) return []
    // What may take a webhook from the library has the parts of one; its kind's schema has parsed it.
    return [
      ...(closedPort === undefined ? [] : checkPorts(config as Webhook, 'config.', closedPort)),
      ...(isLocked === undefined ? [] : lockedSecrets(config as Json, isLocked)),
    ].map(finding => ({ ...finding, step }))
  })
}

/** Folders that caps name: are they there, and does the campaign lie in them? */
function* strangeFolders({ settings: { caps } }: Graph, self: string): Work<Problem[]> {
  const named = caps.flatMap(({ of }, i) => (of.what === 'folder' && of.folder !== '' ? [{ id: of.folder, i }] : []))
  if (named.length === 0) return []
  const folders = new Map((yield* allFolders()).map(f => [f.id, f]))
  const mine = waysUp(folders, (yield* findCampaign(self))?.folderId ?? null)
  return named.flatMap(({ id, i }): Problem[] => {
    const path = `settings.caps.${i}`
    const name = folders.get(id)?.name
    if (name === undefined)
      return [
        error('settings.cap-folder-gone', 'The folder of a cap is not there (any more).', 'Choose another.', path),
      ]
    if (mine.some(folder => folder.id === id)) return []
    const message = `A cap counts campaigns of the folder "${name}", and this one does not lie in it: it is not kept back by it.`
    return [
      warning('settings.cap-not-ours', message, 'Move this campaign into the folder, or count any campaign.', path),
    ]
  })
}

/**
 * How many levels deep campaigns would execute one another through this one: those above it, those below it. Infinity
 * for a circle.
 */
function levelsAround(registry: CampaignRegistry, graph: Graph, self: string): number {
  const executedBy = (version: Graph) => usesOf(version).flatMap(use => (use.asks === 'execution' ? [use.id] : []))
  const graphOf = (id: string) => (id === self ? graph : registry.find(id)?.live.graph)
  const below = (id: string, path: readonly string[]): number => {
    if (path.includes(id)) return Number.POSITIVE_INFINITY
    const found = graphOf(id)
    return Math.max(0, ...(found === undefined ? [] : executedBy(found)).map(next => 1 + below(next, [...path, id])))
  }
  const above = (id: string, path: readonly string[]): number => {
    if (path.includes(id)) return Number.POSITIVE_INFINITY
    const parents = [...registry.all()].filter(c => c.id !== self && executedBy(c.live.graph).includes(id))
    return Math.max(0, ...parents.map(parent => 1 + above(parent.id, [...path, id])))
  }
  return above(self, []) + below(self, [])
}

/** Launched campaigns that leads may still walk, with a step that names this list or campaign. */
export function* usersOf(registry: CampaignRegistry, what: 'list' | 'campaign', id: string): Work<readonly User[]> {
  const users: User[] = []
  for (const campaign of registry.all()) {
    const names = (version: CompiledVersion) => usesOf(version.graph).some(use => use.what === what && use.id === id)
    if (![...campaign.versions.values()].some(names)) continue
    const isOpen = campaign.status !== 'stopped' && names(campaign.live)
    if (isOpen || (yield* activeJourneys(campaign.id, 1)).length > 0)
      users.push({ id: campaign.id, name: campaign.name })
  }
  return users
}

type User = { readonly id: string; readonly name: string }
