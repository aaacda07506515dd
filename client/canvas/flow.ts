import { type Edge as FlowEdge, type Node as FlowNode, Position } from '@xyflow/react'
import type { WayOut } from '#shared/graph/edit'
import type { Edge, Graph, Step } from '#shared/graph/schema'
import type { Problem } from '#shared/problems'
import { CARD, DOT, describe, portX } from './card'

/**
 * The graph as React Flow wants it. Nodes and edges are derived, never saved: the graph is the truth. What did not
 * change keeps its object, so that one edit in five hundred steps draws one step again, and what only the view knows
 * (selection, a drag under way) survives.
 */
export type StepFlowNode = FlowNode<{ readonly step: Step }, 'step'>
export type WayFlowEdge = FlowEdge<{ readonly way: WayOut; readonly label: string | null }, 'way'>

export type ProblemsByStep = ReadonlyMap<string, readonly Problem[]>

export function byStep(problems: readonly Problem[]): ProblemsByStep {
  const found = new Map<string, Problem[]>()
  for (const problem of problems)
    if (problem.step !== undefined) found.set(problem.step, [...(found.get(problem.step) ?? []), problem])
  return found
}

export function toFlowNodes(graph: Graph, problems: ProblemsByStep, before: readonly StepFlowNode[]): StepFlowNode[] {
  const known = new Map(before.map(node => [node.id, node]))
  return Object.entries(graph.steps).map(([id, step]) => {
    const old = known.get(id)
    const ariaLabel = nameStep(step, problems.get(id) ?? [])
    if (old !== undefined && old.data.step === step && old.ariaLabel === ariaLabel) return old
    return { ...old, ...toNode(id, step), ariaLabel }
  })
}

function toNode(id: string, step: Step): StepFlowNode {
  const { kind, ports } = describe(step)
  const dot = { width: DOT, height: DOT }
  const into = {
    id: 'in',
    type: 'target' as const,
    position: Position.Top,
    x: (CARD.width - DOT) / 2,
    y: -DOT / 2,
    ...dot,
  }
  const out = ports.map((port, i) => ({
    id: port.id,
    type: 'source' as const,
    position: Position.Bottom,
    x: portX(i, ports.length) - DOT / 2,
    y: CARD.height - DOT / 2,
    ...dot,
  }))
  return {
    id,
    type: 'step',
    position: step.position,
    data: { step },
    width: CARD.width,
    height: CARD.height,
    // Known without looking: "fit" reaches steps that are out of view too, and nothing is mounted to be measured.
    measured: CARD,
    handles: kind.entry === undefined ? [into, ...out] : out,
    // One tab stop for the whole canvas; the arrow keys walk inside it.
    domAttributes: { tabIndex: -1 },
  }
}

/** What a screen reader says: `Filter Is customer, 2 outputs, 1 error, plan is pro`. */
function nameStep(step: Step, problems: readonly Problem[]): string {
  const { kind, ports, summary } = describe(step)
  const errors = problems.filter(p => p.severity === 'error').length
  return [
    `${kind.title} ${step.name === kind.title ? '' : step.name}`.trim(),
    count(ports.length, 'output'),
    ...(errors > 0 ? [count(errors, 'error')] : []),
    summary,
  ].join(', ')
}

export function toFlowEdges(graph: Graph, before: readonly WayFlowEdge[]): WayFlowEdge[] {
  const known = new Map(before.map(edge => [edge.id, edge]))
  return graph.edges.flatMap(edge => {
    const [source, target] = [graph.steps[edge.from], graph.steps[edge.to]]
    if (source === undefined || target === undefined) return []
    const id = wayId(edge)
    const label = describe(source).ports.find(p => p.id === edge.port)?.label ?? null
    if (label === null) return []
    const ariaLabel = `${label} from ${source.name} to ${target.name}`
    const old = known.get(id)
    if (old !== undefined && old.target === edge.to && old.ariaLabel === ariaLabel) return [old]
    return [{ ...old, ...toEdge(id, edge, label), ariaLabel }]
  })
}

function toEdge(id: string, { from, port, to }: Edge, label: string): WayFlowEdge {
  return {
    id,
    type: 'way',
    source: from,
    sourceHandle: port,
    target: to,
    targetHandle: 'in',
    data: { way: { from, port }, label },
    domAttributes: { tabIndex: -1 },
  }
}

/** The id of an edge on the canvas; a port has at most one. */
export function wayId({ from, port }: WayOut): string {
  return `${from}:${port}`
}

export function count(n: number, word: string): string {
  return `${n.toLocaleString('en')} ${word}${n === 1 ? '' : 's'}`
}
