import { loadSqlite } from '../../client/simulate/load-sqlite'
import { openSqlite } from '../../client/simulate/sqlite'
import { type RunReport, runSeed } from './run'

/** The simulator in a page (test/browser/simulation.test.ts): it has no Node, and its database is the browser's. */

declare global {
  /** Runs a seed over a new database. */
  var simulate: (seed: number) => Promise<RunReport>
}

globalThis.simulate = async seed => {
  const store = openSqlite(await loadSqlite())
  try {
    return await runSeed(seed, { store, laws: 'none' })
  } finally {
    store.close()
  }
}
