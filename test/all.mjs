// `npm test`: everything that a change must pass, a line for each stage, the output of what failed at the end.
// `--quick` is the inner loop: format, types and the tests that need no process, no browser and no long run.
// `--long` runs the whole of the suites of which `npm test` runs a tenth (length.ts): for whoever changed what they show.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'
import { ensureChromium } from './chromium.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const quick = process.argv.includes('--quick')
const long = process.argv.includes('--long')
const scratch = mkdtempSync(join(tmpdir(), 'hookline-test-'))
const node = process.execPath
const bin = name => join(root, 'node_modules/.bin', name)
/** So many of the slowest test files are told at the end. */
const SLOWEST = 10
/** A command that hangs is ended after this many minutes. */
const patienceMinutes = 15
const colour = process.stdout.isTTY && !process.env.NO_COLOR

const biome = ['ci', `--colors=${colour ? 'force' : 'off'}`, '--diagnostic-level=error', '--max-diagnostics=200', '.']

/**
 * A stage: `commands`, run one after the other until one fails, or `tests`, arguments for Vitest.
 * `needs` are files and folders of tests without which it would do less than its name says: their absence is a failure.
 */
/** What the inner loop leaves to `npm test`: real servers and sockets, ten thousand simulated experiments, a hundred thousand bodies. */
const slow = ['test/server/**', 'test/shared/statistics.test.ts', 'test/shared/request-values.test.ts']
const format = { title: 'Format and lint', commands: [[bin('biome'), ...biome]] }
const types = { title: 'Types of every room', commands: [[bin('tsc'), '-b']] }
const build = {
  title: 'Production build',
  commands: [
    [node, 'server/build.mjs'],
    [node, 'test/bundle.mjs'],
  ],
}
const unit = {
  title: 'Architecture, contract and unit tests',
  needs: ['test/architecture.test.ts', 'test/contracts', 'test/sim'],
  // The files share their modules and both cores: 24 s instead of 67.
  tests: ['--no-isolate', '--maxWorkers=100%', ...without('test/crash/**', 'test/browser/**', ...(quick ? slow : []))],
}
/** Five hundred random installations, half of them on each core. */
const simulator = [1, 251].map(seed => ({
  title: `Simulator, 250 runs from seed ${seed}`,
  needs: ['test/sim/cli.ts'],
  commands: [[node, 'test/run.mjs', 'test/sim/cli.ts', '--seed', `${seed}`, '--runs', '250']],
}))
/** Thirty of them once more over PostgreSQL, to the byte: some 40 s, the half of it SQLite with its laws. */
const postgres = {
  title: 'Simulator over PostgreSQL, 30 runs',
  needs: ['test/sim/cli.ts'],
  commands: [[node, 'test/run.mjs', 'test/sim/cli.ts', '--seed', '501', '--runs', '30', '--store', 'pglite']],
}
const crash = { title: 'Crash test', needs: ['test/crash'], after: build, tests: ['test/crash/'] }
const browser = {
  title: 'Browser tests',
  needs: ['test/browser'],
  after: build,
  tests: ['test/browser/'],
  chromium: true,
}

function without(...patterns) {
  return patterns.flatMap(pattern => ['--exclude', pattern])
}

/** Two cores: stages of one row run side by side. What waits for real time has a row of its own. */
const rows = quick
  ? [[format, types], [unit]]
  : [[format, types], [build], [...simulator, postgres], [unit], [crash], [browser]]

const running = new Map()
const results = []
/** How long each test file took, in seconds, beside others on the same cores. */
const took = []
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => quit(signal))
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }))
const heartbeat = setInterval(() => console.log(`     ... ${[...running.values()].join(', ')}`), 20_000)

const began = performance.now()
for (const row of rows) await Promise.all(row.map(perform))
clearInterval(heartbeat)
report()

/** Runs a stage, prints its line and keeps its result. */
async function perform(stage) {
  const since = performance.now()
  const result = await outcomeOf(stage)
  results.push({ stage, ...result })
  const mark =
    result.failed > 0
      ? paint(31, 'FAIL')
      : result.skipped > 0 && result.passed === 0
        ? paint(33, 'skip')
        : paint(32, '  ok')
  console.log(`${mark} ${stage.title.padEnd(40)} ${seconds(since).padStart(7)}  ${result.say}`)
}

async function outcomeOf(stage) {
  if (results.some(({ stage: before, failed }) => before === stage.after && failed > 0))
    return failure(`Not run: "${stage.after.title}" failed.`)
  const env = stage.chromium ? browserEnv() : {}
  if (env === undefined) return skipLoudly(stage)
  const result = await (stage.tests === undefined ? runCommands(stage) : runVitest(stage, env))
  const missing = (stage.needs ?? []).filter(path => !holdsTests(path))
  if (missing.length === 0) return result
  const sentence = `Nothing to run in ${missing.join(', ')}: a stage does not pass by doing nothing.`
  return { ...result, failed: Math.max(result.failed, 1), say: sentence, output: `${sentence}\n\n${result.output}` }
}

async function runCommands({ title, commands }) {
  let output = ''
  for (const command of commands) {
    const ended = await run(title, command)
    output += ended.output
    if (ended.code !== 0) return failure(output)
  }
  return { passed: 1, failed: 0, skipped: 0, say: lastRemark(output), output }
}

