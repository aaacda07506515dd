import { drive, inSqlite } from '#shared/store/drive'
import type { Row, Statement, Store, Value } from '#shared/store/work'
import { brokenBy, isFatal, mayPass, StoreBroken, sayDamaged } from './broken'
import { Database, type Prepared } from './driver'
import { migrate } from './migrate'
import { keepForOwner, OwnFile } from './own-file'
import { foreignLog, lostDatabase, markRun } from './presence'

export interface SqliteStore extends Store {
  /** Transactions that wrote; each is one fsync of the write-ahead log. */
  readonly commits: () => number
  /** Why nothing could be stored lately, while it may pass: a full disk, say. */
  readonly trouble: () => string | undefined
  /**
   * Is the file still ours? Call it about once a second, for times without commits. It tells `onBroken` what is wrong.
   */
  readonly look: () => void
}

export interface SqliteOptions {
  /**
   * Drawn for this run of the server, in 32 bits: tells this file from a copy that is put in its place. Left out by
   * readers.
   */
  readonly mark?: number
  /** The operator says that an empty database is to be made, whatever lies beside it. */
  readonly isNew?: boolean
  /**
   * Called once, when the file cannot be trusted any more (broken.ts). From then on the store answers nothing but this.
   */
  readonly onBroken?: (broken: StoreBroken) => void
}

/** Pages of the log at which they are brought into the file: 8,000-16,000 are a third faster than SQLite's 1,000. */
const LOG_PAGES = 12_000
/** A file up to this size is looked through at every start: some 2 s from a slow disk. */
const LOOKED_THROUGH = 512 * 2 ** 20

/**
 * Opens (and migrates) the embedded database. `file` is a path, or `:memory:` for the simulator. One process owns the
 * file. Throws a sentence when the file is in use, cannot be written, is damaged, or SQLite would not keep its promises
 * (law 12).
 */
export function openSqlite(file: string, options: SqliteOptions = {}): SqliteStore {
  const trouble = file === ':memory:' ? undefined : (lostDatabase(file, options.isNew ?? false) ?? foreignLog(file))
  if (trouble !== undefined) throw new StoreBroken(trouble)
  if (file !== ':memory:') keepForOwner(file)
  const db = new Database(file)
  try {
    return open(db, file, options)
  } catch (error) {
    // Closing would play the log into the file: one that is damaged stays as it is.
    if (isFatal(error)) throw brokenBy(file, error)
    db.close()
    throw error
  }
}

