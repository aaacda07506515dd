import type { CohortCount } from '../rules/cohorts'
import { all, each, list, sql, type Work } from './work'

/**
 * Adds to the counters, in the transaction that changes what they count (law 3). `last-end` keeps the latest instant.
 */
export function* addCohorts(counts: readonly CohortCount[]): Work<void> {
  yield* each(
    `insert into cohorts (campaign_id, version, step, what, until, n) values (?, ?, ?, ?, ?, ?)
     on conflict (campaign_id, version, step, what, until) do update set
       n = case when cohorts.what <> 'last-end' then cohorts.n + excluded.n when excluded.n > cohorts.n then excluded.n else cohorts.n end`,
    counts.map(c => [c.campaignId, c.version, c.step, c.what, c.until, c.n]),
  )
}

/** All cohorts of these campaigns: some rows an hour for each split. Index: primary key. */
export function* cohortsOf(campaignIds: readonly string[]): Work<readonly CohortCount[]> {
  if (campaignIds.length === 0) return []
  return yield* all<CohortCount>(sql`
    select campaign_id as "campaignId", version, step, what, until, n from cohorts
    where campaign_id in ${list(campaignIds)} order by campaign_id, version, step, what, until`)
}
