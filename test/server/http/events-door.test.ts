import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createCampaign, startTestServer, type TestServer, waitingGraph } from './server'

// Events are taken before Express (server/http/events-door.ts), and in any other spelling of their address by Express,
// with the same rules. Whatever comes is answered with the same bytes on both ways: each case is sent to two servers that
// have seen the same so far, to one by each way.

const ways = { door: '/api/v1/events', express: '/api/v1/events?' } as const
type Way = keyof typeof ways

const token = 'a-token-of-this-test-that-is-long-enough'
const json = 'content-type: application/json'
const mine = 'host: 127.0.0.1'

interface Case {
  readonly title: string
  readonly method?: string
  readonly head?: readonly string[]
  readonly body?: string | Buffer
  /** What goes over the wire instead of `head` and `body`. */
  readonly raw?: (address: string) => string
  /** It ends the connection after what it sent. */
  readonly breaksOff?: boolean
  /** How the answer begins. */
  readonly status: string
}

const event = (id: string, more: object = {}) => JSON.stringify({ id, lead: 'ada', name: 'signed_up', ...more })
const list = (length: number, of = 'l') =>
  JSON.stringify(Array.from({ length }, (_, n) => ({ id: `${of}${n}`, lead: `lead-${n}`, name: 'looked' })))
const framed = (address: string, body: string, last = false) =>
  `POST ${address} HTTP/1.1\r\n${mine}\r\n${json}\r\ncontent-length: ${body.length}\r\n` +
  `${last ? 'connection: close\r\n' : ''}\r\n${body}`

const ok = 'HTTP/1.1 202'
const invalid = 'HTTP/1.1 400'