function open(db: Database, file: string, { mark, onBroken }: SqliteOptions): SqliteStore {
  const inMemory = file === ':memory:'
  // WAL with FULL: an acknowledged commit survives a power cut. NORMAL lost acknowledged rows in 233 of 366 rebuilt
  // power-cut images, FULL none in 486.
  if (!inMemory) {
    db.pragma('locking_mode = EXCLUSIVE')
    db.pragma('journal_mode = WAL')
  }
  db.pragma('synchronous = FULL')
  db.pragma('foreign_keys = ON')
  db.pragma('cache_size = -65536')
  // By hand (below): SQLite says nothing when a checkpoint of its own fails.
  db.pragma('wal_autocheckpoint = 0')
  check(db, inMemory)
  if (!inMemory) lookThrough(db, file)
  migrate(db)
  if (!inMemory && mark !== undefined) signWith(db, file, mark)

  const own = inMemory ? undefined : new OwnFile(file)
  const prepared = new Map<string, Prepared>()
  let broken: StoreBroken | undefined
  let trouble: string | undefined
  let commits = 0
  const begin = db.prepare('begin immediate')
  const commit = db.prepare('commit')
  const rollback = db.prepare('rollback')
  // 1.3 us: it looks at the log, and does nothing.
  const pagesInLog = db.prepare<[], { log: number }>('pragma wal_checkpoint(noop)')
  const checkpoint = db.prepare('pragma wal_checkpoint(passive)')

  return {
    transact: async work => {
      if (broken !== undefined) throw broken
      try {
        begin.run()
        const result = drive(work, perform)
        commit.run()
        commits++
        keepLogShort()
        trust(own?.fault())
        trouble = undefined
        return result
      } catch (error) {
        undo()
        throw judged(error)
      }
    },
    read: async work => {
      if (broken !== undefined) throw broken
      try {
        return drive(work, perform)
      } catch (error) {
        throw judged(error)
      }
    },
    look: () => {
      if (broken !== undefined) return
      try {
        trust(own?.fault() ?? own?.changed())
      } catch (error) {
        judged(error)
      }
    },
    commits: () => commits,
    trouble: () => trouble,
    close: () => {
      // A file that is not to be trusted is left as it is: closing it would play the log into it.
      if (broken !== undefined) return
      try {
        trust(own?.fault())
        // SQLite would do it by itself, and keep to itself that it failed.
        db.pragma('wal_checkpoint(truncate)')
      } catch (error) {
        // On a full disk the log stays, with all that is in it.
        if (isFatal(error)) throw judged(error)
      }
      db.close()
    },
  }

  function undo(): void {
    try {
      if (db.inTransaction) rollback.run()
    } catch (error) {
      judged(error)
    }
  }

  /** Brings the log into the file. The commit before it stands: a full disk is no reason to take that back. */
  function keepLogShort(): void {
    if (own === undefined || (pagesInLog.get()?.log ?? 0) < LOG_PAGES) return
    own.writes()
    try {
      checkpoint.get()
    } catch (error) {
      if (isFatal(error)) throw error
    }
  }

  function trust(fault: string | undefined): void {
    if (fault !== undefined) throw new StoreBroken(fault)
  }

  /** What to throw for it. An error after which the file cannot be trusted is the last thing that this store says. */
  function judged(error: unknown): unknown {
    if (broken !== undefined) return broken
    if (mayPass(error)) trouble = (error as Error).message
    if (!isFatal(error)) return error
    broken = brokenBy(file, error)
    onBroken?.(broken)
    return broken
  }

  function perform({ text, values, many, answers }: Statement): readonly Row[] {
    const statement = prepare(text)
    if (many !== undefined) {
      for (const row of many) statement.run(...(row as Value[]))
      return []
    }
    if (answers) return statement.all(...values) as Row[]
    statement.run(...values)
    return []
  }

  function prepare(text: string): Prepared {
    const kept = prepared.get(text)
    if (kept !== undefined) return kept
    const made = db.prepare(inSqlite(text))
    prepared.set(text, made)
    return made
  }
}

/** SQLite up to 3.51.2 can corrupt a WAL file when it is reset (delivery A3.3), and FULL must really be on. */
function check(db: Database, inMemory: boolean): void {
  const version = String(db.prepare('select sqlite_version() as v').pluck().get())
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number)
  if (major * 1e6 + minor * 1e3 + patch < 3_051_003)
    throw new Error(`SQLite ${version} is not safe; 3.51.3 or newer is needed.`)
  const mode = db.pragma('journal_mode', { simple: true })
  const synchronous = db.pragma('synchronous', { simple: true })
  if (!inMemory && mode !== 'wal') throw new Error(`The database could not be put into WAL mode (it says "${mode}").`)
  if (synchronous !== 2)
    throw new Error(`The database would not promise to keep what it acknowledged (synchronous is ${synchronous}).`)
}

/** A full disk keeps the mark of the run before, which is as good as long as the file stays in its place. */
function signWith(db: Database, file: string, mark: number): void {
  try {
    markRun(file, mark, Number(db.pragma('application_id', { simple: true })), () => {
      db.pragma(`application_id = ${mark}`)
      db.pragma('wal_checkpoint(truncate)')
    })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (code !== 'SQLITE_FULL' && code !== 'ENOSPC') throw error
  }
}

/**
 * Tables that grow with every lead, event or send. A large file is checked without them: damage there is found when it
 * is read.
 */
const growing = new Set(
  'arrivals attempts conversions counts errands events history journal journeys leads members refusals tasks touches'.split(
    ' ',
  ),
)

/**
 * Damage is reported at the start, and not by the first request that meets it. 700 MiB a second from memory (195 MiB of
 * small rows and two indexes in 0.28 s).
 */
function lookThrough(db: Database, file: string): void {
  const size = Number(db.pragma('page_count', { simple: true })) * Number(db.pragma('page_size', { simple: true }))
  const tables = db.prepare<[], string>("select name from sqlite_schema where type = 'table'").pluck().all()
  const asked =
    size <= LOOKED_THROUGH
      ? ['quick_check(1)']
      : tables.filter(name => !growing.has(name)).map(name => `quick_check("${name}")`)
  for (const question of asked) {
    const answer = String(db.pragma(question, { simple: true }))
    if (answer !== 'ok') throw new StoreBroken(sayDamaged(file, answer.replaceAll('\n', ' ')))
  }
}
