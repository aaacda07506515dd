import type { StepCounts } from '#shared/api'
import { entryOf, type Graph } from '#shared/graph/schema'
import { own } from '#shared/json'
import { sayGate } from '#shared/rules/gates/index'
import { findKind } from '#shared/steps/index'

/** One line of the table of steps. */
export interface StepLine {
  readonly id: string
  readonly name: string
  readonly kind: string
  readonly group: string
  readonly counts: StepCounts
  /**
   * Who left, by the label of the port that they came to; `on`: of the one that they left by, because theirs is not
   * connected.
   */
  readonly ways: readonly Way[]
  /** By what webhooks were kept back, the most frequent first. */
  readonly unsent: readonly { readonly says: string; readonly leads: number }[]
}
interface Way {
  readonly label: string
  readonly count: number
  readonly on?: string
}

/**
 * The counted steps in the order in which a lead meets them; steps of older versions, which the graph no longer has,
 * come last.
 */
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
  const labelOf = (port: string) => ports.find(known => known.id === port)?.label ?? port
  const gone = Object.keys(counts.left).filter(port => ports.every(({ id }) => id !== port))
  const taken = [...ports.map(({ id }) => id), ...gone].map((port): Way => {
    const others = counts.instead.filter(({ by }) => by === port).reduce((sum, { leads }) => sum + leads, 0)
    return { label: labelOf(port), count: (own(counts.left, port) ?? 0) - others }
  })
  const others = counts.instead.map(
    ({ port, by, leads }): Way => ({ label: labelOf(port), count: leads, on: labelOf(by) }),
  )
  return {
    id,
    name: step?.name ?? `${id} (in an older version)`,
    kind: kind?.title ?? '',
    group: kind?.group ?? 'end',
    counts,
    ways: [...taken, ...others].filter(({ count }) => count > 0),
    unsent: [...counts.unsent]
      .sort((a, b) => b.leads - a.leads)
      .map(({ as, by, leads }) => ({ says: `${sayGate(by)}${as === 'exited' ? ', and left' : ''}`, leads })),
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
