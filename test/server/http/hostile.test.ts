import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { CampaignView } from '#shared/api'
import { isObject, type Json } from '#shared/json'
import { routes } from '#shared/routes'
import { stepKinds } from '#shared/steps/index'
import { batchGraph, callingGraph, createCampaign, startTestServer, type TestServer, waitingGraph } from './server'

// Whatever a program sends: it may be refused, and is never a surprise to us. Bodies are made from the schemas of the route table, with values in them that
// nobody would write; graphs from real ones, with one value exchanged. The seed is fixed, so that a failure can be looked at; HOSTILE_RUNS is for a longer look.

const seed = 20_261_130
const runs = Number(process.env['HOSTILE_RUNS'] ?? 12)

let server: TestServer
/** With files to ask for. */
let screens: TestServer
let ids: readonly string[]
const clientDir = mkdtempSync(join(tmpdir(), 'hookline-client-'))

beforeAll(async () => {
  server = await startTestServer()
  mkdirSync(join(clientDir, 'assets'))
  writeFileSync(join(clientDir, 'index.html'), '<!doctype html>')
  writeFileSync(join(clientDir, 'assets/main.js'), 'export {}')
  screens = await startTestServer({ clientDir })
  const live = await createCampaign(server, callingGraph(), 'Live')
  await server.ask('POST', `/campaigns/${live.id}/launch`, {})
  const draft = await createCampaign(server, waitingGraph(), 'Draft')
  const sample = (await server.ask('POST', '/campaigns/sample', {})).json as CampaignView
  await server.ask('PUT', '/leads/ada', { attributes: { email: 'ada@example.com' } })
  await server.ask('POST', '/events', { id: 'e-1', lead: 'ada', name: 'signed_up' })
  const { id: list } = (await server.ask('POST', '/lists', { name: 'VIP' })).json as { id: string }
  ids = [
    live.id,
    draft.id,
    sample.id,
    'ada',
    list,
    '1',
    '0',
    '-1',
    '1e3',
    '9007199254740993',
    '__proto__',
    'a b',
    '%00',
    '..',
    '💥',
  ]
})
afterAll(async () => {
  await Promise.all([server.close(), screens.close()])
  rmSync(clientDir, { recursive: true, force: true })
})

/** Values that have broken a program somewhere. */
const hostile: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(
    ...[
      '',
      ' ',
      '\u202e',
      '__proto__',
      'constructor',
      '{{',
      '{{ lead.x | date: }}',
      '<!--',
      '\n',
      "'",
      '٣',
      'Infinity',
      'NaN',
    ],
    ...['PT9999999999999999H', 'P99999W', 'P999999999D', 'PT0S', 'P1Y', 'P', 'P99999Y', 'P9999M', 'PT99999999M'],
    ...[
      '9999-12-31',
      '2026-02-30',
      '+275760-09-13',
      '0000-00-00',
      '24:00',
      '99:99',
      '2026-05-04T10:00:00Z',
      'Europe/Berlin',
    ],
    ...[
      'http://[::1',
      'http://127.0.0.1/',
      'https://user:pw@example.com/',
      'FREQ=SECONDLY;COUNT=99999999',
      'FREQ=YEARLY',
      '(',
    ],
    ...[0, -1, 1.5, -0, 1e308, 2 ** 31, 2 ** 53, Number.MAX_SAFE_INTEGER, -(2 ** 63), 8.64e15, 8.64e15 + 1],
    ...[null, true, false],
    [],
    {},
    [[]],
    [null],
    { '': '' },
  ),
  fc.string({ maxLength: 8, unit: 'grapheme' }),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>,
)

/** What fits the schema, more or less: one value in ten is a hostile one. */
function fitting(schema: unknown, defs: Record<string, unknown>, depth = 0): fc.Arbitrary<Json> {
  if (!isObject(schema as Json)) return hostile
  const given = schema as Record<string, unknown>
  const plain = depth > 8 ? hostile : plainly(given, defs, depth)
  return fc.oneof({ weight: 9, arbitrary: plain }, { weight: 1, arbitrary: hostile })
}

