import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { bodiesOf, postEach, untilMoved, untilOver } from './bulk'
import { fsyncsIn, strace } from './fsyncs'
import {
  ask,
  cpuByThread,
  type Hookline,
  type Launch,
  memoryOf,
  pause,
  perWalk,
  startHookline,
  usedBy,
  writtenBy,
} from './hookline'
import { WARM_UP as POSTED_BEFORE, type Posted } from './poster'
import { bytesIn, type Ground, type Prepared, warmUpOf } from './prepare'
import { dropFolder, type Party, scratchFolder, startEntry } from './processes'
import type { WorkSet } from './sets'
import type { Seen } from './sink'
import type { Stall } from './stall'
import type { Figures } from './summary'

/** A set of leads through the real server, everything durable: one run on a copy of the database that was prepared. */

/** Something that is looked at in a run of its own, because looking costs. */
export type Look = { readonly at: 'stalls' } | { readonly at: 'fsyncs' } | { readonly at: 'profile'; folder: string }

interface Run {
  readonly server: Hookline
  readonly ground: Ground
  readonly prepared: Prepared
}

/** How the leads of a run came. */
interface Came {
  /** Journeys that began, or events where none waits for them. */
  readonly walks: number
  /** From the first request until the last journey was over. */
  readonly seconds: number
  /** Where each event is a request. */
  readonly posted?: Posted
}

/** Walks the set once. Processor time, bytes and fsyncs are of one walk: of one lead through one campaign. */
export async function walk(ground: Ground, prepared: Prepared, look?: Look): Promise<Figures> {
  const { set, leads, sinkPort, under } = ground
  const dataDir = scratchFolder(under)
  cpSync(prepared.dataDir, dataDir, { recursive: true })
  const trace = join(dataDir, 'fsyncs')
  const began = performance.now()
  const server = await startHookline({ dataDir, of: prepared.of, open: [sinkPort], ...launchOf(look, trace) })
  const start_s = Math.round(performance.now() - began) / 1000
  const run = { server, ground, prepared }
  const pid = server.process.pid
  const poller = look?.at === 'stalls' ? await startPoller(server.origin) : undefined

  await sinkReset(sinkPort)
  const warm = set.come === 'one-by-one' ? 0 : warmUpOf(leads)
  if (warm > 0) await lead(run, 'warm', warm, 0)
  await sinkReset(sinkPort)
  if (poller !== undefined) await stallsOf(poller)
  const [threads, written] = [cpuByThread(pid), writtenBy(pid)]
  const came = await (set.come === 'one-by-one' ? leadSingly(run) : lead(run, 'run', leads, warm))
  const [threadsAfter, writtenAfter] = [cpuByThread(pid), writtenBy(pid)]
  const stalls = poller === undefined ? undefined : await stallsOf(poller)
  poller?.signal('SIGKILL')

  const seen = await sinkReset(sinkPort)
  const peak_rss_mb = memoryOf(pid, 'VmHWM')
  await server.stop()
  const fsyncs = look?.at === 'fsyncs' ? await fsyncsIn(trace) : null
  const stored = bytesIn(dataDir) - prepared.bytes
  dropFolder(dataDir)
  const { walks, seconds, posted } = came
  if (seen.count !== walks * set.calls) throw new Error(`${walks} walks made ${seen.count} calls.`)
  const all = walks + warm * set.walks
  return {
    per_s: posted?.per_s ?? Math.round(walks / seconds),
    cpu_us: perWalk(usedBy(threads, threadsAfter), walks),
    main_us: perWalk(usedBy(threads, threadsAfter, 'main'), walks),
    stored_b: Math.round(stored / all),
    written_b: written === null || writtenAfter === null ? null : Math.round((writtenAfter - written) / walks),
    peak_rss_mb,
    start_s,
    connections: seen.connections,
    late_p50_ms: seen.late_p50_ms,
    late_p99_ms: seen.late_p99_ms,
    post_p99_ms: posted?.p99_ms ?? null,
    stall_worst_ms: stalls?.worst_ms ?? null,
    stall_p99_ms: stalls?.p99_ms ?? null,
    fsyncs: fsyncs === null ? null : Math.round((fsyncs / all) * 1e5) / 1e5,
  }
}

