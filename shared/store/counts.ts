import { all, each, list, run, sql, type Work } from './work'

/**
 * Numbers that add up. `step` '' is the campaign as a whole: entered, finished, exited, failed, converted, received, undelivered, skipped.
 * `exit:<cause>` says by what those exited (ExitCause in shared/effects.ts); together they are `exited`.
 * Of a step: entered, `left:<port>`, `instead:<port>:<other>` (of those who left by the other port: who came to a port that is not connected), `unsent:<reply>:<gate>` (`template` where it
 * was no gate; together they are `skipped`), ended, `assigned:<variant>`, `assigned-first:<variant>` (first entries of leads), `converted:<variant>`, `converted-first:<variant>`. What converted is by the primary goal, once a journey.
 * Of both: moved, how many more went to another version than came from one without entering anew; over all versions of a campaign it is 0 for the whole.
 *
 * Of each goal, by its number in `goals`: `goal:7:converted` (journeys), `goal:7:times` (events that count), `goal:7:value:EUR` (smallest units); of a step
 * that splits leads the same with the variant (`goal:7:converted:a`, `goal:7:first:a` of first entries, `goal:7:value:a:EUR`); of a step that calls a webhook `goal:7:credit` and
 * `goal:7:credit-value:EUR`.
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
     on conflict (campaign_id, version, step, what) do update set n = counts.n + excluded.n`,
    counts.map(c => [c.campaignId, c.version, c.step, c.what, c.n]),
  )
}

/** All counters of these campaigns, summed over their versions. Index: primary key. */
export function* countsOf(campaignIds: readonly string[]): Work<readonly Omit<Count, 'version'>[]> {
  if (campaignIds.length === 0) return []
  const rows = yield* all<{ campaign_id: string; step: string; what: string; n: number }>(sql`
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

/** Versions that leads walk, by `versionKey`: more came in than ended or went to another. Index: none, counters are few. */
export function* versionsWithLeads(): Work<ReadonlySet<string>> {
  const rows = yield* all<{ campaign_id: string; version: number }>(sql`
    select campaign_id, version from counts
    where step = '' and what in ('entered', 'finished', 'exited', 'failed', 'moved')
    group by campaign_id, version having sum(case what when 'entered' then n else -n end) > 0`)
  return new Set(rows.map(row => versionKey(row.campaign_id, row.version)))
}

export function versionKey(campaignId: string, version: number): string {
  return `${campaignId} ${version}`
}

/** Makes the counters of this goal (`converted`, `converted:<variant>`, `converted-first:<variant>`) those of the campaign, when another one becomes its primary. Index: primary key. */
export function* countByGoal(campaignId: string, goal: number | null): Work<void> {
  yield* run(sql`
    delete from counts where campaign_id = ${campaignId} and (what = 'converted' or what like 'converted:%' or what like 'converted-first:%')`)
  if (goal === null) return
  const prefix = `goal:${goal}:`
  yield* run(sql`
    insert into counts (campaign_id, version, step, what, n)
    select campaign_id, version, step, substr(what, ${prefix.length + 1}), n from counts
    where campaign_id = ${campaignId} and (what = ${`${prefix}converted`} or what like ${`${prefix}converted:%`})`)
  yield* run(sql`
    insert into counts (campaign_id, version, step, what, n)
    select campaign_id, version, step, 'converted-first:' || substr(what, ${`${prefix}first:`.length + 1}), n from counts
    where campaign_id = ${campaignId} and what like ${`${prefix}first:%`}`)
}
