import { all, one, run, sql, type Work } from './work'

/** The entry of a batch campaign's version. */
export interface Batch {
  readonly campaign_id: string
  readonly version: number
  readonly due_at: number
  readonly status: 'scheduled' | 'running' | 'done'
  readonly after_lead: number
  readonly last_lead: number | null
  readonly entered: number
}

export function* scheduleBatch(campaignId: string, version: number, dueAt: number): Work<void> {
  yield* run(sql`
    insert into batches (campaign_id, version, due_at, status, after_lead, last_lead, entered)
    values (${campaignId}, ${version}, ${dueAt}, 'scheduled', 0, null, 0)`)
}

/** Batches of live campaigns that still have leads to let in. A handful of rows: no index. */
export function* openBatches(): Work<readonly Batch[]> {
  return yield* all<Batch>(sql`
    select b.* from batches b join campaigns c on c.id = b.campaign_id and c.live_version = b.version
    where b.status <> 'done' and c.status = 'live' order by b.due_at, b.campaign_id`)
}

/** When the next batch falls due; null when none waits. */
export function* nextBatch(): Work<number | null> {
  return (yield* openBatches())[0]?.due_at ?? null
}

export function* batchOf(campaignId: string, version: number): Work<Batch | undefined> {
  return yield* one<Batch>(sql`select * from batches where campaign_id = ${campaignId} and version = ${version}`)
}

export function* saveBatch(b: Batch): Work<void> {
  yield* run(sql`
    update batches set status = ${b.status}, after_lead = ${b.after_lead}, last_lead = ${b.last_lead}, entered = ${b.entered}
    where campaign_id = ${b.campaign_id} and version = ${b.version}`)
}
