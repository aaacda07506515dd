import { Agent, get } from 'node:http'
import { endWithParent } from './processes'
import { at } from './summary'

/** How long a server let somebody wait who asks a simple thing again and again, ms. */
export interface Stall {
  readonly worst_ms: number
  readonly p99_ms: number
}

const EVERY_MS = 10

/**
 * Asks an address each 10 ms over one connection, in a process of its own; the next time is asked when the last was
 * answered. `stall.ts <address>`: prints `asking`, then, on each SIGUSR2, what was seen since the one before: `Stall`.
 */
export async function main([address = '']: string[]): Promise<number> {
  endWithParent()
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  let waits: number[] = []
  let askedAt = performance.now()
  process.on('SIGUSR2', () => {
    // Who waits right now has waited so long already.
    const sorted = Float64Array.from([...waits, performance.now() - askedAt]).sort()
    waits = []
    console.log(JSON.stringify({ worst_ms: at(sorted, 1), p99_ms: at(sorted, 0.99) } satisfies Stall))
  })
  const ask = () => {
    askedAt = performance.now()
    get(address, { agent }, res => res.resume().on('end', answered)).on('error', () => process.exit(1))
  }
  const answered = () => {
    const waited = performance.now() - askedAt
    waits.push(waited)
    askedAt = Number.POSITIVE_INFINITY
    setTimeout(ask, Math.max(0, EVERY_MS - waited))
  }
  console.log('asking')
  ask()
  return new Promise(() => {})
}
