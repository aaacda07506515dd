import { createHmac } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSqlite } from '#server/store/sqlite'
import { journeySchema, journeysSchema } from '#shared/api'
import { activityPageSchema, activityViewSchema } from '#shared/api/activity'
import { secretsSchema } from '#shared/api/secrets'
import type { Graph } from '#shared/graph/schema'
import type { JsonObject } from '#shared/json'
import { plainWebhook } from '#shared/rules/webhook'
import { run, sql } from '#shared/store/work'
import { type Receiver, respond, startReceiver } from '../webhook/receiver'
import { callingGraph, createCampaign, eventually, parts, refusalOf, startTestServer, type TestServer } from './server'

const hidden = 'TOP-SECRET/CRM KEY-123456'
const log = { info: () => {}, warn: () => {}, error: () => {} }
let server: TestServer
let crm: Receiver
let third: Receiver
let status = 'HTTP/1.1 200 OK'
let answer = '{}'
beforeAll(async () => {
  crm = await startReceiver((socket, request) => respond(socket, `${request}\n${hidden}`, status))
  third = await startReceiver(socket => respond(socket, answer))
  server = await startTestServer({ connect: parts(log, `127.0.0.1:${crm.port},127.0.0.1:${third.port}`).connect })
  await server.ask('PUT', '/secrets/crm_key', { kind: 'text', value: hidden })
})
afterAll(async () => {
  await server.close()
  await crm.close()
  await third.close()
})

/** A campaign for an event, with a webhook. */
async function launch(event: string, webhook: JsonObject): Promise<{ id: string; status: number; text: string }> {
  const graph = structuredClone(callingGraph()) as unknown as { steps: { begin: JsonObject; call: JsonObject } }
  const { config, ...step } = graph.steps.call
  const begin = { ...graph.steps.begin, config: { event, where: { match: 'all', rules: [] } } }
  const call = { ...step, config: { ...(config as JsonObject), ...webhook } }
  const { id } = await createCampaign(server, { ...graph, steps: { begin, call } } as unknown as Graph, event)
  const launched = await server.ask('POST', `/campaigns/${id}/launch`, {})
  return { id, status: launched.status, text: launched.text }
}

/** Everywhere where a request can hold a secret. */
const telling = () => ({
  request: {
    method: 'POST',
    url: `${crm.url}/in/{{ secret.crm_key }}/{{ lead.external_id }}?k={{ secret.crm_key }}`,
    headers: [{ name: 'x-thing', value: 'k={{ secret.crm_key }}' }],
    body: { as: 'pairs', pairs: [{ key: 'key', value: '{{ secret.crm_key }}' }] },
  },
  auth: { as: 'api-key', where: 'query', name: 'api_key', value: 'crm_key' },
  mappings: [],
})

const enters = (lead: string, name: string, properties: JsonObject = {}) =>
  server.ask('POST', '/events', { id: `${name}-${lead}`, lead, name, properties })

/** The sends of a lead, once all have come to an end. */
async function sendsOf(lead: string, outcome: string) {
  return eventually(async () => {
    const answer = await server.ask('GET', `/activity?lead=${lead}&outcome=${outcome}`)
    const { rows } = activityPageSchema.parse(answer.json)
    expect(rows).toHaveLength(1)
    return rows[0]!
  })
}

/** The mark that the versions before wrote into placeholders. */
function oldMark(dataDir = server.dataDir): string {
  const key = Buffer.from(readFileSync(join(dataDir, 'secret.key'), 'utf8').trim(), 'hex')
  return createHmac('sha256', key).update('placeholders').digest('hex').slice(0, 24)
}

