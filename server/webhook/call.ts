import type { Socket } from 'node:net'
import { buildConnector, Client, type Dispatcher, Pool } from 'undici'
import type { Call, Cause } from '#shared/call'
import { isHeaderAllowed, isHeaderValue } from '#shared/rules/check-request'
import type { RenderedRequest } from '#shared/rules/webhook-request'
import { Attempt, type Destination, type Settle } from './attempt'
import { CallFailure } from './cause'
import { judgeConnection, judgeUrl, type Policy } from './guard'
import { guardedLookup, type Resolve, systemResolve } from './resolve'
import { signature } from './sign'

// The only door out (law 7), and the only importer of undici. Every call is judged here by its URL, by each address its
// name leads to, and by the address at the other end of its connection. No redirects, no inflation, no proxies from the
// environment, no pipelining. Calls wait here, per origin, until a connection is free; the clock of an attempt starts then.

export interface CallerOptions {
  /** Wall clock in ms, for `webhook-timestamp`. */
  readonly now: () => number
  /** Sent as `user-agent: Hookline/<version>`. */
  readonly version: string
  /** Calls on the wire at once, to one origin and in all. */
  readonly connections?: number
  readonly total?: number
  /** Limits in ms: any attempt, from its turn to the last byte (a call brings its own, which may be shorter); TCP and TLS; the name server. */
  readonly deadlineMs?: number
  readonly connectMs?: number
  readonly dnsMs?: number
  readonly resolve?: Resolve
  /** PEM of a certificate authority that is trusted instead of the system's. */
  readonly ca?: string
}

export interface Caller {
  /** Sends one call and settles it exactly once, perhaps before this returns. Never throws. */
  call(call: Call, settle: Settle): void
  /** Ends every connection; what is still open is settled as `reset`. Nothing may be called afterwards. */
  close(): Promise<void>
}

/** One origin: its connections, and the calls that wait for one. */
interface Lane {
  readonly origin: string
  readonly pool: Pool
  readonly waiting: Attempt[]
  active: number
  sockets: number
}

const defaults = {
  // 256 carries 10,000 calls a second to a fast receiver and 4,600 to one that takes 50 ms (spec, performance 2.3).
  connections: 256,
  total: 1_024,
  deadlineMs: 90_000,
  connectMs: 5_000,
  dnsMs: 2_000,
  resolve: systemResolve,
}

const lineOptions = {
  pipelining: 1,
  // Our own deadline covers both; undici's would not end a slow drip (delivery A3.6).
  headersTimeout: 0,
  bodyTimeout: 0,
  maxHeaderSize: 32 * 1024,
  keepAliveTimeout: 4_000,
  keepAliveMaxTimeout: 60_000,
} as const

