import { error, type Problem } from '../problems'
import { type Condition, type Facts, factsOf, rulesIn, stepOf } from '../rules/conditions'
import { findKind, kindOf } from '../steps'
import type { Asks, Group } from '../steps/define'
import type { Graph, Settings } from './schema'

/**
 * A condition of a campaign. `step`: the step that asks it; null: the settings. `path`: where a problem with it is
 * shown.
 */
export interface AskedIn extends Asks {
  readonly step: string | null
}

/**
 * Every condition that a campaign asks. One that is missing here has no facts: a new place for conditions needs its
 * line here or in its kind.
 */
export function conditionsOf({ steps, settings }: Graph): readonly AskedIn[] {
  const ofSteps = Object.entries(steps).flatMap(([step, { kind, config }]) =>
    (kindOf(kind).conditions?.(config) ?? []).map(asks => ({ ...asks, step })),
  )
  return [...ofSteps, ...conditionsOfSettings(settings).map(asks => ({ ...asks, step: null }))]
}

function conditionsOfSettings({ entrance, exits }: Settings): readonly Asks[] {
  return [
    { condition: entrance.audience, path: 'settings.entrance.audience' },
    ...exits.ways.flatMap((way, i) =>
      'where' in way ? [{ condition: way.where, path: `settings.exits.ways.${i}.where` }] : [],
    ),
  ]
}

/** What has to be known about a lead in this campaign, from admission to the last step. */
export function factsOfGraph(graph: Graph): Facts {
  return factsOf(
    conditionsOf(graph).map(({ condition }) => condition),
    graph.settings.zone,
  )
}

/**
 * Steps from which on a journey may be asked what its lead did before: those that ask, and all that lead to one. Where an
 * exit may ask, all of them. A journey behind the last such step needs no past, and loading it costs by its length.
 */
export function stepsBeforePast(graph: Graph): ReadonlySet<string> {
  const asking = conditionsOf(graph).filter(({ condition }) => rulesIn(condition, '').some(({ rule }) => 'did' in rule))
  // Exits have conditions of their own, and who no longer qualifies is asked again what let them in.
  if (asking.length > 0 && graph.settings.exits.ways.length > 0) return new Set(Object.keys(graph.steps))
  const before = new Set(asking.flatMap(({ step }) => step ?? []))
  for (let known = -1; known < before.size; ) {
    known = before.size
    for (const { from, to } of graph.edges) if (before.has(to)) before.add(from)
  }
  return before
}

const about: readonly { readonly what: 'variant' | 'webhook'; readonly group: Group; readonly is: string }[] = [
  { what: 'variant', group: 'experiment', is: 'no experiment' },
  { what: 'webhook', group: 'webhook', is: 'no webhook step' },
]

/** Rules about a step that is not in the graph: they could never hold. */
export function checkStepsAsked(graph: Graph): Problem[] {
  return conditionsOf(graph).flatMap(({ condition, path, step }) =>
    strangers(graph, condition, path).map(problem => (step === null ? problem : { ...problem, step })),
  )
}

function strangers({ steps }: Graph, condition: Condition, path: string): Problem[] {
  return rulesIn(condition, path).flatMap(({ rule, path: at }) =>
    about.flatMap(({ what, group, is }): Problem[] => {
      const id = 'field' in rule ? stepOf(rule.field, what) : undefined
      if (id === undefined || id === '' || findKind(steps[id]?.kind ?? '')?.group === group) return []
      return [error('condition.no-step', `"${id}" is ${is} of this campaign.`, 'Choose another field.', at)]
    }),
  )
}
