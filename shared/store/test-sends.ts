import type { WebhookTested } from '../api/webhook-test'
import { all, one, run, sql, type Work } from './work'

export interface TestSend {
  readonly at: number
  /** Our own number of the lead; null when the lead was made up. */
  readonly leadId: number | null
  readonly campaignId: string
  /** Empty: none was named. */
  readonly step: string
  readonly result: WebhookTested
}
export type StoredTestSend = TestSend & { readonly id: number }

/** This many are kept in all: a day of trying out. An answer may be 64 KiB. */
const KEPT = 500

/** Keeps a test send, and forgets the oldest. Returns its id. */
export function* insertTestSend({ at, leadId, campaignId, step, result }: TestSend): Work<number> {
  const kept = yield* one<{ id: number }>(sql`
    insert into test_sends (id, at, lead_id, campaign_id, step, result)
    select coalesce(max(id), 0) + 1, ${at}, ${leadId}, ${campaignId}, ${step}, ${JSON.stringify(result)} from test_sends returning id`)
  const id = kept?.id ?? 0
  yield* run(sql`delete from test_sends where id <= ${id - KEPT}`)
  return id
}

/** The newest test sends of a campaign, or of one of its steps. Index: test_sends_by_campaign. */
export function* testSendsOf(
  campaignId: string,
  step: string | undefined,
  limit: number,
): Work<readonly StoredTestSend[]> {
  const ofStep = step === undefined ? sql`true` : sql`step = ${step}`
  return (yield* all<Row>(sql`
    select * from test_sends where campaign_id = ${campaignId} and ${ofStep} order by id desc limit ${limit}`)).map(
    fromRow,
  )
}

export function* findTestSend(id: number): Work<StoredTestSend | undefined> {
  const row = yield* one<Row>(sql`select * from test_sends where id = ${id}`)
  return row && fromRow(row)
}

/** Deletes older ones. Index: test_sends_by_time. */
export function* purgeTestSends(before: number): Work<void> {
  yield* run(sql`delete from test_sends where at < ${before}`)
}

interface Row {
  readonly id: number
  readonly at: number
  readonly lead_id: number | null
  readonly campaign_id: string
  readonly step: string
  readonly result: string
}

function fromRow({ id, at, lead_id, campaign_id, step, result }: Row): StoredTestSend {
  return { id, at, leadId: lead_id, campaignId: campaign_id, step, result: JSON.parse(result) as WebhookTested }
}
