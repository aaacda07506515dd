import { createServer as createPlainServer, type Server } from 'node:net'
import { createServer } from 'node:tls'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import type { CallerOptions } from '#server/webhook/call'
import { type Policy, parseAllow, publicOnly } from '#server/webhook/guard'
import type { Outcome } from '#shared/call'
import { type Behaviour, callTo, opening, type Receiver, respond, startCaller, startReceiver } from './receiver'
import { selfSigned } from './self-signed'

const ends: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

async function receiving(behave: Behaviour, host?: string, port?: number): Promise<Receiver> {
  const receiver = await startReceiver(behave, host, port)
  ends.push(() => receiver.close())
  return receiver
}

function calling(policy: Policy, options?: Partial<CallerOptions>) {
  const test = startCaller(policy, options)
  ends.push(() => test.caller.close())
  return test
}

async function meeting(behave: Behaviour, options?: Partial<CallerOptions>) {
  const receiver = await receiving(behave)
  return { receiver, ...calling(opening(receiver), options) }
}

const ok: Behaviour = socket => respond(socket, 'fine')

describe('a call', () => {
  it('arrives as it was rendered, with our three headers and nothing else', async () => {
    const { receiver, send } = await meeting(ok)

    const outcome = await send(`${receiver.url}/in?x=1`, {
      headers: [
        ['Content-Type', 'application/json'],
        ['X-Source', 'Hook line'],
      ],
      body: '{"naïve":"✓"}',
    })

    expect(outcome).toMatchObject({ is: 'answered', status: 200, body: 'fine', cut: false })
    expect(receiver.requests[0]?.split('\r\n')).toEqual([
      'POST /in?x=1 HTTP/1.1',
      `host: 127.0.0.1:${receiver.port}`,
      'connection: keep-alive',
      'Content-Type: application/json',
      'X-Source: Hook line',
      'user-agent: Hookline/9.8.7',
      'accept-encoding: identity',
      'webhook-id: '.concat(`msg_${outcome.touch}`),
      'webhook-timestamp: 1700000000',
      'content-length: 16',
      '',
      Buffer.from('{"naïve":"✓"}').toString('latin1'),
    ])
  })

  it('keeps the signs of its URL as they were typed', async () => {
    const { receiver, send } = await meeting(ok)

    await send(`${receiver.url}/a%2Fb;c=1/~d?q=a&b%26c=+d%20e&f[]='(g)'&%7B#fragment`, { method: 'GET', body: null })

    expect(receiver.requests[0]).toMatch(/^GET \/a%2Fb;c=1\/~d\?q=a&b%26c=\+d%20e&f\[\]=%27\(g\)%27&%7B HTTP\/1\.1\r\n/)
  })

  it.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const)('goes out as %s, without a body too', async method => {
    const { receiver, send } = await meeting(ok)

    expect(await send(receiver.url, { method, body: null })).toMatchObject({ is: 'answered', status: 200 })
    expect(receiver.requests[0]).toMatch(new RegExp(`^${method} / HTTP/1.1\r\n`))
  })

  it('may name its own user agent', async () => {
    const { receiver, send } = await meeting(ok)

    await send(receiver.url, { headers: [['User-Agent', 'Acme']] })

    expect(receiver.requests[0]?.match(/user-agent: .*/gi)).toEqual(['User-Agent: Acme'])
  })

  it('reports only the headers that the product uses', async () => {
    const { receiver, send } = await meeting(socket =>
      respond(
        socket,
        '',
        'HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nSet-Cookie: a=b\r\nContent-Type: text/plain\r\ncontent-type: x/y',
      ),
    )

    expect(await send(receiver.url)).toMatchObject({
      status: 503,
      headers: { 'retry-after': '7', 'content-type': 'text/plain' },
    })
  })

  it('uses a connection again, and never two calls at once on one', async () => {
    const { receiver, send } = await meeting(ok)

    for (let i = 0; i < 5; i++) await send(receiver.url)

    expect(receiver.connections()).toBeLessThanOrEqual(2)
    expect(receiver.requests).toHaveLength(5)
  })

  it('ignores proxies that the environment names', async () => {
    const proxy = await receiving(ok)
    const names = ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'HTTPS_PROXY']
    for (const name of names) process.env[name] = proxy.url
    ends.push(async () => {
      for (const name of names) delete process.env[name]
    })
    const { receiver, send } = await meeting(ok)

    expect(await send(receiver.url)).toMatchObject({ is: 'answered' })
    expect(proxy.connections()).toBe(0)
  })

  it('never carries a header that would start a new line or belongs to the connection', async () => {
    const { receiver, send } = await meeting(ok)
    const evil: [string, string][] = [
      ['X-A', 'a\r\nX-Evil: 1'],
      ['X-A', 'a\nX-Evil: 1'],
      ['X-A', 'a\0'],
      ['X-A', 'ü'],
      ['X-A\r\nX-Evil', '1'],
      ['X-A: b', '1'],
      ['', '1'],
      ['Host', 'evil.example'],
      ['content-length', '3'],
      ['Transfer-Encoding', 'chunked'],
      ['connection', 'upgrade'],
      ['webhook-id', 'mine'],
      ['Expect', '100-continue'],
      ['Proxy-Authorization', 'x'],
    ]

    for (const header of evil)
      expect(await send(receiver.url, { headers: [header] })).toMatchObject({ is: 'unreachable', cause: 'bad-request' })
    expect(receiver.connections()).toBe(0)
  })

  it('puts no injected line on the wire, whatever the header says', async () => {
    const { receiver, send } = await meeting(ok)
    const sign = fc.constantFrom('\r', '\n', '\0', ':', ' ', '\t', 'a', 'X', '-', 'é', '\u2028', '\u{1f600}', '\x7f')
    const text = fc.string({ unit: sign, maxLength: 12 })

    await fc.assert(
      fc.asyncProperty(text, text, async (name, value) => {
        receiver.requests.length = 0
        const outcome = await send(receiver.url, { headers: [[`X${name}`, value]] })
        const lines = receiver.requests[0]?.split('\r\n\r\n')[0]?.split(/[\r\n]+/) ?? []
        expect(lines).toHaveLength(outcome.is === 'answered' ? 9 : 0)
      }),
      { numRuns: 1000 },
    )
  })
})

