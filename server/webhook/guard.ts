import { type BlockList, isIP } from 'node:net'
import { networkInterfaces } from 'node:os'
import {
  type Address,
  blockList,
  closedKind,
  isWildcard,
  metadata,
  parseAddress,
  type Target,
  targetOf,
  thisMachine,
} from './addresses'
import type { Allowed } from './allow'

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
  /**
   * `http://127.0.0.1:3000`: below its `/sandbox/in/` the built-in receiver may be called. Its host must be an address.
   */
  readonly sandboxOrigin: string | null
  /**
   * Ports that public hosts may be called on. `any`, because our operators host for themselves; Braze allows 80 and
   * 443.
   */
  readonly ports: 'any' | readonly number[]
}

export interface OwnSocket {
  readonly address: string
  readonly port: number
}

/** `because` is a sentence for the person who drew the campaign. */
export type Verdict =
  | { readonly is: 'allowed' }
  | { readonly is: 'refused'; readonly cause: 'blocked-address' | 'bad-request'; readonly because: string }

/** Public addresses only: what holds when the operator says nothing. */
export const publicOnly: Policy = { allow: [], own: [], sandboxOrigin: null, ports: 'any' }

const allowed: Verdict = { is: 'allowed' }

const closedNames = /(^|\.)(localhost|local|internal)$/

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
 * Why the port of an address is closed, for whoever writes it down; null when it is not, or when only the addresses
 * behind its name can tell: a network that is opened with `HOOKLINE_ALLOW_PRIVATE` is open on its own ports.
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
