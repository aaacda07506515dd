import { readdirSync } from 'node:fs'
import { createServer } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '#server/clock'
import { type HttpLimits, httpLimits, keepLimits, serverOptions } from '#server/http/limits'
import { eventually, startTestServer, type TestServer } from './server'

// Raw sockets on loopback, against limits that are short enough for a test.

const limits: Partial<HttpLimits> = {
  connections: 40,
  connectionsOfOne: 3,
  headMs: 150,
  bodyMs: 200,
  bodyRate: 10_000,
  unreadMs: 300,
  lingerMs: 200,
  lookMs: 20,
}

let server: TestServer
/** With the limits of the product. */
let patient: TestServer
beforeAll(async () => {
  server = await startTestServer({ limits })
  patient = await startTestServer()
})
afterAll(async () => {
  await Promise.all([server.close(), patient.close()])
})

function portOf({ url }: TestServer): number {
  return Number(new URL(url).port)
}

interface Line {
  readonly socket: Socket
  /** All that came. */
  readonly said: () => string
  readonly isClosed: () => boolean
}

function dial(text = '', more: { readonly reads?: boolean; readonly port?: number } = {}): Promise<Line> {
  const socket = connect({ host: '127.0.0.1', port: more.port ?? portOf(server) })
  let said = ''
  let isClosed = false
  if (more.reads === false) socket.pause()
  else socket.on('data', chunk => (said += chunk))
  socket.on('error', () => {})
  socket.on('close', () => {
    isClosed = true
  })
  if (text !== '') socket.write(text)
  return new Promise(resolve =>
    socket.once('connect', () => resolve({ socket, said: () => said, isClosed: () => isClosed })),
  )
}

const head = (path: string, ...headers: string[]) =>
  [`${path} HTTP/1.1`, 'host: 127.0.0.1', ...headers, '', ''].join('\r\n')
const asJson = 'content-type: application/json'

/** Head and body of an answer. */
function parts(
  text: string,
): readonly [string, { readonly status: number; readonly problems: readonly { readonly code: string }[] }] {
  const [first = '', body = '{}'] = text.split('\r\n\r\n')
  return [first, JSON.parse(body)]
}

describe('a connection', () => {
  it('on which no head comes ends', async () => {
    const silent = await dial()
    const slow = await dial('GET / HTTP/1.1\r\nhost: 127')

    await eventually(() => expect([silent.isClosed(), slow.isClosed()]).toEqual([true, true]))

    const [first, body] = parts(slow.said())
    expect(first).toMatch(/^HTTP\/1.1 408 Request Timeout\r\n/)
    expect(body.problems[0]?.code).toBe('request.slow')
  })

  it('whose body drips is told so, and ends', async () => {
    const line = await dial(head('POST /api/v1/events', asJson, 'content-length: 1000'))
    const drip = setInterval(() => line.socket.write(' '), 20)

    await eventually(() => expect(line.isClosed()).toBe(true))
    clearInterval(drip)

    const [first, body] = parts(line.said())
    expect(first).toMatch(/^HTTP\/1.1 408 /)
    expect(first).toContain('x-content-type-options: nosniff')
    expect(body).toMatchObject({ status: 408, problems: [{ code: 'request.slow' }] })
    expect(server.errors).toEqual([])
  })

  it('whose body comes at a fair pace may take its time', async () => {
    const text = JSON.stringify({ id: 'slow', lead: 'ada', name: 'signed_up', properties: { a: 'x'.repeat(30_000) } })
    const line = await dial(head('POST /api/v1/events', asJson, `content-length: ${text.length}`))
    let sent = 0
    const began = performance.now()
    await new Promise<void>(resolve => {
      const pour = setInterval(() => {
        line.socket.write(text.slice(sent, sent + 1_500))
        sent += 1_500
        if (sent < text.length) return
        clearInterval(pour)
        resolve()
      }, 20)
    })

    await eventually(() => expect(line.said()).toMatch(/^HTTP\/1.1 202 /))
    expect(performance.now() - began).toBeGreaterThan(limits.bodyMs ?? 0)
    line.socket.destroy()
  })

  it('that takes nothing of its answer ends, and one that is only waited for does not', async () => {
    const kept = { ...httpLimits, ...limits }
    let answer = () => {}
    const http = createServer(serverOptions(kept), (req, res) => {
      // Far more than the kernel keeps for a reader that does not read.
      if (req.url === '/much') res.end(Buffer.alloc(64 * 2 ** 20))
      else answer = () => res.end('at last')
    })
    const stop = keepLimits(http, kept, systemClock)
    await new Promise<void>(resolve => http.listen(0, '127.0.0.1', resolve))
    const { port } = http.address() as AddressInfo
    const open = () => new Promise<number>(resolve => http.getConnections((_, count) => resolve(count)))
    const waits = await dial(head('GET /late'), { port })
    const stuck = await dial(head('GET /much'), { port, reads: false })
    await eventually(async () => expect(await open()).toBe(2))

    await eventually(async () => expect(await open()).toBe(1))
    answer()

    await eventually(() => expect(waits.said()).toContain('at last'))
    for (const { socket } of [waits, stuck]) socket.destroy()
    stop()
    http.close()
  })

  it('is one of so many, and those that only wait make room', async () => {
    const idle = await Promise.all(Array.from({ length: 60 }, () => dial(head('GET /healthz'))))
    await eventually(() => expect(idle.every(line => line.said().includes('"status"') || line.isClosed())).toBe(true))
    expect(idle.filter(line => line.isClosed()).length).toBeGreaterThanOrEqual(20)

    await eventually(async () => {
      const line = await dial(head('GET /healthz'))
      await eventually(() => expect(line.said() !== '' || line.isClosed()).toBe(true))
      expect(line.said()).toContain('"status"')
    })
    for (const { socket } of idle) socket.destroy()
  })
})