describe('a closed address', () => {
  it('is refused before anything is sent', async () => {
    const honeypot = await receiving(ok)
    const { send } = calling(publicOnly)

    for (const url of [honeypot.url, `http://2130706433:${honeypot.port}`, `http://localhost:${honeypot.port}`])
      expect(await send(url)).toMatchObject({ is: 'unreachable', cause: 'blocked-address', ms: 0 })
    expect(honeypot.connections()).toBe(0)
  })

  // In both tests 127.0.0.2 is opened and stands for a public host, 127.0.0.1 is the machine behind the door: even a broken
  // guard sends nothing off this machine.
  it('is refused when a name leads to it, alone or among open ones', async () => {
    const honeypot = await receiving(ok)
    const answers = [
      ['127.0.0.1'],
      ['127.0.0.2', '127.0.0.1'],
      ['127.0.0.1', '127.0.0.2'],
      ['127.0.0.2', '::ffff:127.0.0.1'],
      ['127.0.0.2', '::1'],
      ['127.0.0.2', '::1%lo'],
      ['127.0.0.2', '127.0.0.2', '127.0.0.1'],
    ]
    let turn = 0
    const resolve = async () => answersOf(answers[turn++ % answers.length] ?? [])
    const { send } = calling(opening(honeypot, '127.0.0.2'), { resolve })

    for (let i = 0; i < 100; i++)
      expect(await send(`http://rebind.example:${honeypot.port}/`)).toMatchObject({ cause: 'blocked-address' })
    expect(honeypot.connections()).toBe(0)
  })

  it('stays unreached when a name changes its mind between calls', async () => {
    const open = await receiving(socket => respond(socket, 'open', 'HTTP/1.1 200 OK\r\nconnection: close'), '127.0.0.2')
    const honeypot = await receiving(ok, '127.0.0.1', open.port)
    const turns = [['127.0.0.2'], ['127.0.0.1'], ['127.0.0.2', '127.0.0.1']]
    let turn = 0
    const resolve = async () => answersOf(turns[turn++ % turns.length] ?? [])
    const { send } = calling(opening(open, '127.0.0.2'), { resolve })

    const outcomes: Outcome[] = []
    for (let i = 0; i < 999; i++) outcomes.push(await send(`http://rebind.example:${open.port}/`))

    expect(outcomes.filter(o => o.is === 'answered')).toHaveLength(333)
    expect(outcomes.filter(o => o.is === 'unreachable' && o.cause === 'blocked-address')).toHaveLength(666)
    expect(honeypot.connections()).toBe(0)
  })

  it('can be opened by the name of its host', async () => {
    const receiver = await receiving(ok)
    const policy = { ...publicOnly, allow: parseAllow(`crm.internal:${receiver.port}`) }
    const { send } = calling(policy, { resolve: async () => answersOf(['127.0.0.1']) })

    expect(await send(`http://crm.internal:${receiver.port}/`)).toMatchObject({ is: 'answered', body: 'fine' })
    expect(await send(`http://other.internal:${receiver.port}/`)).toMatchObject({ cause: 'blocked-address' })
    expect(await send(`http://public.example:${receiver.port}/`)).toMatchObject({ cause: 'blocked-address' })
  })

  it('is open for the sandbox alone, also on a connection that the sandbox has opened', async () => {
    const hookline = await receiving(ok)
    const { send } = calling({
      ...publicOnly,
      own: [{ address: '127.0.0.1', port: hookline.port }],
      sandboxOrigin: hookline.url,
    })

    expect(await send(`${hookline.url}/sandbox/in/a`)).toMatchObject({ is: 'answered' })
    expect(await send(`${hookline.url}/api/v1/leads`)).toMatchObject({ cause: 'blocked-address' })
    expect(await send(`${hookline.url}/sandbox/in/../../api`)).toMatchObject({ cause: 'blocked-address' })
    expect(hookline.requests).toHaveLength(1)
  })

  it('cannot be reached by a redirect', async () => {
    const honeypot = await receiving(ok)
    const { receiver, send } = await meeting((socket, request) => {
      const status = /^POST \/(\d+)/.exec(request)?.[1]
      respond(
        socket,
        'moved',
        `HTTP/1.1 ${status} Moved\r\nlocation: ${honeypot.url}/x\r\nrefresh: 0;url=${honeypot.url}`,
      )
    })

    for (const status of [301, 302, 303, 307, 308])
      expect(await send(`${receiver.url}/${status}`)).toMatchObject({
        status,
        headers: { location: `${honeypot.url}/x` },
      })
    expect(receiver.requests).toHaveLength(5)
    expect(honeypot.connections()).toBe(0)
  })
})

