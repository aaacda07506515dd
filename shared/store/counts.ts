import { type Counter, count, leavesCampaign } from '../rules/counters'
import { all, each, list, run, sql, type Work } from './work'

/** A number that adds up. `what` it counts is told by rules/counters.ts; `step` '' is the campaign as a whole. */
export interface Count {
  readonly campaignId: string
  readonly version: number
  readonly step: string
  readonly what: Counter
  readonly n: number
}

/** Adds to the counters, in the transaction that changes what they count (law 3). */
export function* addCounts(counts: readonly Count[]): Work<void> {
  yield* each(
    `insert into counts (campaign_id, version, step, what, n) values (?, ?, ?, ?, ?)
     on conflict (campaign_id, version, step, what) do update set n = counts.n + excluded.n`,
    counts.map(c => [c.campaignId, c.version, c.step, c.what, c.n]),
  )
}

/** All counters of these campaigns, summed over their versions. Index: primary key. */
export function* countsOf(campaignIds: readonly string[]): Work<readonly Omit<Count, 'version'>[]> {
  if (campaignIds.length === 0) return []
  const rows = yield* all<{ campaign_id: string; step: string; what: Counter; n: number }>(sql`
    select campaign_id, step, what, sum(n) as n from counts where campaign_id in ${list(campaignIds)}
    group by campaign_id, step, what order by campaign_id, step, what`)
  return rows.map(row => ({ campaignId: row.campaign_id, step: row.step, what: row.what, n: row.n }))
}

/** All counters of a campaign, in each of its versions. Index: primary key. */
export function* countsByVersion(campaignId: string): Work<readonly Count[]> {
  return yield* all<Count>(sql`
    select campaign_id as "campaignId", version, step, what, n from counts where campaign_id = ${campaignId}
    order by version, step, what`)
}

/**
 * Versions that leads walk, by `versionKey`: more leads came in than ended or went to another version. Index: none,
 * counters are few.
 */
export function* versionsWithLeads(): Work<ReadonlySet<string>> {
  const rows = yield* all<{ campaign_id: string; version: number }>(sql`
    select campaign_id, version from counts
    where step = '' and what in ${list([count.entered, ...leavesCampaign])}
    group by campaign_id, version having sum(case what when ${count.entered} then n else -n end) > 0`)
  return new Set(rows.map(row => versionKey(row.campaign_id, row.version)))
}

export function versionKey(campaignId: string, version: number): string {
  return `${campaignId} ${version}`
}

/**
 * Makes the conversions of this goal those of the campaign, in all and by variant, when another one becomes its
 * primary. Index: primary key.
 */
export function* countByGoal(campaignId: string, goal: number | null): Work<void> {
  const of = (counter: (variant: string) => Counter) => counter('')
  const [by, byFirst] = [of(count.convertedBy), of(count.convertedFirst)]
  yield* run(sql`
    delete from counts where campaign_id = ${campaignId}
    and (what = ${count.converted} or what like ${`${by}%`} or what like ${`${byFirst}%`})`)
  if (goal === null) return
  const mine = count.ofGoal(goal)
  const renamed = [
    { from: mine.converted(), to: count.converted, like: mine.converted() },
    { from: of(mine.converted), to: by, like: `${of(mine.converted)}%` },
    { from: of(mine.first), to: byFirst, like: `${of(mine.first)}%` },
  ]
  for (const { from, to, like } of renamed)
    yield* run(sql`
      insert into counts (campaign_id, version, step, what, n)
      select campaign_id, version, step, ${to} || substr(what, ${from.length + 1}), n from counts
      where campaign_id = ${campaignId} and what like ${like}`)
}
