import { BlockList, isIP, isIPv4, SocketAddress } from 'node:net'
import { networkInterfaces } from 'node:os'

// Which addresses a webhook may go to (delivery R28-R35, B10). Decided on parsed bytes: `SocketAddress` gives every
// spelling its one canonical form, `BlockList` compares the bytes. Pure apart from `ownSockets`, so that the whole
// table is tested without opening a socket. Asked for the URL of every call, for every answer of the resolver, and
// once more for the address at the other end of a new connection.

/** What the operator decided, as plain data: it is cloned into the worker threads and fixed for a caller's life. */
export interface Policy {
  /** `HOOKLINE_ALLOW_PRIVATE`, parsed. */
  readonly allow: readonly Allowed[]
  /** Where this process itself listens: always closed, also inside a range that is allowed (delivery R34). */
  readonly own: readonly OwnSocket[]
  /** Addresses of this machine's interfaces: closed on every port unless the operator opens them (delivery R34). */
  readonly here?: readonly string[]
  /** `http://127.0.0.1:3000`: below its `/sandbox/in/` the built-in receiver may be called. Its host must be an address. */
  readonly sandboxOrigin: string | null
  /** Ports that public hosts may be called on. `any`, because our operators host for themselves; Braze allows 80 and 443. */
  readonly ports: 'any' | readonly number[]
}

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

export interface OwnSocket {
  readonly address: string
  readonly port: number
}

/** `because` is a sentence for the person who drew the campaign. */
export type Verdict =
  | { readonly is: 'allowed' }
  | { readonly is: 'refused'; readonly cause: 'blocked-address' | 'bad-request'; readonly because: string }

/** Host as the URL parser spells it, without brackets and final dot. */
export interface Target {
  readonly host: string
  readonly port: number
}

type Family = 'ipv4' | 'ipv6'
interface Address {
  readonly text: string
  readonly family: Family
}

/** Public addresses only: what holds when the operator says nothing. */
export const publicOnly: Policy = { allow: [], own: [], sandboxOrigin: null, ports: 'any' }

const allowed: Verdict = { is: 'allowed' }

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
const metadata = blockList(
  [
    ['169.254.169.254', '169.254.170.2', '169.254.170.23', '169.254.0.23'],
    ['100.100.100.200', '168.63.129.16', '192.0.0.192'],
    ['fd00:ec2::254', 'fd00:ec2::23', 'fd20:ce::254'],
  ].flat(),
)

/** Every spelling of "this machine", for comparing with our own listening sockets. */
const thisMachine = blockList(['0.0.0.0/8', '127.0.0.0/8', '::/128', '::1/128'])

const closedNames = /(^|\.)(localhost|local|internal)$/

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

/**
 * Where a server that was told to listen on `host` can be reached: for `0.0.0.0`, `::` or a name every address of this
 * machine, else the one address. Called by main.ts to fill `Policy.own`.
 */
export function ownSockets(host: string, port: number): readonly OwnSocket[] {
  const one = parseAddress(host)
  if (one !== null && !isWildcard(one)) return [{ address: one.text, port }]
  const addresses = Object.values(networkInterfaces()).flatMap(list => list?.map(({ address }) => address) ?? [])
  return ['127.0.0.1', ...addresses].map(address => ({ address, port }))
}

/** The addresses of this machine's interfaces, for `Policy.here`: public ones would be open else. */
export function ownAddresses(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap(list => list?.map(({ address }) => address) ?? [])
}

/**
 * May a call be sent to this URL? Literal addresses are decided here for good, because no lookup happens for them; the
 * addresses of a name are judged when the connection is made.
 */
export function judgeUrl(url: URL, policy: Policy): Verdict {
  if (url.username !== '' || url.password !== '')
    return badRequest('The address holds a user name or password. Move it into an Authorization header.')
  if (url.origin === compile(policy).sandbox?.origin && url.pathname.startsWith('/sandbox/in/')) return allowed
  return judgeOrigin(url, policy)
}

/** May a connection that was opened for this URL end at this address? `url` has passed `judgeUrl`. */
export function judgeConnection(address: string, url: URL, policy: Policy): Verdict {
  const { sandbox } = compile(policy)
  if (url.origin === sandbox?.origin && parseAddress(address)?.text === sandbox.address) return allowed
  return judgeAddress(address, targetOf(url), policy)
}

