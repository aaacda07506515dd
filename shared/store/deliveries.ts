import { all, each, list, run, sql, type Work } from './work'

/** One request to a listener, with all its attempts. Its attempts are kept with those of touches, under its number. */
export interface Delivery {
  /** From the same counter as touches. */
  readonly id: number
  readonly subscriptionId: string
  /** Of the definition by which it was made: after a change of it another is made in its place. */
  readonly revision: number
  /** Stable over its attempts; sent as `webhook-id`. */
  readonly webhookId: string
  readonly firstSeq: number
  readonly lastSeq: number
  readonly events: number
  readonly attempts: number
  /**
   * `flying`: handed out. `waiting`: for its next attempt. `dropped`: the subscription was changed, or given up, before
   * it arrived.
   */
  readonly state: 'flying' | 'waiting' | 'delivered' | 'dropped'
  readonly begunAt: number
  readonly settledAt: number | null
  /** It tells again what was told. */
  readonly isReplay: boolean
}

interface DeliveryRow {
  readonly id: number
  readonly subscription_id: string
  readonly revision: number
  readonly webhook_id: string
  readonly first_seq: number
  readonly last_seq: number
  readonly events: number
  readonly attempts: number
  readonly state: Delivery['state']
  readonly begun_at: number
  readonly settled_at: number | null
  readonly is_replay: number
}

/** Stores them as they are by now. */
export function* putDeliveries(deliveries: readonly Delivery[]): Work<void> {
  yield* each(
    `insert into deliveries (id, subscription_id, revision, webhook_id, first_seq, last_seq, events, attempts, state,
       begun_at, settled_at, is_replay)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     on conflict (id) do update set revision = excluded.revision, attempts = excluded.attempts, state = excluded.state,
       settled_at = excluded.settled_at`,
    deliveries.map(d => [
      d.id,
      d.subscriptionId,
      d.revision,
      d.webhookId,
      d.firstSeq,
      d.lastSeq,
      d.events,
      d.attempts,
      d.state,
      d.begunAt,
      d.settledAt,
      d.isReplay ? 1 : 0,
    ]),
  )
}

/** Those that are not over. Index: deliveries_open. */
export function* openDeliveries(): Work<readonly Delivery[]> {
  return (yield* all<DeliveryRow>(
    sql`select * from deliveries where settled_at is null order by subscription_id, id`,
  )).map(fromRow)
}

/** The newest of a subscription, newest first. Index: deliveries_by_subscription. */
export function* deliveriesOf(subscriptionId: string, limit: number): Work<readonly Delivery[]> {
  return (yield* all<DeliveryRow>(
    sql`select * from deliveries where subscription_id = ${subscriptionId} order by id desc limit ${limit}`,
  )).map(fromRow)
}

/**
 * By subscription: attempts since then that brought no 2xx. Index: deliveries_by_subscription, attempts' primary key.
 */
export function* failuresSince(subscriptions: readonly string[], since: number): Work<ReadonlyMap<string, number>> {
  if (subscriptions.length === 0) return new Map()
  const rows = yield* all<{ subscription_id: string; n: number }>(sql`
    select d.subscription_id, count(*) as n from deliveries d join attempts a on a.touch_id = d.id
    where d.subscription_id in ${list(subscriptions)} and a.started_at >= ${since}
      and (a.status is null or a.status < 200 or a.status > 299)
    group by d.subscription_id order by d.subscription_id`)
  return new Map(rows.map(row => [row.subscription_id, row.n]))
}

/** Deletes some that were over before `before` (ms), with their attempts. Answers whether there may be more. */
export function* purgeDeliveries(before: number, limit: number): Work<boolean> {
  const rows = yield* all<{ id: number }>(sql`
    select id from deliveries where settled_at < ${before} and id < (select max(id) from deliveries) order by id limit ${limit}`)
  const ids = rows.map(row => [row.id])
  yield* each('delete from attempts where touch_id = ?', ids)
  yield* each('delete from deliveries where id = ?', ids)
  return rows.length === limit
}

/** A subscription is gone with all that was sent for it. */
export function* forgetDeliveries(subscriptionId: string): Work<void> {
  yield* run(sql`
    delete from attempts where touch_id in (select id from deliveries where subscription_id = ${subscriptionId})`)
  yield* run(sql`delete from deliveries where subscription_id = ${subscriptionId}`)
}

function fromRow(row: DeliveryRow): Delivery {
  return {
    id: row.id,
    subscriptionId: row.subscription_id,
    revision: row.revision,
    webhookId: row.webhook_id,
    firstSeq: row.first_seq,
    lastSeq: row.last_seq,
    events: row.events,
    attempts: row.attempts,
    state: row.state,
    begunAt: row.begun_at,
    settledAt: row.settled_at,
    isReplay: row.is_replay === 1,
  }
}