function launchOf(look: Look | undefined, trace: string): Partial<Launch> {
  if (look?.at === 'fsyncs') return { under: [...strace, trace] }
  if (look?.at === 'profile') return { nodeArgs: ['--cpu-prof', `--cpu-prof-dir=${look.folder}`] }
  return {}
}

/** Lets leads in, in bulk, and waits until all their journeys are over, and those of `already` before them. */
async function lead({ server, ground, prepared }: Run, run: string, count: number, already: number): Promise<Came> {
  const { set, sinkPort } = ground
  const due = set.come === 'in-bulk' ? undefined : dueTimes(set.come, count)
  const bodies = bodiesOf(run, count, set.ids, due)
  const walks = count * set.walks
  const since = performance.now()
  await postEach(bodies, body => ask(server.origin, 'POST', '/events', body))
  if (due !== undefined) await pause(due(0).due_ms - Date.now())
  // The sink is asked before the reports: those cost the server more.
  await untilMoved(server, walks * set.calls, () => countOf(sinkPort))
  await untilOver(server, prepared.campaigns.slice(0, set.walks), already + count)
  return { walks, seconds: (performance.now() - since) / 1000 }
}

/** When the n-th of so many timers is due: not before all may have come, at 3,000 a second. */
function dueTimes(come: WorkSet['come'], count: number) {
  const from = Math.ceil((Date.now() + 3_000 + count / 3) / 1000) * 1000
  // As many a second as 100,000 in a minute, however few there are.
  const apart = come === 'for-a-minute' ? 0.6 : 0
  return (n: number) => {
    const due_ms = Math.round(from + n * apart)
    return { due: new Date(due_ms).toISOString(), due_ms }
  }
}

// One event a request

/** Connections over which single events come. */
const POSTERS = 64

async function leadSingly({ server, ground, prepared }: Run): Promise<Came> {
  const { unheard = false, calls } = ground.set
  const walks = POSTED_BEFORE + ground.leads
  const since = performance.now()
  const posted = await postSingly(server.origin, ground)
  await untilMoved(server, walks * calls, () => countOf(ground.sinkPort))
  if (!unheard) await untilOver(server, prepared.campaigns, walks)
  return { walks, seconds: (performance.now() - since) / 1000, posted }
}

/** The leads of a set as single events to whoever listens at `origin`. */
export function postSingly(origin: string, { set: { unheard = false }, leads }: Ground): Promise<Posted> {
  return posted(['events', origin, 'run', `${leads}`, `${POSTERS}`, unheard ? 'looked_around' : 'signed_up'])
}

/** Runs poster.ts. */
export async function posted(args: readonly string[]): Promise<Posted> {
  const poster = startEntry('poster.ts', args)
  const line = await poster.line('per_s')
  await poster.ended
  return JSON.parse(line) as Posted
}

// The sink and the poller

async function countOf(sinkPort: number): Promise<number> {
  const { count } = (await (await fetch(`http://127.0.0.1:${sinkPort}/count`)).json()) as Pick<Seen, 'count'>
  return count
}

/** What the sink has seen; it forgets it. */
export async function sinkReset(sinkPort: number): Promise<Seen> {
  return (await (await fetch(`http://127.0.0.1:${sinkPort}/reset`, { method: 'POST' })).json()) as Seen
}

async function startPoller(origin: string): Promise<Party> {
  const poller = startEntry('stall.ts', [`${origin}/healthz`])
  await poller.line('asking')
  return poller
}

async function stallsOf(poller: Party): Promise<Stall> {
  poller.signal('SIGUSR2')
  return JSON.parse(await poller.line('worst_ms')) as Stall
}