describe('a request that cannot be read', () => {
  it.each([
    ['a head of 20 KB', head('GET /', `x: ${'y'.repeat(20_000)}`), 431, 'request.head'],
    ['an address of 40 KB', head(`GET /${'y'.repeat(40_000)}`), 431, 'request.head'],
    ['something else than HTTP', 'hello\r\n\r\n', 400, 'request.broken'],
    [
      'two lengths',
      head('POST /api/v1/events', asJson, 'content-length: 1', 'content-length: 2'),
      400,
      'request.broken',
    ],
  ])('(%s) is answered in words', async (_what, text, status, code) => {
    const line = await dial(text)

    await eventually(() => expect(line.isClosed()).toBe(true))

    const [first, body] = parts(line.said())
    expect(first).toContain(`HTTP/1.1 ${status} `)
    expect(first).toContain('x-content-type-options: nosniff')
    expect(body).toMatchObject({ status, problems: [{ code }] })
  })

  it('because it is too large hears so, however much is still sent', async () => {
    const line = await dial(head('POST /api/v1/events', asJson, `content-length: ${40 * 2 ** 20}`), {
      port: portOf(patient),
    })
    const mebi = Buffer.alloc(2 ** 20, 32)
    for (let n = 0; n < 40; n++) line.socket.write(mebi)

    await eventually(() => expect(line.said()).toContain('body.too-large'))
    expect(line.said()).toMatch(/^HTTP\/1.1 413 /)
    // The connection was not ended under whoever was sending: it takes the next request.
    line.socket.write(head('GET /healthz'))
    await eventually(() => expect(line.said()).toContain('"inFlight"'))
    line.socket.destroy()
  })

  it('because its file is too large hears so as well', async () => {
    const line = await dial(
      head('POST /api/v1/leads/import?id=id', 'content-type: text/csv', 'transfer-encoding: chunked'),
      { port: portOf(patient) },
    )
    const row = Buffer.alloc(2 ** 20, 'id\n')
    for (let n = 0; n < 104; n++)
      line.socket.write(Buffer.concat([Buffer.from(`${row.length.toString(16)}\r\n`), row, Buffer.from('\r\n')]))
    line.socket.write('0\r\n\r\n')

    await eventually(() => expect(line.said()).toContain('import.too-large'))
    expect(line.said()).toMatch(/^HTTP\/1.1 413 /)
    // The connection was not ended under whoever was sending: it takes the next request.
    line.socket.write(head('GET /healthz'))
    await eventually(() => expect(line.said()).toContain('"inFlight"'))
    line.socket.destroy()
    expect(patient.errors).toEqual([])
  })

  it('because it breaks off is no error of ours', async () => {
    const [errors, told]: [object[], string[]] = [[], []]
    const log = {
      info: (_: object, message: string) => told.push(message),
      warn: (values: object) => errors.push(values),
      error: (values: object) => errors.push(values),
    }
    const alone = await startTestServer({ log })
    const port = portOf(alone)
    const event = await dial(head('POST /api/v1/events', asJson, 'content-length: 1000'), { port })
    const file = await dial(head('POST /api/v1/leads/import?id=id', 'content-type: text/csv', 'content-length: 1000'), {
      port,
    })
    event.socket.write('{"id"')
    file.socket.write('id\nada\n')
    await eventually(() => expect(readdirSync(join(alone.dataDir, 'imports'))).toHaveLength(1))
    event.socket.destroy()
    file.socket.destroy()

    await eventually(() => expect(told).toEqual(['a request broke off', 'a request broke off']))
    expect(readdirSync(join(alone.dataDir, 'imports'))).toEqual([])
    expect(errors).toEqual([])
    await alone.close()
  })
})

describe('live streams', () => {
  it('are not all for one client', async () => {
    const alone = await startTestServer({ limits: { headMs: 300, lookMs: 20 } })
    const from = (client: string) => ({ 'x-forwarded-for': client })
    const streams = new AbortController()
    const open = (client: string) =>
      fetch(`${alone.url}/api/v1/sandbox/live`, { headers: from(client), signal: streams.signal })
    const many = await Promise.all(Array.from({ length: 100 }, () => open('192.0.2.1')))
    expect(many.every(({ status }) => status === 200)).toBe(true)

    const more = await open('192.0.2.1')
    expect(more.status).toBe(429)
    expect(await more.text()).toContain('live.many')
    expect((await open('192.0.2.2')).status).toBe(200)

    streams.abort()
    await eventually(async () => {
      const again = new AbortController()
      const { status } = await fetch(`${alone.url}/api/v1/sandbox/live`, {
        headers: from('192.0.2.1'),
        signal: again.signal,
      })
      again.abort()
      expect(status).toBe(200)
    })
    await alone.close()
  })
})
