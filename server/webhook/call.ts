import type { Socket } from 'node:net'
import { buildConnector, Client, type Dispatcher, Pool } from 'undici'
import type { Call } from '#shared/call'
import { isHeaderAllowed, isHeaderValue } from '#shared/rules/check-request'
import type { RenderedRequest } from '#shared/rules/webhook-request'
import { MINUTE } from '#shared/time/units'
import { targetOf } from './addresses'
import { Attempt, type Destination, type Settle, type Watch } from './attempt'
import { CallFailure } from './cause'
import { checkedDestination, type Refusal, refusal } from './destination'
import { judgeConnection, type Policy } from './guard'
import { createNameServer } from './name-server'
import { createNames, guardedLookup, type Resolve } from './resolve'
import { signature } from './sign'

// The only door out (law 7), and the only importer of undici. Every call is judged here by its URL, by each address its
// name leads to, and by the address at the other end of its connection. No redirects, no proxies from the environment,
// no pipelining. How many may be on the wire at once is said by whoever hands calls out (the host queues); the few
// that are handed out ahead of that wait here until one before them has ended, and can be taken back (law 14).
//
// Longer than 300 lines, because calls that wait, calls that are open and their connections are one state.

export interface CallerOptions {
  /** Wall clock in ms, for `webhook-timestamp`. */
  readonly now: () => number
  /** Sent as `user-agent: Hookline/<version>`. */
  readonly version: string
  /** Connections in all, idle ones included: beyond it the idle ones of other origins are closed. No limit to calls. */
  readonly total?: number
  /** The first bytes of these paced calls have left. */
  readonly onBegun?: (touches: readonly number[]) => void
  /**
   * Limits in ms: an attempt from its turn to the last byte (a call may bring a shorter one); TCP and TLS; the name
   * server.
   */
  readonly deadlineMs?: number
  readonly connectMs?: number
  readonly dnsMs?: number
  /** For so long (ms) a name server that fails costs a call no attempt. */
  readonly dnsPatienceMs?: number
  /** Default: the hosts file and the name servers of this machine. */
  readonly resolve?: Resolve
  /** PEM of a certificate authority that is trusted instead of the system's. */
  readonly ca?: string
}

export interface Caller {
  /** Sends one call and settles it exactly once, perhaps before this returns. Never throws. */
  call(call: Call, settle: Settle): void
  /** Settles those of these calls that have not begun as withdrawn. The others go on. */
  revoke(touches: readonly number[]): void
  /**
   * Ends every connection. Calls that have not begun are withdrawn, open ones are settled as `reset`. Call nothing
   * afterwards.
   */
  close(): Promise<void>
}

/** The connections to one origin, and the calls that wait for one before them to end. */
interface Lines {
  readonly origin: string
  readonly pool: Pool
  readonly waiting: Attempt[]
  /** Calls at once, as the newest one says. */
  atOnce: number
  isGoingOn: boolean
  active: number
  sockets: number
}

