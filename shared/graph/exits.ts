import { always, type Condition } from '../rules/conditions'
import type { ExitRules } from '../rules/exits'
import { type Graph, intakeOf } from './schema'

/** The exits of a graph with its audience; undefined when it has no exits, so that nothing is asked anywhere. */
export function exitRulesOf(graph: Graph): ExitRules | undefined {
  const { exits } = graph.settings
  return exits.ways.length === 0 ? undefined : { ...exits, audience: audienceOf(graph) }
}

/** Who may be in the campaign: the entry audience, and the audience of a batch. */
export function audienceOf(graph: Graph): Condition {
  const admits = intakeOf(graph)
  const asked = [graph.settings.entrance.audience, ...(admits?.mode === 'batch' ? [admits.audience] : [])]
  const [only = always, ...more] = asked.filter(({ rules }) => rules.length > 0)
  return more.length === 0 ? only : { match: 'all', rules: [only, ...more] }
}
