import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { cpuByThread, type Ids, pause } from './hookline'
import { readMachine } from './machine'
import { dropFolder, scratchFolder, startEntry } from './processes'
import { bodiesOf, postEach, walk } from './product'

/**
 * `npm run bench -- --against <folder>`: this build and another one in turn (old, new, new, old) in one run, with the floor (floor.ts) beside them. The folder is a
 * worktree of another commit with its dist/ and node_modules/. Only what stands in one run can be compared: the machine is another one in an hour.
 */

interface Set {
  readonly title: string
  readonly leads: number
  readonly ids: Ids
  /** How long the sink takes to answer. */
  readonly sinkMs: number
}

interface Taken {
  readonly per_s: number
  /** Processor time for one lead, all threads, us. */
  readonly cpu_us: number
  readonly main_us: number
  readonly peak_rss_mb: number | null
}

interface Compared {
  readonly set: string
  readonly leads: number
  readonly old: Summary
  readonly new: Summary
  readonly floor: Summary
  /** New by old: what a change is judged by. */
  readonly cpu: number
  readonly rate: number
  /** CPU of the new build in multiples of the floor's. */
  readonly floors: number
}

interface Summary extends Taken {
  /** How far the runs lie apart, as a share of their middle. */
  readonly spread: number
}

export interface Against {
  readonly folder: string
  /** Times that old, new, new, old is run. */
  readonly rounds: number
  readonly leads: number
  readonly under: string | undefined
  readonly json: boolean
  /** Sets whose titles hold this. */
  readonly only: string
}

/** The floor calls by as many connections at once. */
const FLOOR_CONNECTIONS = 64

export async function compare({ folder, rounds, leads, under, json, only }: Against): Promise<number> {
  if (!existsSync(join(folder, 'dist/server/main.js')) || !existsSync(join(folder, 'node_modules'))) {
    console.error(`${folder} holds no build: "npm ci && npm run build" there first.`)
    return 2
  }
  const say = json ? () => {} : (line: string) => console.log(line)
  const machine = readMachine(under)
  say(`load ${machine.load} before the start; ${machine.disk}, Node ${machine.node}`)
  const sink = startEntry('sink.ts', [])
  const sinkPort = Number((await sink.line('port')).split(' ')[1])
  const sets: readonly Set[] = [
    { title: 'instant sink', leads, ids: 'counted', sinkMs: 0 },
    { title: 'instant sink, random UUIDs', leads, ids: 'uuid', sinkMs: 0 },
    { title: '50 ms sink', leads, ids: 'counted', sinkMs: 50 },
  ]
  const found: Compared[] = []
  for (const set of sets.filter(({ title }) => title.includes(only))) {
    const compared = await measure(set, { folder, rounds, under, sinkPort })
    found.push(compared)
    say(sentence(compared))
  }
  if (json) console.log(JSON.stringify({ machine, rounds, sets: found }))
  return 0
}

async function measure(
  { title, leads, ids, sinkMs }: Set,
  { folder, rounds, under, sinkPort }: Pick<Against, 'folder' | 'rounds' | 'under'> & { readonly sinkPort: number },
): Promise<Compared> {
  const product = async (of: string | undefined): Promise<Taken> => {
    const { per_s, threads_us, peak_rss_mb } = await walk({ leads, of, ids, sinkPort, sinkMs, under })
    const cpu_us = Object.values(threads_us).reduce((sum, us) => sum + us, 0)
    return { per_s, cpu_us, main_us: threads_us['main'] ?? 0, peak_rss_mb }
  }
  const [old, now, floor]: [Taken[], Taken[], Taken[]] = [[], [], []]
  for (let round = 0; round < rounds; round++) {
    old.push(await product(folder))
    now.push(await product(undefined))
    floor.push(await walkFloor({ leads, sinkPort, sinkMs, under }))
    now.push(await product(undefined))
    old.push(await product(folder))
  }
  const [before, after, least] = [summary(old), summary(now), summary(floor)]
  const share = (a: number, b: number) => Math.round((a / b) * 100) / 100
  return {
    set: title,
    leads,
    old: before,
    new: after,
    floor: least,
    cpu: share(after.cpu_us, before.cpu_us),
    rate: share(after.per_s, before.per_s),
    floors: share(after.cpu_us, least.cpu_us),
  }
}

/** The same events through the floor. */
async function walkFloor({
  leads,
  sinkPort,
  sinkMs,
  under,
}: {
  leads: number
  sinkPort: number
  sinkMs: number
  under: string | undefined
}): Promise<Taken> {
  const dataDir = scratchFolder(under)
  const connections = sinkMs === 0 ? FLOOR_CONNECTIONS : 16 * FLOOR_CONNECTIONS
  const floor = startEntry('floor.ts', [dataDir, `${sinkPort}`, `${sinkMs}`, `${connections}`])
  const origin = `http://127.0.0.1:${(await floor.line('port')).split(' ')[1]}`
  const through = async (bodies: readonly string[], total: number) => {
    await postEach(bodies, async body => (await fetch(origin, { method: 'POST', body })).text())
    while (((await (await fetch(origin)).json()) as { answered: number }).answered < total) await pause(5)
  }
  await through(bodiesOf('warm', 2000, 'counted'), 2000)
  const bodies = bodiesOf('run', leads, 'counted')
  const before = cpuByThread(floor.pid)
  const since = performance.now()
  await through(bodies, 2000 + leads)
  const seconds = (performance.now() - since) / 1000
  const threads = [...cpuByThread(floor.pid)].map(
    ([name, ms]) => [name, ((ms - (before.get(name) ?? 0)) * 1000) / leads] as const,
  )
  floor.signal('SIGKILL')
  await floor.ended
  dropFolder(dataDir)
  const cpu_us = threads.reduce((sum, [, us]) => sum + us, 0)
  return { per_s: Math.round(leads / seconds), cpu_us, main_us: new Map(threads).get('main') ?? 0, peak_rss_mb: null }
}

/** The middle of each figure, and how far the processor times lie apart. */
function summary(runs: readonly Taken[]): Summary {
  const middle = (of: (run: Taken) => number) => {
    const sorted = runs.map(of).sort((a, b) => a - b)
    const half = Math.floor(sorted.length / 2)
    const [low = 0, high = 0] = [sorted[sorted.length % 2 === 0 ? half - 1 : half], sorted[half]]
    return Math.round((low + high) * 5) / 10
  }
  const cpus = runs.map(run => run.cpu_us)
  const cpu_us = middle(run => run.cpu_us)
  return {
    per_s: Math.round(middle(run => run.per_s)),
    cpu_us,
    main_us: middle(run => run.main_us),
    peak_rss_mb: runs[0]?.peak_rss_mb == null ? null : middle(run => run.peak_rss_mb ?? 0),
    spread: Math.round(((Math.max(...cpus) - Math.min(...cpus)) / cpu_us) * 100) / 100,
  }
}

function sentence({ set, leads, old, new: now, floor, cpu, rate, floors }: Compared): string {
  const one = ({ cpu_us, main_us, per_s, spread }: Summary) =>
    `${cpu_us} us (main ${main_us}, spread ${Math.round(spread * 100)} %), ${per_s.toLocaleString('en')}/s`
  return [
    `${set}, ${leads.toLocaleString('en')} leads`,
    `  old   ${one(old)}`,
    `  new   ${one(now)}: CPU ${cpu}, rate ${rate} of the old; ${floors} floors`,
    `  floor ${one(floor)}`,
  ].join('\n')
}
