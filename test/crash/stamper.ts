import { createServer as createHttp } from 'node:http'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { endWithParent } from '../bench/processes'

/**
 * A receiver in a process of its own that stamps the first byte of every request, raw, and answers 200 after some ms.
 *   stamper.ts <ms>
 * Prints `port <receiver> <desk>`. The desk answers `{ stamps }`, by the wall clock in ms, after everything that has arrived by then was looked at.
 */
export async function main([ms]: string[]): Promise<number> {
  endWithParent()
  const stamps: number[] = []
  const receiver = createServer({ noDelay: true }, socket => take(socket, Number(ms), stamps))
  const desk = createHttp(async (_, res) => {
    // Sockets that have something to read are read in each turn of the event loop; two, because one is under way.
    for (let i = 0; i < 3; i++) await turn()
    res.setHeader('content-type', 'application/json')
    res.end(JSON.stringify({ stamps }))
  })
  const ports = [await listen(receiver), await listen(desk)]
  console.log(`port ${ports.join(' ')}`)
  await new Promise(() => {})
  return 0
}

function listen(server: ReturnType<typeof createServer>): Promise<number> {
  return new Promise(resolve => {
    server.listen({ port: 0, host: '127.0.0.1', backlog: 8192 }, () => resolve((server.address() as AddressInfo).port))
  })
}

function take(socket: Socket, ms: number, stamps: number[]): void {
  let pending = ''
  socket.on('error', () => {})
  socket.on('data', chunk => {
    if (pending === '') stamps.push(Date.now())
    pending += chunk.toString('latin1')
    const head = pending.indexOf('\r\n\r\n')
    const length = Number(/content-length: (\d+)/i.exec(pending)?.[1] ?? 0)
    if (head < 0 || pending.length < head + 4 + length) return
    pending = ''
    setTimeout(() => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'), ms)
  })
}
