import type { Failing, OffBy } from '../rules/receiver'
import { all, each, run, sql, type Work } from './work'

/** A receiver that only fails, or is switched off. */
export interface StoredReceiver {
  readonly address: string
  readonly failing: Failing
}

interface ReceiverRow {
  readonly address: string
  readonly since: number
  readonly last_at: number
  readonly counts: number
  readonly failures: number
  readonly outcome: string
  readonly reached: number
  readonly off_at: number | null
  readonly off_by: OffBy | null
}

/** All of them: as many as there are webhooks in trouble. */
export function* allReceivers(): Work<readonly StoredReceiver[]> {
  return (yield* all<ReceiverRow>(sql`select * from receivers order by address`)).map(fromRow)
}

export function* putReceivers(receivers: readonly StoredReceiver[]): Work<void> {
  yield* each(
    `insert into receivers (address, since, last_at, counts, failures, outcome, reached, off_at, off_by) values (?, ?, ?, ?, ?, ?, ?, ?, ?)
     on conflict (address) do update set since = excluded.since, last_at = excluded.last_at, counts = excluded.counts,
       failures = excluded.failures, outcome = excluded.outcome, reached = excluded.reached, off_at = excluded.off_at, off_by = excluded.off_by`,
    receivers.map(({ address, failing: { since, last, counts, failures, outcome, reached, off } }) => [
      address,
      since,
      last,
      counts ? 1 : 0,
      failures,
      outcome,
      reached,
      off?.at ?? null,
      off?.by ?? null,
    ]),
  )
}

export function* deleteReceivers(addresses: readonly string[]): Work<void> {
  yield* each(
    'delete from receivers where address = ?',
    addresses.map(address => [address]),
  )
}

/** Receivers that are not switched off and last failed before this instant (ms). */
export function* forgetFailing(before: number): Work<void> {
  yield* run(sql`delete from receivers where off_at is null and last_at < ${before}`)
}

function fromRow(row: ReceiverRow): StoredReceiver {
  const { address, since, last_at: last, counts, failures, outcome, reached, off_at: at, off_by: by } = row
  const off = at === null || by === null ? null : { at, by }
  return { address, failing: { since, last, counts: counts === 1, failures, outcome, reached, off } }
}
