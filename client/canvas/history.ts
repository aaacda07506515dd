import type { Graph, Step } from '#shared/graph/schema'
import { kindOf } from '#shared/steps/index'

/** What an edit did, for the button that takes it back. */
export interface Gesture {
  /** `rename "Delay"`: what stands behind "Undo". */
  readonly words: string
  /**
   * Edits of the same thing that follow each other quickly are one gesture: a word that is typed. Null: always one by
   * itself.
   */
  readonly burst: string | null
  /** The step to look at when it is taken back; null where it is none, or several. */
  readonly step: string | null
}

/** A graph to go back (or forth) to, and the gesture that lies between. */
export interface Moment {
  readonly graph: Graph
  readonly gesture: Gesture
}

export interface History {
  /** Oldest first. */
  readonly past: readonly Moment[]
  /** The next one last. */
  readonly future: readonly Moment[]
}

export const noHistory: History = { past: [], future: [] }

/** Gestures that can be taken back. Graphs share what did not change, so that one costs little. */
const MOST = 200

/** The history behind an edit that led away from `graph`. What had been taken back is forgotten. */
export function remembered({ past }: History, graph: Graph, gesture: Gesture, continues: boolean): History {
  return { past: continues && past.length > 0 ? past : [...past, { graph, gesture }].slice(-MOST), future: [] }
}

export interface Turned {
  readonly graph: Graph
  readonly history: History
  readonly gesture: Gesture
}

/** One gesture back; undefined at the beginning. */
export function undone({ past, future }: History, graph: Graph): Turned | undefined {
  const last = past.at(-1)
  if (last === undefined) return undefined
  const { gesture } = last
  return { graph: last.graph, history: { past: past.slice(0, -1), future: [...future, { graph, gesture }] }, gesture }
}

/** One gesture forth again; undefined where nothing was taken back. */
export function redone({ past, future }: History, graph: Graph): Turned | undefined {
  const next = future.at(-1)
  if (next === undefined) return undefined
  const { gesture } = next
  return { graph: next.graph, history: { past: [...past, { graph, gesture }], future: future.slice(0, -1) }, gesture }
}

/** What leads from one graph to the next. What an edit left alone is the same object in both (shared/graph/edit.ts). */
export function gestureOf(before: Graph, after: Graph): Gesture {
  const added = Object.keys(after.steps).filter(id => before.steps[id] === undefined)
  const removed = Object.keys(before.steps).filter(id => after.steps[id] === undefined)
  if (added.length > 0 && removed.length > 0) return once('replace the draft')
  if (added.length > 0) return once(`add ${said(after, added)}`, only(added))
  if (removed.length > 0) return once(`remove ${said(before, removed)}`)
  const changed = Object.keys(after.steps).filter(id => after.steps[id] !== before.steps[id])
  if (changed.length > 0) return change(before, after, changed)
  if (after.edges !== before.edges) return rewire(before, after)
  return { words: 'change the settings', burst: `settings ${partsOf(before.settings, after.settings)}`, step: null }
}

function change(before: Graph, after: Graph, ids: readonly string[]): Gesture {
  const parts = [...new Set(ids.flatMap(id => partsOf(before.steps[id] as Step, after.steps[id] as Step)))]
  const names = said(before, ids)
  if (parts.every(part => part === 'position')) return { words: `move ${names}`, burst: `move ${ids}`, step: only(ids) }
  const [id] = ids
  if (id === undefined || ids.length > 1) return once(`change ${names}`)
  if (parts.every(part => part === 'name')) return { words: `rename ${names}`, burst: `rename ${id}`, step: id }
  const fields = partsOf(before.steps[id]?.config ?? {}, after.steps[id]?.config ?? {})
  return { words: `change ${names}`, burst: `change ${id} ${fields}`, step: id }
}

function rewire(before: Graph, after: Graph): Gesture {
  const { from, to } = after.edges.find(edge => !before.edges.includes(edge)) ?? {}
  if (from !== undefined && to !== undefined)
    return once(`connect ${said(after, [from])} to ${said(after, [to])}`, from)
  const gone = before.edges.find(edge => !after.edges.includes(edge))
  return once(`disconnect ${said(after, gone === undefined ? [] : [gone.from])}`, gone?.from ?? null)
}

function once(words: string, step: string | null = null): Gesture {
  return { words, burst: null, step }
}

function only(ids: readonly string[]): string | null {
  return ids.length === 1 ? (ids[0] ?? null) : null
}

function said(graph: Graph, ids: readonly string[]): string {
  const step = graph.steps[only(ids) ?? '']
  return step === undefined ? `${ids.length} steps` : `"${step.name || kindOf(step.kind).title}"`
}

/** The members in which two objects differ. */
function partsOf(before: object, after: object): string[] {
  const was = new Map(Object.entries(before))
  const is = new Map(Object.entries(after))
  return [...new Set([...was.keys(), ...is.keys()])].filter(key => was.get(key) !== is.get(key))
}