const open: readonly Case[] = [
  { title: 'one event', body: event('1'), status: ok },
  { title: 'the same event again', body: event('1'), status: ok },
  { title: 'an event that nobody waits for', body: event('2', { name: 'looked' }), status: ok },
  { title: 'a list with a duplicate', body: `[${event('3')},${event('3')},${event('4')}]`, status: ok },
  { title: '5,000 events', body: list(5_000), status: ok },
  { title: '5,001 events', body: list(5_001, 'm'), status: invalid },
  { title: 'no event', body: '[]', status: invalid },
  { title: 'text beyond ASCII', body: event('5', { properties: { city: 'Köln 💥' } }), status: ok },
  { title: 'an unknown name', body: event('6', { traits: {} }), status: invalid },
  { title: 'a missing name', body: '{"id":"7"}', status: invalid },
  { title: 'several mistakes in a list', body: `[${event('8', { at: 'x' })},{"id":9}]`, status: invalid },
  { title: 'a mistake in a long list', body: list(20, 'n').replace('"looked"', '7'), status: invalid },
  { title: 'a time that cannot be', body: event('10', { at: '1066-10-14T09:00:00Z' }), status: invalid },
  { title: 'a reserved name', body: event('11', { name: '$left' }), status: invalid },
  { title: 'a reserved id', body: event('$entry:1'), status: invalid },
  { title: 'broken JSON', body: '{"id": ', status: invalid },
  { title: 'white space', body: '  ', status: invalid },
  { title: 'a key twice', body: '{"id":"1","id":"2","lead":"ada","name":"x"}', status: invalid },
  { title: 'a key __proto__', body: event('12').replace('{', '{"__proto__":1,'), status: invalid },
  { title: 'NUL in a text', body: event('13', { properties: { a: '\0' } }), status: invalid },
  { title: 'half a pair', body: '{"id":"14","lead":"\\ud800","name":"x"}', status: invalid },
  {
    title: 'a number that is lost',
    body: event('15').replace('}', ',"properties":{"n":9007199254740993}}'),
    status: invalid,
  },
  { title: 'too deep', body: '['.repeat(70) + ']'.repeat(70), status: invalid },
  { title: 'what is not UTF-8', body: Buffer.from('{"id":"\xff"}', 'latin1'), status: invalid },
  { title: 'one event too long', body: event('16', { properties: { a: 'x'.repeat(300_000) } }), status: invalid },
  { title: 'no body', status: invalid },
  { title: 'an empty body', head: [mine, json, 'content-length: 0'], status: invalid },
  {
    title: 'another content type',
    head: [mine, 'content-type: text/plain'],
    body: event('17'),
    status: 'HTTP/1.1 415',
  },
  { title: 'no content type', head: [mine], body: event('18'), status: 'HTTP/1.1 415' },
  { title: 'UTF-8 by name', head: [mine, `${json}; charset=UTF-8`], body: event('19'), status: ok },
  { title: 'another charset', head: [mine, `${json}; charset=utf-16`], body: event('20'), status: 'HTTP/1.1 415' },
  {
    title: 'a compressed body',
    head: [mine, json, 'content-encoding: gzip'],
    body: event('21'),
    status: 'HTTP/1.1 415',
  },
  {
    title: 'a body that says it is too large',
    head: [mine, json, `content-length: ${11 * 2 ** 20}`],
    status: 'HTTP/1.1 413',
  },
  {
    title: 'a body that turns out too large',
    raw: address =>
      `POST ${address} HTTP/1.1\r\n${mine}\r\n${json}\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n` +
      `${(11 * 2 ** 20).toString(16)}\r\n${' '.repeat(11 * 2 ** 20)}\r\n0\r\n\r\n`,
    status: 'HTTP/1.1 413',
  },
  {
    title: 'a body in chunks',
    raw: address =>
      `POST ${address} HTTP/1.1\r\n${mine}\r\n${json}\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n` +
      `5\r\n{"id"\r\n2a\r\n:"22","lead":"ada","name":"signed_up"     \r\n1\r\n}\r\n0\r\n\r\n`,
    status: ok,
  },
  {
    title: 'a broken chunk',
    raw: address =>
      `POST ${address} HTTP/1.1\r\n${mine}\r\n${json}\r\ntransfer-encoding: chunked\r\n\r\nnot a size\r\n`,
    status: invalid,
  },
  { title: 'a foreign Host', head: ['host: evil.example', json], body: event('23'), status: 'HTTP/1.1 421' },
  {
    title: 'a second Host that is foreign',
    head: [mine, 'host: evil.example', json],
    body: event('23a'),
    status: 'HTTP/1.1 421',
  },
  { title: 'a Host with a port', head: ['host: localhost:81', json], body: event('24'), status: ok },
  { title: 'no Host', raw: address => `POST ${address} HTTP/1.1\r\nconnection: close\r\n\r\n`, status: invalid },
  { title: 'HTTP/1.0', raw: address => `POST ${address} HTTP/1.0\r\n${mine}\r\n\r\n`, status: invalid },
  {
    title: 'a foreign origin',
    head: [mine, json, 'origin: http://evil.example'],
    body: event('25'),
    status: 'HTTP/1.1 403',
  },
  { title: 'our own origin', head: [mine, json, 'origin: http://127.0.0.1'], body: event('26'), status: ok },
  {
    title: 'another site',
    head: [mine, json, 'sec-fetch-site: cross-site'],
    body: event('27'),
    status: 'HTTP/1.1 403',
  },
  {
    title: 'a form of another site that navigates',
    head: [mine, json, 'sec-fetch-site: cross-site', 'sec-fetch-mode: navigate'],
    body: event('28'),
    status: 'HTTP/1.1 403',
  },
  { title: 'a header that is met by nothing', head: [mine, json, 'if-none-match: *'], body: event('29'), status: ok },
  {
    title: 'an answer that may be compressed',
    head: [mine, json, 'accept-encoding: gzip'],
    body: event('30'),
    status: ok,
  },
  {
    title: 'expect: 100-continue',
    head: [mine, json, 'expect: 100-continue'],
    body: event('31'),
    status: 'HTTP/1.1 100',
  },
  { title: 'expect: a miracle', head: [mine, json, 'expect: a miracle'], body: event('32'), status: 'HTTP/1.1 417' },
  { title: 'upgrade', head: [mine, json, 'upgrade: websocket'], body: event('33'), status: ok },
  { title: 'an unknown method', method: 'BREW', body: event('34'), status: invalid },
  ...['GET', 'PUT', 'PATCH', 'DELETE'].map(method => ({ title: method, method, status: 'HTTP/1.1 405' })),
  { title: 'HEAD', method: 'HEAD', status: 'HTTP/1.1 405' },
  { title: 'OPTIONS', method: 'OPTIONS', status: 'HTTP/1.1 200' },
  {
    title: 'three requests over one connection, the second of them wrong',
    raw: address => framed(address, event('35')) + framed(address, '{') + framed(address, event('36'), true),
    status: ok,
  },
  {
    title: 'an upload that breaks off',
    raw: address => `POST ${address} HTTP/1.1\r\n${mine}\r\n${json}\r\ncontent-length: 100\r\n\r\n{"id":`,
    breaksOff: true,
    status: invalid,
  },
]

