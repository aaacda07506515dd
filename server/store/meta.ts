import type { KeptClock } from '../clock'
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

/** A store that tells the clock of every commit, and stores now and then when that was: a new process goes on from there. */
export function keepTime(store: Store, clock: KeptClock): Store {
  let stored = Number.NEGATIVE_INFINITY
  return {
    ...store,
    transact: async work => {
      const now = clock.now()
      const isDue = Math.abs(now - stored) >= KEEP_MS
      const result = await store.transact(isDue ? storing(work, now) : work)
      clock.keep(now)
      if (isDue) stored = now
      return result
    },
  }
}

function* storing<T>(work: Work<T>, now: number): Work<T> {
  const result = yield* work
  yield* run(sql`
    insert into meta (key, value) values ('last-instant', ${String(now)}) on conflict (key) do update set value = excluded.value`)
  return result
}
