import type { StepCounts } from '#shared/api'
import { entryOf, type Graph } from '#shared/graph/schema'
import { own } from '#shared/json'
import { findKind } from '#shared/steps/index'

/** One line of the table of steps. */
export interface StepLine {
  readonly id: string
  readonly name: string
  readonly kind: string
  readonly group: string
  readonly counts: StepCounts
  /** Who left, by the port's label. */
  readonly ways: readonly { readonly label: string; readonly count: number }[]
}

/** The counted steps in the order in which a lead meets them; steps of older versions, which the graph no longer has, come last. */
export function stepLines(graph: Graph, counts: Readonly<Record<string, StepCounts>>): StepLine[] {
  const met = inOrder(graph)
  const gone = Object.keys(counts).filter(id => !met.includes(id))
  return [...met, ...gone].flatMap(id => {
    const counted = own(counts, id)
    return counted === undefined ? [] : [lineOf(id, graph, counted)]
  })
}

function lineOf(id: string, graph: Graph, counts: StepCounts): StepLine {
  const step = own(graph.steps, id)
  const kind = step === undefined ? undefined : findKind(step.kind)
  const ports = step === undefined || kind === undefined ? [] : kind.ports(step.config)
  const ways = Object.entries(counts.left).map(([port, count]) => ({
    label: ports.find(known => known.id === port)?.label ?? port,
    count,
  }))
  return {
    id,
    name: step?.name ?? `${id} (in an older version)`,
    kind: kind?.title ?? '',
    group: kind?.group ?? 'end',
    counts,
    ways,
  }
}

/** Step ids from the entry on, breadth first; steps that nothing leads to last. */
function inOrder(graph: Graph): string[] {
  const entry = entryOf(graph)?.[0]
  const order = entry === undefined ? [] : [entry]
  for (let i = 0; i < order.length; i++) {
    const next = graph.edges.filter(({ from }) => from === order[i]).map(({ to }) => to)
    order.push(...next.filter((to, at) => !order.includes(to) && next.indexOf(to) === at))
  }
  return [...order, ...Object.keys(graph.steps).filter(id => !order.includes(id))]
}
