import { all, run, sql, type Work } from './work'

// Sessions are not stored: a cookie proves itself (access/token.ts). What is stored is which of them somebody has ended
// early.

const PREFIX = 'signed-out:'

/**
 * Ended sessions, each with the instant (ms) from which its cookie is worthless anyway. Forgets those that are past it.
 */
export function* endedSessions(now: number): Work<ReadonlyMap<string, number>> {
  const rows = yield* all<{ key: string; value: string }>(
    sql`select key, value from meta where key >= ${PREFIX} and key < ${'signed-out;'}`,
  )
  const past = rows.filter(({ value }) => Number(value) <= now)
  for (const { key } of past) yield* run(sql`delete from meta where key = ${key}`)
  return new Map(
    rows.filter(row => !past.includes(row)).map(({ key, value }) => [key.slice(PREFIX.length), Number(value)]),
  )
}

/** The session is over. Its cookie would have been good until `until` (ms). */
export function* endSession(id: string, until: number): Work<void> {
  yield* run(sql`
    insert into meta (key, value) values (${PREFIX + id}, ${String(until)}) on conflict (key) do nothing`)
}
