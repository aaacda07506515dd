import { BlockList, isIP, isIPv4, SocketAddress } from 'node:net'

// Addresses by their bytes: one canonical form for each, and the ranges that are no public hosts.

export type Family = 'ipv4' | 'ipv6'

export interface Address {
  readonly text: string
  readonly family: Family
}

/** IPv4 ranges that are no public hosts (IANA special-purpose registry, and Azure's platform address). */
const closed4 = {
  'this machine': ['0.0.0.0/8', '127.0.0.0/8'],
  'a private network': ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'],
  'a provider’s shared network': ['100.64.0.0/10'],
  'the local link': ['169.254.0.0/16'],
  'a range reserved for protocols': ['192.0.0.0/24', '192.31.196.0/24', '192.52.193.0/24', '192.175.48.0/24'],
  'a range for examples and benchmarks': ['192.0.2.0/24', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24'],
  'a relay to IPv6': ['192.88.99.0/24'],
  'a multicast group': ['224.0.0.0/4'],
  'a reserved range': ['240.0.0.0/4', '255.255.255.255/32'],
  'a cloud platform': ['168.63.129.16/32'],
}

/** IPv6 is open only inside 2000::/3, which closes loopback, local, mapped, compatible and NAT64 forms unnamed ... */
const global6 = blockList(['2000::/3'])

/** ... and inside it these are closed: forms that carry an IPv4 address, and ranges that are no public hosts. */
const closed6 = {
  'a range reserved for protocols (Teredo and others)': ['2001::/23'],
  'a range for examples and benchmarks': ['2001:db8::/32', '3fff::/20'],
  'a 6to4 relay': ['2002::/16'],
  'a reserved range': ['2620:4f:8000::/48'],
}

const closedLists = { ipv4: namedLists(closed4), ipv6: namedLists(closed6) }

/** Where clouds hand out credentials. Open only when named as one single address. */
export const metadata = blockList(
  [
    ['169.254.169.254', '169.254.170.2', '169.254.170.23', '169.254.0.23'],
    ['100.100.100.200', '168.63.129.16', '192.0.0.192'],
    ['fd00:ec2::254', 'fd00:ec2::23', 'fd20:ce::254'],
  ].flat(),
)

/** Every spelling of "this machine", for comparing with our own listening sockets. */
export const thisMachine = blockList(['0.0.0.0/8', '127.0.0.0/8', '::/128', '::1/128'])

/** Which closed range holds the address; null for a public one. */
export function closedKind(address: Address): string | null {
  for (const [kind, list] of closedLists[address.family]) if (list.check(address.text, address.family)) return kind
  if (address.family === 'ipv6' && !global6.check(address.text, 'ipv6')) return 'a range that is not public'
  return null
}

/**
 * The canonical form; an IPv4 address inside IPv6 (`::ffff:10.0.0.1`) is unwrapped. Null for zone ids and other
 * spellings.
 */
export function parseAddress(text: string): Address | null {
  if (isIPv4(text)) return { text, family: 'ipv4' }
  // SocketAddress would drop a zone id without a word, and the zone decides where the packet goes.
  if (isIP(text) !== 6 || text.includes('%')) return null
  const { address } = new SocketAddress({ address: text, family: 'ipv6' })
  const mapped = address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : ''
  return isIPv4(mapped) ? { text: mapped, family: 'ipv4' } : { text: address, family: 'ipv6' }
}

export function isWildcard({ text }: Address): boolean {
  return text === '0.0.0.0' || text === '::'
}

function namedLists(ranges: { readonly [kind: string]: readonly string[] }): readonly (readonly [string, BlockList])[] {
  return Object.entries(ranges).map(([kind, list]) => [kind, blockList(list)] as const)
}

export function blockList(ranges: readonly string[]): BlockList {
  const list = new BlockList()
  for (const range of ranges) {
    const [address = '', prefix] = range.split('/')
    const family = isIPv4(address) ? 'ipv4' : 'ipv6'
    if (prefix === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(prefix), family)
  }
  return list
}

/** Host as the URL parser spells it, without brackets and final dot. */
export interface Target {
  readonly host: string
  readonly port: number
}

/** Host and port of a web address: default port filled in, brackets and the final dot of a full name taken off. */
export function targetOf(url: URL): Target {
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.+$/, '')
  return { host, port: url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port) }
}