/** Opens the door under one policy. Another policy needs another caller, so that no old connection outlives its rules. */
export function createCaller(policy: Policy, given: CallerOptions): Caller {
  const options = { ...defaults, ...given }
  const userAgent = `Hookline/${options.version}`
  const lanes = new Map<string, Lane>()
  /** Lanes with a waiting call and a free connection, served in turn. */
  const ready = new Set<Lane>()
  const destinations = new Map<string, Destination>()
  /** Calls that have a connection or are getting one: by how long they may take, oldest first. Webhooks choose few different limits. */
  const open = new Map<number, Set<Attempt>>()
  let active = 0
  let alarmAt = Number.POSITIVE_INFINITY
  let alarm: NodeJS.Timeout | undefined
  let sockets = 0
  let isAdmitting = false
  let isClosed = false

  function call(call: Call, settle: Settle): void {
    const destination = isClosed ? refusal('reset', 'Hookline is stopping.') : destinationOf(call.request)
    if ('cause' in destination) {
      const { cause, message } = destination
      settle({ touch: call.touch, ms: 0, is: 'unreachable', cause, message, sent: false })
      return
    }
    const lane = lanes.get(destination.origin) ?? openLane(destination.url)
    lane.waiting.push(new Attempt(call, destination, settle, ended))
    if (lane.active < options.connections) ready.add(lane)
    admit()
  }

  /** Where a request goes, or why it may not leave. Campaigns call few URLs often, and parsing and judging one takes 5 us. */
  function destinationOf(request: RenderedRequest): Destination | Refusal {
    const bad = request.headers.find(([name, value]) => !isHeaderAllowed(name) || !isHeaderValue(value))
    if (bad !== undefined) return refusal('bad-request', `The header "${bad[0]}" cannot be sent.`)
    const known = destinations.get(request.url)
    if (known !== undefined) return known
    const found = checkedDestination(request.url, policy)
    if ('cause' in found) return found
    if (destinations.size >= 1_000) destinations.clear()
    destinations.set(request.url, found)
    return found
  }

  function admit(): void {
    // An attempt may fail before `start` returns and come back here; the loop that is already running goes on instead.
    if (isAdmitting) return
    isAdmitting = true
    for (const lane of ready) {
      if (active >= options.total) break
      // Half of what is free, at most: however many hosts hang, there is always a connection left for the next one.
      if (lane.active >= options.total - active) continue
      // To the end of the line (a Set iterates over what is added meanwhile): one slow host cannot take all the turns.
      ready.delete(lane)
      const attempt = lane.waiting.shift()
      if (attempt === undefined) continue
      lane.active++
      if (lane.waiting.length > 0 && lane.active < options.connections) ready.add(lane)
      attempt.begin()
      hold(attempt)
      lane.pool.dispatch(wireRequest(attempt), attempt)
    }
    isAdmitting = false
  }

  function ended(attempt: Attempt): void {
    active--
    open.get(limitOf(attempt))?.delete(attempt)
    const lane = lanes.get(attempt.destination.origin)
    if (lane === undefined) throw new Error(`${attempt.destination.origin} was forgotten with a call open.`)
    lane.active--
    if (lane.waiting.length > 0) ready.add(lane)
    admit()
    if (lane.sockets === 0) setImmediate(dropUnused, lane)
  }

  /** One timer for all: of the calls with the same limit, the oldest is always the next to reach it, and there are few different limits. */
  function hold(attempt: Attempt): void {
    active++
    const limit = limitOf(attempt)
    const alike = open.get(limit)
    if (alike === undefined) open.set(limit, new Set([attempt]))
    else alike.add(attempt)
    if (alike === undefined || alike.size === 1) setAlarm(limit - attempt.age)
  }

  /** ms */
  function limitOf({ call }: Attempt): number {
    return Math.min(call.seconds * 1000, options.deadlineMs)
  }

  /** Sets the alarm, unless it rings earlier anyway. */
  function setAlarm(inMs: number): void {
    const at = performance.now() + inMs
    if (at >= alarmAt) return
    clearTimeout(alarm)
    alarmAt = at
    alarm = setTimeout(expire, inMs).unref()
  }

  function expire(): void {
    alarmAt = Number.POSITIVE_INFINITY
    for (const [limit, alike] of open) {
      for (const attempt of alike) {
        if (attempt.age < limit) break
        attempt.expire()
      }
      const [oldest] = alike
      if (oldest !== undefined) setAlarm(limit - oldest.age)
    }
  }

  function wireRequest({ call, destination }: Attempt): Dispatcher.DispatchOptions {
    const headers: string[] = []
    let hasUserAgent = false
    for (const [name, value] of call.request.headers) {
      headers.push(name, value)
      hasUserAgent ||= name.toLowerCase() === 'user-agent'
    }
    if (!hasUserAgent) headers.push('user-agent', userAgent)
    headers.push('accept-encoding', 'identity', 'webhook-id', call.webhookId)
    // The timestamp is the attempt's, not the touch's: receivers refuse old ones (Standard Webhooks). A signature over
    // id, timestamp and body belongs exactly here.
    const timestamp = String(Math.floor(options.now() / 1000))
    headers.push('webhook-timestamp', timestamp)
    if (call.keys !== undefined)
      headers.push('webhook-signature', signature(call.keys, call.webhookId, timestamp, call.request.body ?? ''))
    return { path: destination.path, method: call.request.method, headers, body: call.request.body }
  }

  function openLane(url: URL): Lane {
    const lane: Lane = {
      origin: url.origin,
      pool: new Pool(url.origin, {
        connections: options.connections,
        factory: origin => new Line(origin, (target, done) => connect(lane, target, done)),
      }),
      waiting: [],
      active: 0,
      sockets: 0,
    }
    const judge = (address: string) => judgeConnection(address, url, policy)
    const openSocket = buildConnector({
      lookup: guardedLookup({ resolve: options.resolve, judge, dnsMs: options.dnsMs }),
      timeout: options.connectMs,
      autoSelectFamily: true,
      autoSelectFamilyAttemptTimeout: 500,
      // Said aloud, so that NODE_TLS_REJECT_UNAUTHORIZED cannot switch it off.
      rejectUnauthorized: true,
      minVersion: 'TLSv1.2',
      ...(options.ca === undefined ? {} : { ca: options.ca }),
    })

    function connect(lane: Lane, target: buildConnector.Options, done: buildConnector.Callback): void {
      if (sockets >= options.total) closeIdle()
      openSocket(target, (error, socket) => {
        if (error !== null) {
          done(error, null)
          return
        }
        // The lookup has pinned the address; this is the belt to those braces (delivery R29).
        const verdict = judge(socket.remoteAddress ?? 'gone')
        if (verdict.is === 'allowed') {
          count(lane, socket)
          done(null, socket)
        } else {
          socket.destroy()
          done(new CallFailure(verdict.cause, verdict.because), null)
        }
      })
    }

    lanes.set(url.origin, lane)
    return lane
  }

  function count(lane: Lane, socket: Socket): void {
    sockets++
    lane.sockets++
    socket.once('close', () => {
      sockets--
      lane.sockets--
      if (lane.sockets === 0) setImmediate(dropUnused, lane)
    })
  }

  /** Origins are forgotten with their last connection; a million hosts called once cost nothing afterwards. */
  function dropUnused(lane: Lane): void {
    if (lane.active > 0 || lane.waiting.length > 0 || lane.sockets > 0 || lanes.get(lane.origin) !== lane) return
    lanes.delete(lane.origin)
    void lane.pool.destroy()
  }

  /** Makes room: connections that only wait for a next call count against `total` too. */
  function closeIdle(): void {
    for (const lane of lanes.values()) {
      if (lane.active > 0 || lane.waiting.length > 0) continue
      lanes.delete(lane.origin)
      void lane.pool.destroy()
    }
  }

  async function close(): Promise<void> {
    isClosed = true
    const waiting = [...lanes.values()].flatMap(lane => lane.waiting.splice(0))
    const stopped = refusal('reset', 'Hookline stopped before the call was sent.')
    for (const { call, settle } of waiting)
      settle({ touch: call.touch, ms: 0, is: 'unreachable', ...stopped, sent: false })
    await Promise.all([...lanes.values()].map(lane => lane.pool.destroy()))
  }

  return { call, close }
}

