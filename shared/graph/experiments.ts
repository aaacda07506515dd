import type { Experiments } from '../rules/experiments'
import { routeOf } from '../rules/experiments/decide'
import type { Split, StoredExperiment } from '../rules/experiments/split'
import { kindOf } from '../steps'
import type { Graph } from './schema'

/**
 * Must a verdict on this campaign's experiments look only at the first entry of each lead? Where leads may come again,
 * their entries are not independent, and counting all of them makes an interval too narrow
 * (rules/statistics/sequential.ts).
 */
export function judgesFirstEntries({ steps, settings: { entry, entrance } }: Graph): boolean {
  const isOnce = entry.rule === 'once' && entry.counted !== 'receipt' && entrance.key === ''
  return !isOnce && Object.values(steps).some(({ kind, config }) => kindOf(kind).shares?.(config) !== undefined)
}

/** The splits of a version; none without a version. */
export function splitsOf(version: OfGraph | undefined): readonly Split[] {
  const countsFirst = version !== undefined && judgesFirstEntries(version.graph)
  return Object.entries(version?.graph.steps ?? {}).flatMap(([step, { kind, config }]) => {
    const { shares, experiment } = kindOf(kind)
    if (shares === undefined || experiment === undefined) return []
    return [{ step, shares: shares(config), ...experiment(config), countsFirst }]
  })
}

/** A step that splits leads in each version of its campaign, by version. */
export function splitsOfStep(
  step: string,
  versions: Iterable<OfGraph & { readonly version: number }>,
): ReadonlyMap<number, Split> {
  const splits = [...versions].map(v => [v.version, splitsOf(v).find(s => s.step === step)] as const)
  return new Map(splits.flatMap(([version, split]) => (split === undefined ? [] : [[version, split]])))
}

/** What was decided in the experiments of a campaign, by step; null for nothing. */
export function decidedIn(rows: readonly StoredExperiment[], live: OfGraph): Experiments | null {
  const routes = splitsOf(live).flatMap(split => {
    const row = rows.find(r => r.step === split.step)
    const route = row && routeOf(row, split)
    return route === undefined ? [] : [[split.step, { route }] as const]
  })
  return routes.length === 0 ? null : new Map(routes)
}

/** A version, as far as its splits are concerned. */
interface OfGraph {
  readonly graph: Graph
}
