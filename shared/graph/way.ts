import { kindOf } from '../steps'
import type { Graph } from './schema'

/**
 * Where a port leads. `to` is null at the end of the way; `port` is the one whose edge was taken (another one after a
 * fallback).
 */
export interface Way {
  readonly to: string | null
  readonly port: string
}

/** Follows a port of a step, or the port it falls back to when nobody connected it. */
export function targetOf(graph: Graph, step: string, port: string): Way {
  const edge = graph.edges.find(e => e.from === step && e.port === port)
  if (edge !== undefined && graph.steps[edge.to] !== undefined) return { to: edge.to, port }
  const here = graph.steps[step]
  const fallback =
    here &&
    kindOf(here.kind)
      .ports(here.config)
      .find(p => p.id === port)?.fallback
  return fallback === undefined ? { to: null, port } : targetOf(graph, step, fallback)
}