async function runVitest({ title, tests }, env) {
  const file = join(scratch, `${title}.json`)
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
  const { code, output } = await run(title, [bin('vitest'), 'run', ...tests, ...reporters], env)
  if (!existsSync(file)) return failure(output)
  const results = JSON.parse(readFileSync(file, 'utf8'))
  const { passed, failed, skipped } = countsIn(results)
  for (const { name, startTime, endTime } of results.testResults)
    took.push([relative(root, name), (endTime - startTime) / 1000])
  // An error outside of every test fails the run without failing a test: it counts as one.
  const failures = code === 0 ? failed : Math.max(failed, 1)
  return {
    passed,
    failed: failures,
    skipped,
    say: `${passed} passed${failures ? `, ${failures} failed` : ''}${skipped ? `, ${skipped} skipped` : ''}`,
    output,
  }
}

/** A file that broke before its first test counts as one failed test. */
function countsIn({ numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults }) {
  const broken = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.every(test => test.status !== 'failed'),
  )
  return { passed: numPassedTests, failed: numFailedTests + broken.length, skipped: numPendingTests + numTodoTests }
}

/** Each command leads a process group of its own, so that its servers and browsers end with it. */
function run(title, [program, ...args], env = {}) {
  return new Promise(resolve => {
    const child = spawn(program, args, {
      cwd: root,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        TEST_LENGTH: long ? 'whole' : 'part',
        ...(colour ? { FORCE_COLOR: '1' } : { NO_COLOR: '1', FORCE_COLOR: undefined }),
        ...env,
      },
    })
    running.set(child.pid, title)
    let output = ''
    const keep = chunk => {
      output += chunk
    }
    child.stdout.setEncoding('utf8').on('data', keep)
    child.stderr.setEncoding('utf8').on('data', keep)
    const patience = setTimeout(() => {
      keep(`\nEnded after ${patienceMinutes} minutes.\n`)
      endGroup(child.pid)
    }, patienceMinutes * 60_000)
    child.on('error', error => keep(`${program} does not start: ${error.message}\n`))
    child.on('close', code => {
      clearTimeout(patience)
      endGroup(child.pid)
      running.delete(child.pid)
      resolve({ code, output: colour ? output : stripVTControlCharacters(output) })
    })
  })
}

function endGroup(pid) {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // Nobody is left in the group.
  }
}

function quit(signal) {
  for (const pid of running.keys()) endGroup(pid)
  process.exit(signal === 'SIGINT' ? 130 : 143)
}

/** What the browser tests are told; undefined when there is no browser to be had. */
function browserEnv() {
  const path = ensureChromium()
  return path === undefined ? undefined : { CHROMIUM_PATH: path }
}

async function skipLoudly({ title, tests }) {
  const { output } = await run(title, [bin('vitest'), 'list', ...tests, '--json'])
  const skipped = Math.max(1, (output.match(/"name":/g) ?? []).length)
  return { passed: 0, failed: 0, skipped, say: `NO CHROMIUM: ${skipped} browser tests did not run`, output: '' }
}

function failure(output) {
  return { passed: 0, failed: 1, skipped: 0, say: output.includes('\n') ? '' : output, output }
}

function report() {
  const failed = results.filter(result => result.failed > 0)
  for (const { stage, output } of failed)
    console.log(
      `\n${paint(31, `──── ${stage.title} ${'─'.repeat(Math.max(4, 72 - stage.title.length))}`)}\n${output.trimEnd()}`,
    )
  console.log('')
  if (results.some(({ stage, skipped, passed }) => stage.chromium && skipped > 0 && passed === 0)) {
    console.log('!'.repeat(78))
    console.log('!!  THE BROWSER TESTS DID NOT RUN: no Chromium here, and none could be installed.')
    console.log('!!  Install one (apt-get install chromium), or name it: CHROMIUM_PATH=/path npm test')
    console.log('!'.repeat(78))
  }
  const slowest = took.sort(([, a], [, b]) => b - a).slice(0, SLOWEST)
  console.log(`Slowest files: ${slowest.map(([file, s]) => `${file} ${s.toFixed(1)} s`).join(', ')}`)
  const sum = key => results.reduce((total, result) => total + result[key], 0)
  const names = failed.map(({ stage }) => stage.title).join('; ')
  console.log(
    `${results.length} stages in ${seconds(began)}. ${failed.length === 0 ? 'All is well.' : `Failed: ${names}.`} A stage without tests counts as one.`,
  )
  console.log(`${sum('passed')} passed, ${sum('failed')} failed${sum('skipped') ? `, ${sum('skipped')} skipped` : ''}`)
  process.exitCode = failed.length === 0 ? 0 : 1
}

/** Whether a file is there, or a folder with a test in it. */
function holdsTests(path) {
  const full = join(root, path)
  if (!existsSync(full)) return false
  return path.endsWith('.ts') || readdirSync(full, { recursive: true }).some(name => name.endsWith('.test.ts'))
}

/** The last line that a stage printed, when it is short enough to stand behind its name. */
function lastRemark(output) {
  const line = output.trim().split('\n').at(-1) ?? ''
  return line.length < 100 ? line : ''
}

function seconds(since) {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`
}

function paint(code, text) {
  return colour ? `\u001b[${code}m${text}\u001b[0m` : text
}
