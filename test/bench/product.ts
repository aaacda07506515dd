import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Report } from '#shared/api'
import {
  ask,
  cpuByThread,
  cpuSecondsOf,
  eventOf,
  type Hookline,
  type Ids,
  type Launch,
  launchCampaign,
  memoryOf,
  pause,
  reportOf,
  startHookline,
} from './hookline'
import { dropFolder, scratchFolder } from './processes'
import { benchCampaign } from './workload'

/** Leads through the product, everything durable: from the first POST of events until the report says that the last journey is over. */
export interface Walked {
  readonly per_s: number
  readonly seconds: number
  /** Processor time of the server for one lead, all threads; null where there is no /proc. */
  readonly cpu_us: number | null
  /** The same by thread: the main one, Node's workers with V8's helpers, and what else there is; empty where there is no /proc. */
  readonly threads_us: Readonly<Record<string, number>>
  /** The most memory that the server held, in MiB. */
  readonly peak_rss_mb: number | null
  /** Transactions of the server, as /healthz says; null while it does not. */
  readonly commits: number | null
  /** fsync and fdatasync of the whole server process, its start included; null when they were not counted. */
  readonly fsyncs: number | null
}

export interface Walk {
  readonly leads: number
  /** The folder of another commit whose build is to be measured. */
  readonly of?: string | undefined
  readonly ids?: Ids
  readonly sinkPort: number
  /** How long the sink takes to answer. */
  readonly sinkMs: number
  /** Where the database goes. */
  readonly under: string | undefined
  /** Counts fsyncs with strace. */
  readonly traced?: boolean
  /** Writes CPU profiles of the server's threads into this folder. */
  readonly profile?: string | undefined
}

/** 1,000 events a request, four requests at a time. */
const BULK = 1_000
const SENDERS = 4
/** The report is asked this often: what the end of a run may be late by. */
const LOOK_MS = 20
const WARM_UP = 2_000

export async function walk(run: Walk): Promise<Walked> {
  const { leads, of, ids = 'counted', sinkPort, sinkMs, under, traced = false, profile } = run
  const dataDir = scratchFolder(under)
  const trace = join(dataDir, 'fsyncs')
  const server = await startHookline({
    dataDir,
    of,
    open: [sinkPort],
    ...(traced ? { under: [...strace, trace] } : {}),
    ...profiled(profile),
  })
  const graph = benchCampaign(`http://127.0.0.1:${sinkPort}/after/${sinkMs}`)
  const campaign = await launchCampaign(server.origin, 'Bench', graph)
  await enterAndFinish(server, campaign, bodiesOf('warm', WARM_UP, ids), WARM_UP)
  const bodies = bodiesOf('run', leads, ids)
  const before = await countOf(sinkPort)
  const cpuBefore = cpuSecondsOf(server.process.pid)
  const threadsBefore = cpuByThread(server.process.pid)
  const seconds = await enterAndFinish(server, campaign, bodies, WARM_UP + leads)
  const threads = [...cpuByThread(server.process.pid)]
  const cpuAfter = cpuSecondsOf(server.process.pid)
  const arrived = (await countOf(sinkPort)) - before
  if (arrived !== leads) throw new Error(`${leads} leads made ${arrived} calls.`)
  const commits = await commitsOf(server.origin)
  const peak = memoryOf(server.process.pid, 'VmHWM')
  await server.stop()
  const fsyncs = traced ? await fsyncsIn(trace) : null
  dropFolder(dataDir)
  const cpu = cpuBefore === null || cpuAfter === null ? null : Math.round(((cpuAfter - cpuBefore) * 1e6) / leads)
  const threads_us = Object.fromEntries(
    threads.map(([name, ms]) => [name, Math.round(((ms - (threadsBefore.get(name) ?? 0)) * 1e4) / leads) / 10]),
  )
  return { per_s: Math.round(leads / seconds), seconds, cpu_us: cpu, threads_us, peak_rss_mb: peak, commits, fsyncs }
}

