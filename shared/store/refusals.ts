import type { Refusal } from '../rules/entry'
import { all, each, list, sql, type Work } from './work'

/** Who did not enter a campaign, when, by which event, and why. */
export interface StoredRefusal {
  readonly campaignId: string
  readonly leadId: number
  readonly at: number
  /** The name of the event; null for a batch. */
  readonly event: string | null
  readonly because: Refusal
}

/** This many are kept for each campaign; the oldest make room. */
const KEPT = 1000

/** Keeps refusals, in their order. Index: primary key. */
export function* keepRefusals(refusals: readonly StoredRefusal[]): Work<void> {
  if (refusals.length === 0) return
  const campaigns = [...new Set(refusals.map(r => r.campaignId))]
  const last = new Map(
    (yield* all<{ campaign_id: string; n: number }>(
      sql`select campaign_id, max(n) as n from refusals where campaign_id in ${list(campaigns)} group by campaign_id`,
    )).map(row => [row.campaign_id, row.n]),
  )
  const rows = refusals.map(({ campaignId, leadId, at, event, because }) => {
    const n = (last.get(campaignId) ?? 0) + 1
    last.set(campaignId, n)
    return [campaignId, n % KEPT, n, leadId, at, event, JSON.stringify(because)]
  })
  yield* each(
    `insert into refusals (campaign_id, slot, n, lead_id, at, event, because) values (?, ?, ?, ?, ?, ?, ?)
     on conflict (campaign_id, slot) do update set n = excluded.n, lead_id = excluded.lead_id, at = excluded.at,
       event = excluded.event, because = excluded.because`,
    rows,
  )
}

/** Why a lead did not enter, newest first. Index: refusals_by_lead. */
export function* refusalsOfLead(leadId: number, limit: number): Work<readonly StoredRefusal[]> {
  const rows = yield* all<{ campaign_id: string; lead_id: number; at: number; event: string | null; because: string }>(
    sql`select campaign_id, lead_id, at, event, because from refusals where lead_id = ${leadId} order by at desc, n desc limit ${limit}`,
  )
  return rows.map(row => ({
    campaignId: row.campaign_id,
    leadId: row.lead_id,
    at: row.at,
    event: row.event,
    because: JSON.parse(row.because) as Refusal,
  }))
}
