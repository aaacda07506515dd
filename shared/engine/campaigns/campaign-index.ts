import { splitsOf } from '../../graph/experiments'
import { usesOf } from '../../graph/uses'
import { allEvents, type Facts } from '../../rules/conditions'
import { asksOnChange, type ExitRules, exitEvents, exitHistory } from '../../rules/exits'
import { listensTo } from '../../rules/ways-in'
import { versionKey } from '../../store/counts'
import type { LiveCampaign } from './live'
import type { CompiledVersion } from './version'

/** What every turn asks of all campaigns together, drawn from them whenever they are read. */
export interface CampaignIndex {
  readonly byTrigger: ReadonlyMap<string, readonly LiveCampaign[]>
  readonly byGoal: ReadonlyMap<string, readonly LiveCampaign[]>
  readonly byExit: ReadonlyMap<string, readonly LiveCampaign[]>
  readonly exitsOnChange: ReadonlySet<string>
  readonly awaited: ReadonlySet<string>
  /** What ways in of campaigns that are not stopped, and waits, listen to. */
  readonly heard: ReadonlySet<string>
  /** What waits, goals and exits listen to. */
  readonly listened: ReadonlySet<string>
  readonly attributes: ReadonlySet<string>
  readonly usesLists: boolean
  readonly asked: Facts['events']
  readonly experimenting: ReadonlySet<string>
  readonly rotating: readonly string[]
  readonly executed: readonly LiveCampaign[]
}

/** `walked`: versions with leads under way, by `versionKey`. */
export function indexOf(byId: ReadonlyMap<string, LiveCampaign>, walked: ReadonlySet<string>): CampaignIndex {
  const campaigns = [...byId.values()]
  const byTrigger = groupBy(campaigns, c => waysOf(c).map(listensTo))
  const byGoal = groupBy(campaigns, c => c.goals.map(({ goal }) => goal.event))
  const byExit = groupBy(campaigns, c => exitsOf(c).flatMap(rules => [...exitEvents(rules), ...exitHistory(rules)]))
  const versions = campaigns.flatMap(c => [...c.versions.values()])
  const awaited = new Set(versions.flatMap(v => [...v.hears.events]))
  const open = campaigns.filter(c => c.status !== 'stopped').flatMap(waysOf)
  const uses = versions.flatMap(v => usesOf(v.graph))
  const executes = new Set(uses.flatMap(use => (use.asks === 'execution' ? [use.id] : [])))
  return {
    byTrigger,
    byGoal,
    byExit,
    exitsOnChange: new Set(campaigns.filter(c => exitsOf(c).some(asksOnChange)).map(c => c.id)),
    awaited,
    heard: new Set([...open.map(listensTo), ...awaited]),
    listened: new Set([...awaited, ...byGoal.keys(), ...byExit.keys()]),
    attributes: new Set(open.flatMap(way => (way.on === 'attribute' ? [way.attribute] : []))),
    usesLists: uses.some(use => use.what === 'list'),
    asked: allEvents(campaigns.flatMap(c => inUse(c, walked).map(v => v.facts.events))),
    experimenting: new Set(campaigns.filter(isExperimenting).map(c => c.id)),
    rotating: campaigns.filter(c => [...c.versions.values()].some(rotates)).map(c => c.id),
    executed: campaigns.filter(c => executes.has(c.id)),
  }
}

export const emptyIndex: CampaignIndex = indexOf(new Map(), new Set())

/** Versions that a lead walks or may enter. The others decide nothing any more: their conditions need no facts. */
function inUse({ id, status, live, versions }: LiveCampaign, walked: ReadonlySet<string>): readonly CompiledVersion[] {
  return [...versions.values()].filter(
    v => (v === live && status !== 'stopped') || walked.has(versionKey(id, v.version)),
  )
}

function isExperimenting({ live }: LiveCampaign): boolean {
  return splitsOf(live).some(({ decide }) => decide.as !== 'keep')
}

function rotates(version: CompiledVersion): boolean {
  return splitsOf(version).some(({ draw }) => draw === 'rotation')
}

function exitsOf({ versions }: LiveCampaign): readonly ExitRules[] {
  return [...versions.values()].flatMap(v => v.exits ?? [])
}

function waysOf({ live: { admits } }: LiveCampaign) {
  return admits.mode === 'trigger' ? admits.ways : []
}

function groupBy(campaigns: readonly LiveCampaign[], keysOf: (c: LiveCampaign) => readonly string[]) {
  const groups = new Map<string, LiveCampaign[]>()
  for (const campaign of campaigns)
    for (const key of new Set(keysOf(campaign))) groups.set(key, [...(groups.get(key) ?? []), campaign])
  return groups
}
