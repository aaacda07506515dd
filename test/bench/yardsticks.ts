import { bodiesOf, postEach } from './bulk'
import { cpuByThread, pause, perWalk, usedBy } from './hookline'
import { WARM_UP as POSTED_BEFORE } from './poster'
import { type Ground, warmUpOf } from './prepare'
import { dropFolder, scratchFolder, startEntry } from './processes'
import { posted, postSingly } from './product'
import type { Figures } from './summary'

/** What Hookline is measured by in each run: the smallest durable engine that one can write, and undici alone. */

/** The floor calls by so many connections; a slow sink takes more of them. */
const CONNECTIONS = { instant: 64, slow: 1_024 }
/** Enough calls for a rate. */
const MOST_POSTS = 20_000

/**
 * The events of a set through the floor (floor.ts): as many as there are walks, since it knows no campaigns. It has no past,
 * no rules and no timers, so it is the same floor for all sets whose leads come in the same way.
 */
export async function walkFloor(ground: Ground): Promise<Figures> {
  const { set, leads, sinkPort, under } = ground
  const dataDir = scratchFolder(under)
  const connections = set.sinkMs === 0 ? CONNECTIONS.instant : CONNECTIONS.slow
  const floor = startEntry('floor.ts', [dataDir, `${sinkPort}`, `${set.sinkMs}`, `${connections}`])
  const origin = `http://127.0.0.1:${(await floor.line('port')).split(' ')[1]}`
  const answered = async (wanted: number) => {
    while (((await (await fetch(origin)).json()) as { answered: number }).answered < wanted) await pause(5)
  }
  const bulk = async (run: string, count: number, already: number) => {
    const bodies = bodiesOf(run, count, set.ids)
    const since = performance.now()
    await postEach(bodies, async body => (await fetch(origin, { method: 'POST', body })).text())
    await answered(already + count)
    return { count, per_s: Math.round((count * 1000) / (performance.now() - since)) }
  }
  const single = async () => {
    const { per_s } = await postSingly(origin, ground)
    const count = POSTED_BEFORE + leads
    await answered(count * set.calls)
    return { count, per_s }
  }

  const warm = set.come === 'one-by-one' ? 0 : warmUpOf(leads)
  if (warm > 0) await bulk('warm', warm, 0)
  const before = cpuByThread(floor.pid)
  const { count, per_s } = await (set.come === 'one-by-one' ? single() : bulk('run', leads * set.walks, warm))
  const after = cpuByThread(floor.pid)
  floor.signal('SIGKILL')
  await floor.ended
  dropFolder(dataDir)
  return {
    per_s,
    cpu_us: perWalk(usedBy(before, after), count),
    main_us: perWalk(usedBy(before, after, 'main'), count),
  }
}

/** Calls a second by undici alone, over so many connections. */
export async function undiciAlone({ set, leads, sinkPort }: Ground, connections: number): Promise<Figures> {
  const count = Math.min(leads * set.walks, MOST_POSTS)
  const address = [`http://127.0.0.1:${sinkPort}`, `/after/${set.sinkMs}`]
  const { per_s, cpu_us } = await posted(['webhooks', ...address, `${count}`, `${connections}`, 'dispatch'])
  return { per_s, cpu_us, connections }
}
