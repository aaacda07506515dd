import type { LookupAddress, RecordWithTtl } from 'node:dns'
import { lookup, Resolver } from 'node:dns/promises'
import { readFileSync, statSync } from 'node:fs'
import { isIP } from 'node:net'
import { join } from 'node:path'
import { MINUTE } from '#shared/time/units'
import type { Resolve } from './resolve'

// Finds the addresses of names without the system's own look-up: that one holds one of the four threads that all of
// Node shares for as long as a name server is silent (10 s and more), so that a handful of such names stopped every new
// connection. Here questions are packets with a time limit, as many at once as are asked. In this order: the hosts
// file, what was answered not long ago, the name servers, and the system, one name at a time, for what only it knows
// (search domains, mDNS, a VPN's own names).

export interface NameServerOptions {
  /** Name servers like `127.0.0.1:5353`; default: those of the machine. */
  readonly servers?: readonly string[]
  /** Default: the machine's hosts file. */
  readonly hostsFile?: string
  /** The system's look-up. */
  readonly system?: Resolve
  /** How long one name server is waited for, in ms; it is asked twice, the second time for longer. */
  readonly patienceMs?: number
  /** Monotonic, in ms. */
  readonly now?: () => number
}

export interface NameServer {
  /**
   * All addresses of a name, IPv4 first: not every machine has a way to IPv6. Rejects with the code that the name
   * server or the system gave.
   */
  readonly resolve: Resolve
  /** Ends all questions. */
  readonly close: () => void
}

/** An answer is believed for as long as it says, and at most this long (ms). */
const MOST_KEPT_MS = 5 * MINUTE
const MOST_KEPT = 1_000
/** The system says nothing about how long its answer holds (ms). */
const SYSTEM_MS = 5_000
/** How often it is looked whether the hosts file is another one (ms). */
const LOOK_MS = 2_000
/** After a fault the name servers of the machine are read anew, at most so often (ms): a laptop changes its network. */
const ANEW_MS = 10_000
/**
 * When the IPv4 addresses are there, those of IPv6 may take so much longer (ms; RFC 8305 asks for 50, most take less).
 */
const BEHIND_MS = 200

/**
 * There is no such name, or none with an address: the system may still know it. So it may when no name server is there
 * at all.
 */
const askSystem = new Set(['ENOTFOUND', 'ENODATA', 'ECONNREFUSED', 'EREFUSED'])

interface Kept {
  readonly addresses: readonly LookupAddress[]
  readonly until: number
}

export function createNameServer(options: NameServerOptions = {}): NameServer {
  const { servers, system = systemResolve, patienceMs = 600, now = () => performance.now() } = options
  const hosts = createHostsFile(options.hostsFile ?? systemHostsFile, now)
  const kept = new Map<string, Kept>()
  let resolver = open()
  let openedAt = now()
  let isFaulty = false
  /** What the system was asked and has not answered: the last one in line, and all by name. */
  let lastAsked: Promise<unknown> = Promise.resolve()
  const askedOfSystem = new Map<string, Promise<readonly LookupAddress[]>>()

  function open(): Resolver {
    const opened = new Resolver({ timeout: patienceMs, tries: 2 })
    if (servers !== undefined) opened.setServers([...servers])
    return opened
  }

  async function resolve(given: string): Promise<readonly LookupAddress[]> {
    const name = given.toLowerCase().replace(/\.$/, '')
    const written = hosts(name)
    if (written.length > 0) return written
    // RFC 6761: these never leave the machine.
    if (name === 'localhost' || name.endsWith('.localhost')) return [v4('127.0.0.1'), v6('::1')]
    const known = kept.get(name)
    if (known !== undefined && known.until > now()) return known.addresses
    const { addresses, ms } = await ask(name)
    keep(name, addresses, ms)
    return addresses
  }

  async function ask(name: string): Promise<{ readonly addresses: readonly LookupAddress[]; readonly ms: number }> {
    try {
      if (isFaulty && now() - openedAt >= ANEW_MS) {
        resolver = open()
        openedAt = now()
      }
      const records = await recordsOf(resolver, name)
      isFaulty = false
      const ttl = Math.min(...records.map(record => record.ttl))
      return {
        addresses: records.map(({ address }) => (isIP(address) === 6 ? v6(address) : v4(address))),
        ms: ttl * 1000,
      }
    } catch (error) {
      isFaulty = !noSuchName.has(codeOf(error))
      if (!askSystem.has(codeOf(error))) throw error
      return { addresses: await ofSystem(name), ms: SYSTEM_MS }
    }
  }

  /** One name at a time, so that at most one of the shared threads is held by it. */
  function ofSystem(name: string): Promise<readonly LookupAddress[]> {
    const known = askedOfSystem.get(name)
    if (known !== undefined) return known
    const asked = lastAsked.then(() => system(name)).finally(() => askedOfSystem.delete(name))
    askedOfSystem.set(name, asked)
    lastAsked = asked.catch(() => {})
    return asked
  }

  function keep(name: string, addresses: readonly LookupAddress[], ms: number): void {
    kept.delete(name)
    if (ms <= 0 || addresses.length === 0) return
    kept.set(name, { addresses, until: now() + Math.min(ms, MOST_KEPT_MS) })
    if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value ?? '')
  }

  return { resolve, close: () => resolver.cancel() }
}

