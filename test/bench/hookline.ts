import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CampaignView, EventInput, Report } from '#shared/api'
import type { Graph } from '#shared/graph/schema'
import { type Ended, type Party, root, startParty } from './processes'

/** The real server as a process, and the few calls of its API that the bench and the crash test need. */

/** A server that takes longer than this to answer or to stop is a failure. */
const PATIENCE_MS = 20_000

/** Builds dist/server when dist/ is older than its sources. Leaves the stamp as it is: the screens may be old. */
export async function ensureBuilt(): Promise<void> {
  const build =
    "import { isBuilt, buildRoom } from './server/build.mjs'; if (!isBuilt()) await buildRoom({ ssr: true })"
  const builder = startParty(process.execPath, ['--input-type=module', '-e', build])
  const { code } = await builder.ended
  if (code !== 0) throw new Error(`The server does not build:\n${builder.said()}`)
}

/** Preloaded by the server under test: it ends when its standard input closes, so also when whoever started it was killed. */
const endWithParent =
  'data:text/javascript,import{isMainThread}from"node:worker_threads";isMainThread&&process.stdin.resume().unref().on("close",()=>process.exit(1))'

export interface Launch {
  readonly dataDir: string
  /** The folder of another commit, with its dist/ and node_modules/; this one's when left out. */
  readonly of?: string | undefined
  /** Loopback ports that webhooks may go to. */
  readonly open: readonly number[]
  /** A program to run the server under, with its arguments: strace. */
  readonly under?: readonly string[]
  /** Arguments for Node: a profiler. */
  readonly nodeArgs?: readonly string[]
  /** Variables beside those that every such server gets. */
  readonly variables?: Readonly<Record<string, string>>
}

export interface Hookline {
  readonly origin: string
  readonly process: Party
  /** Asks it to stop in order, and waits until it is gone. */
  readonly stop: () => Promise<Ended>
}

/** Starts the server on any free loopback port. Resolves when it answers; rejects with its output when it does not. */
export async function startHookline({
  dataDir,
  of = root,
  open,
  under = [],
  nodeArgs = [],
  variables = {},
}: Launch): Promise<Hookline> {
  const [program = '', ...args] = [
    ...under,
    process.execPath,
    '--import',
    endWithParent,
    ...nodeArgs,
    join(of, 'dist/server/main.js'),
  ]
  const env = {
    ...process.env,
    NODE_ENV: 'production',
    HOST: '127.0.0.1',
    PORT: '0',
    DATA_DIR: dataDir,
    LOG_LEVEL: 'warn',
    HOOKLINE_ALLOW_PRIVATE: open.map(port => `127.0.0.1:${port}`).join(','),
    ...variables,
  }
  const server = startParty(program, args, { env, cwd: of })
  const ready = await within(PATIENCE_MS, server.line('Hookline is ready'), () => `no ready line:\n${server.said()}`)
  const origin = /http:\/\/\S+/.exec(ready)?.[0]
  if (origin === undefined) throw new Error(`The server named no address: ${ready}`)
  return {
    origin,
    process: server,
    stop: () => {
      server.signal('SIGTERM')
      return within(PATIENCE_MS, server.ended, () => `the server does not stop:\n${server.said()}`)
    },
  }
}

/** One call of the API. Rejects with the answer's text when it is not a success. */
export async function ask<T>(origin: string, method: 'GET' | 'POST' | 'PUT', path: string, body?: string): Promise<T> {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(`${origin}/api/v1${path}`, { method, ...(body === undefined ? {} : { body, headers }) })
  const text = await answer.text()
  if (!answer.ok) throw new Refusal(answer.status, `${method} ${path} was answered ${answer.status}: ${text}`)
  return JSON.parse(text) as T
}

/** An answer that is not a success: the server was there, and said no. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message)
  }
}

/** Creates a campaign and launches it. Answers its id. */
export async function launchCampaign(origin: string, name: string, graph: Graph): Promise<string> {
  const { id } = await ask<CampaignView>(origin, 'POST', '/campaigns', JSON.stringify({ name, graph }))
  await ask(origin, 'POST', `/campaigns/${id}/launch`)
  return id
}

export function reportOf(origin: string, campaign: string): Promise<Report> {
  return ask<Report>(origin, 'GET', `/campaigns/${campaign}/report`)
}

/** Ids of leads and events: counted up, as a bench likes them, or random UUIDs, as real senders make them. */
export type Ids = 'counted' | 'uuid'

/** The id of the n-th lead of a run. UUIDs are the same in every run, so that leads can be stored before it begins. */
export function leadOf(run: string, n: number, ids: Ids): string {
  if (ids === 'counted') return `${run}-${n}`
  const hex = createHash('md5').update(`${run}-${n}`).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20)].join('-')
}

/** The n-th event of a run: it belongs to the n-th lead. */
export function eventOf(run: string, n: number, ids: Ids = 'counted'): EventInput {
  const lead = leadOf(run, n, ids)
  const properties = { plan: 'pro', amount: 100 + (n % 50), email: `${lead}@example.com`, country: 'India' }
  return { id: `e-${lead}`, lead, name: 'signed_up', properties }
}

/** A figure of /proc/<pid>/status in MiB (`VmHWM`: the most memory the process ever held); null where there is no /proc. */
export function memoryOf(pid: number, figure: 'VmHWM' | 'VmRSS'): number | null {
  try {
    const kib = new RegExp(`^${figure}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return kib === undefined ? null : Math.round(Number(kib) / 1024)
  } catch {
    return null
  }
}

/**
 * Processor time of each thread of a process in ms, by its name (Node's main thread, its workers, V8's helpers), those
 * of one name together; empty where there is no /proc. Exact to a ns.
 */
export function cpuByThread(pid: number): ReadonlyMap<string, number> {
  const threads = new Map<string, number>()
  try {
    for (const task of readdirSync(`/proc/${pid}/task`)) {
      const of = (file: string) => readFileSync(`/proc/${pid}/task/${task}/${file}`, 'utf8')
      const name = Number(task) === pid ? 'main' : of('comm').trim()
      threads.set(name, (threads.get(name) ?? 0) + Number(of('schedstat').split(' ')[0]) / 1e6)
    }
  } catch {
    return new Map()
  }
  return threads
}

/** Processor time (ms) between two looks, of the threads of a name or of all. */
export function usedBy(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>, name?: string): number {
  const of = ([thread, ms]: readonly [string, number]) => ms - (before.get(thread) ?? 0)
  return [...after].reduce((sum, one) => (name === undefined || one[0] === name ? sum + of(one) : sum), 0)
}

/** Microseconds of one of so many, to a tenth; null where nothing was to be read. */
export function perWalk(ms: number, walks: number): number | null {
  return ms === 0 ? null : Math.round((ms * 1e4) / walks) / 10
}

/** Bytes that a process has given to the disk, whole pages of 4 KiB; null where there is no /proc. */
export function writtenBy(pid: number): number | null {
  try {
    const bytes = /^write_bytes: (\d+)/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1]
    return bytes === undefined ? null : Number(bytes)
  } catch {
    return null
  }
}

/** The same promise, with an end: rejects with what `why` says when it takes longer than `ms`. */
export async function within<T>(ms: number, promise: Promise<T>, why: () => string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`After ${Math.round(ms / 1000)} s: ${why()}`)), ms)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms))
}
