// The budget of the first load: all JavaScript that index.html needs before the first screen, gzipped. Run after the build.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { parseSync } from 'vite'

const budgetKib = 300
const client = join(dirname(dirname(fileURLToPath(import.meta.url))), 'dist/client')

if (!existsSync(join(client, 'index.html'))) {
  console.error('There is no dist/client/index.html to weigh. Run "npm run build" first.')
  process.exit(1)
}

const files = withStaticImports(entriesOf(readFileSync(join(client, 'index.html'), 'utf8')))
const weights = files.map(file => ({
  file,
  kib: gzipSync(readFileSync(join(client, file)), { level: 9 }).length / 1024,
}))
const total = weights.reduce((sum, { kib }) => sum + kib, 0)
console.log(
  `First load: ${total.toFixed(1)} KiB of JavaScript, gzipped, in ${files.length} file(s); the budget is ${budgetKib} KiB.`,
)
if (files.length === 0 || total > budgetKib) {
  for (const { file, kib } of weights) console.log(`  ${kib.toFixed(1).padStart(7)} KiB  ${file}`)
  console.error(
    files.length === 0
      ? 'index.html loads no script.'
      : 'Over the budget: load a screen or a library only when it is opened (import()).',
  )
  process.exitCode = 1
}

/** The module scripts of the page, as paths inside dist/client. */
function entriesOf(html) {
  return [...html.matchAll(/<script\b[^>]*\bsrc="([^"]+)"/g)].map(([, src]) => src.replace(/^\.?\//, ''))
}

function withStaticImports(entries) {
  const seen = new Set(entries)
  for (const file of seen) for (const next of staticImportsOf(file)) seen.add(next)
  return [...seen]
}

function staticImportsOf(file) {
  const { module } = parseSync(file, readFileSync(join(client, file), 'utf8'))
  const asked = [
    ...module.staticImports.map(i => i.moduleRequest),
    ...module.staticExports.flatMap(e => e.entries.map(entry => entry.moduleRequest)),
  ]
  return asked
    .filter(request => request?.value.startsWith('.'))
    .map(request => posix.join(posix.dirname(file), request.value))
}
