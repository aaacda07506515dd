import type { Json } from '../json'
import type { Repair } from '../problems'
import { setConfig } from './edit'
import type { Graph } from './schema'

/** Does what a repair says to a step. A place that is not there any more changes nothing. */
export function repairStep(graph: Graph, id: string, { set }: Repair): Graph {
  const step = graph.steps[id]
  if (step === undefined) return graph
  const mended = set.reduce<unknown>((whole, { path, value }) => put(whole, path.split('.'), value), step)
  return setConfig(graph, id, (mended as typeof step).config)
}

function put(whole: unknown, [key, ...rest]: readonly string[], value: Json): unknown {
  if (key === undefined) return value
  if (typeof whole !== 'object' || whole === null) return whole
  const member = (whole as Readonly<Record<string, unknown>>)[key]
  if (rest.length > 0 && member === undefined) return whole
  if (Array.isArray(whole)) return whole.map((old: unknown, i) => (String(i) === key ? put(old, rest, value) : old))
  return { ...whole, [key]: put(member, rest, value) }
}
