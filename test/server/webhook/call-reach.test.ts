import { createServer as createPlainServer } from 'node:net'
import { createServer } from 'node:tls'
import { describe, expect, it } from 'vitest'
import { parseAllow } from '#server/webhook/allow'
import { publicOnly } from '#server/webhook/guard'
import type { Outcome } from '#shared/call'
import { answersOf, calling, listening, meeting, ok, receiving } from './meeting'
import { opening, respond, startReceiver } from './receiver'
import { selfSigned } from './self-signed'

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
    const silent = calling(publicOnly, { resolve: () => new Promise(() => {}), dnsMs: 50, dnsPatienceMs: 0 })

    expect(await empty.send('https://nowhere.example/')).toMatchObject({ cause: 'dns' })
    expect(await silent.send('https://nowhere.example/')).toMatchObject({ cause: 'dns' })
  })

  it('is reached too late: the call ends at its deadline and is not sent afterwards', async () => {
    const receiver = await receiving(ok)
    let answer: (addresses: ReturnType<typeof answersOf>) => void = () => {}
    const resolve = () => new Promise<ReturnType<typeof answersOf>>(found => (answer = found))
    const allow = parseAllow(`late.internal:${receiver.port}`)
    const { send } = calling({ ...publicOnly, allow }, { resolve, deadlineMs: 60, dnsPatienceMs: 0 })
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

    expect(await stranger.send(`https://receiver.test:${port}/`)).toMatchObject({
      cause: 'certificate',
      message: expect.stringContaining('is signed by itself (DEPTH_ZERO_SELF_SIGNED_CERT). That does not mend itself'),
    })
    expect(await trusting.send(`https://other.test:${port}/`)).toMatchObject({
      cause: 'certificate',
      message: expect.stringContaining('is for another name'),
    })
    expect(await trusting.send(`https://receiver.test:${port}/`)).toMatchObject({ is: 'answered', body: 'safe' })
  })
})
