import type Sqlite from 'better-sqlite3'

/**
 * The one door to SQLite, in the build that the running Node can bear. better-sqlite3 13 is built on Node-API 10 (Node
 * 22.14 and newer), comes compiled, and is one binary for all of them; Node 20 cannot load it. Version 12 is compiled
 * against the headers of one Node, and those of 24.19 and newer make it abort the whole process when a statement is
 * collected (nodejs/node issue 65446): 22 of 75 test files died of it on Node 24.21. So 12 is for Node 20 alone.
 */
const chosen: { readonly default: unknown } =
  Number(process.versions['napi']) >= 10 ? await import('better-sqlite3-napi') : await import('better-sqlite3')

export const Database = chosen.default as typeof Sqlite
export type Database = Sqlite.Database
export type Prepared<Values extends unknown[] = unknown[], Row = unknown> = Sqlite.Statement<Values, Row>
