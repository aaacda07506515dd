import type { Walk } from '#shared/simulate/one-lead'
import type { Store } from '#shared/store/work'
import { loadSqlite } from '../../client/simulate/load-sqlite'
import { openSqlite } from '../../client/simulate/sqlite'
import { walkRandomLead } from './random-lead'
import { type RunReport, runSeed } from './run'

/** The simulator in a page (test/browser/simulation.test.ts): it has no Node, and its database is the browser's. */

declare global {
  /** Runs a seed over a new database. */
  var simulate: (seed: number) => Promise<RunReport>
  /** Walks one lead through a random draft. */
  var walkRandomly: (seed: number) => Promise<Walk>
}

globalThis.simulate = seed => over(store => runSeed(seed, { store, laws: 'none' }))
globalThis.walkRandomly = seed => over(store => walkRandomLead(seed, store))

/** Over a new database, which is closed behind it. */
async function over<T>(run: (store: Store) => Promise<T>): Promise<T> {
  const store = openSqlite(await loadSqlite())
  try {
    return await run(store)
  } finally {
    store.close()
  }
}
