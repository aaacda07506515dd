import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { endWithParent } from './processes'
import { at } from './summary'

/** What a sink has seen since it was last asked by `POST /reset`. */
export interface Seen {
  readonly count: number
  /** The most connections that were open at once and had brought a call. */
  readonly connections: number
  /** How long after their due instants calls came, ms; null where none named one. */
  readonly late_p50_ms: number | null
  readonly late_p99_ms: number | null
}

/**
 * The receiver of a bench, in a process of its own: answers a POST with a tiny JSON, at `/after/<ms>` after that many ms,
 * at `/due/<instant>` at once, and notes how late it came. `GET /count` says what was seen, `POST /reset` too, and forgets
 * it. Prints its port and lives as long as whoever started it.
 */
export async function main(): Promise<number> {
  const callers = new Set<Socket>()
  let late: number[] = []
  let count = 0
  let most = 0
  const seen = (): string => {
    const sorted = Float64Array.from(late).sort()
    const [late_p50_ms, late_p99_ms] = late.length === 0 ? [null, null] : [at(sorted, 0.5), at(sorted, 0.99)]
    return JSON.stringify({ count, connections: most, late_p50_ms, late_p99_ms } satisfies Seen)
  }
  const forget = () => {
    ;[late, count, most] = [[], 0, callers.size]
  }

  const server = createServer((req, res) => {
    const [, way = '', value = ''] = req.url?.split('/') ?? []
    if (req.method === 'GET') return answer(res, JSON.stringify({ count }))
    if (way === 'reset') {
      answer(res, seen())
      return forget()
    }
    meet(req.socket)
    req.resume().on('end', () => {
      count++
      if (way === 'due') late.push(Date.now() - Number(value))
      if (way === 'after' && value !== '0') setTimeout(answer, Number(value), res, '{"ok":true}')
      else answer(res, '{"ok":true}')
    })
  })

  function meet(socket: Socket): void {
    if (callers.has(socket)) return
    callers.add(socket)
    socket.once('close', () => callers.delete(socket))
    most = Math.max(most, callers.size)
  }

  server.keepAliveTimeout = 60_000
  server.listen(0, '127.0.0.1', 4096, () => console.log(`port ${(server.address() as AddressInfo).port}`))
  endWithParent()
  return new Promise(() => {})
}

function answer(res: ServerResponse, body: string): void {
  res.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length })
  res.end(body)
}
