import load, { type SqlJs } from 'sql.js'
import wasm from 'sql.js/dist/sql-wasm-browser.wasm?url'

let loading: Promise<SqlJs> | undefined

/** Loads SQLite when it is asked for first: 360 KiB gzipped, which nobody pays for who does not simulate. */
export function loadSqlite(): Promise<SqlJs> {
  loading ??= load({ locateFile: () => wasm })
  return loading
}