describe('what Hookline shows', () => {
  it('holds no secret and nothing that stands for one, anywhere', async () => {
    status = 'HTTP/1.1 404 Not Found'
    const { id, ...launched } = await launch('told', telling())
    expect([launched.status, launched.text]).toEqual([200, launched.text])
    await enters('ada', 'told')
    const { id: send } = await sendsOf('ada', 'failed')
    const { journeys } = journeysSchema.parse((await server.ask('GET', '/leads/ada/journeys')).json)
    const journey = await eventually(async () => {
      const found = journeySchema.parse((await server.ask('GET', `/journeys/${journeys[0]?.id}`)).json)
      expect(found.attempts).toHaveLength(1)
      return found.id
    })
    await server.ask('POST', '/receivers/off', { address: `${crm.url}/in/(secret.crm_key)/*` })
    const test = {
      webhook: { ...plainWebhook, ...telling() },
      lead: { as: 'made-up', externalId: 'max', attributes: {}, zone: null },
      event: { name: 'told', properties: {} },
      campaign: { id: 'c', name: 'C', zone: 'UTC' },
    }

    const shown = new Map([['test send', await server.ask('POST', '/webhooks/test', test)]])
    for (const path of [
      '/activity',
      '/activity/summary',
      `/activity/${send}`,
      '/activity/export?format=csv',
      '/activity/export?format=ndjson',
      '/leads/ada',
      '/leads/ada/journeys',
      '/leads/ada/export',
      `/journeys/${journey}`,
      `/campaigns/${id}`,
      `/campaigns/${id}/versions`,
      '/receivers',
      '/alerts',
      '/secrets',
      '/webhooks',
      '/hosts',
    ])
      shown.set(path, await server.ask('GET', path))

    const letters = [hidden, encodeURIComponent(hidden), hidden.replace('/', '\\/')]
    for (const [where, { status, text }] of shown) {
      expect([where, status, text.match(/hk-[0-9a-f]{8}.{30}/)?.[0]]).toEqual([where, 200, undefined])
      expect([where, letters.filter(each => text.includes(each))]).toEqual([where, []])
    }
    const url = `${crm.url}/in/(secret.crm_key)/ada?k=(secret.crm_key)&api_key=(secret.crm_key)`
    for (const where of ['/activity', `/activity/${send}`, '/leads/ada/export', '/activity/export?format=csv'])
      expect([where, shown.get(where)?.text.includes(url)]).toEqual([where, true])
    expect(shown.get('/leads/ada/export')?.text).not.toContain('"secrets"')
    expect(shown.get('/receivers')?.text).toContain(`${crm.url}/in/(secret.crm_key)/*`)
    expect(shown.get('test send')?.text).toContain('(secret.crm_key)')
    for (const file of readdirSync(server.dataDir).filter(name => statSync(join(server.dataDir, name)).isFile()))
      expect([file, /hk-[0-9a-f]{8}/.test(readFileSync(join(server.dataDir, file), 'latin1'))]).toEqual([file, false])
    await server.ask('POST', '/receivers/on', { address: `${crm.url}/in/(secret.crm_key)/*` })
  })

  it('reaches the receiver as it is, each secret written for its place', () => {
    const [head = '', body] = (crm.requests[0] ?? '').split('\r\n\r\n')
    const url = encodeURIComponent(hidden)

    expect(head).toContain(`POST /in/${url}/ada?k=${url}&api_key=${url} HTTP/1.1`)
    expect(head).toContain(`x-thing: k=${hidden}`)
    expect(body).toBe(JSON.stringify({ key: hidden }))
  })
})

describe('a value that spells a secret', () => {
  it('leaves as it was typed, whichever way it came in and wherever it goes', async () => {
    const spelt = `(secret.crm_key) hk-${oldMark()}-s-crm_key- {{ secret.crm_key }} hk-${oldMark()}-o-7b7d-`
    const programs = await server.ask('POST', '/programs', { name: 'Spring' })
    expect(programs.status).toBe(201)
    await server.ask('PUT', '/leads/bob', { attributes: { first_name: spelt } })
    answer = JSON.stringify({ token: spelt })
    const pairs = ['lead.first_name', 'event.word', 'lead.answered'].map(path => ({
      key: path,
      value: `{{ ${path} }}`,
    }))
    const { id, ...launched } = await launch('stolen', {
      request: {
        method: 'POST',
        url: `${third.url}/in?n={{ lead.first_name }}`,
        headers: [
          { name: 'x-name', value: 'n={{ lead.first_name }}' },
          { name: 'x-word', value: 'n={{ event.word }}' },
        ],
        body: { as: 'pairs', pairs },
      },
      mappings: [{ path: 'token', field: 'answered' }],
    })
    expect([id === '', launched.status, launched.text]).toEqual([false, 200, launched.text])

    await enters('bob', 'stolen', { word: spelt })
    await eventually(() => expect(third.requests).toHaveLength(1))
    await eventually(async () =>
      expect((await server.ask('GET', '/leads/bob')).json).toMatchObject({ attributes: { answered: spelt } }),
    )
    await server.ask('POST', '/events', { id: 'again', lead: 'bob', name: 'stolen', properties: { word: spelt } })
    await eventually(() => expect(third.requests).toHaveLength(2))

    for (const request of third.requests) {
      const [head = '', body = ''] = request.split('\r\n\r\n')
      expect(request).not.toContain('TOP-SECRET')
      expect(head).toContain(`/in?n=${encodeURIComponent(spelt)} HTTP/1.1`)
      expect(head).toContain(`x-name: n=${spelt}\r\n`)
      expect(head).toContain(`x-word: n=${spelt}\r\n`)
      expect(JSON.parse(body)).toMatchObject({ 'lead.first_name': spelt, 'event.word': spelt })
    }
    expect(JSON.parse(third.requests[1]?.split('\r\n\r\n')[1] ?? '')).toMatchObject({ 'lead.answered': spelt })
  })
})