const closed: readonly Case[] = [
  { title: 'no token', body: event('1'), status: 'HTTP/1.1 401' },
  {
    title: 'no token, asked as a page',
    head: [mine, json, 'accept: text/html'],
    body: event('1'),
    status: 'HTTP/1.1 401',
  },
  { title: 'the token', head: [mine, json, `authorization: Bearer ${token}`], body: event('2'), status: ok },
  {
    title: 'another scheme',
    head: [mine, json, `authorization: Basic ${token}`],
    body: event('3'),
    status: 'HTTP/1.1 401',
  },
  {
    title: 'a cookie that is none',
    head: [mine, json, 'cookie: hookline_0=x'],
    body: event('4'),
    status: 'HTTP/1.1 401',
  },
  { title: 'a foreign Host', head: ['host: evil.example', json], body: event('5'), status: 'HTTP/1.1 421' },
  { title: 'another site', head: [mine, json, 'sec-fetch-site: cross-site'], body: event('6'), status: 'HTTP/1.1 403' },
  ...Array.from({ length: 12 }, (_, n) => ({
    title: `a wrong token, number ${n + 1}`,
    head: [mine, json, 'authorization: Bearer wrong'],
    body: event('7'),
    status: 'HTTP/1.1 4',
  })),
]

describe.each([
  ['whoever comes', {}, open],
  ['who brings the token', { accessToken: token }, closed],
] as const)('events of %s', (_, chosen, cases) => {
  const servers = {} as Record<Way, TestServer>
  beforeAll(async () => {
    for (const way of ['door', 'express'] as const) {
      servers[way] = await startTestServer({}, undefined, chosen)
      if ('accessToken' in chosen) continue
      const { id } = await createCampaign(servers[way], waitingGraph())
      await servers[way].ask('POST', `/campaigns/${id}/launch`, {})
    }
  })
  afterAll(() => Promise.all(Object.values(servers).map(server => server.close())))

  it.each(cases)('are answered with the same bytes on both ways: $title', async one => {
    const express = await answerTo(servers.express, bytesOf(one, ways.express), one)
    const door = await answerTo(servers.door, bytesOf(one, ways.door), one)

    expect(door).toBe(express)
    expect(door.startsWith(one.status) || (one.breaksOff === true && door === '')).toBe(true)
  })
})

function bytesOf({ method = 'POST', head = [mine, json], body, raw }: Case, address: string): Buffer {
  if (raw !== undefined) return Buffer.from(raw(address))
  const content = Buffer.from(body ?? '')
  const length = content.length > 0 ? [`content-length: ${content.length}`] : []
  const lines = [`${method} ${address} HTTP/1.1`, ...head, ...length, 'connection: close']
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), content])
}

/** All that comes back until the connection ends, but for the time, and how many seconds a wrong token has to wait. */
function answerTo({ url }: TestServer, bytes: Buffer, { breaksOff = false }: Case): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => {
      if (breaksOff) socket.end(bytes)
      else socket.write(bytes)
    })
    let text = ''
    socket.setEncoding('utf8').on('data', part => {
      text += part
    })
    socket.on('end', () => socket.end())
    socket.on('close', () => resolve(timeless(text)))
    socket.on('error', error => (text === '' ? reject(error) : undefined))
  })
}

function timeless(answer: string): string {
  return answer
    .replaceAll(/^Date: .*\r\n/gm, '')
    .replace(/^retry-after: \d+/m, 'retry-after: some')
    .replace(/in \d+ seconds/g, 'in some seconds')
}
