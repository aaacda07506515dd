import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { atTheEnd, meeting, ok, receiving } from './meeting'
import { respond } from './receiver'

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

    expect(receiver.requests[0]).toMatch(/^GET \/a%2Fb;c=1\/~d\?q=a&b%26c=\+d%20e&f\[\]='\(g\)'&%7B HTTP\/1\.1\r\n/)
  })

  it.each(["/a?b='c'", '/a?', '/?', '/a|b;c~d', '/%C3%A4?x=%zz'])('sends the bytes that are stored: %s', async rest => {
    const { receiver, send } = await meeting(ok)

    await send(`${receiver.url.replace(/\/$/, '')}${rest}`, { method: 'GET', body: null })

    expect(receiver.requests[0]?.split('\r\n')[0]).toBe(`GET ${rest} HTTP/1.1`)
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
    atTheEnd(async () => {
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
