import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Clock } from '#shared/time/clock'
import { clientOf } from '../access/guesses'
import { isLoopback } from '../config'
import { problemOf, refuse } from './problem'

// What one connection may take from the others: the number of connections, how slowly a request may come, how long an
// answer may lie unread. Node's own limits say nothing of the rate of a body, and look only twice a minute.

export interface HttpLimits {
  /** Open connections: in all, and of one client that is not this machine (a proxy on it speaks for many). */
  readonly connections: number
  readonly connectionsOfOne: number
  /** The head of a request has to be here after so long (ms). */
  readonly headMs: number
  /**
   * A body may take so long (ms), and longer while it brings so many bytes a second, up to the limit of the whole
   * request.
   */
  readonly bodyMs: number
  readonly bodyRate: number
  readonly wholeMs: number
  /** An answer of which nothing is taken for so long (ms) ends with its connection. */
  readonly unreadMs: number
  /**
   * For so long (ms) what comes after an answer is read and dropped. A client that still sends while we close loses the
   * answer.
   */
  readonly lingerMs: number
  /** How often it is looked (ms). */
  readonly lookMs: number
}

export const httpLimits: HttpLimits = {
  connections: 4_096,
  connectionsOfOne: 1_024,
  headMs: 10_000,
  bodyMs: 10_000,
  bodyRate: 4_096,
  wholeMs: 300_000,
  unreadMs: 30_000,
  lingerMs: 5_000,
  lookMs: 1_000,
}

/** For `createServer`. */
export function serverOptions({ headMs, wholeMs, lookMs }: HttpLimits) {
  return {
    headersTimeout: headMs,
    requestTimeout: wholeMs,
    keepAliveTimeout: 65_000,
    connectionsCheckingInterval: lookMs,
  } as const
}

/** A request whose body is not here yet. */
interface Coming {
  readonly res: ServerResponse
  readonly since: number
  /** Bytes of its connection before it. */
  readonly from: number
  answeredAt: number | undefined
  /** It was too slow at the last look. Only the second time counts: a busy process has not read what is there. */
  isLate: boolean
}

/** Keeps a server to its limits, from the first connection on. Answers how to stop. */
export function keepLimits(http: Server, limits: HttpLimits, clock: Pick<Clock, 'monotonic' | 'after'>): () => void {
  const coming = new Map<IncomingMessage, Coming>()
  const byClient = new Map<string, number>()

  http.maxConnections = limits.connections
  // The next one finds a place: those that wait between two requests make room.
  http.on('drop', () => http.closeIdleConnections())
  http.on('connection', countOf)
  http.on('request', (req, res) => {
    if (req.headers['transfer-encoding'] === undefined && (req.headers['content-length'] ?? '0') === '0') return
    coming.set(req, { res, since: clock.monotonic(), from: req.socket.bytesRead, answeredAt: undefined, isLate: false })
    const forget = () => coming.delete(req)
    req.once('end', forget).once('close', forget)
  })
  http.on('clientError', answerBroken)
  // It fires between two requests as well, and while an answer is being worked out: that one goes on.
  http.setTimeout(limits.unreadMs, socket => {
    if (answerOn(socket) === undefined || socket.writableLength > 0) socket.destroy()
  })

  let cancel = () => {}
  const look = () => {
    const now = clock.monotonic()
    for (const [req, one] of coming) judge(req, one, now)
    cancel = clock.after(limits.lookMs, look)
  }
  look()
  return () => cancel()

  function countOf(socket: Socket): void {
    const address = socket.remoteAddress ?? ''
    const client = clientOf(address, undefined)
    if (isLoopback(client)) return
    const open = (byClient.get(client) ?? 0) + 1
    if (open > limits.connectionsOfOne) {
      socket.destroy()
      return
    }
    byClient.set(client, open)
    socket.once('close', () => {
      const left = (byClient.get(client) ?? 1) - 1
      if (left === 0) byClient.delete(client)
      else byClient.set(client, left)
    })
  }

  function judge(req: IncomingMessage, one: Coming, now: number): void {
    if (one.res.writableFinished) {
      one.answeredAt ??= now
      if (now - one.answeredAt > limits.lingerMs) req.socket.destroy()
      return
    }
    const mayTake = limits.bodyMs + ((req.socket.bytesRead - one.from) / limits.bodyRate) * 1000
    const wasLate = one.isLate
    one.isLate = now - one.since > mayTake
    if (!one.isLate || !wasLate) return
    if (one.res.headersSent) req.socket.destroy()
    else answerSlow(one.res)
  }
}

function answerSlow(res: ServerResponse): void {
  const text = JSON.stringify(problemOf(tooSlow()))
  res.writeHead(408, {
    'content-type': 'application/problem+json',
    'content-length': Buffer.byteLength(text),
    'x-content-type-options': 'nosniff',
    connection: 'close',
  })
  res.end(text)
}

const tooSlow = () =>
  refuse(408, 'request.slow', 'The request came too slowly.', 'Send it again, in smaller parts over a slow line.')

/** What is no HTTP request, or none that can be read on: answered in words, as everything is. */
function answerBroken(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable || answerOn(socket)?.headersSent === true) {
    socket.destroy()
    return
  }
  const problem = problemOf(sayBroken(error.code ?? ''))
  const body = JSON.stringify(problem)
  const head = [
    `HTTP/1.1 ${problem.status} ${reasons[problem.status] ?? 'Bad Request'}`,
    'content-type: application/problem+json',
    'x-content-type-options: nosniff',
    'connection: close',
    `content-length: ${Buffer.byteLength(body)}`,
  ]
  // What still comes is dropped unread, or the answer would be lost with it.
  socket.removeAllListeners('data')
  socket.on('data', () => {})
  socket.setTimeout(LAST_MS, () => socket.destroy())
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}

const LAST_MS = 1_000

const reasons: { readonly [status: number]: string } = {
  408: 'Request Timeout',
  413: 'Payload Too Large',
  431: 'Request Header Fields Too Large',
}

function sayBroken(code: string) {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return refuse(
        431,
        'request.head',
        'The head of the request is larger than 16 KiB.',
        'Send fewer or shorter headers.',
      )
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return refuse(413, 'request.chunks', 'The body has more chunk extensions than data.', 'Send it without them.')
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return tooSlow()
    default:
      return refuse(
        400,
        'request.broken',
        'This is no request in HTTP/1.1 that can be read.',
        'Send it with an HTTP client.',
      )
  }
}

/**
 * The answer that is under way on a connection. Node's own handling of broken requests asks the same member, which has
 * no public name.
 */
function answerOn(socket: Socket): ServerResponse | undefined {
  return (socket as Socket & { _httpMessage?: ServerResponse | null })._httpMessage ?? undefined
}
