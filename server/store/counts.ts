import { all, each, list, sql, type Work } from './work'

/**
 * Numbers that add up. `step` '' is the campaign as a whole: entered, finished, exited, failed, converted, received, undelivered, skipped.
 * Of a step: entered, `left:<port>`, ended, `assigned:<variant>`, `converted:<variant>`.
 * Of both: moved, how many more went to another version than came from one without entering anew; over all versions of a campaign it is 0 for the whole.
 */
export interface Count {
  readonly campaignId: string
  readonly version: number
  readonly step: string
  readonly what: string
  readonly n: number
}

/** Adds to the counters, in the transaction that changes what they count (law 3). */
export function* addCounts(counts: readonly Count[]): Work<void> {
  yield* each(
    `insert into counts (campaign_id, version, step, what, n) values (?, ?, ?, ?, ?)
     on conflict (campaign_id, version, step, what) do update set n = n + excluded.n`,
    counts.map(c => [c.campaignId, c.version, c.step, c.what, c.n]),
  )
}

/** All counters of these campaigns, summed over their versions. Index: primary key. */
export function* countsOf(campaignIds: readonly string[]): Work<readonly Omit<Count, 'version'>[]> {
  if (campaignIds.length === 0) return []
  const rows = yield* all<{ campaign_id: string; step: string; what: string; n: number }>(sql`
    select campaign_id, step, what, sum(n) as n from counts where campaign_id in ${list(campaignIds)}
    group by campaign_id, step, what`)
  return rows.map(row => ({ campaignId: row.campaign_id, step: row.step, what: row.what, n: row.n }))
}

/** All counters of a campaign, version by version. Index: primary key. */
export function* countsByVersion(campaignId: string): Work<readonly Count[]> {
  const rows = yield* all<{ version: number; step: string; what: string; n: number }>(
    sql`select version, step, what, n from counts where campaign_id = ${campaignId}`,
  )
  return rows.map(row => ({ campaignId, ...row }))
}
