import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { openPglite, type PgliteStore } from '../pglite'
import { type RunReport, runSeed } from './run'

/**
 * `npm run sim -- --seed 1 --runs 200`: that many random installations, from that seed on. Stops at the first broken law and prints its seed.
 * `--store pglite` runs each seed once more over PostgreSQL (pglite.ts): the journals, touches and attempts must be the same to the byte.
 * `--hashes <file>` writes a line for each seed, with a hash of its journals, touches and attempts: compare the files from before and after a change.
 */
export async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      seed: { type: 'string', default: '1' },
      runs: { type: 'string', default: '200' },
      hashes: { type: 'string' },
      store: { type: 'string', default: 'sqlite' },
    },
  })
  const [first, runs] = [Number(values.seed), Number(values.runs)]
  if (!Number.isInteger(first) || !Number.isInteger(runs) || runs < 1 || !['sqlite', 'pglite'].includes(values.store)) {
    console.error('Usage: npm run sim -- --seed 1 --runs 200 [--store pglite] [--hashes <file>]')
    return 2
  }
  const sum = { journeys: 0, calls: 0, deaths: 0, migrated: 0, gone: 0 }
  const hashes: string[] = []
  const postgres = values.store === 'pglite' ? await openPglite() : undefined
  const started = performance.now()
  for (let seed = first; seed < first + runs; seed++) {
    try {
      const report = await runSeed(seed)
      const { journeys, calls, deaths, migrated, gone, hash } = report
      sum.journeys += journeys
      sum.calls += calls
      sum.deaths += deaths
      sum.migrated += migrated
      sum.gone += gone
      hashes.push(`${seed} ${hash}`)
      if (postgres !== undefined) await runOver(postgres, seed, report)
    } catch (error) {
      const over = postgres === undefined ? '' : ' --store pglite'
      console.error(`\nSeed ${seed} broke a law. See it again: npm run sim -- --seed ${seed} --runs 1${over}\n`)
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
  if (postgres !== undefined) console.log(`${runs} runs over PostgreSQL came to the same, to the byte.`)
  postgres?.close()
  return 0
}

/** Runs a seed over PostgreSQL, and compares. */
async function runOver(postgres: PgliteStore, seed: number, expected: RunReport): Promise<void> {
  postgres.clear()
  const found = await runSeed(seed, postgres)
  if (found.portable !== expected.portable) throw new Error('over PostgreSQL, the journals are others')
}