/**
 * undici's client for one connection, which we can end. Its own `abort` would connect once more for the call that it has just
 * ended (7.30.2 looks at `aborted` only when it writes), so every deadline would cost the receiver a second connection.
 */
class Line extends Client {
  private readonly held: { socket: Socket | null }

  constructor(origin: URL, connect: buildConnector.connector) {
    const held: { socket: Socket | null } = { socket: null }
    super(origin, {
      ...lineOptions,
      connect: (target, done) =>
        connect(target, (...result) => {
          held.socket = result[1]
          done(...result)
        }),
    })
    this.held = held
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    if (handler instanceof Attempt) handler.line = this
    return super.dispatch(options, handler)
  }

  hangUp(): void {
    this.held.socket?.destroy(new Error('Hookline hung up.'))
  }
}

interface Refusal {
  readonly cause: Cause
  readonly message: string
}

/** The URL is parsed once: what is judged is what is called. */
function checkedDestination(text: string, policy: Policy): Destination | Refusal {
  const url = parseUrl(text)
  if (url === null) return refusal('bad-request', `"${text}" is not a web address.`)
  const verdict = judgeUrl(url, policy)
  if (verdict.is === 'refused') return refusal(verdict.cause, verdict.because)
  return { url, origin: url.origin, path: url.pathname + url.search }
}

function parseUrl(text: string): URL | null {
  try {
    return new URL(text)
  } catch {
    return null
  }
}

function refusal(cause: Cause, message: string): Refusal {
  return { cause, message }
}
