import { isIP } from 'node:net'
import { type Address, type Family, parseAddress, targetOf } from './addresses'

/** One entry of `HOOKLINE_ALLOW_PRIVATE`. `port` null opens every port. */
export type Allowed =
  | { readonly is: 'name'; readonly name: string; readonly port: number | null }
  | {
      readonly is: 'network'
      readonly address: string
      readonly family: Family
      readonly prefix: number
      readonly port: number | null
    }

/**
 * Reads `HOOKLINE_ALLOW_PRIVATE`: `10.0.0.0/8, 192.168.1.5:8080, [fd00::1]:8080, crm.internal:4000`. Throws an Error
 * whose message is a sentence naming the bad entry.
 */
export function parseAllow(text: string): readonly Allowed[] {
  return text
    .split(',')
    .map(entry => entry.trim())
    .filter(entry => entry !== '')
    .map(parseEntry)
}

/** `[v6]`, `[v6]/n` or `[v6/n]`; a bare v6 (which cannot carry a port); anything else: each with what may follow. */
const entryShapes = [
  /^\[(?<host>[^\]/]+)(?:\/(?<inner>\d+))?\](?:\/(?<prefix>\d+))?(?::(?<port>\d+))?$/,
  /^(?<host>[^[\]/]*:[^[\]/]*:[^[\]/]*)(?:\/(?<prefix>\d+))?$/,
  /^(?<host>[^[\]/:]+)(?:\/(?<prefix>\d+))?(?::(?<port>\d+))?$/,
]

function parseEntry(entry: string): Allowed {
  const parts = entryShapes.map(shape => shape.exec(entry)?.groups).find(groups => groups !== undefined)
  if (parts === undefined) throw badEntry(entry, 'it is neither a host nor a network')
  const host = parts['host'] ?? ''
  const port = parts['port'] === undefined ? null : Number(parts['port'])
  if (port !== null && (port < 1 || port > 65_535)) throw badEntry(entry, `${port} is not a port`)
  const bits = parts['prefix'] ?? parts['inner']
  const address = parseAddress(host)
  if (address !== null) return { is: 'network', ...network(entry, address, bits), port }
  if (bits !== undefined) throw badEntry(entry, `"${host}" is not an IP address`)
  return { is: 'name', name: parseName(entry, host), port }
}

export function network(entry: string, address: Address, bits: string | undefined) {
  const widest = address.family === 'ipv4' ? 32 : 128
  const prefix = bits === undefined ? widest : Number(bits)
  if (prefix > widest) throw badEntry(entry, `/${prefix} is longer than the address`)
  return { address: address.text, family: address.family, prefix }
}

function badEntry(entry: string, why: string): Error {
  return new Error(
    `HOOKLINE_ALLOW_PRIVATE: "${entry}" cannot be used, ${why}. Write hosts and networks like crm.internal, 10.0.0.5:8080 or 10.0.0.0/8, with commas between.`,
  )
}

function parseName(entry: string, text: string): string {
  const host = URL.canParse(`http://${text}/`) ? targetOf(new URL(`http://${text}/`)).host : ''
  if (isIP(host) !== 0) throw badEntry(entry, `write the address as ${host}`)
  if (!/^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/.test(host))
    throw badEntry(entry, `"${text}" is not the name of a host`)
  return host
}