const defaults = {
  total: 1_024,
  deadlineMs: 90_000,
  connectMs: 5_000,
  dnsMs: 2_000,
  dnsPatienceMs: 10 * MINUTE,
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

/**
 * Opens the door under one policy. Another policy needs another caller, so that no old connection outlives its rules.
 */
export function createCaller(policy: Policy, given: CallerOptions): Caller {
  const options = { ...defaults, ...given }
  const nameServer = given.resolve === undefined ? createNameServer() : { resolve: given.resolve, close: () => {} }
  const names = createNames({ ...options, resolve: nameServer.resolve })
  const userAgent = `Hookline/${options.version}`
  const origins = new Map<string, Lines>()
  const destinations = new Map<string, Destination>()
  /**
   * Calls that have a connection or are getting one, by their time limit, oldest first. Webhooks use few different
   * limits.
   */
  const open = new Map<number, Set<Attempt>>()
  let alarmAt = Number.POSITIVE_INFINITY
  let alarm: NodeJS.Timeout | undefined
  let sockets = 0
  let isClosed = false
  const watch: Watch = {
    now: options.now,
    begun: ({ call }) => {
      if (begun.length === 0) setImmediate(() => options.onBegun?.(begun.splice(0)))
      begun.push(call.touch)
    },
    ended,
  }
  const begun: number[] = []

  function call(call: Call, settle: Settle): void {
    if (isClosed) {
      settle({ touch: call.touch, is: 'withdrawn', why: 'ours', message: 'Hookline is stopping.' })
      return
    }
    const destination = destinationOf(call.request)
    if ('cause' in destination) {
      const { cause, message } = destination
      settle({ touch: call.touch, ms: 0, is: 'unreachable', cause, message, sent: false })
      return
    }
    const lines = origins.get(destination.origin) ?? openLines(destination.url)
    const attempt = new Attempt(call, destination, settle, watch)
    if (call.atOnce === null) {
      begin(lines, attempt)
      return
    }
    lines.atOnce = call.atOnce
    lines.waiting.push(attempt)
    goOn(lines)
  }

  /** Lets calls begin as long as there is a place. */
  function goOn(lines: Lines): void {
    // An attempt may fail before it has begun, and come back here; the loop that is running goes on instead.
    if (lines.isGoingOn) return
    lines.isGoingOn = true
    while (lines.active < lines.atOnce) {
      const attempt = lines.waiting.shift()
      if (attempt === undefined) break
      begin(lines, attempt)
    }
    lines.isGoingOn = false
  }

  function begin(lines: Lines, attempt: Attempt): void {
    lines.active++
    attempt.begin()
    hold(attempt)
    lines.pool.dispatch(wireRequest(attempt), attempt)
  }

  function revoke(touches: readonly number[]): void {
    const named = new Set(touches)
    for (const attempt of [...takeWaiting(({ call }) => named.has(call.touch)), ...openAttempts()])
      if (named.has(attempt.call.touch)) attempt.withdraw('revoked', 'It was taken back before it left.')
  }

  /** Takes calls that have no place yet out of their lines. */
  function takeWaiting(isMeant: (attempt: Attempt) => boolean): readonly Attempt[] {
    return [...origins.values()].flatMap(lines => {
      const meant = lines.waiting.filter(isMeant)
      if (meant.length > 0) lines.waiting.splice(0, lines.waiting.length, ...lines.waiting.filter(a => !isMeant(a)))
      return meant
    })
  }

  /** A list of its own: attempts leave the sets while they are ended. */
  function openAttempts(): readonly Attempt[] {
    return [...open.values()].flatMap(alike => [...alike])
  }

  /**
   * Where a request goes, or why it may not leave. Kept by URL: campaigns call few URLs often, and judging one takes 5
   * us.
   */
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

  function ended(attempt: Attempt): void {
    // One that was taken back while it waited holds no place.
    if (open.get(limitOf(attempt))?.delete(attempt) !== true) return
    const lines = origins.get(attempt.destination.origin)
    if (lines === undefined) throw new Error(`${attempt.destination.origin} was forgotten with a call open.`)
    lines.active--
    goOn(lines)
    if (lines.sockets === 0) setImmediate(dropUnused, lines)
  }

  /**
   * One timer for all calls: of those with the same limit the oldest reaches it first, and there are few different
   * limits.
   */
  function hold(attempt: Attempt): void {
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
        const late = attempt.hasBegun ? undefined : names.late(targetOf(attempt.destination.url).host)
        if (late === undefined) attempt.expire()
        else attempt.putOff(late)
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

  function openLines(url: URL): Lines {
    const lines: Lines = {
      origin: url.origin,
      pool: new Pool(url.origin, {
        connections: null,
        factory: origin => new Line(origin, (target, done) => connect(lines, target, done)),
      }),
      waiting: [],
      atOnce: 1,
      isGoingOn: false,
      active: 0,
      sockets: 0,
    }
    const judge = (address: string) => judgeConnection(address, url, policy)
    const openSocket = buildConnector({
      lookup: guardedLookup({ ask: names.ask, judge }),
      timeout: options.connectMs,
      autoSelectFamily: true,
      autoSelectFamilyAttemptTimeout: 500,
      // Said aloud, so that NODE_TLS_REJECT_UNAUTHORIZED cannot switch it off.
      rejectUnauthorized: true,
      minVersion: 'TLSv1.2',
      ...(options.ca === undefined ? {} : { ca: options.ca }),
    })

    function connect(lines: Lines, target: buildConnector.Options, done: buildConnector.Callback): void {
      if (sockets >= options.total) closeIdle()
      openSocket(target, (error, socket) => {
        if (error !== null) {
          done(error, null)
          return
        }
        // The lookup has pinned the address; this is the belt to those braces (delivery R29).
        const verdict = judge(socket.remoteAddress ?? 'gone')
        if (verdict.is === 'allowed') {
          count(lines, socket)
          done(null, socket)
        } else {
          socket.destroy()
          done(new CallFailure(verdict.cause, verdict.because), null)
        }
      })
    }

    origins.set(url.origin, lines)
    return lines
  }

  function count(lines: Lines, socket: Socket): void {
    sockets++
    lines.sockets++
    socket.once('close', () => {
      sockets--
      lines.sockets--
      if (lines.sockets === 0) setImmediate(dropUnused, lines)
    })
  }

  /** Origins are forgotten with their last connection; a million hosts called once cost nothing afterwards. */
  function dropUnused(lines: Lines): void {
    if (lines.active > 0 || lines.waiting.length > 0 || lines.sockets > 0 || origins.get(lines.origin) !== lines) return
    origins.delete(lines.origin)
    void lines.pool.destroy()
  }

  /** Makes room: connections that only wait for a next call count against `total` too. */
  function closeIdle(): void {
    for (const lines of origins.values()) {
      if (lines.active > 0 || lines.waiting.length > 0) continue
      origins.delete(lines.origin)
      void lines.pool.destroy()
    }
  }

  async function close(): Promise<void> {
    isClosed = true
    const before = 'Hookline stopped before the call was sent.'
    for (const attempt of [...takeWaiting(() => true), ...openAttempts()]) attempt.withdraw('ours', before)
    nameServer.close()
    await Promise.all([...origins.values()].map(lines => lines.pool.destroy()))
  }

  return { call, revoke, close }
}

/**
 * undici's client for one connection, which we can end. Its own `abort` would connect once more for the call that it
 * has just ended (7.30.2 looks at `aborted` only when it writes), so every deadline would cost the receiver a second
 * connection.
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
