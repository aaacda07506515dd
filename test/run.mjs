// Runs a TypeScript entry of test/ without a build: `node test/run.mjs test/sim/cli.ts --seed 1`.
// The entry exports `main(args: string[]): Promise<number>`, the exit code.
import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const [entry, ...args] = process.argv.slice(2)

if (entry === undefined || !existsSync(resolve(root, entry))) {
  console.error(
    entry === undefined ? 'Usage: node test/run.mjs <entry.ts> [arguments]' : `There is no ${entry} in ${root}.`,
  )
  process.exit(2)
}

// Stack traces name the lines of the TypeScript.
process.setSourceMapsEnabled(true)
process.chdir(root)
// Vite sets no signal handlers here, so Ctrl-C ends a run at once, also in the middle of a long computation.
const { runnerImport } = await import('vite')
const { module } = await runnerImport(resolve(root, entry), { root, logLevel: 'warn' })
if (typeof module.main !== 'function') {
  console.error(`${entry} exports no main(args).`)
  process.exit(2)
}
process.exitCode = await module.main(args)
