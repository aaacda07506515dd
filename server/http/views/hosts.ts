import type { HostStatus } from '#shared/api/hosts'
import type { Engine } from '#shared/engine/engine'

/** A host with its limit. */
export function toHostStatus({ limit, ...rest }: Awaited<ReturnType<Engine['hosts']>>[number]): HostStatus {
  return { ...rest, ...limit }
}

const order = { open: 0, 'half-open': 1, resting: 2, closed: 3 } as const

/** Those that fail come first, then those that most waits for. */
export function worstFirst(a: HostStatus, b: HostStatus): number {
  return (
    order[a.state] - order[b.state] || b.waiting - a.waiting || b.inFlight - a.inFlight || (a.host < b.host ? -1 : 1)
  )
}