/** What a name server says about a name itself; anything else is about the way to it. */
const noSuchName: ReadonlySet<string> = new Set(['ENOTFOUND', 'ENODATA'])

/** Asks for both kinds at once. One kind that cannot be had takes nothing from the other. */
async function recordsOf(resolver: Resolver, name: string): Promise<readonly RecordWithTtl[]> {
  const four = resolver.resolve4(name, { ttl: true })
  const six = resolver.resolve6(name, { ttl: true })
  six.catch(() => {})
  const [first] = await Promise.allSettled([four])
  if (first.status === 'fulfilled') return [...first.value, ...(await soon(six))]
  try {
    return await six
  } catch (error) {
    // "No such name" is only sure when nobody was silent.
    throw noSuchName.has(codeOf(first.reason)) ? error : first.reason
  }
}

async function soon(six: Promise<readonly RecordWithTtl[]>): Promise<readonly RecordWithTtl[]> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<readonly RecordWithTtl[]>(done => {
    timer = setTimeout(() => done([]), BEHIND_MS)
  })
  const found = await Promise.race([six.catch(() => []), late])
  clearTimeout(timer)
  return found
}

const systemResolve: Resolve = name => lookup(name, { all: true, verbatim: true })

const systemHostsFile =
  process.platform === 'win32' ? 'C:\\Windows\\System32\\drivers\\etc\\hosts' : join('/', 'etc', 'hosts')

/**
 * Addresses that the hosts file gives a name; it is read again when it was changed. Nothing is found in a file that is
 * not there.
 */
function createHostsFile(path: string, now: () => number): (name: string) => readonly LookupAddress[] {
  let known = new Map<string, LookupAddress[]>()
  let stamp = ''
  let lookedAt = Number.NEGATIVE_INFINITY

  return name => {
    if (now() - lookedAt >= LOOK_MS) {
      lookedAt = now()
      // Some hundred bytes, read in one go: the threads for files may be held by others.
      const found = stampOf(path)
      if (found !== stamp) {
        stamp = found
        known = found === '' ? new Map() : parseHosts(textOf(path))
      }
    }
    return known.get(name) ?? []
  }
}

function stampOf(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false })
  return found === undefined ? '' : `${found.ino} ${found.mtimeMs} ${found.size}`
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** `127.0.0.1  localhost alias # a remark`, line by line. */
function parseHosts(text: string): Map<string, LookupAddress[]> {
  const found = new Map<string, LookupAddress[]>()
  for (const line of text.split(/\r?\n/)) {
    const [address = '', ...names] = (line.split('#')[0] ?? '').trim().split(/\s+/)
    const family = isIP(address)
    if (family === 0) continue
    for (const name of names) {
      const key = name.toLowerCase().replace(/\.$/, '')
      found.set(
        key,
        [...(found.get(key) ?? []), { address, family }].sort((a, b) => a.family - b.family),
      )
    }
  }
  return found
}

function v4(address: string): LookupAddress {
  return { address, family: 4 }
}

function v6(address: string): LookupAddress {
  return { address, family: 6 }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
