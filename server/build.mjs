// The production build: dist/client and dist/server, and beside them a stamp with the fingerprint of the sources that they were made from.
// `node server/build.mjs` builds always; server/start.mjs asks `isBuilt` first.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify, stripVTControlCharacters } from 'node:util'
import { brotliCompress, gzip } from 'node:zlib'

export const root = fileURLToPath(new URL('..', import.meta.url))

/** All that the build reads. The lock file stands for node_modules. */
const sources = [
  'client',
  'server',
  'shared',
  'package.json',
  'package-lock.json',
  'tsconfig.room.json',
  'vite.config.ts',
]
const stamp = join(root, 'dist/.built')
const products = ['dist/client/index.html', 'dist/server/main.js']

/** Whether dist/ holds what the sources of this moment would give. By content, so that a deleted or restored file counts too. */
export function isBuilt() {
  return (
    existsSync(stamp) &&
    products.every(file => existsSync(join(root, file))) &&
    readFileSync(stamp, 'utf8') === fingerprint()
  )
}

/** Builds client and server, saying so. Rejects with Vite's error when the sources do not build; then there is no stamp. */
export async function buildAll() {
  const made = fingerprint()
  rmSync(stamp, { force: true })
  await step('Building the screens', async () => {
    await buildRoom({})
    await compressAll(join(root, 'dist/client/assets'))
  })
  await step('Building the server', () => buildRoom({ ssr: true }))
  // The fingerprint of before: a file that was saved while Vite read them makes the next start build again.
  writeFileSync(stamp, made)
}

/** What a build error says; Vite colours it letter by letter, which only a terminal can read. */
export function sayError(error) {
  return process.stderr.isTTY ? error.message : stripVTControlCharacters(error.message)
}

/** One Vite build by vite.config.ts; `settings` are added to its `build`. */
export async function buildRoom(settings) {
  const { build } = await import('vite')
  await build({ configFile: join(root, 'vite.config.ts'), logLevel: 'warn', build: settings })
}

/** Beside each file of text its `.br` and `.gz`, made once as small as can be: server/http/screens.ts sends the one that a browser takes. */
async function compressAll(folder) {
  const files = filesUnder(folder).filter(file => /\.(js|css|svg)$/.test(file))
  await Promise.all(
    files.map(async file => {
      const text = readFileSync(file)
      writeFileSync(`${file}.br`, await promisify(brotliCompress)(text))
      writeFileSync(`${file}.gz`, await promisify(gzip)(text, { level: 9 }))
    }),
  )
}

async function step(title, work) {
  console.log(`${title} ...`)
  const began = performance.now()
  await work()
  console.log(`${title}: ${((performance.now() - began) / 1000).toFixed(1)} s`)
}

function fingerprint() {
  const hash = createHash('sha256')
  for (const source of sources)
    for (const file of filesUnder(join(root, source)))
      hash.update(`${relative(root, file)}\0`).update(readFileSync(file))
  return hash.digest('hex')
}

function filesUnder(path) {
  if (path.endsWith('.json') || path.endsWith('.ts')) return existsSync(path) ? [path] : []
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath ?? entry.path, entry.name))
    .sort()
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.chdir(root)
  await buildAll().catch(error => {
    console.error(`The build failed. ${sayError(error)}`)
    process.exitCode = 1
  })
}
