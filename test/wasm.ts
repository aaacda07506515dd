import load from 'sql.js'
import type { Store } from '#shared/store/work'
import { openSqlite } from '../client/simulate/sqlite'

/** The browser's SQLite, in this process: an empty database in memory. */
export async function openWasm(): Promise<Store> {
  return openSqlite(await load())
}
