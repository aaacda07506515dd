import type { KeptClock } from '../time/clock'
import { one, run, type Store, sql, type Work } from './work'

/** The name of this installation: drawn once, when the database is made. */
export function* installationName(fresh: string): Work<string> {
  yield* run(sql`insert into meta (key, value) values ('installation', ${fresh}) on conflict (key) do nothing`)
  const row = yield* one<{ value: string }>(sql`select value from meta where key = 'installation'`)
  return row?.value ?? fresh
}

/** The last instant at which something was committed, to a second; a launch to the millisecond. 0 in a new database. */
export function* lastInstant(): Work<number> {
  const row = yield* one<{ kept: string | null; launched: number | null }>(sql`
    select (select value from meta where key = 'last-instant') as kept, (select max(published_at) from versions) as launched`)
  return Math.max(Number(row?.kept ?? 0), row?.launched ?? 0)
}

/** How stale the stored instant may be (ms). */
const KEEP_MS = 1000

/**
 * A store that reports every commit to the clock, and stores the instant now and then: a new process goes on from
 * there. Transactions may be under way at the same time and end in any order, so the clock is never told of one that
 * was asked for before the last that it knows.
 */
export function keepTime(store: Store, clock: KeptClock): Store {
  let stored = Number.NEGATIVE_INFINITY
  let asked = 0
  let kept = 0
  return {
    ...store,
    transact: async work => {
      const now = clock.now()
      const n = ++asked
      const before = stored
      const isDue = Math.abs(now - stored) >= KEEP_MS
      // At once. A save that is under way includes the instants that are asked for meanwhile.
      if (isDue) stored = now
      try {
        const result = await store.transact(isDue ? storing(work, clock) : work)
        if (n > kept) clock.keep(now)
        kept = Math.max(kept, n)
        return result
      } catch (error) {
        if (isDue) stored = before
        throw error
      }
    },
  }
}

/** The instant is that of the end, because a transaction may wait long for the database. */
function* storing<T>(work: Work<T>, clock: KeptClock): Work<T> {
  const result = yield* work
  yield* run(sql`
    insert into meta (key, value) values ('last-instant', ${String(clock.now())}) on conflict (key) do update set value = excluded.value`)
  return result
}
