import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { openPglite } from '../pglite'
import { openWasm } from '../wasm'
import { type RunReport, runSeed } from './run'

/**
 * `npm run sim -- --seed 1 --runs 200`: that many random installations, from that seed on. Stops at the first broken law and prints its seed.
 * `--yielding` runs each seed twice more, over a database that lets the event loop turn at every statement (yielding.ts): once with nothing else happening meanwhile, which
 * must come to the same journals to the byte, and once with answers, events and acts that arrive in the middle of turns.
 * `--store pglite` runs each seed once more over PostgreSQL (pglite.ts), by a driver that waits, `--store wasm` over the browser's SQLite: the journals, touches and
 * attempts must be the same to the byte.
 * `--listens` lets listeners outside hear of everything (law 13): one that is well, one with moods, one that is dead for long.
 * `--hashes <file>` writes a line for each seed, with a hash of its journals, touches and attempts: compare the files from before and after a change.
 */
export async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      seed: { type: 'string', default: '1' },
      runs: { type: 'string', default: '200' },
      hashes: { type: 'string' },
      yielding: { type: 'boolean', default: false },
      listens: { type: 'boolean', default: false },
      store: { type: 'string', default: 'sqlite' },
    },
  })
  const [first, runs] = [Number(values.seed), Number(values.runs)]
  if (!Number.isInteger(first) || !Number.isInteger(runs) || runs < 1 || !Object.hasOwn(stores, values.store)) {
    console.error(
      'Usage: npm run sim -- --seed 1 --runs 200 [--yielding] [--listens] [--store pglite|wasm] [--hashes <file>]',
    )
    return 2
  }
  const sum = { journeys: 0, calls: 0, deaths: 0, migrated: 0, gone: 0, interruptions: 0 }
  const hashes: string[] = []
  const other = await stores[values.store]?.()
  const started = performance.now()
  for (let seed = first; seed < first + runs; seed++) {
    try {
      const report = await runSeed(seed, { listens: values.listens })
      const { journeys, calls, deaths, migrated, gone, hash } = report
      sum.journeys += journeys
      sum.calls += calls
      sum.deaths += deaths
      sum.migrated += migrated
      sum.gone += gone
      hashes.push(`${seed} ${hash}`)
      if (values.yielding) sum.interruptions += await runYielding(seed, hash)
      await other?.run(seed, report)
    } catch (error) {
      console.error(
        `\nSeed ${seed} broke a law. See it again: npm run sim -- --seed ${seed} --runs 1${values.yielding ? ' --yielding' : ''}${values.listens ? ' --listens' : ''}${other === undefined ? '' : ` --store ${values.store}`}\n`,
      )
      console.error(error)
      return 1
    }
    if (process.stdout.isTTY) process.stdout.write(`\r${seed - first + 1} of ${runs} runs`)
  }
  if (values.hashes !== undefined) writeFileSync(values.hashes, `${hashes.join('\n')}\n`)
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  console.log(
    `${runs} runs, ${sum.journeys.toLocaleString('en')} journeys, ${sum.calls.toLocaleString('en')} calls, ${sum.deaths.toLocaleString('en')} crashes, ${sum.migrated.toLocaleString('en')} moved to another version, ${sum.gone} merged or deleted: every law held (${seconds} s)`,
  )
  if (other !== undefined) console.log(`${runs} runs over ${other.name} came to the same, to the byte.`)
  other?.close?.()
  if (values.yielding) console.log(`${sum.interruptions.toLocaleString('en')} things came in the middle of a turn.`)
  return 0
}

/** Runs a seed over a database that waits. Answers how much came in the middle of turns. */
async function runYielding(seed: number, expected: string): Promise<number> {
  const { hash } = await runSeed(seed, { driver: 'waits' })
  if (hash !== expected) throw new Error('over a database that waits, the journals are others')
  return (await runSeed(seed, { driver: 'busy' })).interruptions
}

/** Another database, over which a seed must come to the same. */
interface Other {
  readonly name: string
  readonly run: (seed: number, expected: RunReport) => Promise<void>
  readonly close?: () => void
}

const stores: Readonly<Record<string, () => Promise<Other | undefined>>> = {
  sqlite: async () => undefined,
  pglite: async () => {
    const store = await openPglite()
    return {
      name: 'PostgreSQL',
      run: async (seed, expected) => {
        store.clear()
        const { portable } = await runSeed(seed, { driver: 'waits', store, laws: 'none' })
        if (portable !== expected.portable) throw new Error('over PostgreSQL, the journals are others')
      },
      close: store.close,
    }
  },
  wasm: async () => ({
    name: 'SQLite in WebAssembly',
    run: async (seed, expected) => {
      const store = await openWasm()
      const { hash } = await runSeed(seed, { store, laws: 'none' })
      store.close()
      if (hash !== expected.hash) throw new Error('over SQLite in WebAssembly, the journals are others')
    },
  }),
}
