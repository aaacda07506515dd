import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { strangeNames } from '#server/http/request/strange-names'
import { routes } from '#shared/routes'
import { callingGraph, refusalOf, startTestServer, type TestServer } from './server'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

const id = '7615917337495251231'

describe('a number that a double cannot keep', () => {
  const graph = JSON.stringify({ name: 'n', graph: callingGraph() }).replace(
    '"match":"all","rules":[]',
    `"match":"all","rules":[{"field":"event.id","op":"is","value":${id}}]`,
  )
  const cases: readonly (readonly [method: string, path: string, body: string, at: string])[] = [
    ['PUT', '/leads/ada', `{"attributes":{"ä":1,"crm_id":${id}}}`, 'attributes.crm_id'],
    [
      'POST',
      '/events',
      `{"id":"e","lead":"ada","name":"x","properties":{"order":[1,{"id":${id}}]}}`,
      'properties.order.1.id',
    ],
    ['POST', '/events', `[{"id":"e","lead":"ada","name":"x"},{"id":"f","lead":"ada","name":"x","at":${id}}]`, '1.at'],
    ['POST', '/campaigns/x/entries', `{"id":"e","lead":"ada","properties":{"id":${id}}}`, 'properties.id'],
    ['POST', '/campaigns', graph, 'graph.steps.begin.config.where.rules.0.value'],
  ]

  it.each(cases)('is refused by %s %s, with its digits and its place', async (method, path, body, at) => {
    const answer = await server.ask(method, path, body)

    expect(answer.status).toBe(400)
    expect(refusalOf(answer).problems).toEqual([
      expect.objectContaining({ code: 'json.number', path: at, message: expect.stringContaining(id) }),
    ])
    expect((await server.ask('GET', '/leads/ada')).status).toBe(404)
  })

  it.each(['1e400', '-0', '-0.0', '0.12345678901234567890', '1e-400', '12345678901234567.89'])(
    '%s is refused',
    async number => {
      const answer = await server.ask('PUT', '/leads/ada', `{"attributes":{"x":${number}}}`)

      expect(refusalOf(answer).problems[0]?.message).toContain(`The number ${number} cannot be kept`)
    },
  )

  it('is kept as text', async () => {
    await server.ask('PUT', '/leads/grace', { attributes: { crm_id: id, n: 0.30000000000000004 } })

    const { json } = await server.ask('GET', '/leads/grace')
    expect(json).toMatchObject({ attributes: { crm_id: id, n: 0.30000000000000004 } })
  })

  it('may stand in a text', async () => {
    const answer = await server.ask('PUT', '/leads/text', { attributes: { note: `"${id}" and -0 and 1e400` } })

    expect(answer.status).toBe(200)
  })
})

describe('a body that holds too much', () => {
  const refused = async (path: string, body: string, method = 'POST') => refusalOf(await server.ask(method, path, body))

  it('is refused before anything is built of it', async () => {
    const lists = await refused('/events', `[${'[],'.repeat(3_300_000)}[]]`)
    const objects = await refused('/events', `[${'{},'.repeat(3_300_000)}{}]`)
    const inOne = await refused('/events', `{"properties":{"x":[${'1,'.repeat(1_000_000)}1]}}`)

    expect(lists.problems[0]?.code).toBe('json.many')
    expect(objects.problems[0]?.code).toBe('json.many')
    expect(inOne.problems[0]?.message).toBe('One part of the body holds more than 5,000 keys and members of lists.')
  })

  it('takes 5,000 events of 40 properties, and finds the wrong one among them', async () => {
    const properties = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`p${i}`, i]))
    const events = Array.from({ length: 5000 }, (_, i) => ({ id: `many-${i}`, lead: 'many', name: 'x', properties }))
    const wrong = (at: number, change: object) => events.map((event, i) => (i === at ? { ...event, ...change } : event))

    const odd = await refused('/events', JSON.stringify(wrong(4321, { timestamp: 1 })))
    const bad = await refused('/events', JSON.stringify(wrong(777, { id: 7 })))
    const long = await refused('/events', JSON.stringify([...events, events[0]]))

    expect(odd.problems).toMatchObject([{ path: '4321.timestamp', fix: 'Did you mean "at"?' }])
    expect(bad.problems).toMatchObject([{ path: '777.id', message: '"id" must be a text.' }])
    expect(long.detail).toContain('at most 5000')
    expect((await server.ask('POST', '/events', events)).json).toMatchObject({ accepted: 5000 })
  })

  it('says which event it was', async () => {
    const event = (n: number) => ({ id: `e${n}`, lead: 'ada', name: 'x', properties: {} })
    const many = [event(0), { ...event(1), properties: { x: Array.from({ length: 5_001 }, () => 1) } }]
    const long = [event(0), event(1), { ...event(2), properties: { x: 'x'.repeat(300_000) } }]

    expect((await refused('/events', JSON.stringify(many))).problems[0]?.message).toContain('(number 2 of the list)')
    expect((await refused('/events', JSON.stringify(long))).problems[0]?.message).toBe(
      'One part of the body (number 3 of the list) is longer than 256 KiB.',
    )
  })
})

