import { all, each, one, run, sql, type Work } from './work'

/**
 * A webhook that failed often, of one step of one campaign; or a receiver that is about to be switched off. Open until
 * `cleared_at`.
 */
export interface Alert {
  readonly id: number
  readonly campaign_id: string
  readonly step: string
  readonly raised_at: number
  /** What was seen: `failed` of `calls` within `minutes`, and the share that was allowed, in percent. */
  readonly calls: number
  readonly failed: number
  readonly minutes: number
  readonly percent: number
  /**
   * Null: the alert is about the step. Else it is about this receiver, the step is the one whose call raised it, and
   * everything was seen since the receiver's first failure.
   */
  readonly receiver: string | null
  /** How near the receiver is to being switched off, in percent; 100: it is off. Null: the alert is about the step. */
  readonly reached: number | null
  readonly cleared_at: number | null
  readonly acknowledged_at: number | null
}

export type NewAlert = Pick<
  Alert,
  'campaign_id' | 'step' | 'calls' | 'failed' | 'minutes' | 'percent' | 'receiver' | 'reached'
>

/**
 * Stores an alert, unless one is open already for this step, or this receiver. Returns it when it is new. Index:
 * alerts_open, alerts_of_receiver.
 */
export function* insertAlert(a: NewAlert, now: number): Work<Alert | undefined> {
  const last = yield* one<{ id: number }>(sql`select coalesce(max(id), 0) as id from alerts`)
  return yield* one<Alert>(sql`
    insert into alerts (id, campaign_id, step, raised_at, calls, failed, minutes, percent, receiver, reached, cleared_at, acknowledged_at)
    values (${(last?.id ?? 0) + 1}, ${a.campaign_id}, ${a.step}, ${now}, ${a.calls}, ${a.failed}, ${a.minutes}, ${a.percent}, ${a.receiver}, ${a.reached}, null, null)
    on conflict do nothing
    returning *`)
}

/** Index: alerts_open. */
export function* clearAlert(campaignId: string, step: string, now: number): Work<void> {
  yield* run(
    sql`update alerts set cleared_at = ${now} where campaign_id = ${campaignId} and step = ${step} and cleared_at is null and receiver is null`,
  )
}

/** The alerts about these receivers are over, or give way to something newer. Index: alerts_of_receiver. */
export function* clearAlertsOf(receivers: readonly string[], now: number): Work<void> {
  yield* each(
    'update alerts set cleared_at = ? where receiver = ? and cleared_at is null',
    receivers.map(receiver => [now, receiver]),
  )
}

/** Somebody has seen it. A second time keeps the first instant. */
export function* acknowledgeAlert(id: number, now: number): Work<Alert | undefined> {
  yield* run(sql`update alerts set acknowledged_at = ${now} where id = ${id} and acknowledged_at is null`)
  return yield* one<Alert>(sql`select * from alerts where id = ${id}`)
}

/** Alerts about steps. Index: alerts_open. */
export function* openAlerts(): Work<readonly Alert[]> {
  return yield* all<Alert>(sql`select * from alerts where cleared_at is null and receiver is null order by id`)
}

/** The newest, newest first. Index: primary key. */
export function* latestAlerts(limit: number): Work<readonly Alert[]> {
  return yield* all<Alert>(sql`select * from alerts order by id desc limit ${limit}`)
}
