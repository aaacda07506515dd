import { findKind } from '../steps'
import type { Graph } from './schema'

/** The name of a step; its kind's title when nobody named it, its id when the graph does not have it (any more). */
export function nameOf(id: string, { graph }: { readonly graph: Graph }): string {
  const step = graph.steps[id]
  if (step === undefined) return id
  return step.name.trim() || (findKind(step.kind)?.title ?? id)
}

/** The label of a port: `Yes`, `Failed`, `A 50 %`. */
export function portLabel(id: string, port: string, { graph }: { readonly graph: Graph }): string {
  const step = graph.steps[id]
  const ports = step === undefined ? [] : (findKind(step.kind)?.ports(step.config) ?? [])
  return ports.find(p => p.id === port)?.label ?? port
}