/** Judges one address, as a resolver or a socket gives it. Anything but one plain IP address is refused. */
export function judgeAddress(text: string, target: Target, policy: Policy): Verdict {
  const address = parseAddress(text)
  if (address === null) return blocked(`"${text}" is not an IP address that a webhook can go to.`)
  const { own, here, openings } = compile(policy)
  const isHere = (list: BlockList) => list.check(address.text, address.family)
  const openedBy = openings.filter(opening => opening.port === null || opening.port === target.port)

  if (own.some(({ port, list }) => port === target.port && isHere(list)))
    return blocked(`${place(address, target)} is Hookline itself.`)
  if (isHere(metadata))
    return openedBy.some(({ isSingle, list }) => isSingle && isHere(list))
      ? allowed
      : blocked(
          `${place(address, target)} belongs to the cloud platform and stays closed unless it is named alone in HOOKLINE_ALLOW_PRIVATE.`,
        )
  if (openedBy.some(({ list }) => isHere(list)) || isNamed(target, policy)) return allowed
  if (isHere(here))
    return blocked(
      `${place(address, target)} is this machine. The operator can open it with HOOKLINE_ALLOW_PRIVATE, for what else runs here.`,
    )
  const kind = closedKind(address)
  if (kind !== null)
    return blocked(
      `${place(address, target)} is in ${kind}. Webhooks go to public addresses; the operator can open others with HOOKLINE_ALLOW_PRIVATE.`,
    )
  if (policy.ports !== 'any' && !policy.ports.includes(target.port)) return blocked(sayPort(target.port, policy.ports))
  return allowed
}

/**
 * Why the port of an address is closed, for whoever writes it down; null when it is not, or when only the addresses behind its name can tell: a network that is
 * opened with `HOOKLINE_ALLOW_PRIVATE` is open on its own ports.
 */
export function closedPort(text: string, policy: Policy): string | null {
  if (policy.ports === 'any' || !URL.canParse(text)) return null
  const target = targetOf(new URL(text))
  const { ports } = policy
  const mayBeOpened = policy.allow.some(entry => entry.is === 'network' && (entry.port ?? target.port) === target.port)
  return ports.includes(target.port) || mayBeOpened || isNamed(target, policy) ? null : sayPort(target.port, ports)
}

function sayPort(port: number, ports: readonly number[]): string {
  return `Port ${port} is closed. Webhooks may use ${ports.length === 1 ? 'port' : 'ports'} ${ports.join(', ')}.`
}

/** Host and port of a web address: default port filled in, brackets and the final dot of a full name taken off. */
export function targetOf(url: URL): Target {
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.+$/, '')
  return { host, port: url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port) }
}

function judgeOrigin(url: URL, policy: Policy): Verdict {
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    return badRequest(`"${url.protocol}" cannot be called. Start the address with https:// or http://.`)
  const target = targetOf(url)
  if (target.host === '' || target.port === 0) return badRequest(`"${url.host}" is no place to call.`)
  if (isIP(target.host) !== 0) return judgeAddress(target.host, target, policy)
  if (closedNames.test(target.host) && !isNamed(target, policy))
    return blocked(
      `"${target.host}" is a name inside this machine or network. The operator can open it by name with HOOKLINE_ALLOW_PRIVATE.`,
    )
  return allowed
}

function isNamed({ host, port }: Target, policy: Policy): boolean {
  return policy.allow.some(
    entry => entry.is === 'name' && entry.name === host && (entry.port === null || entry.port === port),
  )
}

/** Which closed range holds the address; null for a public one. */
function closedKind(address: Address): string | null {
  for (const [kind, list] of closedLists[address.family]) if (list.check(address.text, address.family)) return kind
  if (address.family === 'ipv6' && !global6.check(address.text, 'ipv6')) return 'a range that is not public'
  return null
}

