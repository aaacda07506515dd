import { rulesIn } from '../rules/conditions'
import { kindOf } from '../steps'
import type { Use } from '../steps/define'
import { conditionsOf } from './conditions'
import type { Graph } from './schema'

/** `step`: the step that names it; null: the settings. */
export interface UsedIn extends Use {
  readonly step: string | null
}

/**
 * The lists and campaigns that a graph names, in its steps and in its conditions. Those that nobody has chosen yet are
 * left out.
 */
export function usesOf(graph: Graph): readonly UsedIn[] {
  const ofSteps = Object.entries(graph.steps).flatMap(([step, { kind, config }]) =>
    (kindOf(kind).uses?.(config) ?? []).map((use): UsedIn => ({ ...use, step })),
  )
  const ofConditions = conditionsOf(graph).flatMap(({ condition, path, step }) =>
    rulesIn(condition, path).flatMap(({ rule, path: at }): UsedIn[] =>
      'list' in rule ? [{ what: 'list', id: rule.list.id, path: `${at}.list`, step }] : [],
    ),
  )
  return [...ofSteps, ...ofConditions].filter(use => use.id !== '')
}
