import type { SubscriptionDefinition, SubscriptionState } from '../subscriptions/subscription'
import { all, each, one, run, sql, type Work } from './work'

/** A listener outside: what it hears, how it is told, and how far it has come. */
export interface StoredSubscription extends Standing {
  readonly id: string
  readonly definition: SubscriptionDefinition
  /** A hook is made by an automation tool and goes with it: 410 deletes it. */
  readonly madeBy: 'hand' | 'hook'
  /** Goes up with each change of the definition. */
  readonly revision: number
  readonly createdAt: number
  readonly updatedAt: number
  /** Was the key that signs for it downloaded already? */
  readonly keyTaken: boolean
}

/** How far a subscription has come. Instants are ms. */
export interface Standing {
  readonly state: SubscriptionState
  /** Everything up to this notice was told, or is not for it. */
  readonly position: number
  /** Attempts that failed since the last that did not. */
  readonly failures: number
  /** When the delivery that failed is tried again; null: none waits for that. */
  readonly nextAt: number | null
  readonly failingSince: number | null
  /** How many reminders were raised since. */
  readonly reminded: number
  readonly succeededAt: number | null
  readonly failedAt: number | null
  /** How the last attempt ended: `status 503`, `timeout`; null: none was made. */
  readonly outcome: string | null
}

interface SubscriptionRow {
  readonly id: string
  readonly definition: string
  readonly state: SubscriptionState
  readonly made_by: 'hand' | 'hook'
  readonly revision: number
  readonly created_at: number
  readonly updated_at: number
  readonly position: number
  readonly failures: number
  readonly next_at: number | null
  readonly failing_since: number | null
  readonly reminded: number
  readonly succeeded_at: number | null
  readonly failed_at: number | null
  readonly outcome: string | null
  readonly key_taken: number
}

/** How every subscription begins. */
export const newStanding: Standing = {
  state: 'off',
  position: 0,
  failures: 0,
  nextAt: null,
  failingSince: null,
  reminded: 0,
  succeededAt: null,
  failedAt: null,
  outcome: null,
}

/** In the order of their making. */
export function* allSubscriptions(): Work<readonly StoredSubscription[]> {
  return (yield* all<SubscriptionRow>(sql`select * from subscriptions order by created_at, id`)).map(fromRow)
}

export function* findSubscription(id: string): Work<StoredSubscription | undefined> {
  const row = yield* one<SubscriptionRow>(sql`select * from subscriptions where id = ${id}`)
  return row === undefined ? undefined : fromRow(row)
}

export function* insertSubscription(s: StoredSubscription): Work<void> {
  yield* run(sql`
    insert into subscriptions (id, definition, state, made_by, revision, created_at, updated_at, position, failures, next_at,
      failing_since, reminded, succeeded_at, failed_at, outcome, key_taken)
    values (${s.id}, ${JSON.stringify(s.definition)}, ${s.state}, ${s.madeBy}, ${s.revision}, ${s.createdAt}, ${s.updatedAt},
      ${s.position}, ${s.failures}, ${s.nextAt}, ${s.failingSince}, ${s.reminded}, ${s.succeededAt}, ${s.failedAt},
      ${s.outcome}, ${s.keyTaken ? 1 : 0})`)
}

/** Another definition; the next request goes by it. */
export function* saveDefinition(id: string, definition: SubscriptionDefinition, now: number): Work<void> {
  yield* run(sql`
    update subscriptions set definition = ${JSON.stringify(definition)}, revision = revision + 1, updated_at = ${now}
    where id = ${id}`)
}

/** How far they have come. */
export function* saveStandings(standings: readonly (Standing & { readonly id: string })[]): Work<void> {
  yield* each(
    `update subscriptions set state = ?, position = ?, failures = ?, next_at = ?, failing_since = ?, reminded = ?,
       succeeded_at = ?, failed_at = ?, outcome = ? where id = ?`,
    standings.map(s => [
      s.state,
      s.position,
      s.failures,
      s.nextAt,
      s.failingSince,
      s.reminded,
      s.succeededAt,
      s.failedAt,
      s.outcome,
      s.id,
    ]),
  )
}

export function* deleteSubscription(id: string): Work<void> {
  yield* run(sql`delete from subscriptions where id = ${id}`)
}

/** The key is out: nobody is given it a second time. Answers false when it was out already. */
export function* takeKey(id: string): Work<boolean> {
  const rows = yield* all<{ id: string }>(
    sql`update subscriptions set key_taken = 1 where id = ${id} and key_taken = 0 returning id`,
  )
  return rows.length > 0
}

function fromRow(row: SubscriptionRow): StoredSubscription {
  return {
    id: row.id,
    definition: JSON.parse(row.definition) as SubscriptionDefinition,
    state: row.state,
    madeBy: row.made_by,
    revision: row.revision,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    position: row.position,
    failures: row.failures,
    nextAt: row.next_at,
    failingSince: row.failing_since,
    reminded: row.reminded,
    succeededAt: row.succeeded_at,
    failedAt: row.failed_at,
    outcome: row.outcome,
    keyTaken: row.key_taken === 1,
  }
}
