import type { Call, CallEnd } from '../call'
import { type Answer, outcomeOf, type Script } from './endpoints'

/**
 * The wire of a simulation, from the door out of one engine to its scripted endpoints and back. Like server/webhook/call.ts it lets calls to a host wait
 * for a place, takes back what has not begun, and begins nothing whose verdict is over. It keeps its own time: a wall clock that is set moves nothing here.
 */

/** Who handed the calls out, and hears how they came back. */
export interface Sender {
  readonly settle: (ends: readonly CallEnd[]) => void
  readonly begun: (touches: readonly number[]) => void
}

export interface WireOptions {
  readonly clock: { readonly now: () => number; readonly monotonic: () => number }
  readonly originOf: (url: string) => string | undefined
  readonly script: Script
  readonly sender: () => Sender
  /** The first byte of a call leaves: from here on its endpoint has it, whatever becomes of us. */
  readonly leaves?: (call: Call) => void
  /** A call was taken back, or expired, before it had begun. */
  readonly withdraws?: (call: Call) => void
  /** A call is answered. */
  readonly lands?: (call: Call, answer: Answer) => void
}

/** Something that comes back to the sender. `at` is an instant of the monotonic clock, as everywhere on the wire. */
export interface Flight {
  readonly at: number
  readonly deliver: () => void
}

interface Connecting {
  readonly at: number
  readonly call: Call
  readonly answer: Answer
}

export class Wire {
  readonly #options: WireOptions
  /** Calls that were handed out ahead of their turn on the wire; and by host, how many have one. */
  #queued: Call[] = []
  readonly #open = new Map<string, number>()
  /** Calls that have a place on the wire and whose first byte has not left. */
  #connecting: Connecting[] = []
  #flights: Flight[] = []

  constructor(options: WireOptions) {
    this.#options = options
  }

  /** The engine's door out. */
  readonly dispatch = (calls: readonly Call[]): void => {
    for (const call of calls) this.queue(call)
    this.connect()
  }

  /** A call is handed over. It gets its place with the next `connect`. */
  queue(call: Call): void {
    this.#queued.push(call)
  }

  /** Queued calls whose host has a place on the wire get a connection. */
  connect(): void {
    const { clock, script } = this.#options
    this.#queued = this.#queued.filter(call => {
      const host = this.#hostOf(call)
      const open = this.#open.get(host) ?? 0
      if (call.atOnce !== null && open >= call.atOnce) return true
      this.#open.set(host, open + 1)
      const answer = script(call, clock.now())
      const wait = answer.connects ?? 0
      if (wait === 0) this.#begin(call, answer)
      else this.#connecting.push({ at: clock.monotonic() + wait, call, answer })
      return false
    })
  }

  /** The engine's way back (law 14): what has not begun never will. */
  readonly takeBack = (touches: readonly number[]): void => {
    const named = new Set(touches)
    const back = this.#connecting.filter(({ call }) => named.has(call.touch)).map(({ call }) => call)
    this.#connecting = this.#connecting.filter(({ call }) => !named.has(call.touch))
    for (const call of back) this.#hangUp(call)
    back.push(...this.#queued.filter(({ touch }) => named.has(touch)))
    this.#queued = this.#queued.filter(({ touch }) => !named.has(touch))
    for (const call of back) this.#withdraw(call, 'revoked')
    this.connect()
  }

  /** What comes back by now, in the order of its coming; it is delivered by the caller, or lost. */
  arrivals(): readonly Flight[] {
    const now = this.#options.clock.monotonic()
    const arrived = this.#flights.filter(f => f.at <= now)
    this.#flights = this.#flights.filter(f => f.at > now)
    return arrived
  }

  /** Calls begin that have their connection by now, or a place that has become free. */
  goOn(): void {
    this.connect()
    const now = this.#options.clock.monotonic()
    const beginning = this.#connecting.filter(c => c.at <= now)
    this.#connecting = this.#connecting.filter(c => c.at > now)
    for (const { call, answer } of beginning) this.#begin(call, answer)
  }

  /** How long nothing happens on the wire (ms); null: nothing will. */
  untilNext(): number | null {
    const now = this.#options.clock.monotonic()
    const instants = [...this.#flights, ...this.#connecting].map(({ at }) => at)
    return instants.length === 0 ? null : Math.max(0, Math.min(...instants) - now)
  }

  /** Calls that were handed out and have not begun. */
  inHand(): readonly Call[] {
    return [...this.#queued, ...this.#connecting.map(({ call }) => call)]
  }

  #begin(call: Call, answer: Answer): void {
    const { clock, leaves, lands } = this.#options
    if (call.until !== null && clock.now() >= call.until) {
      this.#hangUp(call)
      this.#withdraw(call, 'expired')
      return
    }
    leaves?.(call)
    const now = clock.monotonic()
    const sender = this.#options.sender()
    // The news that a call began comes before its outcome.
    if (call.paced) this.#flights.push({ at: now, deliver: () => sender.begun([call.touch]) })
    const deliver = () => {
      this.#hangUp(call)
      lands?.(call, answer)
      sender.settle([outcomeOf(call, answer)])
    }
    this.#flights.push({ at: now + answer.after, deliver })
  }

  #withdraw(call: Call, why: 'revoked' | 'expired'): void {
    const { touch } = call
    const sender = this.#options.sender()
    this.#options.withdraws?.(call)
    const deliver = () => sender.settle([{ touch, is: 'withdrawn', why, message: `It was ${why}.` }])
    this.#flights.push({ at: this.#options.clock.monotonic(), deliver })
  }

  #hangUp(call: Call): void {
    const host = this.#hostOf(call)
    this.#open.set(host, (this.#open.get(host) ?? 1) - 1)
  }

  #hostOf({ request }: Call): string {
    return this.#options.originOf(request.url) ?? request.url
  }
}
