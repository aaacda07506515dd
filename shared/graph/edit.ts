import { kindOf } from '../steps'
import type { Edge, Graph, Settings, Step } from './schema'

/**
 * Everything that an editor does to a graph: pure functions, graph in, graph out. An edit that changes nothing returns
 * the same object, so that nobody saves, or later undoes, a change that never was. Ids are counted, not drawn: the same
 * edits give the same graph.
 */

/** A way out of a step, which an edge starts from. A port has at most one edge. */
export type WayOut = Pick<Edge, 'from' | 'port'>
export type Position = Step['position']

/** A step that is about to be added. `id` comes from `newStepId`. */
export interface NewStep {
  readonly id: string
  readonly kind: string
  readonly position: Position
}

const MAX_ID = 40

/**
 * An id for a new step of this kind that no step of the graph has: `delay`, `delay-2`, `delay-3`, ... `counted`: ids
 * that leads of earlier versions have walked; a new step must not inherit their counts.
 */
export function newStepId(graph: Graph, kind: string, counted: readonly string[] = []): string {
  for (let n = 1; ; n++) {
    const ending = n === 1 ? '' : `-${n}`
    const id = kind.slice(0, MAX_ID - ending.length) + ending
    if (!Object.hasOwn(graph.steps, id) && !counted.includes(id)) return id
  }
}

/** Adds a step with its kind's fresh config, named after its kind (`Delay`, `Delay 2`), connected to nothing. */
export function addStep(graph: Graph, { id, kind, position }: NewStep): Graph {
  const { version, fresh } = kindOf(kind)
  const step: Step = { kind, version, name: newName(graph, kind), position: whole(position), config: fresh }
  return { ...graph, steps: { ...graph.steps, [id]: step } }
}

/**
 * Adds a step behind a port. The new step's first port takes over where the port led. A step without ports cuts the way
 * off.
 */
export function insertOnEdge(graph: Graph, way: WayOut, step: NewStep): Graph {
  const before = edgeAt(graph, way)
  const added = connect(addStep(graph, step), { ...way, to: step.id })
  const port = portsOf(added, step.id)[0]
  return before === undefined || port === undefined
    ? added
    : connect(added, { from: step.id, port: port.id, to: before.to })
}

/** Why this connection cannot be drawn, as a sentence; null when it can. The validator judges loops. */
export function whyNotConnect(graph: Graph, { from, port, to }: Edge): string | null {
  const target = graph.steps[to]
  if (target === undefined || graph.steps[from] === undefined) return 'One of the two steps is gone.'
  if (from === to) return 'A step cannot lead to itself.'
  if (kindOf(target.kind).entry !== undefined) return `Leads start at "${target.name}"; nothing can lead there.`
  return portsOf(graph, from).some(p => p.id === port) ? null : 'This way out is gone.'
}

/**
 * Leads a port to a step. A port has one edge, so a new edge replaces the old one. An impossible connection is left
 * out.
 */
export function connect(graph: Graph, edge: Edge): Graph {
  if (whyNotConnect(graph, edge) !== null || edgeAt(graph, edge)?.to === edge.to) return graph
  const { from, port, to } = edge
  return { ...graph, edges: [...graph.edges.filter(e => !isAt(e, edge)), { from, port, to }] }
}

/** Removes the edge of a port. */
export function disconnect(graph: Graph, way: WayOut): Graph {
  return edgeAt(graph, way) === undefined ? graph : { ...graph, edges: graph.edges.filter(e => !isAt(e, way)) }
}

/** Moves steps to other positions. Ids that the graph does not have are ignored. */
export function moveSteps(graph: Graph, positions: ReadonlyMap<string, Position>): Graph {
  const moved = [...positions].flatMap(([id, to]): [string, Step][] => {
    const step = graph.steps[id]
    const position = whole(to)
    if (step === undefined || (step.position.x === position.x && step.position.y === position.y)) return []
    return [[id, { ...step, position }]]
  })
  return moved.length === 0 ? graph : { ...graph, steps: { ...graph.steps, ...Object.fromEntries(moved) } }
}

/**
 * Removes steps. The neighbours of each are joined when there is only one way to do so: all its connected ports lead to
 * the same step.
 */
export function removeSteps(graph: Graph, ids: readonly string[]): Graph {
  return ids.reduce(removeStep, graph)
}

function removeStep(graph: Graph, id: string): Graph {
  if (graph.steps[id] === undefined) return graph
  const { [id]: _gone, ...steps } = graph.steps
  const targets = new Set(graph.edges.filter(e => e.from === id && e.to !== id).map(e => e.to))
  const [join] = targets.size === 1 ? targets : []
  const edges = graph.edges.flatMap((edge): Edge[] => {
    if (edge.from === id) return []
    if (edge.to !== id) return [edge]
    return join === undefined || join === edge.from ? [] : [{ ...edge, to: join }]
  })
  return { ...graph, steps, edges }
}

/** Gives a step another name. */
export function renameStep(graph: Graph, id: string, name: string): Graph {
  const step = graph.steps[id]
  return step === undefined || step.name === name ? graph : put(graph, id, { ...step, name })
}

/** Gives a step another config. Edges of ports that it no longer has (a variant that was removed) are removed too. */
export function setConfig(graph: Graph, id: string, config: Step['config']): Graph {
  const step = graph.steps[id]
  if (step === undefined || step.config === config) return graph
  const changed = put(graph, id, { ...step, config })
  const ports = new Set(portsOf(changed, id).map(p => p.id))
  const kept = changed.edges.filter(e => e.from !== id || ports.has(e.port))
  return kept.length === changed.edges.length ? changed : { ...changed, edges: kept }
}

/** Changes a step's config, starting from its latest state. A step that is gone changes nothing. */
export function changeConfig(graph: Graph, id: string, change: (config: Step['config']) => Step['config']): Graph {
  const step = graph.steps[id]
  return step === undefined ? graph : setConfig(graph, id, change(step.config))
}

/** Changes those of the campaign's settings that are given. */
export function setSettings(graph: Graph, settings: Partial<Settings>): Graph {
  return { ...graph, settings: { ...graph.settings, ...settings } }
}

/** The ports of a step, in the order in which its kind lists them. */
export function portsOf(graph: Graph, id: string) {
  const step = graph.steps[id]
  return step === undefined ? [] : kindOf(step.kind).ports(step.config)
}

/** The edge of a port; undefined when it is not connected. */
export function edgeAt(graph: Graph, way: WayOut): Edge | undefined {
  return graph.edges.find(e => isAt(e, way))
}

/** A step and every step that can be reached from it, in breadth-first order. */
export function downstreamOf(graph: Graph, id: string): readonly string[] {
  const found = new Set([id])
  for (const here of found) for (const edge of graph.edges) if (edge.from === here) found.add(edge.to)
  return [...found]
}

function isAt(edge: Edge, { from, port }: WayOut): boolean {
  return edge.from === from && edge.port === port
}

function put(graph: Graph, id: string, step: Step): Graph {
  return { ...graph, steps: { ...graph.steps, [id]: step } }
}

function newName(graph: Graph, kind: string): string {
  const taken = new Set(Object.values(graph.steps).map(s => s.name))
  const { title } = kindOf(kind)
  for (let n = 1; ; n++) {
    const name = n === 1 ? title : `${title} ${n}`
    if (!taken.has(name)) return name
  }
}

/** Whole pixels keep fractions from zooming out of the exported JSON. */
function whole({ x, y }: Position): Position {
  return { x: Math.round(x), y: Math.round(y) }
}