function plainly(given: Record<string, unknown>, defs: Record<string, unknown>, depth: number): fc.Arbitrary<Json> {
  const deeper = (schema: unknown) => fitting(schema, defs, depth + 1)
  const { $ref, anyOf, oneOf, allOf, const: only, enum: words, type, items, prefixItems, properties, required } = given
  if (typeof $ref === 'string') return deeper(defs[$ref.replace('#/$defs/', '')])
  const some = anyOf ?? oneOf ?? allOf
  if (Array.isArray(some)) return fc.oneof(...some.map(deeper))
  if (only !== undefined) return fc.constant(only as Json)
  if (Array.isArray(words)) return fc.constantFrom(...(words as Json[]))
  switch (type) {
    case 'object': {
      const members = Object.entries((properties ?? {}) as Record<string, unknown>)
      const needed = new Set((required ?? []) as string[])
      return fc
        .tuple(
          ...members.map(([name, member]) =>
            fc.option(deeper(member), { nil: undefined, freq: needed.has(name) ? 30 : 2 }),
          ),
        )
        .map(values =>
          Object.fromEntries(members.flatMap(([name], i) => (values[i] === undefined ? [] : [[name, values[i]]]))),
        )
    }
    case 'array':
      return Array.isArray(prefixItems)
        ? fc.tuple(...prefixItems.map(deeper)).map(values => values as Json)
        : fc.array(deeper(items ?? {}), { maxLength: 3 })
    case 'integer':
    case 'number':
      return fc.oneof(
        fc.integer({ min: Number(given['minimum'] ?? 0), max: 1000 + Number(given['minimum'] ?? 0) }),
        fc.constant(2),
      )
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'string':
      return fc.constantFrom(
        'ada',
        'signed_up',
        'a',
        'PT1H',
        'P2D',
        '09:00',
        '2026-06-01',
        '2026-06-01T09:00',
        'UTC',
        'https://example.com/in',
      )
    default:
      return hostile
  }
}

function bodiesOf(schema: z.ZodType): fc.Arbitrary<Json> {
  const { $defs = {}, ...root } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  return fc.oneof({ weight: 4, arbitrary: fitting(root, $defs) }, { weight: 1, arbitrary: hostile })
}

/** The value with one part of it exchanged. */
function exchanged(value: Json): fc.Arbitrary<Json> {
  const places = placesOf(value)
  return fc.tuple(fc.constantFrom(...places), hostile).map(([place, part]) => put(structuredClone(value), place, part))
}

function placesOf(value: Json, at: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  const inner = Array.isArray(value)
    ? value.flatMap((member, i) => placesOf(member, [...at, i]))
    : isObject(value)
      ? Object.entries(value).flatMap(([key, member]) => placesOf(member, [...at, key]))
      : []
  return [at, ...inner]
}

/** The places of texts: where a length of time may stand. */
function textsOf(value: Json): (readonly (string | number)[])[] {
  return placesOf(value).filter(
    place => typeof place.reduce<unknown>((at, key) => (at as Json[])[key as number], value) === 'string',
  )
}

function put(value: Json, [key, ...rest]: readonly (string | number)[], part: Json): Json {
  if (key === undefined) return part
  const holder = value as Record<string | number, Json>
  holder[key] = put(holder[key] ?? null, rest, part)
  return value
}

/** Nothing of it may be an error of ours. */
async function mustBeAnswered(method: string, path: string, body?: Json): Promise<number> {
  const before = server.errors.length
  const { status, text } = await server.ask(
    method.toUpperCase(),
    path,
    body === undefined ? undefined : JSON.stringify(body),
  )
  const told = server.errors.slice(before)
  if (status >= 500 || told.length > 0)
    throw new Error(`${method} ${path} ${JSON.stringify(body)} was answered ${status} ${text}\n${why(told)}`)
  return status
}

/** The error that the log names, in short. */
function why(told: readonly object[]): string {
  return told
    .map(one => ('err' in one && one.err instanceof Error ? (one.err.stack ?? '') : JSON.stringify(one)))
    .join('\n')
}

