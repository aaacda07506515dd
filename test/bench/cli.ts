import { parseArgs } from 'node:util'
import { compare } from './against'
import { cpuSecondsOf, ensureBuilt, launchCampaign, memoryOf, startHookline } from './hookline'
import { type Machine, readMachine } from './machine'
import { type Posted, WARM_UP } from './poster'
import { dropFolder, scratchFolder, startEntry, tidyUp } from './processes'
import { canTrace, perLead, profiled, type Walked, walk } from './product'
import { benchCampaign } from './workload'

/**
 * `npm run bench`: undici alone and the whole product, in turn, on the same sink, everything on loopback and every party a process of its own.
 * Rates suffer from other work on the machine, processor time hardly: `cpu_us_per_lead` against `limit_cpu_us` is the figure to optimise by.
 */

/** From the issue: share of undici alone with an instant sink; 100,000 leads against a sink of 50 ms; single events a second. */
const goals = { ratio: 0.4, slowSeconds: 30, postsPerSecond: 1_200 }
const SLOW_MS = 50

interface Part {
  readonly leads: number
  readonly limit_per_s: number
  readonly limit_runs: readonly number[]
  /** Of the fastest run. */
  readonly limit_connections: number
  readonly leads_per_s: number
  readonly seconds: number
  readonly ratio: number
  /** Processor time for one lead in the server, all threads, and for one post in undici alone: what the machine's other work hardly changes. */
  readonly cpu_us_per_lead: number | null
  readonly limit_cpu_us: number
  readonly peak_rss_mb: number | null
  readonly commits_per_lead: number | null
  readonly fsyncs_per_lead: number | null
  /** How they were counted, or why they were not. */
  readonly fsyncs_by: string
}

interface Slow extends Part {
  readonly in_series_s: number
  readonly times_faster: number
}

interface Single {
  readonly posts: number
  readonly connections: number
  /** Each event starts a journey that calls the sink. */
  readonly posts_per_s: number
  readonly p50_ms: number
  readonly p99_ms: number
  /** Processor time of the server for one post and its journey, all threads. */
  readonly cpu_us_per_post: number | null
  /** Events that no campaign waits for. */
  readonly unheard_posts_per_s: number
  readonly peak_rss_mb: number | null
}

interface Plan {
  readonly leads: number
  readonly slowLeads: number
  readonly posts: number
  readonly limitPosts: number
  readonly under: string | undefined
  readonly profile: string | undefined
  readonly say: (...lines: string[]) => void
}

export async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      json: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      leads: { type: 'string' },
      dir: { type: 'string' },
      profile: { type: 'string' },
      against: { type: 'string' },
      rounds: { type: 'string', default: '2' },
      only: { type: 'string', default: '' },
    },
  })
  const leads = values.leads === undefined ? undefined : Number(values.leads)
  if (leads !== undefined && !(Number.isInteger(leads) && leads >= 100)) {
    console.error(
      'Usage: npm run bench -- [--quick] [--leads N (100 or more)] [--json] [--dir D] [--profile D] [--against FOLDER [--rounds N] [--only TITLE]]',
    )
    return 2
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130))
  const plan: Plan = {
    leads: leads ?? (values.quick ? 4_000 : 20_000),
    slowLeads: leads ?? (values.quick ? 8_000 : 100_000),
    posts: values.quick ? 3_000 : 10_000,
    limitPosts: values.quick ? 5_000 : 20_000,
    under: values.dir,
    profile: values.profile,
    say: values.json ? () => {} : (...lines) => console.log(lines.join('\n')),
  }
  await ensureBuilt()
  if (values.against !== undefined) {
    const rounds = Math.max(1, Number(values.rounds) || 1)
    const { against: folder, dir: under, json, only } = values
    const code = await compare({ folder, rounds, leads: plan.leads, under, json, only })
    tidyUp()
    return code
  }
  const sink = startEntry('sink.ts', [])
  const sinkPort = Number((await sink.line('port')).split(' ')[1])
  const machine = readMachine(plan.under)
  plan.say(sayMachine(machine))
  const way = await fasterWay(sinkPort)
  const instant = await measure(plan, { way, sinkPort, sinkMs: 0, leads: plan.leads, title: 'instant sink' })
  const slow = await measure(plan, { way, sinkPort, sinkMs: SLOW_MS, leads: plan.slowLeads, title: '50 ms sink' })
  const inSeries = (slow.leads * SLOW_MS) / 1000
  const slow50: Slow = { ...slow, in_series_s: inSeries, times_faster: Math.round(inSeries / slow.seconds) }
  plan.say(`50 ms sink: in series ${inSeries} s, so ${slow50.times_faster} times faster`)
  const single = await measureSingle(plan, sinkPort)
  if (values.json) console.log(JSON.stringify({ instant, slow50, single, machine }))
  else for (const line of sayGoals(instant, slow50, single)) console.log(line)
  tidyUp()
  return 0
}