describe('a send that is edited and sent again', () => {
  it('keeps its secrets where their masks were left, and takes them to no other host', async () => {
    const dead = await sendsOf('ada', 'failed')
    const { request } = activityViewSchema.parse((await server.ask('GET', `/activity/${dead.id}`)).json)
    if (request === null) throw new Error('the request is gone')
    const { method: _, ...kept } = request
    const resend = (edited: object) =>
      server.ask('POST', `/activity/${dead.id}/resend`, { when: 'now', request: { ...kept, ...edited } })

    const away = await resend({ url: request.url.replace(crm.url, third.url) })
    expect([away.status, refusalOf(away).detail]).toEqual([
      422,
      `The secret "crm_key" may go to 127.0.0.1:${crm.port} only, and not to 127.0.0.1:${third.port}. Add it to the hosts of the secret in the settings, or name another secret.`,
    ])

    status = 'HTTP/1.1 200 OK'
    const before = crm.requests.length
    const again = await resend({ body: '{"was":1,"key":"(secret.crm_key)","other":"(secret.other)"}' })
    expect([again.status, again.text]).toEqual([200, again.text])
    await eventually(() => expect(crm.requests).toHaveLength(before + 1))
    const [head = '', body = ''] = (crm.requests.at(-1) ?? '').split('\r\n\r\n')
    expect(head).toContain(`api_key=${encodeURIComponent(hidden)} HTTP/1.1`)
    expect(head).toContain(`x-thing: k=${hidden}`)
    expect(JSON.parse(body)).toEqual({ was: 1, key: hidden, other: '(secret.other)' })
  })
})

describe('a secret that belongs to a host', () => {
  const hostsOf = async (name: string) =>
    secretsSchema.parse((await server.ask('GET', '/secrets')).json).secrets.find(each => each.name === name)?.hosts

  it('took it at its first use, and a webhook to another host is refused at launch', async () => {
    expect(await hostsOf('crm_key')).toEqual([`127.0.0.1:${crm.port}`])

    const elsewhere = structuredClone(telling())
    elsewhere.request.url = elsewhere.request.url.replace(crm.url, 'https://evil.example')
    const launched = await launch('elsewhere', elsewhere)

    expect(launched.status).toBe(422)
    expect(launched.text).toContain(
      `The secret \\"crm_key\\" may go to 127.0.0.1:${crm.port} only, and not to evil.example.`,
    )
  })

  it('takes the hosts that somebody names, and no text that is none', async () => {
    const put = (hosts: unknown) => server.ask('PUT', '/secrets/crm_key/hosts', { hosts })

    expect((await put(['https://crm.example.com/x'])).status).toBe(400)
    expect((await put(['CRM.example.com', '*.example.com'])).status).toBe(200)
    expect(await hostsOf('crm_key')).toEqual(['crm.example.com', '*.example.com'])
    await server.ask('PUT', '/secrets/crm_key', { kind: 'text', value: 'another value' })
    expect(await hostsOf('crm_key')).toEqual(['crm.example.com', '*.example.com'])
    await server.ask('PUT', '/secrets/other', { kind: 'text', value: 'abcdef', hosts: ['a.example'] })
    expect(await hostsOf('other')).toEqual(['a.example'])
  })

  it('does not leave for another host in a test send either', async () => {
    const before = crm.requests.length
    const answer = await server.ask('POST', '/webhooks/test', {
      webhook: { ...plainWebhook, ...telling() },
      lead: { as: 'made-up', externalId: 'max', attributes: {}, zone: null },
      event: { name: 'told', properties: {} },
      campaign: { id: 'c', name: 'C', zone: 'UTC' },
    })

    expect(answer.text).toContain(`and not to 127.0.0.1:${crm.port}.`)
    expect(crm.requests).toHaveLength(before)
  })
})