/** The canonical form; an IPv4 address inside IPv6 (`::ffff:10.0.0.1`) is unwrapped. Null for zone ids and other spellings. */
function parseAddress(text: string): Address | null {
  if (isIPv4(text)) return { text, family: 'ipv4' }
  // SocketAddress would drop a zone id without a word, and the zone decides where the packet goes.
  if (isIP(text) !== 6 || text.includes('%')) return null
  const { address } = new SocketAddress({ address: text, family: 'ipv6' })
  const mapped = address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : ''
  return isIPv4(mapped) ? { text: mapped, family: 'ipv4' } : { text: address, family: 'ipv6' }
}

function isWildcard({ text }: Address): boolean {
  return text === '0.0.0.0' || text === '::'
}

function place(address: Address, { host }: Target): string {
  return parseAddress(host) === null ? `"${host}" leads to ${address.text}, which` : address.text
}

const blocked = (because: string): Verdict => ({ is: 'refused', cause: 'blocked-address', because })
const badRequest = (because: string): Verdict => ({ is: 'refused', cause: 'bad-request', because })

/** A policy made ready for asking; made once for each policy object. */
interface Compiled {
  readonly own: readonly { readonly port: number; readonly list: BlockList }[]
  readonly here: BlockList
  readonly openings: readonly { readonly port: number | null; readonly list: BlockList; readonly isSingle: boolean }[]
  readonly sandbox: { readonly origin: string; readonly address: string } | null
}

const compiledPolicies = new WeakMap<Policy, Compiled>()

function compile(policy: Policy): Compiled {
  const known = compiledPolicies.get(policy)
  if (known !== undefined) return known
  const compiled: Compiled = {
    own: policy.own.map(({ address, port }) => ({ port, list: ownList(address) })),
    here: blockList((policy.here ?? []).flatMap(text => parseAddress(text)?.text ?? [])),
    openings: policy.allow
      .filter(entry => entry.is === 'network')
      .map(({ address, family, prefix, port }) => ({
        port,
        list: blockList([`${address}/${prefix}`]),
        isSingle: prefix === (family === 'ipv4' ? 32 : 128),
      })),
    sandbox: parseSandbox(policy.sandboxOrigin),
  }
  compiledPolicies.set(policy, compiled)
  return compiled
}

/** A socket on one loopback address is closed under every loopback spelling: `0.0.0.0` and `::1` lead there as well. */
function ownList(text: string): BlockList {
  const address = parseAddress(text)
  if (address === null || thisMachine.check(address.text, address.family)) return thisMachine
  return blockList([address.text])
}

function parseSandbox(text: string | null): Compiled['sandbox'] {
  if (text === null) return null
  const url = new URL(text)
  const address = parseAddress(targetOf(url).host)
  return address === null ? null : { origin: url.origin, address: address.text }
}

function namedLists(ranges: { readonly [kind: string]: readonly string[] }): readonly (readonly [string, BlockList])[] {
  return Object.entries(ranges).map(([kind, list]) => [kind, blockList(list)] as const)
}

function blockList(ranges: readonly string[]): BlockList {
  const list = new BlockList()
  for (const range of ranges) {
    const [address = '', prefix] = range.split('/')
    const family = isIPv4(address) ? 'ipv4' : 'ipv6'
    if (prefix === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(prefix), family)
  }
  return list
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

function network(entry: string, address: Address, bits: string | undefined) {
  const widest = address.family === 'ipv4' ? 32 : 128
  const prefix = bits === undefined ? widest : Number(bits)
  if (prefix > widest) throw badEntry(entry, `/${prefix} is longer than the address`)
  return { address: address.text, family: address.family, prefix }
}

function parseName(entry: string, text: string): string {
  const host = URL.canParse(`http://${text}/`) ? targetOf(new URL(`http://${text}/`)).host : ''
  if (isIP(host) !== 0) throw badEntry(entry, `write the address as ${host}`)
  if (!/^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/.test(host))
    throw badEntry(entry, `"${text}" is not the name of a host`)
  return host
}

function badEntry(entry: string, why: string): Error {
  return new Error(
    `HOOKLINE_ALLOW_PRIVATE: "${entry}" cannot be used, ${why}. Write hosts and networks like crm.internal, 10.0.0.5:8080 or 10.0.0.0/8, with commas between.`,
  )
}
