import { isIPv4, isIPv6 } from 'node:net'
import type { Clock } from '#shared/time/clock'
import { MINUTE } from '#shared/time/units'
import { isLoopback } from '../config'

// Guesses are slowed for each client, and never for those who were right: a right token that was just used goes on
// working from an address that somebody else, behind the same proxy, guesses from.

/** Wrong tokens that a client may send in a row ... */
const MOST = 10
/** ... before it may send one more for each of these (ms). */
const EVERY_MS = 6_000
/** Whoever was right is listened to for this long (ms), whatever else comes from the same address. */
const PROVEN_MS = 10 * MINUTE
const MOST_CLIENTS = 10_000

export interface Guesses {
  /** For how long (ms) this client is not listened to; 0: its token may be looked at. */
  readonly wait: (client: string) => number
  readonly wasWrong: (client: string) => void
  readonly wasRight: (client: string) => void
}

interface Known {
  left: number
  at: number
  provenAt: number
}

export function createGuesses({ monotonic }: Pick<Clock, 'monotonic'>): Guesses {
  const clients = new Map<string, Known>()

  const look = (client: string): Known => {
    const now = monotonic()
    const known = clients.get(client) ?? { left: MOST, at: now, provenAt: Number.NEGATIVE_INFINITY }
    known.left = Math.min(MOST, known.left + (now - known.at) / EVERY_MS)
    known.at = now
    return known
  }
  const keep = (client: string, known: Known) => {
    // The one that was not heard of for the longest time makes room.
    clients.delete(client)
    clients.set(client, known)
    if (clients.size > MOST_CLIENTS) clients.delete(clients.keys().next().value ?? '')
  }

  return {
    wait: client => {
      if (!clients.has(client)) return 0
      const { left, at, provenAt } = look(client)
      return left >= 1 || at - provenAt < PROVEN_MS ? 0 : (1 - left) * EVERY_MS
    },
    wasWrong: client => {
      const known = look(client)
      known.left = Math.max(0, known.left - 1)
      keep(client, known)
    },
    wasRight: client => {
      const known = look(client)
      known.provenAt = known.at
      keep(client, known)
    },
  }
}

/**
 * Who asks, as far as an address tells: an IPv6 network of one household or machine is one client. A proxy on this
 * machine says for whom it asks, in the last entry of `x-forwarded-for`; nobody else is believed.
 */
export function clientOf(address: string | undefined, forwarded: string | string[] | undefined): string {
  const peer = plain(address ?? '')
  if (!isLoopback(peer)) return network(peer)
  const last = plain(
    String(forwarded ?? '')
      .split(',')
      .at(-1)
      ?.trim() ?? '',
  )
  return isIPv4(last) || isIPv6(last) ? network(last) : peer
}

function plain(address: string): string {
  return address.replace(/^::ffff:(?=[\d.]+$)/i, '')
}

/** `2001:db8:1:2::7` is of the network `2001:db8:1:2`. */
function network(address: string): string {
  if (!isIPv6(address)) return address
  const [head = '', tail] = address.split('::')
  const first = head === '' ? [] : head.split(':')
  const last = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? [] : Array<string>(Math.max(0, 8 - first.length - last.length)).fill('0')
  return [...first, ...zeros, ...last].slice(0, 4).join(':')
}
