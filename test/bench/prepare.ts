import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { EventInput } from '#shared/api'
import { inBulk, postEach, untilOver } from './bulk'
import { ask, type Hookline, launchCampaign, leadOf, startHookline } from './hookline'
import { scratchFolder } from './processes'
import { past, type WorkSet } from './sets'

/** What is there before the first event of a run: campaigns, stored leads, their past. Made once for each build and set. */

/** Where and how a set is run. */
export interface Ground {
  readonly set: WorkSet
  readonly leads: number
  readonly sinkPort: number
  /** Where databases go. */
  readonly under: string | undefined
}

/** A database that is ready for a set, and the build that made it. */
export interface Prepared {
  readonly dataDir: string
  /** The folder of another commit; undefined: this one. */
  readonly of: string | undefined
  readonly campaigns: readonly string[]
  readonly bytes: number
}

/** Leads of a run before the clock starts. */
const WARM_UP = 2_000

export function warmUpOf(leads: number): number {
  return Math.min(WARM_UP, leads)
}

/** Makes the database of a set with a build: past first, so that the campaigns of the set hear nothing of it. */
export async function prepare({ set, leads, sinkPort, under }: Ground, of: string | undefined): Promise<Prepared> {
  const dataDir = scratchFolder(under)
  const sink = `http://127.0.0.1:${sinkPort}`
  const server = await startHookline({ dataDir, of, open: [sinkPort] })
  await makePast(server, { set, leads, sinkPort, under })
  const campaigns: string[] = []
  for (const [i, graph] of set.campaigns(sink).entries())
    campaigns.push(await launchCampaign(server.origin, `Bench ${i + 1}`, graph))
  await server.stop()
  return { dataDir, of, campaigns, bytes: bytesIn(dataDir) }
}

async function makePast(server: Hookline, { set: { before = {}, ids }, leads, sinkPort }: Ground): Promise<void> {
  const { others = 0, attributes = 0, sends = 0, events = 0 } = before
  const mine = [
    ...Array.from({ length: warmUpOf(leads) }, (_, n) => leadOf('warm', n, ids)),
    ...Array.from({ length: leads }, (_, n) => leadOf('run', n, ids)),
  ]
  const unheard = (lead: string, n: number): EventInput => ({
    id: `p-${n}-${lead}`,
    lead,
    name: 'looked_around',
    properties: { page: '/prices' },
  })
  const bring = (made: readonly EventInput[]) =>
    postEach(inBulk(made), body => ask(server.origin, 'POST', '/events', body))

  for (let from = 0; from < others * leads; from += 50_000) {
    const length = Math.min(50_000, others * leads - from)
    await bring(Array.from({ length }, (_, n) => unheard(leadOf('other', from + n, ids), 0)))
  }
  for (let n = 0; n < events; n++) await bring(mine.map(lead => unheard(lead, n)))
  if (attributes > 0) {
    const body = JSON.stringify({ attributes: attributesOf(attributes) })
    await postEach(mine, lead => ask(server.origin, 'PUT', `/leads/${lead}`, body))
  }
  if (sends === 0) return
  const campaign = await launchCampaign(server.origin, 'Past', past(`http://127.0.0.1:${sinkPort}`))
  for (let n = 0; n < sends; n++)
    await bring(mine.map(lead => ({ ...unheard(lead, n), name: 'earlier', properties: { plan: 'pro' } })))
  await untilOver(server, [campaign], sends * mine.length)
}

function attributesOf(count: number): Readonly<Record<string, string>> {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`field_${i}`, `value ${i} of a lead`]))
}

/** The size of a database whose server has stopped. */
export function bytesIn(dataDir: string): number {
  return statSync(join(dataDir, 'hookline.db')).size
}