describe('a receiver that cannot be reached', () => {
  it('has no name', async () => {
    const resolve = () => Promise.reject(Object.assign(new Error('not found'), { code: 'ENOTFOUND' }))
    const { send } = calling(publicOnly, { resolve })

    expect(await send('https://nowhere.example/')).toMatchObject({
      cause: 'dns',
      message: 'The name "nowhere.example" was not found (ENOTFOUND).',
    })
  })

  it('has a name without an address, or a name server that does not answer', async () => {
    const empty = calling(publicOnly, { resolve: async () => [] })
    const silent = calling(publicOnly, { resolve: () => new Promise(() => {}), dnsMs: 50 })

    expect(await empty.send('https://nowhere.example/')).toMatchObject({ cause: 'dns' })
    expect(await silent.send('https://nowhere.example/')).toMatchObject({ cause: 'dns' })
  })

  it('is reached too late: the call ends at its deadline and is not sent afterwards', async () => {
    const receiver = await receiving(ok)
    let answer: (addresses: ReturnType<typeof answersOf>) => void = () => {}
    const resolve = () => new Promise<ReturnType<typeof answersOf>>(found => (answer = found))
    const allow = parseAllow(`late.internal:${receiver.port}`)
    const { send } = calling({ ...publicOnly, allow }, { resolve, deadlineMs: 60 })
    const url = `http://late.internal:${receiver.port}`

    expect(await send(`${url}/first`)).toMatchObject({
      cause: 'timeout',
      message: expect.stringContaining('no connection'),
    })
    const second = send(`${url}/second`)
    answer(answersOf(['127.0.0.1']))

    expect(await second).toMatchObject({ is: 'answered' })
    expect(receiver.requests.map(request => request.split(' ')[1])).toEqual(['/second'])
  })

  it('listens nowhere', async () => {
    const gone = await startReceiver(ok)
    await gone.close()
    const { send } = calling(opening(gone))

    expect(await send(gone.url)).toMatchObject({
      cause: 'connect',
      message: `No connection to 127.0.0.1:${gone.port}: nothing listens there (ECONNREFUSED).`,
    })
  })

  it('speaks no TLS', async () => {
    const server = createPlainServer(socket => {
      socket.on('error', () => {})
      socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    })
    const port = await listening(server)
    const { send } = calling(opening({ port }))

    expect(await send(`https://127.0.0.1:${port}/`)).toMatchObject({ is: 'unreachable', cause: 'tls' })
  })

  it('shows a certificate that nobody signed, or one for another name', async () => {
    const server = createServer({ ...selfSigned }, socket => {
      socket.on('error', () => {})
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nsafe'))
    })
    server.on('tlsClientError', () => {})
    const port = await listening(server)
    const resolve = async () => answersOf(['127.0.0.1'])
    const stranger = calling(opening({ port }), { resolve })
    const trusting = calling(opening({ port }), { resolve, ca: selfSigned.cert })

    expect(await stranger.send(`https://receiver.test:${port}/`)).toMatchObject({ is: 'unreachable', cause: 'tls' })
    expect(await trusting.send(`https://other.test:${port}/`)).toMatchObject({ is: 'unreachable', cause: 'tls' })
    expect(await trusting.send(`https://receiver.test:${port}/`)).toMatchObject({ is: 'answered', body: 'safe' })
  })
})