describe('a name that is not known', () => {
  const cases: readonly (readonly [method: string, path: string, body: object, says: string, fix: string])[] = [
    ['PUT', '/leads/zoe', { timezone: 'Europe/Berlin' }, 'timezone', 'time_zone'],
    ['PUT', '/leads/zoe', { traits: { a: 1 } }, 'traits', 'attributes'],
    ['POST', '/events', { id: 'e', lead: 'zoe', name: 'x', timestamp: 1 }, 'timestamp', 'at'],
    ['POST', '/events', [{ id: 'e', lead: 'zoe', name: 'x', propertes: {} }], '0.propertes', 'properties'],
    ['PUT', '/secrets/hush', { kind: 'signing', value: 'whsec_abc' }, 'value', 'key'],
    ['PUT', '/secrets/hush', { kind: 'text', value: 'long enough', overlap: 1 }, 'overlap', ''],
    ['PUT', '/settings', { retentiondays: 3 }, 'retentiondays', 'retentionDays'],
    ['PUT', '/settings', { alerts: { percnt: 3 } }, 'alerts.percnt', 'percent'],
    ['POST', '/campaigns', { name: 'x', grph: {} }, 'grph', 'graph'],
    ['POST', '/campaigns', { name: 'x', graph: { ...callingGraph(), extra: 1 } }, 'graph.extra', ''],
  ]

  it.each(cases)('%s %s %j is refused, with the one that was meant', async (method, path, body, at, meant) => {
    const answer = await server.ask(method, path, body)

    expect(answer.status).toBe(400)
    const [problem] = refusalOf(answer).problems
    expect(problem?.path).toBe(at)
    expect(problem?.message).toContain('is not known here')
    expect(problem?.fix).toContain(meant === '' ? 'Leave it out' : `Did you mean "${meant}"?`)
    expect((await server.ask('GET', '/leads/zoe')).status).toBe(404)
    expect((await server.ask('GET', '/secrets')).json).toMatchObject({ secrets: [] })
  })

  // The schema of any body must be one that the search for strange names goes through.
  it.each(
    routes.flatMap(({ method, path, body, bodyType }) =>
      body === undefined || bodyType ? [] : [{ method, path, body }],
    ),
  )('is found in the body of $method $path, at every level', ({ body }) => {
    const shapes = objectsIn(body)

    expect(shapes.length).toBeGreaterThan(0)
    for (const shape of shapes) expect(strangeNames(shape, { [strange]: 1 })).toMatchObject([{ path: strange }])
  })

  it('is refused by every route that takes a body', async () => {
    for (const { method, path, body, bodyType } of routes) {
      if (body === undefined || bodyType !== undefined) continue
      const answer = await server.ask(method.toUpperCase(), path.replaceAll(/\{\w+\}/g, 'x1'), { [strange]: 1 })
      expect([path, answer.status < 500 && answer.status >= 400]).toEqual([path, true])
    }
  })
})

const strange = 'nobody knows me'

/** The objects that a schema is made of, at all levels. */
function objectsIn(schema: z.ZodType, seen = new Set<z.ZodType>()): z.ZodType[] {
  if (seen.has(schema)) return []
  seen.add(schema)
  const def = schema._zod.def as unknown as Record<string, unknown> & { type: string }
  const parts = [
    def['element'],
    def['valueType'],
    def['innerType'],
    def['in'],
    ...((def['options'] ?? []) as unknown[]),
  ]
  if (def.type === 'object') parts.push(...Object.values(def['shape'] as object))
  const inner = parts.flatMap(part => (part === undefined ? [] : objectsIn(part as z.ZodType, seen)))
  return def.type === 'object' ? [schema, ...inner] : inner
}

