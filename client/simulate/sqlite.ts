import type { Database, Statement as Prepared, SqlJs } from 'sql.js'
import { drive, inSqlite } from '#shared/store/drive'
import type { Row, Statement, Store, Value } from '#shared/store/work'
import schema from '../../shared/store/schema.sqlite.sql?raw'

/**
 * SQLite in WebAssembly, in memory, as a store: what server/store/sqlite.ts is on the server, for the simulation in the browser. Of sql.js and not of
 * `@sqlite.org/sqlite-wasm`, whose binary and glue are 586 KiB gzipped and not 360, and which asks for Node 22. A new database has the schema that all
 * migrations come to; there is nothing to migrate.
 */
export function openSqlite({ Database }: SqlJs): Store {
  const db: Database = new Database()
  const prepared = new Map<string, Kept>()
  db.exec('pragma foreign_keys = on')
  db.exec(schema)

  return {
    transact: async work => {
      perform(begin)
      try {
        const result = drive(work, perform)
        perform(commit)
        return result
      } catch (error) {
        perform(rollback)
        throw error
      }
    },
    read: async work => drive(work, perform),
    close: () => db.close(),
  }

  function perform({ text, values, many, answers }: Statement): readonly Row[] {
    const { statement, columns } = prepare(text)
    if (answers) return rowsOf(statement, columns, values)
    for (const row of many ?? [values]) statement.run(row)
    return []
  }

  function prepare(text: string): Kept {
    const kept = prepared.get(text)
    if (kept !== undefined) return kept
    const statement = db.prepare(inSqlite(text))
    const made = { statement, columns: statement.getColumnNames() }
    prepared.set(text, made)
    return made
  }
}

interface Kept {
  readonly statement: Prepared
  readonly columns: readonly string[]
}

const [begin, commit, rollback] = ['begin', 'commit', 'rollback'].map(
  (text): Statement => ({ text, values: [], answers: false }),
) as [Statement, Statement, Statement]

function rowsOf(statement: Prepared, columns: readonly string[], values: readonly Value[]): readonly Row[] {
  const rows: Row[] = []
  try {
    statement.bind(values)
    while (statement.step()) {
      const row = statement.get()
      rows.push(Object.fromEntries(columns.map((name, i) => [name, row[i] as Value])))
    }
  } finally {
    statement.reset()
  }
  return rows
}
