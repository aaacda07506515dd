import { createContext, useContext } from 'react'
import { createStore, type StoreApi, useStore } from 'zustand'
import type { Counts, StepCounts } from '#shared/api'
import type { Outcome } from '#shared/explain/sends'
import type { WayOut } from '#shared/graph/edit'
import type { Problem } from '#shared/problems'
import type { ExperimentLabels } from './experiment-labels'
import { type ProblemsByStep, wayId } from './flow'

/**
 * What is painted over a graph and is no part of it: live counts, problems, the lit path of one lead. Each card and
 * each edge subscribes to its own piece, so a tick that moves one number draws one card again (the nodes themselves are
 * never touched).
 */
export interface Overlays {
  readonly counts: Counts | null
  readonly problems: readonly Problem[]
  readonly problemsByStep: ProblemsByStep
  readonly lit: Lit | null
  /** What was decided about steps that split leads, by step. */
  readonly experiments: ReadonlyMap<string, ExperimentLabels>
  readonly current: string | null
  /** Where a dragged step would land: a way (`from:port`) or a step id. */
  readonly target: string | null
}
/** The way that one lead took: step ids, and edges as `from:port`. */
export interface Lit {
  readonly steps: ReadonlySet<string>
  readonly edges: ReadonlySet<string>
  /** What became of the last call of each step that calls a webhook. */
  readonly outcomes: ReadonlyMap<string, Outcome>
}

const none: readonly Problem[] = []

export function createOverlays(): StoreApi<Overlays> {
  return createStore<Overlays>(() => ({
    counts: null,
    problems: none,
    problemsByStep: new Map(),
    lit: null,
    experiments: new Map(),
    current: null,
    target: null,
  }))
}

const OverlaysContext = createContext<StoreApi<Overlays> | null>(null)
export const OverlaysProvider = OverlaysContext.Provider

function useOverlays<T>(select: (overlays: Overlays) => T): T {
  const store = useContext(OverlaysContext)
  if (store === null) throw new Error('A step is drawn outside of OverlaysProvider.')
  return useStore(store, select)
}

/** Problems of one step, in the order in which the validator tells them. */
export function useStepProblems(id: string): readonly Problem[] {
  return useOverlays(o => o.problemsByStep.get(id) ?? none)
}

/**
 * How many leads wait in a step; null while there is nothing to count. One number, so that a tick draws only the cards
 * that it changes.
 */
export function useWaiting(id: string): number | null {
  return useOverlays(o => (o.counts === null ? null : (o.counts.steps[id]?.waiting ?? 0)))
}

/** How many leads are inside the campaign. */
export function useInside(): number {
  return useOverlays(o => o.counts?.waiting ?? 0)
}

/** How many leads came into a step and do not wait in it any more: they went on, or ended there. */
export function usePassed(id: string): number {
  return useOverlays(o => (o.counts?.steps[id]?.entered ?? 0) - (o.counts?.steps[id]?.waiting ?? 0))
}

/** How many leads a step failed to reach, and how many it did not send to. */
export function useMissed(id: string): { readonly failed: number; readonly notSent: number } {
  const failed = useOverlays(o => failedIn(o.counts?.steps[id]))
  const notSent = useOverlays(o => o.counts?.steps[id]?.unsent.reduce((sum, { leads }) => sum + leads, 0) ?? 0)
  return { failed, notSent }
}

const isFailure = (port: string) => port === 'failed' || port === 'timed-out'

function failedIn(counts: StepCounts | undefined): number {
  if (counts === undefined) return 0
  const { left, instead } = counts
  const own = Object.entries(left).reduce((sum, [port, n]) => sum + (isFailure(port) ? n : 0), 0)
  // Of older versions: who failed, and went on by a way that is not called so.
  const others = instead.reduce((sum, { port, by, leads }) => sum + (isFailure(port) && !isFailure(by) ? leads : 0), 0)
  return own + others
}

/** What became of the lead's call of this step, where one lead is looked at. */
export function useOutcome(id: string): Outcome | undefined {
  return useOverlays(o => o.lit?.outcomes.get(id))
}

/** How many leads took this way; null when that is not known. */
export function useWayCount(way: WayOut): number | null {
  return useOverlays(o => (o.counts === null ? null : (o.counts.steps[way.from]?.left[way.port] ?? 0)))
}

/** What was decided about the experiment of a step; undefined where there is none. */
export function useLabels(id: string): ExperimentLabels | undefined {
  return useOverlays(o => o.experiments.get(id))
}

export type Light = 'plain' | 'lit' | 'dim'

export function useStepLight(id: string): Light {
  return useOverlays(o => (o.lit === null ? 'plain' : o.lit.steps.has(id) ? 'lit' : 'dim'))
}

export function useWayLight(way: WayOut): Light {
  return useOverlays(o => (o.lit === null ? 'plain' : o.lit.edges.has(wayId(way)) ? 'lit' : 'dim'))
}

export function useIsCurrent(id: string): boolean {
  return useOverlays(o => o.current === id)
}

/** Would a dragged step land here? `place` is a way (`from:port`) or a step id. */
export function useIsTarget(place: string): boolean {
  return useOverlays(o => o.target === place)
}
