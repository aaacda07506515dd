import dagre from '@dagrejs/dagre'
import type { Position } from '#shared/graph/edit'
import { entryOf, type Graph } from '#shared/graph/schema'
import { kindOf } from '#shared/steps/index'
import { CARD, COLUMN_GAP, ROW_GAP } from './card'

/**
 * "Tidy up": places every step from top to bottom, ways in the order of their ports from left to right. dagre's
 * tight-tree: 28 times smaller than ELK and four to six times faster up to 100 steps (measured). The same graph always
 * gives the same picture.
 */
export function tidy(graph: Graph): ReadonlyMap<string, Position> {
  const drawing = new dagre.graphlib.Graph({ multigraph: true })
  drawing.setGraph({ rankdir: 'TB', ranker: 'tight-tree', nodesep: COLUMN_GAP, ranksep: ROW_GAP, edgesep: 24 })
  drawing.setDefaultEdgeLabel(() => ({}))
  const order = inFlowOrder(graph)
  for (const id of order) drawing.setNode(id, { ...CARD })
  for (const { from, port, to } of sortedEdges(graph)) drawing.setEdge(from, to, {}, port)
  dagre.layout(drawing, { constraints: besideEachOther(graph, order) })
  const placed = Object.keys(graph.steps).map((id): [string, Position] => {
    const { x, y } = drawing.node(id) as Position
    return [id, { x: snap(x - CARD.width / 2), y: snap(y - CARD.height / 2) }]
  })
  return new Map(placed)
}

/**
 * Which steps stand left of which: the targets of one step, in the order of its ports (Yes left, No right). Only pairs
 * that agree with the flow order, so that the wishes of two steps never form a circle, in which dagre would lose steps.
 */
function besideEachOther(graph: Graph, order: readonly string[]): { left: string; right: string }[] {
  const place = new Map(order.map((id, i) => [id, i]))
  const edges = sortedEdges(graph)
  return order.flatMap(id => {
    const targets = [...new Set(edges.filter(e => e.from === id).map(e => e.to))]
    return targets
      .slice(1)
      .map((right, i) => ({ left: targets[i] ?? right, right }))
      .filter(({ left, right }) => (place.get(left) ?? 0) < (place.get(right) ?? 0))
  })
}

/**
 * Breadth first from the entry, ports in order; what cannot be reached comes last. The arrow keys and screen readers
 * follow it too.
 */
export function inFlowOrder(graph: Graph): readonly string[] {
  const entry = entryOf(graph)
  const found = new Set(entry === undefined ? [] : [entry[0]])
  const edges = sortedEdges(graph)
  const follow = () => {
    for (const here of found) for (const edge of edges) if (edge.from === here) found.add(edge.to)
  }
  follow()
  for (const id of Object.keys(graph.steps)) {
    found.add(id)
    follow()
  }
  return [...found]
}

function sortedEdges(graph: Graph) {
  const rank = new Map(
    Object.entries(graph.steps).flatMap(([id, step]) =>
      kindOf(step.kind)
        .ports(step.config)
        .map((port, i): [string, number] => [`${id}:${port.id}`, i]),
    ),
  )
  const of = (from: string, port: string) => rank.get(`${from}:${port}`) ?? 0
  return [...graph.edges].sort((a, b) => of(a.from, a.port) - of(b.from, b.port))
}

function snap(n: number): number {
  return Math.round(n / 10) * 10
}
