import type { Graph } from '#shared/graph/schema'
import { usesOf } from '#shared/graph/uses'
import { error, type Problem, warning } from '#shared/problems'
import { takesRequests } from '#shared/rules/mode'
import { findCampaign } from '../store/campaigns'
import { activeJourneys } from '../store/journeys'
import { knownLists } from '../store/lists'
import type { Work } from '../store/work'
import type { Machines, Version } from './machines'

/** What is wrong with the lists and campaigns that a graph names: what the graph alone cannot tell. `self`: the campaign's own id. */
export function* checkReferences(machines: Machines, graph: Graph, self: string): Work<readonly Problem[]> {
  const uses = usesOf(graph)
  const problems: Problem[] = []
  if (uses.length === 0) return problems
  const lists = yield* knownLists(uses.filter(u => u.what === 'list').map(u => u.id))
  for (const { what, id, step, path, asks } of uses) {
    if (what === 'list') {
      if (!lists.has(id))
        problems.push({
          ...error('step.list-gone', `The list "${id}" is not there (any more).`, 'Choose another list.', path),
          step,
        })
      continue
    }
    const found = yield* findCampaign(id)
    if (found === undefined) {
      const message = `The campaign "${id}" is not there (any more).`
      problems.push({ ...error('step.campaign-gone', message, 'Choose another campaign.', path), step })
      continue
    }
    const live = machines.find(id)
    if (!asks || id === self) continue
    if (live === undefined || live.status !== 'live')
      problems.push({
        ...warning(
          'step.campaign-not-live',
          `"${found.name}" is ${found.status === 'draft' ? 'a draft' : found.status}: leads are refused there.`,
          'Launch it before leads come to this step.',
          path,
        ),
        step,
      })
    else if (!takesRequests(live.live.admits))
      problems.push({
        ...error(
          'step.campaign-not-requestable',
          `"${found.name}" does not let in leads who are requested.`,
          'Let it be entered when it is requested, or choose another campaign.',
          path,
        ),
        step,
      })
  }
  return problems
}

/** Launched campaigns that leads may still walk, with a step that names this list or campaign. */
export function* usersOf(machines: Machines, what: 'list' | 'campaign', id: string): Work<readonly User[]> {
  const users: User[] = []
  for (const campaign of machines.all()) {
    const names = (version: Version) => usesOf(version.graph).some(use => use.what === what && use.id === id)
    if (![...campaign.versions.values()].some(names)) continue
    const isOpen = campaign.status !== 'stopped' && names(campaign.live)
    if (isOpen || (yield* activeJourneys(campaign.id, 1)).length > 0)
      users.push({ id: campaign.id, name: campaign.name })
  }
  return users
}

type User = { readonly id: string; readonly name: string }