// Leads in bulk

interface Measure {
  readonly way: Way
  readonly sinkPort: number
  readonly sinkMs: number
  readonly leads: number
  readonly title: string
}

/** Limit, product, limit: the middle of the limits is the limit, and how far they lie apart is the noise. */
async function measure(plan: Plan, { way, sinkPort, sinkMs, leads, title }: Measure): Promise<Part> {
  const limits: Limit[] = []
  const limit = async () => {
    const found = await limitOf(sinkPort, sinkMs, way, Math.min(leads, plan.limitPosts))
    limits.push(found)
    plan.say(`${title}: undici alone (${way}, ${found.connections} connections) ${found.per_s.toLocaleString('en')}/s`)
  }
  const under = plan.under
  await limit()
  const walked = await walk({ leads, sinkPort, sinkMs, under, profile: plan.profile })
  plan.say(
    `${title}: Hookline ${walked.per_s.toLocaleString('en')} leads/s (${leads} in ${walked.seconds.toFixed(1)} s)`,
  )
  await limit()
  const limitPerS = middle(limits.map(l => l.per_s))
  const ratio = Math.round((walked.per_s / limitPerS) * 100) / 100
  const fsyncs = await countFsyncs({ leads: Math.min(leads, 20_000), sinkPort, sinkMs, under })
  const part: Part = {
    leads,
    limit_per_s: limitPerS,
    limit_runs: limits.map(l => l.per_s),
    limit_connections: limits.reduce((a, b) => (b.per_s > a.per_s ? b : a)).connections,
    leads_per_s: walked.per_s,
    seconds: Math.round(walked.seconds * 100) / 100,
    ratio,
    cpu_us_per_lead: walked.cpu_us,
    limit_cpu_us: middle(limits.map(l => l.cpu_us)),
    peak_rss_mb: walked.peak_rss_mb,
    commits_per_lead: walked.commits === null ? null : perLead(walked.commits, leads),
    ...fsyncs,
  }
  plan.say(
    `${title}: ratio ${ratio}; processor ${part.cpu_us_per_lead ?? '?'} us a lead (undici alone ${part.limit_cpu_us}), peak memory ${part.peak_rss_mb ?? '?'} MiB`,
    `${title}: fsyncs per lead ${part.fsyncs_per_lead ?? '?'} (${part.fsyncs_by})`,
  )
  return part
}

/** In a run of its own, so that the counting costs the timed run nothing. */
async function countFsyncs(run: Parameters<typeof walk>[0]): Promise<Pick<Part, 'fsyncs_per_lead' | 'fsyncs_by'>> {
  if (!canTrace()) return { fsyncs_per_lead: null, fsyncs_by: 'not counted: there is no strace on this machine' }
  let traced: Walked
  try {
    traced = await walk({ ...run, traced: true })
  } catch (error) {
    // Containers often forbid to trace; everything else was measured all the same.
    const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : ''
    return { fsyncs_per_lead: null, fsyncs_by: `not counted: strace failed (${why})` }
  }
  const fsyncs = traced.fsyncs === null ? null : perLead(traced.fsyncs, run.leads)
  return { fsyncs_per_lead: fsyncs, fsyncs_by: `strace, ${run.leads} leads in a run of its own` }
}

// undici alone

type Way = 'dispatch' | 'request'

interface Limit extends Posted {
  readonly connections: number
}