describe('an attribute whose name cannot be one', () => {
  it('is kept under a name that can, or left out, and the lead is kept', async () => {
    const answer = await server.ask('PUT', '/leads/names', {
      attributes: { 'first-name': 'Ada', 'Last Name': 'L', größe: 3, '2nd': 2, ok: 1, 'o k': 2, o_k: 3 },
    })

    expect(answer.status).toBe(200)
    expect(answer.json).toMatchObject({
      attributes: { first_name: 'Ada', Last_Name: 'L', _2nd: 2, ok: 1, o_k: 3 },
      names: [
        { given: 'first-name', kept: 'first_name' },
        { given: 'Last Name', kept: 'Last_Name' },
        { given: 'größe', kept: null, why: expect.stringContaining('Names are letters') },
        { given: '2nd', kept: '_2nd' },
        { given: 'o k', kept: null, why: expect.stringContaining('"o_k", which was given too') },
      ],
    })
    expect(Object.keys((await server.ask('GET', '/leads/names')).json as object)).not.toContain('names')
  })
})

describe('a body that says another encoding than UTF-8 of itself', () => {
  // Written in ISO-8859-1 these two characters are the two bytes of an "ü" in UTF-8: read without a look at the header they change in silence.
  const json = '{"attributes":{"name":"ü"}}'
  const csv = 'id,name\nada,ü\n'

  it.each([
    ['application/json; charset=ISO-8859-1', 'PUT', '/leads/said', json],
    ['application/json;charset="windows-1252"', 'PUT', '/leads/said', json],
    ['text/csv; header=present; charset=utf-16', 'POST', '/leads/import?id=id', csv],
    ["text/csv; charset='latin1'", 'POST', '/leads/import?id=id', csv],
  ])('is refused: %s', async (type, method, path, body) => {
    const answer = await server.ask(method, path, body, { 'content-type': type })

    expect(answer.status).toBe(415)
    expect(refusalOf(answer).problems[0]).toMatchObject({
      code: 'body.charset',
      fix: 'Send it in UTF-8, and leave the charset out.',
    })
    expect((await server.ask('GET', '/leads/said')).status).toBe(404)
    expect((await server.ask('GET', '/imports')).json).toEqual({ imports: [] })
  })

  it.each(['application/json; charset=UTF-8', 'application/json; charset=us-ascii', 'application/json;charset="utf8"'])(
    'is none: %s',
    async type => {
      const answer = await server.ask('PUT', '/leads/plain', json, { 'content-type': type })

      expect(answer.json).toMatchObject({ attributes: { name: 'ü' } })
    },
  )
})

describe('a name that is meant for one that is missing', () => {
  it.each([
    ['/campaigns', { nam: 'Spring' }, 'name', 'nam', ''],
    ['/events', { id: 'm', user: 'ada', name: 'x' }, 'lead', 'user', ''],
    ['/events', Array.from({ length: 11 }, (_, i) => ({ id: `m-${i}`, user: 'ada', name: 'x' })), 'lead', 'user', '0.'],
  ])('POST %s %j: both are said', async (path, body, missing, strange, at) => {
    const { problems } = refusalOf(await server.ask('POST', path, body))

    expect(problems).toContainEqual(expect.objectContaining({ path: `${at}${missing}` }))
    expect(problems).toContainEqual(
      expect.objectContaining({
        path: `${at}${strange}`,
        code: 'body.unknown-name',
        fix: `Did you mean "${missing}"?`,
      }),
    )
  })
})

describe('a lead', () => {
  it('holds so many attributes and bytes in all, and not more by many requests', async () => {
    const attributes = (from: number) => Object.fromEntries(Array.from({ length: 600 }, (_, i) => [`a${from + i}`, 1]))

    expect((await server.ask('PUT', '/leads/full', { attributes: attributes(0) })).status).toBe(200)
    expect(refusalOf(await server.ask('PUT', '/leads/full', { attributes: attributes(600) })).problems[0]?.code).toBe(
      'lead.many',
    )
    expect((await server.ask('PUT', '/leads/full', { attributes: { x: 'x'.repeat(200_000) } })).status).toBe(200)
    expect(
      refusalOf(await server.ask('PUT', '/leads/full', { attributes: { y: 'y'.repeat(100_000) } })).problems[0]?.code,
    ).toBe('lead.long')
    expect((await server.ask('PUT', '/leads/full', { attributes: { x: null } })).status).toBe(200)
  })
})
