// `npm start`: builds what is older than its sources, then becomes the server.
// `npm run dev`: Vite serves the screens on PORT (3000), the API runs behind it (3001) and is built and started anew when its sources change.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, watch } from 'node:fs'
import { join } from 'node:path'
import { buildRoom, isBuilt, root, sayError } from './build.mjs'

const wanted = [20, 19]
const script = join(root, 'server/build.mjs')

const trouble = whatIsMissing()
if (trouble !== undefined) stop(trouble)
else if (process.argv.includes('--dev')) await develop()
else await start()

/** A sentence about what this machine lacks, with the repair; undefined when nothing. */
function whatIsMissing() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major < wanted[0] || (major === wanted[0] && minor < wanted[1]))
    return `Hookline needs Node ${wanted.join('.')} or newer; this is Node ${process.versions.node}.`
  if (
    !existsSync(join(root, 'node_modules/vite/package.json')) ||
    !existsSync(join(root, 'node_modules/express/package.json'))
  )
    return 'The dependencies are not installed. Run "npm ci" first.'
  // Newer Nodes take a build of SQLite that comes compiled (server/store/driver.ts).
  const compiled = join(root, 'node_modules/better-sqlite3/build/Release/better_sqlite3.node')
  if (Number(process.versions.napi) < 10 && !existsSync(compiled))
    return 'better-sqlite3 has no binary: its install script did not run. Run "npm rebuild better-sqlite3" (it may need python3, make and g++).'
  return undefined
}

function stop(sentence) {
  console.error(sentence)
  process.exitCode = 1
}

/** The server runs in this process, so that Ctrl-C and the exit code are its own. */
async function start() {
  process.env.NODE_ENV ??= 'production'
  if (!isBuilt()) {
    // In a process of its own: what the builder loads (some 200 MiB) and sets does not stay with the server.
    const { status } = spawnSync(process.execPath, [script], { cwd: root, stdio: 'inherit' })
    if (status !== 0) return stop('Hookline did not start, because the build failed (see above).')
  }
  // Stack traces name the lines of the TypeScript.
  process.setSourceMapsEnabled(true)
  await import('../dist/server/main.js')
}

/** Vite before, the API behind, until Ctrl-C. A change that does not build leaves the last good server running. */
async function develop() {
  const port = Number(process.env.PORT ?? 3000)
  const apiPort = port + 1
  process.env.HOOKLINE_API ??= `http://127.0.0.1:${apiPort}`
  process.chdir(root)

  let screens
  let api
  let ending = false
  let building = false
  let again = false
  const watchers = ['server', 'shared'].map(room =>
    watch(
      join(root, room),
      { recursive: true },
      soon(() => rebuild()),
    ),
  )
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, end)

  const { createServer } = await import('vite')
  screens = await createServer({ configFile: join(root, 'vite.config.ts'), server: { port, strictPort: true } })
  await screens.listen()
  screens.printUrls()
  await rebuild()

  async function rebuild() {
    if (building) {
      again = true
      return
    }
    building = true
    do {
      again = false
      await buildAndRestart()
    } while (again && !ending)
    building = false
  }

  async function buildAndRestart() {
    try {
      // Not dist/server: what `npm start` stamped stays what it is.
      await buildRoom({ ssr: true, outDir: 'dist/dev' })
    } catch (error) {
      console.error(`The server does not build. ${sayError(error)}`)
      return
    }
    await endOf(api)
    if (ending) return
    const env = { ...process.env, PORT: String(apiPort) }
    api = spawn(process.execPath, ['--enable-source-maps', join(root, 'dist/dev/main.js')], { stdio: 'inherit', env })
    api.once('exit', code => {
      if (code) console.error(`The server ended with code ${code}. It starts again at the next change.`)
    })
  }

  async function end() {
    if (ending) return
    ending = true
    for (const watcher of watchers) watcher.close()
    await Promise.all([screens?.close(), endOf(api)])
    process.exit(0)
  }
}

/** Asks a child to end and waits for it; after 10 s it is killed. */
function endOf(child) {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
  return new Promise(resolve => {
    const patience = setTimeout(() => child.kill('SIGKILL'), 10_000)
    child.once('exit', () => {
      clearTimeout(patience)
      resolve()
    })
    child.kill('SIGTERM')
  })
}

/** Calls once, 150 ms after the last of a burst: an editor's save is several events. */
function soon(act) {
  let timer
  return () => {
    clearTimeout(timer)
    timer = setTimeout(act, 150)
  }
}