const head = 'HTTP/1.1 200 OK\r\n'

/** Writes this behind an honest status line, and perhaps closes its side. */
function says(rest: string, then: 'and waits' | 'and closes' = 'and waits'): Behaviour {
  return socket => (then === 'and closes' ? socket.end(head + rest) : socket.write(head + rest))
}

/** Writes this and resets the connection when it is out. */
function resetAfter(text: string): Behaviour {
  return socket => socket.write(text, () => socket.resetAndDestroy())
}

const endings: [title: string, expected: object, behave: Behaviour][] = [
  ['never answers', { cause: 'timeout' }, () => {}],
  [
    'sends one byte of its head every 50 ms',
    { cause: 'timeout' },
    socket => drip(socket, `${head}x-slow: ${'a'.repeat(99)}`),
  ],
  [
    'sends one byte of its body every 50 ms',
    { cause: 'timeout' },
    socket => {
      socket.write(`${head}content-length: 1000\r\n\r\n`)
      drip(socket, 'a'.repeat(999))
    },
  ],
  ['closes without a word', { cause: 'reset' }, socket => socket.end()],
  ['resets without a word', { cause: 'reset' }, socket => socket.resetAndDestroy()],
  ['closes inside its status line', { cause: 'reset' }, socket => socket.end('HTTP/1.1 2')],
  ['closes inside its head', { cause: 'reset' }, socket => socket.end(`${head}content-le`)],
  ['closes before its body', { cause: 'reset' }, socket => socket.end(`${head}content-length: 5\r\n\r\n`)],
  ['closes inside its body', { cause: 'reset' }, socket => socket.end(`${head}content-length: 5\r\n\r\nab`)],
  [
    'closes inside a chunk',
    { cause: 'reset' },
    socket => socket.end(`${head}transfer-encoding: chunked\r\n\r\n5\r\nab`),
  ],
  [
    'resets inside its body',
    { cause: 'reset' },
    socket => {
      socket.write(`${head}content-length: 5\r\n\r\nab`, () => socket.resetAndDestroy())
    },
  ],
  [
    'says close and ends inside its body',
    { cause: 'protocol' },
    socket => socket.end(`${head}connection: close\r\ncontent-length: 5\r\n\r\nab`),
  ],
  ['answers garbage', { cause: 'protocol' }, socket => socket.write('\x00\x01\x02 what?\r\n\r\n')],
  ['answers in HTTP/0.9', { cause: 'protocol' }, socket => socket.end('<html>hello</html>\r\n')],
  ['answers in HTTP/2', { cause: 'protocol' }, socket => socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')],
  ['answers like an SSH server', { cause: 'protocol' }, socket => socket.write('SSH-2.0-OpenSSH_9.9\r\n')],
  [
    'gives two lengths',
    { cause: 'protocol' },
    socket => socket.write(`${head}content-length: 2\r\ncontent-length: 3\r\n\r\nabc`),
  ],
  ['gives a negative length', { cause: 'protocol' }, socket => socket.write(`${head}content-length: -1\r\n\r\nabc`)],
  [
    'gives a length that is no number',
    { cause: 'protocol' },
    socket => socket.write(`${head}content-length: 5x\r\n\r\nabc`),
  ],
  [
    'gives a length and chunks',
    { cause: 'protocol' },
    socket => socket.write(`${head}content-length: 3\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n`),
  ],
  [
    'sends a bad chunk size',
    { cause: 'protocol' },
    socket => socket.write(`${head}transfer-encoding: chunked\r\n\r\nxyz\r\nabc\r\n0\r\n\r\n`),
  ],
  [
    'sends NUL in a header',
    { cause: 'protocol' },
    socket => socket.write(`${head}x-a: \0\r\ncontent-length: 0\r\n\r\n`),
  ],
  [
    'ends its lines with LF alone',
    { cause: 'protocol' },
    socket => socket.write('HTTP/1.1 200 OK\ncontent-length: 0\n\n'),
  ],
  [
    'sends 100 KiB of headers',
    { cause: 'protocol' },
    socket => {
      socket.write(`${head}${'x-long: '.concat('a'.repeat(1_000), '\r\n').repeat(100)}\r\n`)
    },
  ],
  [
    'sends one header of 100 KiB',
    { cause: 'protocol' },
    socket => socket.write(`${head}x-long: ${'a'.repeat(102_400)}\r\n\r\n`),
  ],
  [
    'sends 10,000 interim answers',
    { cause: 'protocol' },
    socket => socket.write('HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(10_000)),
  ],
  [
    'says continue, which nobody waits for',
    { cause: 'protocol' },
    socket => socket.write('HTTP/1.1 100 Continue\r\n\r\n'),
  ],
  [
    'switches protocols',
    { cause: 'protocol' },
    socket => socket.write('HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n'),
  ],
  [
    'switches protocols without saying to what',
    { cause: 'protocol' },
    socket => socket.write('HTTP/1.1 101 Switching\r\n\r\n'),
  ],
  ['resets inside its status line', { cause: 'reset' }, resetAfter('HTTP/1.1 2')],
  ['resets inside its head', { cause: 'reset' }, resetAfter(`${head}content-le`)],
  ['resets before its body', { cause: 'reset' }, resetAfter(`${head}content-length: 5\r\n\r\n`)],
  ['resets inside a chunk', { cause: 'reset' }, resetAfter(`${head}transfer-encoding: chunked\r\n\r\n5\r\nab`)],
  ['resets after an interim answer', { cause: 'reset' }, resetAfter('HTTP/1.1 103 Early Hints\r\n\r\n')],
  ['closes after an interim answer', { cause: 'reset' }, socket => socket.end('HTTP/1.1 103 Early Hints\r\n\r\n')],
  [
    'closes between two chunks',
    { cause: 'reset' },
    says(`transfer-encoding: chunked\r\n\r\n2\r\nab\r\n`, 'and closes'),
  ],
  [
    'closes before its last chunk ends',
    { cause: 'reset' },
    says(`transfer-encoding: chunked\r\n\r\n0\r\n`, 'and closes'),
  ],
  [
    'says what it sends only after a blank head',
    { cause: 'protocol' },
    socket => socket.write('\r\n\r\n\r\nHello\r\n\r\n'),
  ],
  ['sends NUL instead of an answer', { cause: 'protocol' }, socket => socket.write('\0'.repeat(1000))],
  ['sends NUL in its status line', { cause: 'protocol' }, socket => socket.write('HTTP/1.1 2\x000 OK\r\n\r\n')],
  ['answers like an SMTP server', { cause: 'protocol' }, socket => socket.write('220 mail.example ESMTP\r\n')],
  ['answers like a TLS server', { cause: 'protocol' }, socket => socket.write(Buffer.from('15030100020246', 'hex'))],
  ['answers in HTTP/2 frames', { cause: 'protocol' }, socket => socket.write(Buffer.from('000000040000000000', 'hex'))],
  ['closes inside the value of a header', { cause: 'reset' }, socket => socket.end(`${head}x-a: 1`)],
  ['names a header with NUL', { cause: 'protocol' }, says('x\x00a: 1\r\ncontent-length: 0\r\n\r\n')],
  ['names a header without a colon', { cause: 'protocol' }, says('x-nothing\r\ncontent-length: 0\r\n\r\n')],
  ['names a header with a space', { cause: 'protocol' }, says('x a: 1\r\ncontent-length: 0\r\n\r\n')],
  ['has a header without a name', { cause: 'protocol' }, says(': 1\r\ncontent-length: 0\r\n\r\n')],
  ['ends a header with CR alone', { cause: 'protocol' }, says('x-a: 1\rcontent-length: 0\r\n\r\n')],
  ['ends a header with LF alone', { cause: 'protocol' }, says('x-a: 1\ncontent-length: 0\r\n\r\n')],
  ['gives an empty length', { cause: 'protocol' }, says('content-length:\r\n\r\nabc')],
  ['gives a length with a plus', { cause: 'protocol' }, says('content-length: +3\r\n\r\nabc')],
  ['gives a length beyond counting', { cause: 'protocol' }, says(`content-length: ${'9'.repeat(40)}\r\n\r\nabc`)],
  ['gives a list of lengths', { cause: 'protocol' }, says('content-length: 3, 3\r\n\r\nabc')],
  ['gives a fraction as its length', { cause: 'protocol' }, says('content-length: 3.0\r\n\r\nabc')],
  ['gives two equal lengths', { cause: 'protocol' }, says('content-length: 3\r\ncontent-length: 3\r\n\r\nabc')],
  [
    'gives chunks and then a length',
    { cause: 'protocol' },
    says('transfer-encoding: chunked\r\ncontent-length: 3\r\n\r\n0\r\n\r\n'),
  ],
  [
    'gives a chunk size beyond counting',
    { cause: 'protocol' },
    says(`transfer-encoding: chunked\r\n\r\n${'f'.repeat(40)}\r\nabc`),
  ],
  ['gives a negative chunk size', { cause: 'protocol' }, says('transfer-encoding: chunked\r\n\r\n-1\r\nabc')],
  ['gives no chunk size', { cause: 'protocol' }, says('transfer-encoding: chunked\r\n\r\n\r\nabc\r\n0\r\n\r\n')],
  [
    'sends more than a chunk has room for',
    { cause: 'protocol' },
    says('transfer-encoding: chunked\r\n\r\n2\r\nabcd\r\n0\r\n\r\n'),
  ],
]

describe('a receiver that misbehaves', () => {
  // The first answer is the bad one; the same receiver answers "second" to whatever comes next.
  it.each(endings)('%s: one failed attempt, and the next call gets its own answer', async (_, expected, behave) => {
    let turn = 0
    const { receiver, send } = await meeting(
      (socket, request, connection) => {
        if (turn++ === 0) behave(socket, request, connection)
        else respond(socket, 'second')
      },
      { deadlineMs: 250 },
    )

    const outcome = await send(receiver.url)

    expect(outcome).toMatchObject({ is: 'unreachable', ...expected })
    expect(outcome.ms).toBeLessThan(2_000)
    expect(await send(receiver.url)).toMatchObject({ is: 'answered', body: 'second' })
    expect(receiver.requests).toHaveLength(2)
    expect(receiver.connections()).toBe(2)
  })

  it('has at least 60 ways to do so here (delivery R26)', () => {
    expect(endings.length).toBeGreaterThanOrEqual(60)
    expect(new Set(endings.map(([title]) => title)).size).toBe(endings.length)
  })

  it('may answer before it has read the request, and is believed', async () => {
    const early = createPlainServer(socket => {
      socket.on('error', () => {})
      socket.resume()
      respond(socket, 'too large', 'HTTP/1.1 413 Content Too Large\r\nconnection: close')
      socket.end()
    })
    const port = await listening(early)
    const { send } = calling(opening({ port }))

    const outcome = await send(`http://127.0.0.1:${port}/`, { body: 'a'.repeat(200_000) })

    // The connection may break while the rest of the request is still going out: then nothing is known but that.
    if (outcome.is === 'answered') expect(outcome).toMatchObject({ status: 413, body: 'too large' })
    else expect(outcome).toMatchObject({ cause: 'reset', sent: true })
  })

  it('may close its side and answer nothing, or answer and leave its side open', async () => {
    const { receiver, send } = await meeting((socket, request) => {
      if (request.startsWith('POST /half')) socket.end()
      else respond(socket, 'open')
    })

    expect(await send(`${receiver.url}/half`)).toMatchObject({ cause: 'reset' })
    expect(await send(`${receiver.url}/open`)).toMatchObject({ is: 'answered', body: 'open' })
  })

  it.each([
    ['an alert', '15030300020228'],
    ['a handshake that is none', '1603030004ffffffff'],
    ['nothing, and closes', ''],
  ])('may answer the TLS hello with %s', async (_, hex) => {
    const server = createPlainServer(socket => {
      socket.on('error', () => {})
      socket.once('data', () => socket.end(Buffer.from(hex, 'hex')))
    })
    const port = await listening(server)
    const { send } = calling(opening({ port }))

    expect(await send(`https://127.0.0.1:${port}/`)).toMatchObject({ is: 'unreachable', cause: 'tls', sent: false })
  })

  it('cannot answer the next call with bytes that were left over', async () => {
    let turn = 0
    const { receiver, send } = await meeting(socket => {
      respond(socket, turn === 0 ? 'first' : 'second')
      if (turn++ === 0) respond(socket, 'smuggled')
    })

    expect(await send(receiver.url)).toMatchObject({ body: 'first' })
    expect(await send(receiver.url)).toMatchObject({ body: 'second' })
    expect(receiver.connections()).toBe(2)
  })

  it('is read to 64 KiB and then cut off', async () => {
    const limit = 64 * 1024
    const { receiver, send } = await meeting((socket, request) => {
      const size = Number(/^POST \/(\d+)/.exec(request)?.[1])
      respond(socket, 'a'.repeat(size))
    })

    const whole = await send(`${receiver.url}/${limit}`)
    const cut = await send(`${receiver.url}/${limit + 1}`)

    expect(whole).toMatchObject({ is: 'answered', cut: false, body: 'a'.repeat(limit) })
    expect(cut).toMatchObject({ is: 'answered', status: 200, cut: true, body: 'a'.repeat(limit) })
  })

  it('cannot stream for ever', async () => {
    let written = 0
    const { receiver, send } = await meeting(socket => {
      socket.write(`${head}\r\n`)
      const block = Buffer.alloc(16_384, 'a')
      const more = () => {
        while (!socket.destroyed && written < 500_000_000) {
          written += block.length
          if (!socket.write(block)) {
            socket.once('drain', more)
            return
          }
        }
      }
      more()
    })

    const outcome = await send(receiver.url)

    expect(outcome).toMatchObject({ is: 'answered', cut: true })
    // Besides the 64 KiB only what the sockets of both sides hold.
    expect(written).toBeLessThan(20_000_000)
    await expect.poll(() => receiver.open(), { timeout: 10_000 }).toBe(0)
  })

  it('is not inflated', async () => {
    const zipped = gzipSync('a'.repeat(1_000_000))
    const { receiver, send } = await meeting(socket => {
      socket.write(`${head}content-encoding: gzip\r\ncontent-length: ${zipped.length}\r\n\r\n`)
      socket.write(zipped)
    })

    expect(await send(receiver.url)).toMatchObject({
      is: 'answered',
      headers: { 'content-encoding': 'gzip' },
      body: zipped.toString('utf8').replaceAll('\0', '\ufffd'),
    })
  })

  it('may send bytes that are no text: they are replaced', async () => {
    const { receiver, send } = await meeting(socket => {
      socket.write(`${head}content-length: 6\r\n\r\n`)
      socket.write(Buffer.from([0x61, 0xff, 0x62, 0xc3, 0x00, 0x63]))
    })

    expect(await send(receiver.url)).toMatchObject({ body: 'a\ufffdb\ufffd\ufffdc' })
  })

  it('may answer without a length, in chunks, or with nothing', async () => {
    const { receiver, send } = await meeting((socket, request) => {
      if (request.startsWith('POST /open')) socket.end(`${head}\r\nuntil the end`)
      else if (request.startsWith('POST /chunks'))
        socket.write(`${head}transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n`)
      else socket.write('HTTP/1.1 204 No Content\r\n\r\n')
    })

    expect(await send(`${receiver.url}/open`)).toMatchObject({ is: 'answered', body: 'until the end' })
    expect(await send(`${receiver.url}/chunks`)).toMatchObject({ is: 'answered', body: 'abcde' })
    expect(await send(`${receiver.url}/nothing`)).toMatchObject({ is: 'answered', status: 204, body: '' })
  })

  it('may give hints before its answer', async () => {
    const { receiver, send } = await meeting(socket => {
      socket.write('HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n')
      respond(socket, 'late')
    })

    expect(await send(receiver.url)).toMatchObject({ is: 'answered', status: 200, body: 'late' })
  })

  it('may close its connection after every answer: no call is lost and none is made twice', async () => {
    const { receiver, send } = await meeting(socket => {
      respond(socket, 'bye')
      socket.end()
    })

    for (let i = 0; i < 50; i++) expect(await send(receiver.url)).toMatchObject({ is: 'answered', body: 'bye' })
    expect(receiver.requests).toHaveLength(50)
  })
})

describe('many calls', () => {
  it('wait for their turn: so many at once to one origin, so many in all', async () => {
    let atOnce = 0
    let most = 0
    const slowly: Behaviour = socket => {
      most = Math.max(most, ++atOnce)
      setTimeout(() => {
        atOnce--
        respond(socket, 'ok')
      }, 5)
    }
    const receivers = [await receiving(slowly), await receiving(slowly), await receiving(slowly)]
    const allow = parseAllow(receivers.map(({ port }) => `127.0.0.1:${port}`).join())
    const { send } = calling({ ...publicOnly, allow }, { connections: 4, total: 6 })

    const outcomes = await Promise.all(receivers.flatMap(({ url }) => Array.from({ length: 40 }, () => send(url))))

    expect(outcomes.filter(outcome => outcome.is === 'answered')).toHaveLength(120)
    expect(most).toBe(6)
    for (const receiver of receivers) expect(receiver.connections()).toBeLessThanOrEqual(6)
  })

  it('to a host that hangs do not hold up the others', async () => {
    const hanging = await receiving(() => {})
    const healthy = await receiving(ok)
    const allow = parseAllow(`127.0.0.1:${hanging.port},127.0.0.1:${healthy.port}`)
    const { send } = calling({ ...publicOnly, allow }, { connections: 2, total: 4, deadlineMs: 300 })

    const hung = Promise.all(Array.from({ length: 6 }, () => send(hanging.url)))
    const fine = await Promise.all(Array.from({ length: 20 }, () => send(healthy.url)))

    expect(fine.every(outcome => outcome.is === 'answered')).toBe(true)
    // The clock of a call starts with its turn: those that waited had their full time too.
    for (const outcome of await hung) {
      expect(outcome).toMatchObject({ cause: 'timeout' })
      expect(outcome.ms).toBeGreaterThanOrEqual(299)
    }
    expect(hanging.requests).toHaveLength(6)
    await expect.poll(() => hanging.open(), { timeout: 10_000 }).toBe(0)
  })

  it('that are open or waiting when the door closes are settled, each once', async () => {
    const receiver = await receiving(() => {})
    const { caller } = startCaller(opening(receiver), { connections: 3 })
    const outcomes: Outcome[] = []
    for (let i = 0; i < 10; i++) caller.call(callTo(receiver.url), outcome => outcomes.push(outcome))
    await expect.poll(() => receiver.requests.length, { timeout: 10_000 }).toBe(3)

    await caller.close()
    caller.call(callTo(receiver.url), outcome => outcomes.push(outcome))

    expect(outcomes).toHaveLength(11)
    for (const outcome of outcomes) expect(outcome).toMatchObject({ is: 'unreachable', cause: 'reset' })
    await expect.poll(() => receiver.open(), { timeout: 10_000 }).toBe(0)
  })
})

function answersOf(addresses: readonly string[]) {
  return addresses.map(address => ({ address, family: address.includes(':') ? 6 : 4 }))
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  ends.push(() => new Promise(resolve => server.close(() => resolve())))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return address.port
}

function drip(socket: Parameters<Behaviour>[0], text: string): void {
  let at = 0
  const timer = setInterval(() => socket.write(text[at++] ?? ''), 50)
  socket.once('close', () => clearInterval(timer))
}

describe('hosts that hang', () => {
  it('never hold all connections: the next host is called at once', async () => {
    const hung = await Promise.all([receiving(() => {}), receiving(() => {})])
    const fine = await receiving(ok)
    const allow = [...hung, fine].flatMap(receiver => opening(receiver).allow)
    const { send, caller } = calling({ ...publicOnly, allow }, { connections: 8, total: 8 })
    let over = 0
    const open = hung.flatMap(({ url }) =>
      Array.from({ length: 20 }, async () => {
        const outcome = await send(url)
        over++
        return outcome
      }),
    )

    expect(await send(fine.url)).toMatchObject({ is: 'answered', status: 200 })
    expect(over).toBe(0)

    await caller.close()
    expect((await Promise.all(open)).every(o => o.is === 'unreachable')).toBe(true)
  })

  it('end each call at its own limit, whatever the order in which they began', async () => {
    const { receiver, caller } = await meeting(() => {})
    const ended: string[] = []
    const call = (name: string, seconds: number) =>
      new Promise<Outcome>(resolve =>
        caller.call({ ...callTo(receiver.url), seconds }, outcome => {
          ended.push(name)
          resolve(outcome)
        }),
      )

    const outcomes = await Promise.all([call('long', 0.4), call('short', 0.1), call('middle', 0.2)])

    expect(ended).toEqual(['short', 'middle', 'long'])
    expect(outcomes).toMatchObject([{ cause: 'timeout', sent: true }, { cause: 'timeout' }, { cause: 'timeout' }])
    for (const [i, ms] of [400, 100, 200].entries()) expect(outcomes[i]?.ms).toBeGreaterThanOrEqual(ms - 2)
  })
})