/** Pool.dispatch or Pool.request: whichever is faster here. */
async function fasterWay(sinkPort: number): Promise<Way> {
  const dispatch = await post(sinkPort, 0, 'dispatch', 10_000, 256)
  const request = await post(sinkPort, 0, 'request', 10_000, 256)
  return dispatch.per_s >= request.per_s ? 'dispatch' : 'request'
}

/** The better of 256 and 1,024 connections. */
async function limitOf(sinkPort: number, sinkMs: number, way: Way, count: number): Promise<Limit> {
  const few = await post(sinkPort, sinkMs, way, count, 256)
  const many = await post(sinkPort, sinkMs, way, count, 1_024)
  return few.per_s >= many.per_s ? { ...few, connections: 256 } : { ...many, connections: 1_024 }
}

function post(sinkPort: number, sinkMs: number, way: Way, count: number, connections: number): Promise<Posted> {
  const origin = `http://127.0.0.1:${sinkPort}`
  return posted(['webhooks', origin, `/after/${sinkMs}`, String(count), String(connections), way])
}

async function posted(args: readonly string[]): Promise<Posted> {
  const poster = startEntry('poster.ts', args)
  const line = await poster.line('per_s')
  await poster.ended
  return JSON.parse(line) as Posted
}

// Single events

const CONNECTIONS = 64

/** One event a request, answered after its commit. */
async function measureSingle({ posts, under, profile, say }: Plan, sinkPort: number): Promise<Single> {
  const dataDir = scratchFolder(under)
  const server = await startHookline({ dataDir, open: [sinkPort], ...profiled(profile) })
  await launchCampaign(server.origin, 'Bench', benchCampaign(`http://127.0.0.1:${sinkPort}/after/0`))
  const send = (run: string, event: string) =>
    posted(['events', server.origin, run, String(posts), String(CONNECTIONS), event])
  const before = cpuSecondsOf(server.process.pid)
  const heard = await send('heard', 'signed_up')
  const after = cpuSecondsOf(server.process.pid)
  const cpu = before === null || after === null ? null : Math.round(((after - before) * 1e6) / (posts + WARM_UP))
  const unheard = await send('unheard', 'looked_around')
  const peak = memoryOf(server.process.pid, 'VmHWM')
  await server.stop()
  dropFolder(dataDir)
  say(
    `single events: ${heard.per_s.toLocaleString('en')} POSTs/s, each starts a journey (p50 ${heard.p50_ms} ms, p99 ${heard.p99_ms} ms); ${unheard.per_s.toLocaleString('en')}/s that nobody waits for`,
  )
  return {
    posts,
    connections: CONNECTIONS,
    posts_per_s: heard.per_s,
    p50_ms: heard.p50_ms,
    p99_ms: heard.p99_ms,
    cpu_us_per_post: cpu,
    unheard_posts_per_s: unheard.per_s,
    peak_rss_mb: peak,
  }
}

// What is printed

function sayMachine({ cpu, cores, memory_gb, node, load, disk, fdatasync_ms }: Machine): string {
  return `${cores} x ${cpu}, ${memory_gb} GiB, Node ${node}, ${disk} (fdatasync ${fdatasync_ms} ms), load ${load} before the start`
}

function sayGoals(instant: Part, slow: Slow, single: Single): string[] {
  const slowSeconds = (slow.seconds / slow.leads) * 100_000
  return [
    goal('ratio with an instant sink', instant.ratio, goals.ratio, instant.ratio >= goals.ratio),
    goal('100,000 leads, 50 ms sink, s', Math.round(slowSeconds), goals.slowSeconds, slowSeconds < goals.slowSeconds),
    goal('single POSTs/s', single.posts_per_s, goals.postsPerSecond, single.posts_per_s >= goals.postsPerSecond),
  ]
}

function goal(what: string, found: number, wanted: number, met: boolean): string {
  return `${met ? 'met   ' : 'MISSED'} ${what}: ${found} (goal ${wanted})`
}

function middle(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const half = Math.floor(sorted.length / 2)
  const [low = 0, high = 0] = [sorted[sorted.length % 2 === 0 ? half - 1 : half], sorted[half]]
  return Math.round((low + high) / 2)
}