/** How a server is launched that leaves CPU profiles of its threads in this folder. */
export function profiled(folder: string | undefined): Partial<Launch> {
  return folder === undefined ? {} : { nodeArgs: ['--cpu-prof', `--cpu-prof-dir=${folder}`] }
}

/** A count over the whole life of a server, per lead that it let in, the warm-up included. */
export function perLead(count: number, leads: number): number {
  return Math.round((count / (leads + WARM_UP)) * 100_000) / 100_000
}

/** The requests that bring the events of so many leads. */
export function bodiesOf(run: string, count: number, ids: Ids): readonly string[] {
  return Array.from({ length: Math.ceil(count / BULK) }, (_, bulk) => {
    const size = Math.min(BULK, count - bulk * BULK)
    return JSON.stringify(Array.from({ length: size }, (_, i) => eventOf(run, bulk * BULK + i, ids)))
  })
}

/** Posts each of these, a few at a time. */
export async function postEach(bodies: readonly string[], post: (body: string) => Promise<unknown>): Promise<void> {
  const left = [...bodies]
  const send = async () => {
    for (let body = left.shift(); body !== undefined; body = left.shift()) await post(body)
  }
  await Promise.all(Array.from({ length: SENDERS }, send))
}

/** Enters leads in bulk and waits until `total` journeys are over. Answers the seconds in between. */
async function enterAndFinish(server: Hookline, campaign: string, bodies: readonly string[], total: number) {
  const since = performance.now()
  await postEach(bodies, body => ask(server.origin, 'POST', '/events', body))
  await untilOver(server, campaign, total)
  return (performance.now() - since) / 1000
}

/** Rejects when nothing has moved for 20 s. */
async function untilOver(server: Hookline, campaign: string, total: number): Promise<void> {
  let over = -1
  let movedAt = performance.now()
  while (over < total) {
    if (!server.process.isAlive()) throw new Error(`The server died:\n${server.process.said()}`)
    const report = await reportOf(server.origin, campaign)
    const now = overIn(report)
    if (report.counts.failed > 0 || report.webhooks.failed > 0)
      throw new Error(`Journeys failed: ${JSON.stringify(report.counts)}\n${server.process.said()}`)
    if (now !== over) movedAt = performance.now()
    else if (performance.now() - movedAt > 20_000)
      throw new Error(`Nothing moves any more: ${JSON.stringify(report.counts)}\n${server.process.said()}`)
    over = now
    if (over < total) await pause(LOOK_MS)
  }
}

function overIn({ counts }: Report): number {
  return counts.finished + counts.exited + counts.failed
}

/** How many calls the sink has seen. */
export async function countOf(sinkPort: number): Promise<number> {
  const { count } = (await (await fetch(`http://127.0.0.1:${sinkPort}/count`)).json()) as { count: number }
  return count
}

async function commitsOf(origin: string): Promise<number | null> {
  const health = (await (await fetch(`${origin}/healthz`)).json()) as { commits?: number }
  return health.commits ?? null
}

// Counting fsyncs

/** -D: the server stays our child. seccomp-bpf: only the counted calls stop the process. The name of the file follows. */
const strace = ['strace', '-D', '-f', '--seccomp-bpf', '-c', '-e', 'trace=fsync,fdatasync', '-o']

export function canTrace(): boolean {
  return (process.env['PATH'] ?? '').split(':').some(folder => existsSync(join(folder, 'strace')))
}

/** strace writes its table when the server is gone. */
async function fsyncsIn(file: string): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const table = existsSync(file) ? readFileSync(file, 'utf8') : ''
    if (table.includes('total')) {
      const rows = [...table.matchAll(/^\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+)\s+(?:\d+\s+)?(?:fsync|fdatasync)$/gm)]
      return rows.reduce((sum, row) => sum + Number(row[1]), 0)
    }
    await pause(50)
  }
  throw new Error('strace left no table.')
}
