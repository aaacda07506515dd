import type { EventInput, Report } from '#shared/api'
import { eventOf, type Hookline, type Ids, pause, reportOf } from './hookline'

/** Leads in bulk, and waiting for what becomes of them. */

/** 1,000 events a request, four requests at a time. */
const BULK = 1_000
const SENDERS = 4
/** A run in which nothing moves for so long has failed. */
const PATIENCE_MS = 30_000

/** The requests that bring the events of so many leads. `more`: other properties of the n-th. */
export function bodiesOf(run: string, count: number, ids: Ids, more?: (n: number) => object): readonly string[] {
  return inBulk(
    Array.from({ length: count }, (_, n) => {
      const event = eventOf(run, n, ids)
      return more === undefined ? event : { ...event, properties: { ...event.properties, ...more(n) } }
    }),
  )
}

export function inBulk(events: readonly EventInput[]): readonly string[] {
  return Array.from({ length: Math.ceil(events.length / BULK) }, (_, i) =>
    JSON.stringify(events.slice(i * BULK, (i + 1) * BULK)),
  )
}

/** Does this with each, a few at a time. */
export async function postEach<T>(each: readonly T[], post: (one: T) => Promise<unknown>): Promise<void> {
  let next = 0
  const send = async () => {
    while (next < each.length) await post(each[next++] as T)
  }
  await Promise.all(Array.from({ length: SENDERS }, send))
}

/** Waits until so many journeys of each of these campaigns are over; rejects when one fails. */
export async function untilOver(server: Hookline, campaigns: readonly string[], total: number): Promise<void> {
  for (const campaign of campaigns)
    await untilMoved(server, total, async () => {
      const { counts, webhooks }: Report = await reportOf(server.origin, campaign)
      if (counts.failed > 0 || webhooks.failed > 0) throw new Error(`Journeys failed: ${JSON.stringify(counts)}`)
      return counts.finished + counts.exited
    })
}

/** Waits until a number has grown to `wanted`; rejects when it stands still. */
export async function untilMoved(server: Hookline, wanted: number, look: () => Promise<number>): Promise<void> {
  let found = -1
  let movedAt = performance.now()
  while (found < wanted) {
    if (!server.process.isAlive()) throw new Error(`The server died:\n${server.process.said()}`)
    const now = await look()
    if (now !== found) movedAt = performance.now()
    else if (performance.now() - movedAt > PATIENCE_MS)
      throw new Error(`Nothing moves any more at ${now} of ${wanted}.\n${server.process.said()}`)
    found = now
    if (found < wanted) await pause(5)
  }
}
