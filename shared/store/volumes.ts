import { all, each, list, sql, type Work } from './work'

/** How many entered a campaign in one hour or on one date. `period` counts hours and days as in rules/entry.ts. */
export interface StoredVolume {
  readonly campaign_id: string
  readonly per: 'hour' | 'day'
  readonly period: number
  readonly n: number
}

/** Index: primary key. */
export function* volumesOf(campaigns: readonly string[]): Work<readonly StoredVolume[]> {
  if (campaigns.length === 0) return []
  return yield* all<StoredVolume>(sql`select * from volumes where campaign_id in ${list(campaigns)}`)
}

/** How many have entered these campaigns ever, over all versions. Index: primary key of counts. */
export function* enteredEver(campaigns: readonly string[]): Work<ReadonlyMap<string, number>> {
  if (campaigns.length === 0) return new Map()
  const rows = yield* all<{ campaign_id: string; n: number }>(sql`
    select campaign_id, sum(n) as n from counts
    where campaign_id in ${list(campaigns)} and step = '' and what = 'entered' group by campaign_id`)
  return new Map(rows.map(row => [row.campaign_id, row.n]))
}

export function* saveVolumes(volumes: readonly StoredVolume[]): Work<void> {
  yield* each(
    `insert into volumes (campaign_id, per, period, n) values (?, ?, ?, ?)
     on conflict (campaign_id, per) do update set period = excluded.period, n = excluded.n`,
    volumes.map(v => [v.campaign_id, v.per, v.period, v.n]),
  )
}
