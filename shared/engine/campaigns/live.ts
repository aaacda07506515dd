import { splitsOf } from '../../graph/experiments'
import type { Graph } from '../../graph/schema'
import type { Pause } from '../../rules/after-pause'
import type { CapTerms } from '../../rules/caps'
import { cohortLength } from '../../rules/cohorts'
import { templateFolder, waysUp } from '../../rules/folders'
import { definitionOf, type Goal } from '../../rules/goals'
import type { Surroundings } from '../../store/around'
import type { StoredCampaign, StoredVersion } from '../../store/campaigns'
import type { StoredGoal } from '../../store/goals'
import type { TemplateFolder } from '../../world'
import { type CompiledVersion, compileVersion, sayTaken } from './version'

/** A goal by which conversions are counted now. */
export interface LiveGoal {
  /** Names its counters and its conversions (store/goals.ts). */
  readonly key: number
  readonly isPrimary: boolean
  readonly goal: Goal
}

/** A campaign that was launched at least once, with every version that leads may still walk. */
export interface LiveCampaign {
  readonly id: string
  readonly name: string
  readonly status: 'live' | 'paused' | 'stopped'
  readonly emptying: boolean
  /** Why it was stopped; empty when nobody said, or it is not. */
  readonly stopReason: string
  /** Requests wait in its entry queue for its drain rate. */
  readonly drains: boolean
  /** The last pause that is over: what fell due in it is late. */
  readonly pause: Pause | null
  /** The folder that it lies in, for its templates. */
  readonly folder: TemplateFolder | null
  /** What caps know it by. */
  readonly standing: CapTerms
  readonly live: CompiledVersion
  /** Of the live version, the primary one first; they count for journeys of every version. */
  readonly goals: readonly LiveGoal[]
  /** How long a cohort of its experiments lasts (ms); null where no version splits leads (shared/rules/cohorts.ts). */
  readonly cohort: number | null
  readonly versions: ReadonlyMap<number, CompiledVersion>
}

/** Leads who are being taken out of a campaign by hand, some hundreds a turn: see store/removals.ts. */
export interface Removing {
  readonly id: number
  readonly campaignId: string
  readonly step: string | null
  readonly leads: ReadonlySet<number> | null
  readonly lastJourney: number
  readonly reason: string
}

/**
 * A campaign that was launched, of its rows; undefined for a draft. Versions that stay as they were are not compiled
 * again.
 */
export function assemble(
  campaign: StoredCampaign,
  versions: readonly StoredVersion[],
  around: Surroundings,
  old: LiveCampaign | undefined,
): Omit<LiveCampaign, 'goals'> | undefined {
  const { id, name, status, emptying, pause, stop } = campaign
  const stopReason = stop?.reason ?? ''
  if (campaign.liveVersion === null || status === 'draft') return undefined
  const mine = versions.filter(v => v.campaignId === campaign.id)
  const current = (v: StoredVersion) => {
    const known = old?.versions.get(v.version)
    const taken = sayTaken(v.graph, around)
    return known?.taken === taken ? known : compileVersion(v, mine[0] ?? v, around, taken)
  }
  const compiled = new Map(mine.map(v => [v.version, current(v)]))
  const live = compiled.get(campaign.liveVersion)
  const drains = live?.graph.settings.entrance.perMinute != null
  const folder = templateFolder(around.folders, campaign.folderId)
  if (live === undefined) return undefined
  const standing = standingIn(live, around.folders, campaign.folderId)
  const splits = [...compiled.values()].some(version => splitsOf(version).length > 0)
  const cohort = splits ? cohortLength(live.graph.settings.goals) : null
  return { id, name, status, emptying, stopReason, drains, pause, folder, standing, live, cohort, versions: compiled }
}

/** The campaign as publishing this version leaves it; goals count for leads later, and are not asked by a dry run. */
export function published(campaign: LiveCampaign, version: CompiledVersion): LiveCampaign {
  const { tags, capped, priority } = version.graph.settings
  const standing = { ...campaign.standing, tags, capped, priority }
  const versions = new Map(campaign.versions).set(version.version, version)
  return { ...campaign, status: 'live', emptying: false, stopReason: '', standing, live: version, versions }
}

/** The goals of a version by which conversions are counted now. */
export function goalsIn({ settings }: Graph, campaignId: string, stored: readonly StoredGoal[]): readonly LiveGoal[] {
  return settings.goals.flatMap((goal, i) => {
    const text = definitionOf(goal)
    const row = stored.find(s => s.campaignId === campaignId && s.goal === goal.id && s.definition === text)
    return row === undefined ? [] : [{ key: row.id, isPrimary: i === 0, goal }]
  })
}

function standingIn({ graph }: CompiledVersion, folders: Surroundings['folders'], folderId: string | null): CapTerms {
  const { tags, capped, priority } = graph.settings
  return { tags, capped, priority, folders: waysUp(folders, folderId).map(f => f.id) }
}
