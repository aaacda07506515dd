import { LIST, type Row, type Statement, TEXTS, type Work } from './work'

/** Runs a work over a database that answers while everybody else waits: all drivers of SQLite do. */
export function drive<T>(work: Work<T>, perform: (statement: Statement) => readonly Row[]): T {
  let step = work.next([])
  while (step.done !== true) step = work.next(perform(step.value))
  return step.value
}

/** A statement in SQLite's own words. Asked once for each text: drivers keep what they prepared. */
export function inSqlite(text: string): string {
  return text.replaceAll(LIST, '(select value from json_each(?))').replaceAll(TEXTS, 'json_each(?)')
}
