import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { batchGraph, callingGraph, createCampaign, refusalOf, startTestServer, type TestServer } from './server'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

const event = { id: 'e', lead: 'ada', name: 'signed_up' }
const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`
const withKind = (kind: string) => ({
  ...callingGraph(),
  steps: { odd: { ...callingGraph().steps['begin'], kind } },
})

interface Case {
  readonly what: string
  readonly ask: readonly [method: string, path: string, body?: unknown, headers?: Record<string, string>]
  readonly status: number
  /** A piece of the sentence. */
  readonly says: string | RegExp
  readonly fix?: string
  readonly path?: string
}

const cases: readonly Case[] = [
  {
    what: 'JSON that breaks off',
    ask: ['POST', '/events', '{"id":'],
    status: 400,
    says: 'ends too early at line 1, column 7',
  },
  {
    what: 'a stray sign',
    ask: ['POST', '/events', '{"id":1,\n x}'],
    status: 400,
    says: '"x" was not expected at line 2, column 2',
  },
  {
    what: 'a comma too many',
    ask: ['POST', '/events', '[1,]'],
    status: 400,
    says: '"]" was not expected at line 1, column 4',
  },
  { what: 'no body', ask: ['POST', '/events'], status: 400, says: 'no body' },
  { what: 'an empty list', ask: ['POST', '/events', []], status: 400, says: 'at least 1' },
  { what: 'null', ask: ['POST', '/events', 'null'], status: 400, says: 'must be an object' },
  {
    what: 'an event without an id',
    ask: ['POST', '/events', { ...event, id: undefined }],
    status: 400,
    says: '"id" is missing',
    path: 'id',
  },
  {
    what: 'an event with an empty id',
    ask: ['POST', '/events', { ...event, id: '' }],
    status: 400,
    says: 'needs an id',
    path: 'id',
  },
  {
    what: 'a lead that is a number',
    ask: ['POST', '/events', [event, { ...event, lead: 7 }]],
    status: 400,
    says: 'must be a text',
    path: '1.lead',
  },
  {
    what: 'a time in words',
    ask: ['POST', '/events', { ...event, at: 'yesterday' }],
    status: 400,
    says: 'The time of the event cannot be taken: "yesterday" is no date.',
    path: 'at',
  },
  { what: 'a time before 1970', ask: ['POST', '/events', { ...event, at: -1 }], status: 400, says: '', path: 'at' },
  {
    what: 'a time before 2001, with the date that was understood (found C4)',
    ask: ['POST', '/events', [event, { ...event, id: 'f', at: 946_684_800 }]],
    status: 400,
    says: '946684800 is understood as 2000-01-01T00:00:00Z, which is before 2001',
    path: '1.at',
  },
  {
    what: 'a time that is late, with the date that was understood (found C4)',
    ask: ['POST', '/events', { ...event, at: '4102444800' }],
    status: 400,
    says: '"4102444800" is understood as 2100-01-01T00:00:00Z, which is more than a day from now',
    path: 'at',
  },
  {
    what: 'too few digits for a time',
    ask: ['POST', '/events', { ...event, at: 1_778_425 }],
    status: 400,
    says: '1778425 has too few digits for a time',
    path: 'at',
  },
  {
    what: 'a date that may be two',
    ask: ['POST', '/events', { ...event, at: '03/04/2026' }],
    status: 400,
    says: '"03/04/2026" may be 3 April or 4 March',
    path: 'at',
  },
  {
    what: 'a filter by a time that is none',
    ask: ['GET', '/activity?from=yesterday'],
    status: 400,
    says: '"yesterday" is no date. Write it like',
    path: 'from',
  },
  {
    what: 'a time in the far future',
    ask: ['POST', '/events', { ...event, at: 9e14 }],
    status: 400,
    says: 'more than a day from now',
    path: 'at',
  },
  {
    what: 'properties that are a list',
    ask: ['POST', '/events', { ...event, properties: [] }],
    status: 400,
    says: 'must be an object',
  },
  {
    what: 'NUL in a text',
    ask: ['POST', '/events', '{"id":"e","lead":"a\\u0000","name":"n"}'],
    status: 400,
    says: 'NUL',
    path: 'lead',
  },
  {
    what: 'NUL deep in a property',
    ask: ['POST', '/events', { ...event, properties: { a: [{ b: 'x\0' }] } }],
    status: 400,
    says: 'NUL',
    path: 'properties.a.0.b',
  },
  {
    what: 'half of a surrogate pair',
    ask: ['POST', '/events', '{"id":"e","lead":"a","name":"\\ud800"}'],
    status: 400,
    says: 'surrogate',
  },
  {
    what: 'a key twice',
    ask: ['POST', '/events', '{"id":"e","lead":"a","name":"n","properties":{"x":1,"x":2}}'],
    status: 400,
    says: '"x" stands twice',
  },
  {
    what: 'bytes that are no UTF-8',
    ask: ['POST', '/events', new Uint8Array([0x22, 0xff, 0x22])],
    status: 400,
    says: 'not valid UTF-8',
  },
  {
    what: 'a key that cannot be kept',
    ask: ['PUT', '/leads/ada', '{"attributes":{"__proto__":"x"}}'],
    status: 400,
    says: 'A key in "attributes" is called "__proto__", which cannot be kept',
    path: 'attributes',
  },
  {
    what: 'such a key deep in a property',
    ask: ['POST', '/events', '{"id":"e","lead":"a","name":"n","properties":{"a":[{"__proto__":{}}]}}'],
    status: 400,
    says: '"__proto__"',
    path: 'properties.a.0',
  },
  {
    what: 'a column that cannot be kept',
    ask: ['POST', '/leads/import?id=id', 'id,__proto__\nada,x\n', { 'content-type': 'text/csv' }],
    status: 400,
    says: 'The column "__proto__" cannot be the name of an attribute',
  },
  { what: '5,001 events', ask: ['POST', '/events', Array(5001).fill(event)], status: 400, says: 'at most 5000' },
  { what: '65 levels', ask: ['POST', '/events', nested(65)], status: 400, says: '64 levels' },
  { what: '100,000 levels', ask: ['POST', '/events', nested(100_000)], status: 400, says: '64 levels' },
  {
    what: 'a form',
    ask: ['POST', '/events', 'id=1', { 'content-type': 'application/x-www-form-urlencoded' }],
    status: 415,
    says: 'x-www-form-urlencoded',
  },
  {
    what: 'JSON that calls itself text',
    ask: ['POST', '/events', event, { 'content-type': 'text/plain' }],
    status: 415,
    says: 'text/plain',
  },
  {
    what: 'a body of more than 10 MiB',
    ask: ['POST', '/events', `"${'x'.repeat(10 * 2 ** 20)}"`],
    status: 413,
    says: '10 MiB',
  },
  {
    what: 'a lead of more than 1 MiB',
    ask: ['PUT', '/leads/ada', `"${'x'.repeat(2 ** 20)}"`],
    status: 413,
    says: '1 MiB',
  },
  {
    what: 'a zone that is none',
    ask: ['PUT', '/leads/ada', { time_zone: 'Europe/Atlantis' }],
    status: 400,
    says: 'not a time zone',
    path: 'time_zone',
  },
  {
    what: 'a zone that is misspelled',
    ask: ['PUT', '/leads/ada', { time_zone: 'Europe/Berln' }],
    status: 400,
    says: 'not a time zone',
    fix: 'Did you mean Europe/Berlin?',
    path: 'time_zone',
  },
  { what: 'a lead id with NUL', ask: ['PUT', '/leads/a%00', {}], status: 400, says: '' },
  { what: 'a lead id of 201 signs', ask: ['PUT', `/leads/${'a'.repeat(201)}`, {}], status: 400, says: '' },
  { what: 'a broken address', ask: ['GET', '/leads/%E0%A4%A'], status: 400, says: 'percent-encoded' },
  { what: 'a limit of 0', ask: ['GET', '/leads?limit=0'], status: 400, says: 'at least 1', path: 'limit' },
  { what: 'a limit twice', ask: ['GET', '/leads?limit=1&limit=2'], status: 400, says: '', path: 'limit' },
  { what: 'a page that is none', ask: ['GET', '/leads?after=x'], status: 400, says: 'next' },
  {
    what: 'a campaign without a name',
    ask: ['POST', '/campaigns', {}],
    status: 400,
    says: '"name" is missing',
    path: 'name',
  },
  {
    what: 'a graph of another version',
    ask: ['POST', '/campaigns', { name: 'x', graph: { ...callingGraph(), hookline: 7 } }],
    status: 400,
    says: 'format version 7; this Hookline reads version 1',
  },
  {
    what: 'a step kind of the future',
    ask: ['POST', '/campaigns', { name: 'x', graph: withKind('teleport') }],
    status: 400,
    says: 'no step of the kind "teleport"',
  },
  {
    what: 'a step kind that is a trap',
    ask: ['POST', '/campaigns', { name: 'x', graph: withKind('__proto__') }],
    status: 400,
    says: 'no step of the kind',
  },
  {
    what: 'a graph that is a text',
    ask: ['POST', '/campaigns', { name: 'x', graph: 'graph' }],
    status: 400,
    says: 'must be an object',
    path: 'graph',
  },
  { what: 'a search for NUL', ask: ['GET', '/leads?search=a%00'], status: 400, says: 'NUL' },
  { what: 'a filter with NUL', ask: ['GET', '/activity?lead=%00'], status: 400, says: 'NUL' },
  { what: 'an address with NUL', ask: ['GET', '/lists/vip%00'], status: 400, says: 'NUL' },
  { what: 'an address that is none', ask: ['GET', '/nothing'], status: 404, says: 'nothing at /api/v1/nothing' },
  { what: 'a journey that is a word', ask: ['GET', '/journeys/first'], status: 404, says: 'no journey' },
  {
    what: 'a mode of the sandbox that is none',
    ask: ['PUT', '/sandbox', { answer: '418' }],
    status: 400,
    says: 'must be one of',
    path: 'answer',
  },
  { what: 'an import as JSON', ask: ['POST', '/leads/import?id=id', {}], status: 415, says: 'application/json' },
  {
    what: 'an import without an id column',
    ask: ['POST', '/leads/import?id=key', 'id\n1\n', { 'content-type': 'text/csv' }],
    status: 400,
    says: 'no column "key"',
  },
  {
    what: 'an import of nothing',
    ask: ['POST', '/leads/import?id=id', '', { 'content-type': 'text/csv' }],
    status: 400,
    says: 'empty',
  },
  {
    what: 'a request from another site',
    ask: ['POST', '/events', event, { 'sec-fetch-site': 'cross-site' }],
    status: 403,
    says: 'another site',
  },
  {
    what: 'a request from another port',
    ask: ['POST', '/events', event, { 'sec-fetch-site': 'same-site' }],
    status: 403,
    says: 'another site',
  },
  {
    what: 'a request from a foreign origin',
    ask: ['POST', '/events', event, { origin: 'http://evil.example' }],
    status: 403,
    says: 'another site',
  },
  {
    what: 'a request from nowhere',
    ask: ['POST', '/events', event, { origin: 'null' }],
    status: 403,
    says: 'another site',
  },
]

describe('a bad request', () => {
  for (const { what, ask, status, says, path, fix } of cases)
    it(`(${what}) is refused with ${status} and a sentence`, async () => {
      const answer = await server.ask(...ask)

      const refusal = refusalOf(answer)
      expect(answer.status).toBe(status)
      expect(refusal.status).toBe(status)
      expect(refusal.problems.map(p => p.message).join(' ')).toMatch(says)
      for (const problem of refusal.problems) expect(problem.message).toMatch(/^["A-Z].*[.)]$/)
      for (const problem of refusal.problems) expect(problem.fix).not.toBe('')
      if (path !== undefined) expect(refusal.problems[0]?.path).toBe(path)
      if (fix !== undefined) expect(refusal.problems[0]?.fix).toBe(fix)
    })

  it('stores nothing, changes no prototype and is no surprise to us', async () => {
    const leads = await server.ask('GET', '/leads')
    const campaigns = await server.ask('GET', '/campaigns')
    const names = await server.ask('GET', '/events/names')

    expect(leads.json).toMatchObject({ leads: [], total: 0 })
    expect(campaigns.json).toEqual({ campaigns: [] })
    expect(names.json).toEqual({ names: [] })
    expect(Object.keys(Object.prototype)).toEqual([])
    expect(server.errors).toEqual([])
  })

  it('names the step and the field that is wrong in a graph', async () => {
    const { begin, ...steps } = callingGraph().steps
    const graph = {
      ...callingGraph(),
      steps: { ...steps, begin: { ...begin, config: { event: 7, where: { match: 'all', rules: [] } } } },
    }

    const refusal = refusalOf(await server.ask('POST', '/campaigns', { name: 'x', graph }))

    expect(refusal.problems[0]).toMatchObject({ step: 'begin', path: 'config.ways.0.event' })
  })

  it('under another host name is refused, so that DNS cannot be turned against us', async () => {
    expect(await statusFor('evil.example')).toBe(421)
    expect(await statusFor('localhost:1')).toBe(200)
    expect(await statusFor('[::1]')).toBe(200)
  })
})

describe('hostile names', () => {
  it('are plain data', async () => {
    const sent = '{"attributes":{"constructor":"c","toString":"t"},"time_zone":null}'

    const answer = await server.ask('PUT', '/leads/__proto__', sent)

    expect(answer.json).toMatchObject({ externalId: '__proto__', attributes: { constructor: 'c', toString: 't' } })
    expect((await server.ask('GET', '/leads/__proto__')).status).toBe(200)
  })
})

describe('launching', () => {
  it('a batch campaign that calls a webhook is refused with code 1000 on that step', async () => {
    const { id } = await createCampaign(server, batchGraph())

    const answer = await server.ask('POST', `/campaigns/${id}/launch`)

    expect(answer.status).toBe(422)
    expect(refusalOf(answer).problems.find(p => p.severity === 'error')).toMatchObject({ code: 1000, step: 'call' })
    expect((await server.ask('GET', `/campaigns/${id}`)).json).toMatchObject({ status: 'draft', liveVersion: null })
  })

  it('and then pausing twice is refused with what it is', async () => {
    const { id } = await createCampaign(server, callingGraph())
    await server.ask('POST', `/campaigns/${id}/launch`)
    await server.ask('POST', `/campaigns/${id}/pause`)

    const answer = await server.ask('POST', `/campaigns/${id}/pause`)

    expect(answer.status).toBe(409)
    expect(refusalOf(answer).detail).toContain('paused')
  })
})

/** `fetch` does not let the host be chosen. */
function statusFor(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    request(`${server.url}/api/v1/campaigns`, { headers: { host } }, res => {
      res.resume()
      resolve(res.statusCode ?? 0)
    })
      .on('error', reject)
      .end()
  })
}
