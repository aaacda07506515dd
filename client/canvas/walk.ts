import * as edit from '#shared/graph/edit'
import type { Graph } from '#shared/graph/schema'

export type Direction = 'up' | 'down' | 'left' | 'right'

/** The step that an arrow key walks to: up and down along the ways, left and right among the steps beside it. */
export function neighbour(graph: Graph, here: string, towards: Direction): string | undefined {
  if (towards === 'up') return graph.edges.find(e => e.to === here)?.from
  if (towards === 'down') {
    const order = edit.portsOf(graph, here).map(p => edit.edgeAt(graph, { from: here, port: p.id })?.to)
    return order.find(id => id !== undefined)
  }
  const row = siblings(graph, here)
  return row[row.indexOf(here) + (towards === 'left' ? -1 : 1)]
}

/** The steps beside this one: those behind the same step, else those that nothing leads to, from left to right. */
function siblings(graph: Graph, here: string): readonly string[] {
  const parents = new Set(graph.edges.filter(e => e.to === here).map(e => e.from))
  const isBeside = (id: string) =>
    parents.size === 0 ? graph.edges.every(e => e.to !== id) : graph.edges.some(e => e.to === id && parents.has(e.from))
  const x = (id: string) => graph.steps[id]?.position.x ?? 0
  return Object.keys(graph.steps)
    .filter(isBeside)
    .sort((a, b) => x(a) - x(b))
}