describe('the sandbox', () => {
  it.each([{ 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.example' }, { origin: 'null' }])(
    'takes no posts from pages of other sites: %s',
    async headers => {
      const answer = await server.ask('POST', '/sandbox/in/x', '{}', headers as Record<string, string>)

      expect(answer.status).toBe(403)
      expect((await server.ask('GET', '/sandbox')).text).not.toContain('evil')
    },
  )

  it('shows no secret that somebody sends it, however it is spelt', async () => {
    const value = 'another value'
    const basic = Buffer.from(`me:${value}`).toString('base64')
    await server.ask('POST', `/sandbox/in/x?k=${encodeURIComponent(value)}`, `k=${value} ${basic}`, {
      authorization: `Basic ${basic}`,
      'x-thing': value,
    })

    const { text } = await server.ask('GET', '/sandbox')
    expect(text).toContain('Basic ••••••')
    for (const each of [value, 'another%20value', basic.slice(0, -3)]) expect(text).not.toContain(each)
  })
})

describe('a send that an earlier version stored', () => {
  it('is shown without its marks, and leaves with its secrets, also edited', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'hookline-older-'))
    const { connect } = parts(log, `127.0.0.1:${crm.port}`)
    const first = await startTestServer({ connect }, dataDir)
    await first.ask('PUT', '/secrets/crm_key', { kind: 'text', value: hidden })
    const { id } = await createCampaign(first, callingGraph(`${crm.url}/old`), 'Old')
    await first.ask('POST', `/campaigns/${id}/launch`, {})
    status = 'HTTP/1.1 404 Not Found'
    await first.ask(
      'POST',
      '/events',
      ['ada', 'bob'].map(lead => ({ id: lead, lead, name: 'signed_up' })),
    )
    const dead = await eventually(async () => {
      const { rows } = activityPageSchema.parse((await first.ask('GET', '/activity?outcome=failed')).json)
      expect(rows).toHaveLength(2)
      return rows.map(row => row.id)
    })
    await first.close()
    const placeholder = `hk-${oldMark(dataDir)}-s-crm_key-`
    const request = {
      method: 'POST',
      url: `${crm.url}/old?k=${placeholder}`,
      headers: [['x-thing', placeholder]],
      body: `k=${placeholder}`,
      marked: true,
    }
    const older = openSqlite(join(dataDir, 'hookline.db'))
    await older.transact(run(sql`update touches set request = ${JSON.stringify(request)}`))
    older.close()

    const second = await startTestServer({ connect }, dataDir)
    for (const path of ['/activity', `/activity/${dead[0]}`, '/activity/export?format=csv', '/leads/ada/export']) {
      const { text } = await second.ask('GET', path)
      expect([path, text.includes(`${crm.url}/old?k=(secret.crm_key)`), text.includes('hk-')]).toEqual([
        path,
        true,
        false,
      ])
    }
    status = 'HTTP/1.1 200 OK'
    const before = crm.requests.length
    const shown = activityViewSchema.parse((await second.ask('GET', `/activity/${dead[1]}`)).json).request
    await second.ask('POST', `/activity/${dead[0]}/resend`, { when: 'now' })
    await eventually(() => expect(crm.requests).toHaveLength(before + 1))
    const edited = { url: shown?.url, headers: shown?.headers, body: `more ${shown?.body}` }
    await second.ask('POST', `/activity/${dead[1]}/resend`, { when: 'now', request: edited })
    await eventually(() => expect(crm.requests).toHaveLength(before + 2))

    const url = encodeURIComponent(hidden)
    const sent = crm.requests.slice(before).map(text => text.split('\r\n\r\n'))
    for (const [head] of sent) {
      expect(head).toContain(`POST /old?k=${url} HTTP/1.1`)
      expect(head).toContain(`x-thing: ${hidden}\r\n`)
    }
    expect(sent.map(([, body]) => body)).toEqual([`k=${hidden}`, `more k=${hidden}`])
    await second.close()
    rmSync(dataDir, { recursive: true })
  })
})