describe('no body makes an error of ours', () => {
  it.each(routes.filter(route => route.body !== undefined && route.bodyType === undefined))(
    '$method $path',
    async ({ method, path, body }) => {
      const part = fc.constantFrom(...ids)
      const address = fc.array(part, { minLength: 4, maxLength: 4 })
      const asked = fc.tuple(address, bodiesOf(body ?? z.any()))

      await fc.assert(
        fc.asyncProperty(asked, async ([parts, value]) => {
          let n = 0
          await mustBeAnswered(
            method,
            path.replaceAll(/\{\w+\}/g, () => encodeURIComponent(parts[n++] ?? 'x')),
            value,
          )
        }),
        { seed, numRuns: runs, endOnFailure: true },
      )
    },
  )

  it.each(routes.filter(route => route.method === 'get'))(
    'nor does an address or a query: $path',
    async ({ path, query }) => {
      const names = Object.keys(query?.shape ?? {})
      const value = fc.oneof(hostile.map(String), fc.constantFrom(...ids, 'asc', 'week', '5xx'))
      const asked = fc.tuple(
        fc.array(fc.constantFrom(...ids), { minLength: 4, maxLength: 4 }),
        fc.array(fc.tuple(fc.constantFrom(...names, 'x'), value), { maxLength: 3 }),
      )
      if (path.endsWith('/live')) return

      await fc.assert(
        fc.asyncProperty(asked, async ([parts, pairs]) => {
          let n = 0
          const place = path.replaceAll(/\{\w+\}/g, () => encodeURIComponent(parts[n++] ?? 'x'))
          await mustBeAnswered(
            'get',
            `${place}?${new URLSearchParams(pairs.map(([name, text]) => [name, text.toWellFormed()]))}`,
          )
        }),
        { seed, numRuns: runs, endOnFailure: true },
      )
    },
  )

  const here = { x: 0, y: 0 }
  const plain = callingGraph()
  const graphs = [plain, waitingGraph(), batchGraph()] as unknown as Json[]
  const steps = stepKinds.map(({ kind, version, example }) => ({
    kind,
    version,
    name: kind,
    position: here,
    config: example,
  }))

  it.each(steps.map(step => [step.kind, step] as const))('nor does a step: %s', async (_kind, step) => {
    const graph = {
      ...plain,
      steps: { ...plain.steps, odd: step },
      edges: [...plain.edges, { from: 'begin', port: 'next', to: 'odd' }],
    }
    await fc.assert(
      fc.asyncProperty(exchanged(step as unknown as Json), async odd => {
        await walk({ ...graph, steps: { ...graph.steps, odd } } as unknown as Json)
      }),
      { seed, numRuns: runs * 2, endOnFailure: true },
    )
  })

  it('nor does a length of time in any place of a step or of the settings', async () => {
    const settings = (await server.ask('GET', '/settings')).json as Json
    for (const long of ['PT9999999999999999H', 'x']) {
      for (const step of steps)
        for (const place of textsOf(step.config as Json)) {
          const odd = { ...step, config: put(structuredClone(step.config as Json), place, long) }
          const graph = { ...plain, steps: { ...plain.steps, odd } }
          await mustBeAnswered('post', '/campaigns', { name: 'Long', graph: graph as unknown as Json })
        }
      for (const place of placesOf(plain.settings as unknown as Json)) {
        const changed = put(structuredClone(plain.settings as unknown as Json), place, long)
        await mustBeAnswered('post', '/campaigns', {
          name: 'Long',
          graph: { ...plain, settings: changed } as unknown as Json,
        })
      }
      for (const place of placesOf(settings))
        await mustBeAnswered('put', '/settings', put(structuredClone(settings), place, long))
    }
  })

  it('nor does a graph or its settings', async () => {
    await fc.assert(fc.asyncProperty(fc.constantFrom(...graphs).chain(exchanged), walk), {
      seed,
      numRuns: runs * 8,
      endOnFailure: true,
    })
  })

  it('nor do settings of the installation', async () => {
    const settings = (await server.ask('GET', '/settings')).json as Json
    await fc.assert(
      fc.asyncProperty(exchanged(settings), async value => {
        await mustBeAnswered('put', '/settings', value)
        await mustBeAnswered('get', '/settings')
      }),
      { seed, numRuns: runs * 8, endOnFailure: true },
    )
  })

  it.each([
    '/assets/../x',
    '/assets/..',
    '/assets/.git/config',
    '/assets/%2e%2e/x',
    '/..',
    '/assets/%',
    '/%ff',
    '//evil.example/..%2f',
    '/assets/main.js/..',
  ])('nor does the address of a file: %s', async path => {
    const { hostname, port } = new URL(screens.url)
    const status = await new Promise<number>((resolve, reject) => {
      request({ hostname, port, path }, res => resolve(res.resume().statusCode ?? 0))
        .on('error', reject)
        .end()
    })

    expect([400, 404]).toContain(status)
    expect(screens.errors).toEqual([])
  })

  it.each([{ range: 'bytes=900-' }, { 'if-match': '"x"' }, { 'if-unmodified-since': 'Thu, 01 Jan 1970 00:00:00 GMT' }])(
    'nor does a condition: %j',
    async headers => {
      const { status } = await fetch(`${screens.url}/assets/main.js`, { headers })

      expect([412, 416]).toContain(status)
      expect(screens.errors).toEqual([])
    },
  )

  /** Stores a graph, and does with it what a person would. */
  async function walk(graph: Json): Promise<void> {
    const { status, json, text } = await server.ask('POST', '/campaigns', JSON.stringify({ name: 'Odd', graph }))
    if (status >= 500) throw new Error(`${text}\n${JSON.stringify(graph)}\n${why(server.errors.splice(0))}`)
    if (status !== 201) return
    const { id } = json as { id: string }
    await mustBeAnswered('get', `/campaigns/${id}`)
    const launched = await mustBeAnswered('post', `/campaigns/${id}/launch`, {})
    if (launched < 300) await mustBeAnswered('post', '/events', { id: `odd-${id}`, lead: 'odd', name: 'signed_up' })
    for (const part of ['report', 'entrance', 'difference', 'versions', 'pace'])
      await mustBeAnswered('get', `/campaigns/${id}/${part}`)
    if (launched < 300) await mustBeAnswered('post', `/campaigns/${id}/stop`, { inside: 'leave' })
    await mustBeAnswered('delete', `/campaigns/${id}`)
    if (server.errors.length > 0) throw new Error(`${JSON.stringify(graph)}\n${why(server.errors.splice(0))}`)
  }
})
