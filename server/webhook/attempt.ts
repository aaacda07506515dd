import type { Call, CallEnd, Cause, Withdrawal } from '#shared/call'
import { readBody } from './body'
import { type FaultOfOurs, failed, ourFault } from './cause'

export type Settle = (end: CallEnd) => void

/** What an attempt tells the caller that made it, and asks of it. */
export interface Watch {
  /** Wall clock in ms. */
  readonly now: () => number
  /** The first byte leaves; told of calls that are paced. */
  readonly begun: (attempt: Attempt) => void
  /** Told once, just before the call is settled. */
  readonly ended: (attempt: Attempt) => void
}

/** A URL that was judged, and the parts of it that go on the wire. */
export interface Destination {
  readonly url: URL
  readonly origin: string
  readonly path: string
}

/** One connection to a receiver. To hang up destroys it: it is never used again. */
export interface Line {
  hangUp(): void
}

const bodyLimit = 64 * 1024
/** An honest receiver sends none or one (103); a flood of them would otherwise live until the deadline. */
const interimLimit = 16
const headerLimit = 1_024

/**
 * Headers of an answer that the product uses: the body's kind, a retry's time, a redirect's target, the receiver's own
 * id.
 */
const shownHeaders = new Set([
  'content-type',
  'content-encoding',
  'location',
  'retry-after',
  'webhook-delivery',
  'x-request-id',
])
const shownLengths = new Set([...shownHeaders].map(name => name.length))

/**
 * One call on its way: undici's handler object, and the one place that decides how the call ended. Whatever comes first
 * (the answer, the 64 KiB, an error, the deadline) settles it; everything after that is ignored.
 */
export class Attempt {
  /** The connection that undici chose; set before the call is on it. */
  line: Line | null = null
  private isOnWire = false
  private startedAt = 0
  private isOver = false
  private interims = 0
  private status = 0
  private headers: { readonly [name: string]: string } = {}
  private readonly chunks: Buffer[] = []
  private size = 0

  constructor(
    readonly call: Call,
    readonly destination: Destination,
    readonly settle: Settle,
    /** What an attempt tells the caller that made it. */
    private readonly watch: Watch,
  ) {}

  /** Starts the clock of the attempt. */
  begin(): void {
    this.startedAt = performance.now()
  }

  /** Has it left, or may it have? */
  get hasBegun(): boolean {
    return this.isOnWire
  }

  /** Ends a call of which nothing has left. False when it has begun: then it goes on. */
  withdraw(why: Withdrawal['why'], message: string): boolean {
    if (this.isOnWire) return false
    this.finish({ touch: this.call.touch, is: 'withdrawn', why, message })
    return true
  }

  /** Ends a call that a fault of our own keeps here; it is tried again. */
  putOff({ message, inMs }: FaultOfOurs): void {
    this.finish({ touch: this.call.touch, is: 'withdrawn', why: 'ours', message, inMs })
  }

  /** How long the attempt has taken, in ms. */
  get age(): number {
    return performance.now() - this.startedAt
  }

  /** Ends the call from our side when its time is up. */
  expire(): void {
    const missing = !this.isOnWire ? 'no connection' : this.status === 0 ? 'no answer' : 'no end of its answer'
    this.cutOff('timeout', `${this.host}: ${missing} within ${Math.round(this.age / 100) / 10} s.`)
  }

  // undici's older handler names, on purpose: the newer ones wrap every exchange in two more objects and parse every
  // header (measured with one timer for each call: 96 us of CPU a call; like this, with one timer for all: 86; undici
  // alone: 73).

  onConnect(): void {
    // The deadline came while the connection was being made. To throw leaves the new connection to the next call.
    if (this.isOver) throw new Error('The call ended before it had a connection.')
    const { until, paced } = this.call
    // undici writes the request right behind this: it is the last moment at which a verdict can be looked at (law 14).
    if (until !== null && this.watch.now() >= until) {
      this.withdraw('expired', 'The time in which it could leave was over before it had a connection.')
      throw new Error('The verdict of the gates was over.')
    }
    this.isOnWire = true
    if (paced) this.watch.begun(this)
  }

  onHeaders(status: number, headers: readonly Buffer[]): boolean {
    if (status >= 200) {
      this.status = status
      this.headers = shown(headers)
      return true
    }
    this.interims++
    if (status === 101 || this.interims > interimLimit)
      this.cutOff('protocol', `${this.host} sent interim answers (${status}) and no answer.`)
    return true
  }

  onData(chunk: Buffer): boolean {
    const room = bodyLimit - this.size
    this.size += chunk.length
    this.chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk)
    if (chunk.length > room) {
      this.answer('cut')
      this.hangUp()
    }
    return true
  }

  onComplete(): void {
    this.answer('whole')
  }

  onError(error: Error): void {
    // A 204 has no body (RFC 9110, 15.3.5): whatever comes behind its headers breaks the connection, and the answer was
    // there before.
    if (this.status === 204) {
      this.answer('whole')
      return
    }
    const ours = this.isOnWire ? undefined : ourFault(error)
    if (ours !== undefined) {
      this.putOff(ours)
      return
    }
    const { cause, message } = failed(error, this.isOnWire ? 'exchanging' : 'connecting', this.destination.url)
    this.fail(cause, message)
  }

  private get host(): string {
    return this.destination.url.host
  }

  private cutOff(cause: Cause, message: string): void {
    this.fail(cause, message)
    this.hangUp()
  }

  private hangUp(): void {
    if (this.isOnWire) this.line?.hangUp()
  }

  private answer(body: 'whole' | 'cut'): void {
    this.finish({
      touch: this.call.touch,
      ms: Math.round(this.age),
      is: 'answered',
      status: this.status,
      headers: this.headers,
      ...readBody(joined(this.chunks), this.headers, { limit: bodyLimit, cut: body === 'cut' }),
    })
  }

  private fail(cause: Cause, message: string): void {
    const ms = Math.round(this.age)
    this.finish({ touch: this.call.touch, ms, is: 'unreachable', cause, message, sent: this.isOnWire })
  }

  private finish(end: CallEnd): void {
    if (this.isOver) return
    this.isOver = true
    this.watch.ended(this)
    this.settle(end)
  }
}

/** Name, value, name, value, as they came. The first of a doubled header counts. */
function shown(raw: readonly Buffer[]): { readonly [name: string]: string } {
  const picked: { [name: string]: string } = {}
  for (let i = 0; i + 1 < raw.length; i += 2) {
    if (!shownLengths.has(raw[i]?.length ?? 0)) continue
    const name = raw[i]?.toString('latin1').toLowerCase() ?? ''
    if (shownHeaders.has(name)) picked[name] ??= raw[i + 1]?.toString('latin1').slice(0, headerLimit) ?? ''
  }
  return picked
}

function joined(chunks: readonly Buffer[]): Buffer {
  const [first] = chunks
  return chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks)
}
