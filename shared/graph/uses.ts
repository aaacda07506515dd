import { kindOf } from '../steps'
import type { Use } from '../steps/define'
import type { Graph } from './schema'

/** The lists and campaigns that a graph names, with the step that names each. Those that nobody has chosen yet are left out. */
export function usesOf(graph: Graph): readonly (Use & { readonly step: string })[] {
  return Object.entries(graph.steps).flatMap(([step, { kind, config }]) =>
    (kindOf(kind).uses?.(config) ?? []).filter(use => use.id !== '').map(use => ({ ...use, step })),
  )
}
