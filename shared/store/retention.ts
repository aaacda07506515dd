import { all, each, list, one, run, sql, type Work } from './work'

/** What replaces a request that was deleted: it parses, and says nothing. */
const nothing = '{"method":"POST","url":"","headers":[],"body":null}'

/** Which of these touches have lost their request and attempts. Index: primary key. */
export function* purgedTouches(ids: readonly number[]): Work<ReadonlySet<number>> {
  if (ids.length === 0) return new Set()
  const rows = yield* all<{ id: number }>(
    sql`select id from touches where id in ${list(ids)} and purged_at is not null`,
  )
  return new Set(rows.map(row => row.id))
}

interface Candidate {
  readonly id: number
  readonly reserved_at: number
  readonly settled_at: number | null
}

/** How far a purge has come: how many rows this stretch looked at, and the id to go on above; null at the end. */
export interface Purged {
  readonly looked: number
  readonly next: number | null
}

/**
 * Deletes requests, attempts and answers of touches that were settled before `before` (ms), looking at the next `max`.
 * The touches stay as rows, because caps and conversions need them. The purge passes every touch once in the life of
 * the database; what is not settled yet is noted for `purgeNoted`. Index: primary key.
 */
export function* purgePassing(before: number, max: number, now: number): Work<Purged> {
  const stored = yield* one<{ value: string }>(sql`select value from meta where key = 'purged-through'`)
  const passed = yield* all<Candidate>(sql`
    select id, reserved_at, settled_at from touches where id > ${Number(stored?.value ?? 0)} order by id limit ${max}`)
  // Nothing is settled before it is reserved.
  const old = untilFirst(passed, row => row.reserved_at >= before)
  const [ready, early] = apart(old, before)
  yield* remove(ready, now)
  yield* each(
    'insert into purge_later (touch_id) values (?) on conflict (touch_id) do nothing',
    early.map(id => [id]),
  )
  const through = old.at(-1)?.id
  if (through !== undefined)
    yield* run(sql`
      insert into meta (key, value) values ('purged-through', ${String(through)})
      on conflict (key) do update set value = excluded.value`)
  return { looked: old.length, next: old.length === max ? (through ?? null) : null }
}

/** Looks again at touches above `after` that were not settled when the purge passed them. Index: primary keys. */
export function* purgeNoted(before: number, after: number, max: number, now: number): Work<Purged> {
  const noted = yield* all<Candidate>(sql`
    select o.id, o.reserved_at, o.settled_at from purge_later l join touches o on o.id = l.touch_id
    where l.touch_id > ${after} order by l.touch_id limit ${max}`)
  const [ready] = apart(noted, before)
  yield* remove(ready, now)
  yield* each(
    'delete from purge_later where touch_id = ?',
    ready.map(id => [id]),
  )
  return { looked: noted.length, next: noted.length === max ? (noted.at(-1)?.id ?? null) : null }
}

/** Ids of touches that may be purged, and of those that were settled too late or are under way. */
function apart(rows: readonly Candidate[], before: number): [number[], number[]] {
  const isReady = (row: Candidate) => row.settled_at !== null && row.settled_at < before
  return [rows.filter(isReady).map(r => r.id), rows.filter(row => !isReady(row)).map(r => r.id)]
}

function* remove(ids: readonly number[], now: number): Work<void> {
  const rows = ids.map(id => [id])
  yield* each('delete from attempts where touch_id = ?', rows)
  yield* each('delete from past_requests where touch_id = ?', rows)
  yield* each(
    'update touches set request = ?, purged_at = ? where id = ?',
    ids.map(id => [nothing, now, id]),
  )
}

function untilFirst<T>(rows: readonly T[], stops: (row: T) => boolean): readonly T[] {
  const at = rows.findIndex(stops)
  return at < 0 ? rows : rows.slice(0, at)
}
