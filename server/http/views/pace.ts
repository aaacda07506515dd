import type { Pace } from '#shared/api/experiments'
import { findVersion } from '#shared/store/campaigns'
import { recentEntries } from '#shared/store/journeys'
import type { Work } from '#shared/store/work'
import { DAY } from '#shared/time/units'
import { campaignById } from './campaigns'
import { loadCounts } from './report'

/** How far back leads are counted for the pace. */
const RECENT = 7 * DAY

/** A pace from less time than this says nothing. */
const LEAST = DAY / 24

/** How many leads enter a day lately, and how many of them convert: what the plan of a test begins with. */
export function* paceOf(id: string, now: number): Work<Pace> {
  const { liveVersion } = yield* campaignById(id)
  const first = liveVersion === null ? undefined : yield* findVersion(id, 1)
  if (first === undefined) return { leadsPerDay: null, conversionRate: null }
  const { entered, conversions } = yield* loadCounts(id)
  const { n, since } = yield* recentEntries(id, Math.max(first.publishedAt, now - RECENT))
  const days = (now - since) / DAY
  return {
    leadsPerDay: n === 0 || now - since < LEAST ? null : n / days,
    conversionRate: entered === 0 ? null : conversions / entered,
  }
}
