import type { ImportStatus } from '../api'
import { all, one, run, sql, type Work } from './work'

/** Which columns are what, as the request said. */
export interface WantedColumns {
  readonly id: string
  readonly time_zone?: string | undefined
  readonly columns?: string | undefined
  readonly list?: string | undefined
}

/**
 * A CSV file of leads, and how far its import has come. The import goes on behind `rows`, whatever became of the
 * process.
 */
export interface Import {
  readonly id: string
  readonly name: string
  readonly wanted: WantedColumns
  readonly status: ImportStatus
  readonly rows: number
  readonly created: number
  readonly updated: number
  readonly rejected: number
  /** This much of the file of rejected rows belongs to `rows`. */
  readonly rejectedBytes: number
  readonly bytesRead: number
  readonly bytesTotal: number
  readonly error: string | null
  readonly begunAt: number
  readonly endedAt: number | null
}

interface ImportRow {
  readonly id: string
  readonly name: string
  readonly wanted: string
  readonly status: ImportStatus
  readonly rows: number
  readonly created: number
  readonly updated: number
  readonly rejected: number
  readonly rejected_bytes: number
  readonly bytes_read: number
  readonly bytes_total: number
  readonly error: string | null
  readonly begun_at: number
  readonly ended_at: number | null
}

/** Index: primary key. */
export function* findImport(id: string): Work<Import | undefined> {
  const row = yield* one<ImportRow>(sql`select * from imports where id = ${id}`)
  return row && fromRow(row)
}

/** The newest first. Index: imports_by_begin. */
export function* newestImports(limit: number): Work<readonly Import[]> {
  return (yield* all<ImportRow>(sql`select * from imports order by begun_at desc, id limit ${limit}`)).map(fromRow)
}

/** Imports that are not done, the oldest first. Index: imports_running. */
export function* runningImports(): Work<readonly Import[]> {
  return (yield* all<ImportRow>(sql`select * from imports where status = 'running' order by begun_at, id`)).map(fromRow)
}

export function* insertImport(i: Import): Work<void> {
  yield* run(sql`
    insert into imports (id, name, wanted, status, rows, created, updated, rejected, rejected_bytes, bytes_read, bytes_total, error,
      begun_at, ended_at)
    values (${i.id}, ${i.name}, ${JSON.stringify(i.wanted)}, ${i.status}, ${i.rows}, ${i.created}, ${i.updated}, ${i.rejected},
      ${i.rejectedBytes}, ${i.bytesRead}, ${i.bytesTotal}, ${i.error}, ${i.begunAt}, ${i.endedAt})`)
}

export function* saveImport(i: Import): Work<void> {
  yield* run(sql`
    update imports set status = ${i.status}, rows = ${i.rows}, created = ${i.created}, updated = ${i.updated}, rejected = ${i.rejected},
      rejected_bytes = ${i.rejectedBytes}, bytes_read = ${i.bytesRead}, error = ${i.error}, ended_at = ${i.endedAt}
    where id = ${i.id}`)
}

/**
 * Forgets imports that ended: all from before an instant, and all but the newest. Returns their ids, in order. Index:
 * imports_by_begin.
 */
export function* forgetImports(before: number, most: number): Work<readonly string[]> {
  const gone = yield* all<{ id: string }>(sql`
    delete from imports
    where status <> 'running' and (ended_at < ${before}
      or id not in (select id from imports order by begun_at desc, id limit ${most}))
    returning id`)
  return gone.map(({ id }) => id).sort()
}

function fromRow(row: ImportRow): Import {
  return {
    id: row.id,
    name: row.name,
    wanted: JSON.parse(row.wanted) as WantedColumns,
    status: row.status,
    rows: row.rows,
    created: row.created,
    updated: row.updated,
    rejected: row.rejected,
    rejectedBytes: row.rejected_bytes,
    bytesRead: row.bytes_read,
    bytesTotal: row.bytes_total,
    error: row.error,
    begunAt: row.begun_at,
    endedAt: row.ended_at,
  }
}
