import type { LookupAddress } from 'node:dns'
import { lookup } from 'node:dns/promises'
import type { LookupFunction } from 'node:net'
import { CallFailure } from './cause'
import type { Verdict } from './guard'

/** All addresses of a name. Rejects when there are none. */
export type Resolve = (name: string) => Promise<readonly LookupAddress[]>

/** Asks the system, as every other program on this machine does (hosts file, search domains). */
export const systemResolve: Resolve = name => lookup(name, { all: true, verbatim: true })

interface Guarded {
  readonly resolve: Resolve
  readonly judge: (address: string) => Verdict
  /** How long the answer may take. A name server that hangs ends here, not at the deadline of the call. */
  readonly dnsMs: number
}

/**
 * A `lookup` for sockets of one origin: asks for all addresses, judges every one, and hands out what it judged, so that the
 * socket cannot go anywhere else (delivery R29). One bad answer refuses all. Connections that open at the same time share
 * one question; nothing is remembered after its answer.
 */
export function guardedLookup({ resolve, judge, dnsMs }: Guarded): LookupFunction {
  let asking: Promise<readonly LookupAddress[]> | null = null

  const ask = async (name: string) => {
    const addresses = await within(dnsMs, resolve(name), name)
    if (addresses.length === 0) throw new CallFailure('dns', `The name "${name}" has no address.`)
    for (const { address } of addresses) {
      const verdict = judge(address)
      if (verdict.is === 'refused') throw new CallFailure(verdict.cause, verdict.because)
    }
    return addresses
  }

  return (name, options, callback) => {
    asking ??= ask(name).finally(() => {
      asking = null
    })
    asking.then(
      addresses => answer(addresses, options.all === true, callback),
      (error: Error) => callback(error, '', 0),
    )
  }
}

function answer(addresses: readonly LookupAddress[], isAll: boolean, callback: Parameters<LookupFunction>[2]): void {
  const [first] = addresses
  if (isAll) callback(null, [...addresses])
  else callback(null, first?.address ?? '', first?.family)
}

async function within<T>(ms: number, promise: Promise<T>, name: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new CallFailure('dns', `No address for "${name}" within ${ms} ms.`)), ms)
  })
  try {
    return await Promise.race([promise, late])
  } catch (error) {
    if (error instanceof CallFailure) throw error
    throw new CallFailure('dns', `The name "${name}" was not found (${dnsCode(error)}).`)
  } finally {
    clearTimeout(timer)
  }
}

function dnsCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error)
}
