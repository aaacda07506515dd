import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { endWithParent } from './processes'

/**
 * The receiver of a bench, in a process of its own: answers a POST to `/after/<ms>` with a tiny JSON after that many ms, and counts. `GET /count` says how
 * many came. Prints its port and lives as long as whoever started it.
 */
export async function main(): Promise<number> {
  let count = 0
  const server = createServer((req, res) => {
    if (req.method === 'GET') {
      answer(res, JSON.stringify({ count }))
      return
    }
    const ms = Number(req.url?.slice('/after/'.length))
    req.resume().on('end', () => {
      count++
      if (ms === 0) answer(res, '{"ok":true}')
      else setTimeout(answer, ms, res, '{"ok":true}')
    })
  })
  server.keepAliveTimeout = 60_000
  server.listen(0, '127.0.0.1', 4096, () => console.log(`port ${(server.address() as AddressInfo).port}`))
  endWithParent()
  return new Promise(() => {})
}

function answer(res: ServerResponse, body: string): void {
  res.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length })
  res.end(body)
}
