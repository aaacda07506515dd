import { createServer, type Server, type Socket } from 'node:net'
import { type Caller, type CallerOptions, createCaller } from '#server/webhook/call'
import { type Policy, publicOnly } from '#server/webhook/guard'
import type { Call, CallEnd, Outcome } from '#shared/call'
import type { RenderedRequest } from '#shared/rules/webhook-request'

/** What a receiver does with one connection. `request` is everything that came with the first bytes. */
export type Behaviour = (socket: Socket, request: string, connection: number) => void

/** A raw socket that plays a receiver: what it saw, byte for byte, and how often it was connected to. */
export interface Receiver {
  readonly port: number
  readonly url: string
  readonly requests: string[]
  readonly connections: () => number
  readonly open: () => number
  close(): Promise<void>
}

/** Listens on loopback and answers every request as told. Errors of its sockets are part of the play. */
export async function startReceiver(behave: Behaviour, host = '127.0.0.1', port = 0): Promise<Receiver> {
  const requests: string[] = []
  const sockets = new Set<Socket>()
  let connections = 0
  const server: Server = createServer(socket => {
    const connection = ++connections
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    let pending = ''
    socket.on('data', chunk => {
      pending += chunk.toString('latin1')
      if (!isComplete(pending)) return
      const request = pending
      pending = ''
      requests.push(request)
      behave(socket, request, connection)
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the receiver has no port')
  return {
    port: address.port,
    url: `http://${host}:${address.port}`,
    requests,
    connections: () => connections,
    open: () => sockets.size,
    close: () => {
      for (const socket of sockets) socket.destroy()
      return new Promise(resolve => server.close(() => resolve()))
    },
  }
}

function isComplete(text: string): boolean {
  const end = text.indexOf('\r\n\r\n')
  const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0)
  return end !== -1 && text.length >= end + 4 + length
}

/** An honest answer. */
export function respond(socket: Socket, body: string, head = 'HTTP/1.1 200 OK'): void {
  socket.write(`${head}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
}

export function opening(receiver: { readonly port: number }, address = '127.0.0.1'): Policy {
  const family = address.includes(':') ? 'ipv6' : 'ipv4'
  const prefix = family === 'ipv4' ? 32 : 128
  return { ...publicOnly, allow: [{ is: 'network', address, family, prefix, port: receiver.port }] }
}

let lastTask = 0

export function callTo(url: string, request: Partial<RenderedRequest> = {}): Call {
  const touch = ++lastTask
  const rendered: RenderedRequest = { method: 'POST', url, headers: [], body: '{}', ...request }
  return {
    touch,
    webhookId: `msg_${touch}`,
    attempt: 1,
    seconds: 90,
    atOnce: null,
    until: null,
    paced: false,
    request: rendered,
  }
}

export interface TestCaller {
  send(url: string, request?: Partial<RenderedRequest>): Promise<Outcome>
  readonly caller: Caller
}

export function startCaller(policy: Policy, options: Partial<CallerOptions> = {}): TestCaller {
  const caller = createCaller(policy, { now: () => 1_700_000_000_999, version: '9.8.7', deadlineMs: 5_000, ...options })
  return {
    caller,
    send: (url, request) =>
      new Promise((resolve, reject) => caller.call(callTo(url, request), attempted(resolve, reject))),
  }
}

/** For calls that nobody takes back. */
export function attempted(resolve: (outcome: Outcome) => void, reject: (error: Error) => void) {
  return (end: CallEnd) => {
    if (end.is === 'withdrawn') reject(new Error(`the call was withdrawn: ${end.message}`))
    else resolve(end)
  }
}
