import type { Graph } from '../../graph/schema'
import type { QuietFacts } from '../../rules/gates/gate'
import type { QuietHours } from '../../rules/quiet'
import { levelsOf, sayLevels } from '../../rules/quiet-levels'
import { findKind } from '../../steps/index'

/** The quiet hours of every level that holds for a step; null when there are none. */
export function quietIn(graph: Graph, step: string, campaign: string, account: QuietHours | null): QuietFacts | null {
  const { kind = '', config = {} } = graph.steps[step] ?? {}
  const choice = findKind(kind)?.quiet?.(config) ?? { as: 'campaign' }
  const levels = levelsOf(account, graph.settings.quietHours, choice)
  return levels.length === 0 ? null : { levels, said: sayLevels(levels), campaign, step }
}
