import type { Ahead } from '../rules/experiments'
import type { SeenShares, ShareCount, StoredExperiment } from '../rules/experiments/split'
import { all, list, one, run, sql, type Work } from './work'

interface ExperimentRow {
  readonly campaign_id: string
  readonly step: string
  readonly since_version: number
  readonly started_at: number
  readonly state: StoredExperiment['state']
  readonly decided_by: StoredExperiment['decidedBy']
  readonly decided_at: number | null
  readonly winner: string | null
  readonly ahead: string | null
  readonly seen: string | null
  readonly weights: string | null
  readonly weighed_at: number | null
}

/** All of them: at most one for each step that splits leads. */
export function* allExperiments(): Work<readonly StoredExperiment[]> {
  return (yield* all<ExperimentRow>(sql`select * from experiments order by campaign_id, step`)).map(fromRow)
}

/** Index: primary key. */
export function* experimentsOf(campaignId: string): Work<readonly StoredExperiment[]> {
  return (yield* all<ExperimentRow>(
    sql`select * from experiments where campaign_id = ${campaignId} order by step`,
  )).map(fromRow)
}

/** Index: primary key. */
export function* findExperiment(campaignId: string, step: string): Work<StoredExperiment | undefined> {
  const row = yield* one<ExperimentRow>(
    sql`select * from experiments where campaign_id = ${campaignId} and step = ${step}`,
  )
  return row && fromRow(row)
}

export function* saveExperiment(e: StoredExperiment): Work<void> {
  yield* run(sql`
    insert into experiments (campaign_id, step, since_version, started_at, state, decided_by, decided_at, winner, ahead,
      seen, weights, weighed_at)
    values (${e.campaignId}, ${e.step}, ${e.sinceVersion}, ${e.startedAt}, ${e.state}, ${e.decidedBy}, ${e.decidedAt},
      ${e.winner}, ${toText(e.ahead)}, ${toText(e.seen)}, ${toText(e.weights)}, ${e.weighedAt})
    on conflict (campaign_id, step) do update set since_version = excluded.since_version,
      started_at = excluded.started_at, state = excluded.state, decided_by = excluded.decided_by,
      decided_at = excluded.decided_at, winner = excluded.winner, ahead = excluded.ahead, seen = excluded.seen,
      weights = excluded.weights, weighed_at = excluded.weighed_at`)
}

/** What the splits of these campaigns have counted. Index: primary key of counts. */
export function* shareCounts(campaignIds: readonly string[]): Work<readonly ShareCount[]> {
  if (campaignIds.length === 0) return []
  return yield* all<ShareCount>(sql`
    select campaign_id as "campaignId", version, step, what, n from counts
    where campaign_id in ${list(campaignIds)} and (what like 'assigned%' or what like 'converted%')
    order by campaign_id, version, step, what`)
}

function fromRow(row: ExperimentRow): StoredExperiment {
  return {
    campaignId: row.campaign_id,
    step: row.step,
    sinceVersion: row.since_version,
    startedAt: row.started_at,
    state: row.state,
    decidedBy: row.decided_by,
    decidedAt: row.decided_at,
    winner: row.winner,
    ahead: fromText<Ahead>(row.ahead),
    seen: fromText<SeenShares>(row.seen),
    weights: fromText<Record<string, number>>(row.weights),
    weighedAt: row.weighed_at,
  }
}

function toText(value: object | null): string | null {
  return value === null ? null : JSON.stringify(value)
}

/** Written by `toText` of this file. */
function fromText<T>(text: string | null): T | null {
  return text === null ? null : (JSON.parse(text) as T)
}
