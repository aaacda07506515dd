import type { LookupAddress } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { MINUTE } from '#shared/time/units'
import { CallFailure, FaultOfOurs } from './cause'
import type { Verdict } from './guard'

/** All addresses of a name. Rejects when there are none. */
export type Resolve = (name: string) => Promise<readonly LookupAddress[]>

export interface NamesSetup {
  readonly resolve: Resolve
  /** How long the answer may take (ms). A name server that hangs ends here, not at the deadline of the call. */
  readonly dnsMs: number
  /** For so long (ms) a failing name server is our fault and costs no attempt. After that it is the receiver's. */
  readonly dnsPatienceMs: number
}

/** The host names of all calls: one question for each at a time, and how long it has been unanswered. */
export interface Names {
  /** The addresses of a name. Rejects with a `CallFailure`, or with a `FaultOfOurs` when it may be answered later. */
  readonly ask: (name: string) => Promise<readonly LookupAddress[]>
  /**
   * What to tell a call that cannot wait any longer. Undefined: nobody is asking for its name, or the name has failed
   * for too long.
   */
  readonly late: (name: string) => FaultOfOurs | undefined
}

/** Since when nothing but faults came for a name, and the last of them, by the monotonic clock. */
interface Fault {
  readonly since: number
  last: number
}

/** How long a call waits before its name is asked for again (ms): longer the longer the fault lasts. */
const SOON_MS = 5_000
const LATER_MS = MINUTE
const MOST_FAULTS = 1_000

/** The question was not answered, or could not be asked: by Node's and c-ares' documented codes. */
const faults = new Set([
  ...['ETIMEOUT', 'ETIMEDOUT', 'ESERVFAIL', 'EREFUSED', 'ECONNREFUSED', 'EBADRESP', 'ECANCELLED', 'EAI_AGAIN'],
  ...[
    'EAI_SYSTEM',
    'EAI_MEMORY',
    'ENOMEM',
    'EMFILE',
    'ENFILE',
    'ENOBUFS',
    'ENETUNREACH',
    'EHOSTUNREACH',
    'EDESTRUCTION',
  ],
])

export function createNames({ resolve, dnsMs, dnsPatienceMs }: NamesSetup): Names {
  const asking = new Map<string, Promise<readonly LookupAddress[]>>()
  const failing = new Map<string, Fault>()

  async function find(name: string): Promise<readonly LookupAddress[]> {
    try {
      const addresses = await within(dnsMs, resolve(name))
      failing.delete(name)
      if (addresses.length === 0) throw new CallFailure('dns', `The name "${name}" has no address.`)
      return addresses
    } catch (error) {
      if (error instanceof CallFailure) throw error
      const code = codeOf(error)
      if (code === LATE) throw failed(name, `No address for "${name}" within ${dnsMs} ms`)
      if (faults.has(code)) throw failed(name, `The name server could not be asked for "${name}" (${code})`)
      failing.delete(name)
      throw new CallFailure('dns', `The name "${name}" was not found (${code || String(error)}).`)
    }
  }

  /** Notes that nothing was heard of a name; the error that its calls end with. */
  function failed(name: string, message: string): FaultOfOurs | CallFailure {
    const now = performance.now()
    const known = failing.get(name)
    // A name that nobody has asked for in between has not been failing all the while.
    const fault =
      known !== undefined && now - known.last < Math.max(dnsPatienceMs, LATER_MS) ? known : { since: now, last: now }
    fault.last = now
    failing.delete(name)
    failing.set(name, fault)
    if (failing.size > MOST_FAULTS) failing.delete(failing.keys().next().value ?? '')
    const lasts = now - fault.since
    if (lasts < dnsPatienceMs)
      return new FaultOfOurs(`${message}.`, Math.min(LATER_MS, Math.max(SOON_MS, Math.round(lasts / 2))))
    const minutes = Math.round(lasts / MINUTE)
    return new CallFailure('dns', minutes < 1 ? `${message}.` : `${message}, for ${minutes} minutes now.`)
  }

  return {
    ask: given => {
      const name = given.replace(/\.+$/, '')
      const asked = asking.get(name)
      if (asked !== undefined) return asked
      const begun = find(name).finally(() => asking.delete(name))
      asking.set(name, begun)
      return begun
    },
    late: name => {
      if (!asking.has(name)) return undefined
      const fault = failed(name, `The address of "${name}" was not known in time`)
      return fault instanceof FaultOfOurs ? fault : undefined
    },
  }
}

interface Guarded {
  readonly ask: Names['ask']
  readonly judge: (address: string) => Verdict
}

/**
 * A `lookup` for sockets of one origin: asks for all addresses, judges every one, and hands out what it judged, so that
 * the socket cannot go anywhere else (delivery R29). One bad answer refuses all.
 */
export function guardedLookup({ ask, judge }: Guarded): LookupFunction {
  return (name, options, callback) => {
    ask(name).then(
      addresses => {
        const refused = addresses.map(({ address }) => judge(address)).find(verdict => verdict.is === 'refused')
        if (refused?.is === 'refused') callback(new CallFailure(refused.cause, refused.because), '', 0)
        else answer(addresses, options.all === true, callback)
      },
      (error: Error) => callback(error, '', 0),
    )
  }
}

function answer(addresses: readonly LookupAddress[], isAll: boolean, callback: Parameters<LookupFunction>[2]): void {
  const [first] = addresses
  if (isAll) callback(null, [...addresses])
  else callback(null, first?.address ?? '', first?.family)
}

const LATE = 'late'

/** Rejects with the code `late` when it takes longer. */
async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(Object.assign(new Error('too late'), { code: LATE })), ms)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
