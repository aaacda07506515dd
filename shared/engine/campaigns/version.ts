import { factsOfGraph, stepsBeforePast } from '../../graph/conditions'
import { exitRulesOf } from '../../graph/exits'
import { judgesFirstEntries } from '../../graph/experiments'
import { usesIn, withLibrary } from '../../graph/library'
import { type Graph, intakeOf } from '../../graph/schema'
import { type Compiled, prepare } from '../../journey/journey'
import { LawBroken } from '../../problems'
import type { Facts } from '../../rules/conditions'
import { hasLimits, isOpen } from '../../rules/entrance'
import { type ExitRules, exitHistory } from '../../rules/exits'
import type { Intake } from '../../rules/mode'
import { kindOf } from '../../steps/index'
import { loadSurroundings, type Surroundings } from '../../store/around'
import type { StoredVersion } from '../../store/campaigns'
import type { Work } from '../../store/work'

/** A published version, compiled. */
export interface CompiledVersion {
  readonly version: number
  /** With the parts that it takes from the webhook library. */
  readonly graph: Graph
  /** Which revisions of library webhooks it was compiled with; empty when it uses none. */
  readonly taken: string
  /** By step: the library webhook that it takes parts from. */
  readonly takes: ReadonlyMap<string, { readonly name: string; readonly revision: number }>
  readonly compiled: Compiled
  readonly publishedAt: number
  /** When the campaign's first version was: events from before do not let anybody in. */
  readonly firstPublishedAt: number
  /** Whom it lets in. */
  readonly admits: Intake
  /** Steps in which a lead hears events, and the names of those events. */
  readonly hears: { readonly steps: ReadonlySet<string>; readonly events: ReadonlySet<string> }
  /** What takes leads out of it; undefined: nothing. */
  readonly exits: ExitRules | undefined
  /** Events that its exits count: leads are asked after each. */
  readonly exitHistory: ReadonlySet<string>
  /** What its conditions have to know of a lead. */
  readonly facts: Facts
  /** From these steps on something may be asked about what a lead did before. */
  readonly beforePast: ReadonlySet<string>
  /** Everybody may enter every time: admission asks nothing. */
  readonly isOpen: boolean
  /** Who enters for the first time is known, because experiments are judged by it. */
  readonly judgesFirst: boolean
  /** There are limits to how many enter. */
  readonly counts: boolean
}

/** Which revisions of library webhooks a graph takes parts from by now. */
export function sayTaken(graph: Graph, { webhooks }: Surroundings): string {
  return usesIn(graph)
    .map(({ webhook }) => `${webhook}@${webhooks.get(webhook)?.revision ?? 'gone'}`)
    .join(' ')
}

/**
 * A draft as the version that it would become, for a dry run. Its problems have been asked: throws where a launch would
 * be refused.
 */
export function* compileDraft(draft: StoredVersion, first: StoredVersion): Work<CompiledVersion> {
  return compileVersion(draft, first, yield* loadSurroundings(), '')
}

/** Compiles a published version with the library as it is. `taken`: what `sayTaken` says of it. */
export function compileVersion(
  { campaignId, version, graph: published, publishedAt }: StoredVersion,
  first: StoredVersion,
  { library, webhooks }: Surroundings,
  taken: string,
): CompiledVersion {
  const graph = withLibrary(published, library)
  const admits = intakeOf(graph)
  const exits = exitRulesOf(graph)
  if (admits === undefined)
    throw new LawBroken(8, `version ${version} of campaign ${campaignId} was published without a way in`)
  return {
    version,
    graph,
    taken,
    takes: new Map(
      usesIn(published).flatMap(({ step, webhook }) => {
        const found = webhooks.get(webhook)
        return found === undefined ? [] : [[step, found] as const]
      }),
    ),
    admits,
    isOpen: graph.settings.entry.rule === 'every-time' && isOpen(graph.settings.entrance),
    judgesFirst: judgesFirstEntries(graph),
    counts: hasLimits(graph.settings.entrance.limits),
    compiled: prepare(graph, campaignId),
    publishedAt,
    firstPublishedAt: first.publishedAt,
    hears: hearingOf(graph),
    exits,
    exitHistory: exits === undefined ? new Set() : exitHistory(exits),
    facts: factsOfGraph(graph),
    beforePast: stepsBeforePast(graph),
  }
}

/** May what a lead did before be asked about? `step`: by a journey that stands in it; left out: by whoever enters, too. */
export function asksPast({ facts, beforePast }: CompiledVersion, step?: string): boolean {
  return facts.events.size > 0 && (step === undefined || beforePast.has(step))
}

function hearingOf(graph: Graph): CompiledVersion['hears'] {
  const hearing = Object.entries(graph.steps).flatMap(([id, { kind, config }]) => {
    const events = kindOf(kind).listens?.(config)
    return events === undefined ? [] : [{ id, events }]
  })
  return { steps: new Set(hearing.map(h => h.id)), events: new Set(hearing.flatMap(h => h.events)) }
}
