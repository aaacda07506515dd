import { one, run, sql, type Work } from './work'

/** The name of this installation: drawn once, when the database is made. */
export function* installationName(fresh: string): Work<string> {
  yield* run(sql`insert into meta (key, value) values ('installation', ${fresh}) on conflict (key) do nothing`)
  const row = yield* one<{ value: string }>(sql`select value from meta where key = 'installation'`)
  return row?.value ?? fresh
}
