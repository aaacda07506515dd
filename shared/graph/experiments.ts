import { kindOf } from '../steps'
import type { Graph } from './schema'

/**
 * Does a verdict on this campaign's experiments have to look at the first entry of each lead alone? Where leads may come again, their entries are not independent of
 * each other, and counted all, an interval is too narrow (rules/statistics/sequential.ts).
 */
export function judgesFirstEntries({ steps, settings: { entry, entrance } }: Graph): boolean {
  const isOnce = entry.rule === 'once' && entry.counted !== 'receipt' && entrance.key === ''
  return !isOnce && Object.values(steps).some(({ kind, config }) => kindOf(kind).shares?.(config) !== undefined)
}
