import { all, run as execute, one, sql, type Work } from './work'

export type RunStatus = 'scheduled' | 'counting' | 'running' | 'done' | 'too-many' | 'replaced'

/** One entry of a batch campaign. The migration describes the columns. */
export interface StoredRun {
  readonly campaign_id: string
  readonly run: number
  readonly version: number
  readonly wall: number | null
  readonly planned_at: number
  readonly due_at: number
  readonly status: RunStatus
  readonly after_lead: number
  readonly last_lead: number | null
  readonly swept_at: number | null
  readonly started_at: number | null
  readonly ended_at: number | null
  readonly counted: number
  readonly entered: number
  readonly refused: number
  readonly missed: number
}

/** A run to come. `at` and `wall` as in time/schedule.ts. */
export interface PlannedRun {
  readonly campaignId: string
  readonly version: number
  readonly at: number
  readonly wall: number | null
  readonly missed: number
}

/** Plans a campaign's next run. */
export function* planRun({ campaignId, version, at, wall, missed }: PlannedRun): Work<void> {
  yield* execute(sql`
    insert into runs (campaign_id, run, version, wall, planned_at, due_at, status, after_lead, counted, entered, refused, missed)
    values (
      ${campaignId}, (select coalesce(max(run), 0) + 1 from runs where campaign_id = ${campaignId}), ${version},
      ${wall}, ${at}, ${at}, 'scheduled', 0, 0, 0, 0, ${missed})`)
}

/** Runs of live campaigns that are not over, the earliest due first. One or two a campaign, so no index. */
export function* openRuns(): Work<readonly StoredRun[]> {
  return yield* all<StoredRun>(sql`
    select r.* from runs r join campaigns c on c.id = r.campaign_id and c.live_version = r.version
    where r.status in ('scheduled', 'counting', 'running') and c.status = 'live' order by r.due_at, r.campaign_id, r.run`)
}

/** When the next run has something to do (ms); null when none waits. */
export function* nextRunDue(): Work<number | null> {
  return (yield* openRuns())[0]?.due_at ?? null
}

/** The runs of a campaign, the newest first. Index: primary key. */
export function* runsOf(campaignId: string, limit: number): Work<readonly StoredRun[]> {
  return yield* all<StoredRun>(
    sql`select * from runs where campaign_id = ${campaignId} order by run desc limit ${limit}`,
  )
}

/** The run that a report describes: the one under way, else the last that began, else the next. */
export function* runOfReport(campaignId: string): Work<StoredRun | undefined> {
  return yield* one<StoredRun>(sql`
    select * from runs where campaign_id = ${campaignId} and status <> 'replaced'
    order by status in ('counting', 'running') desc, started_at is not null desc, run desc limit 1`)
}

/** Records how far a run has come. */
export function* saveRun(r: StoredRun): Work<void> {
  yield* execute(sql`
    update runs set due_at = ${r.due_at}, status = ${r.status}, after_lead = ${r.after_lead}, last_lead = ${r.last_lead},
      swept_at = ${r.swept_at}, started_at = ${r.started_at}, ended_at = ${r.ended_at}, counted = ${r.counted},
      entered = ${r.entered}, refused = ${r.refused}
    where campaign_id = ${r.campaign_id} and run = ${r.run}`)
}

/** A new version keeps the schedule, and open runs go on with it. */
export function* adoptRuns(campaignId: string, version: number): Work<void> {
  yield* execute(sql`
    update runs set version = ${version}
    where campaign_id = ${campaignId} and status in ('scheduled', 'counting', 'running')`)
}

/** A new version has another schedule, and open runs are given up. */
export function* replaceRuns(campaignId: string, now: number): Work<void> {
  yield* execute(sql`
    update runs set status = 'replaced', ended_at = ${now}
    where campaign_id = ${campaignId} and status in ('scheduled', 'counting', 'running')`)
}
