import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CampaignView, journeysSchema } from '#shared/api'
import { activityPageSchema } from '#shared/api/activity'
import { alertsSchema } from '#shared/api/alerts'
import type { Graph } from '#shared/graph/schema'
import { type Route, routes } from '#shared/routes'
import { plainWebhook } from '#shared/rules/webhook'
import type { WebhookRequest } from '#shared/rules/webhook-request'
import { callWebhook } from '#shared/steps/call-webhook'
import { goalOf } from '../../sim/graphs'
import {
  batchGraph,
  callingGraph,
  createCampaign,
  eventually,
  startTestServer,
  type TestServer,
  waitingGraph,
} from './server'

/** A secret of every webhook here: no answer may hold it, or what stands for it. */
const hidden = 'contract/hush "1234567890'

/** The graph with that secret in its address, a header and its body. */
function telling(graph: Graph): Graph {
  const call = graph.steps['call']!
  const { request } = call.config as unknown as { request: WebhookRequest }
  const told: WebhookRequest = {
    ...request,
    url: `${request.url}?key={{ secret.told }}`,
    headers: [...request.headers, { name: 'x-thing', value: '{{ secret.told }}' }],
    body: { as: 'pairs', pairs: [{ key: 'told', value: '{{ secret.told }}' }] },
  }
  return { ...graph, steps: { ...graph.steps, call: { ...call, config: { ...call.config, request: told } } } }
}

const webhook = {
  ...plainWebhook,
  request: {
    ...callWebhook.example.request,
    url: '{{ system.sandbox }}/hello?key={{ secret.told }}',
    headers: [{ name: 'x-thing', value: '{{ secret.told }}' }],
    body: { as: 'pairs', pairs: [{ key: 'told', value: '{{ secret.told }}' }] },
  },
}

const blank = {
  method: 'POST',
  url: '{{ system.sandbox }}/test?key={{ secret.told }}',
  headers: [],
  body: { as: 'none' },
} as const

let server: TestServer
/** Things that the addresses of the walk name. */
let known: Record<string, string>

beforeAll(async () => {
  server = await startTestServer()
  await server.ask('PUT', '/secrets/told', { kind: 'text', value: hidden })
  const live = await createCampaign(server, telling(callingGraph()), 'Live')
  await server.ask('POST', `/campaigns/${live.id}/launch`, {})
  await server.ask('PUT', '/leads/ada', { attributes: { email: 'ada@example.com' }, time_zone: 'Europe/London' })
  await server.ask('POST', '/events', { id: 'e-1', lead: 'ada', name: 'signed_up' })
  const imported = (await server.ask('POST', '/leads/import?id=id', 'id\neve\n', { 'content-type': 'text/csv' }))
    .json as { id: string }
  const journeys = journeysSchema.parse((await server.ask('GET', '/leads/ada/journeys')).json).journeys
  const draft = await createCampaign(server, callingGraph(), 'Draft')
  const { begin, call } = callingGraph().steps
  const api = { ...begin!, version: 2, config: { ways: [{ on: 'api', where: { match: 'all', rules: [] } }] } }
  const byApi = await createCampaign(server, { ...callingGraph(), steps: { begin: api, call: call! } }, 'By API')
  await server.ask('POST', `/campaigns/${byApi.id}/launch`, {})
  const audience = await createCampaign(server, batchGraph(), 'Audience')
  const split = (await server.ask('POST', '/campaigns/sample', {})).json as CampaignView
  await server.ask('POST', `/campaigns/${split.id}/launch`, {})
  const replayed = await someToldBefore()
  const { dead, alert } = await someDeadLetters()
  const list = (await server.ask('POST', '/lists', { name: 'VIP' })).json as { id: string }
  const spare = (await server.ask('POST', '/lists', { name: 'Spare' })).json as { id: string }
  await server.ask('PUT', '/secrets/spare', { kind: 'text', value: 'not needed' })
  await server.ask('PUT', '/secrets/our_key', { kind: 'signing', algorithm: 'v1a' })
  known = {
    api: byApi.id,
    audience: audience.id,
    replayed,
    dead: dead[0] ?? '',
    alert,
    list: list.id,
    spare: spare.id,
    live: live.id,
    split: split.id,
    draft: draft.id,
    import: imported.id,
    journey: String(journeys[0]?.id),
    ...(await someWhoWait()),
    counts: await someGoal(),
  }
  const idOf = async (path: string, body: unknown) => ((await server.ask('POST', path, body)).json as { id: string }).id
  const library = {
    webhook: await idOf('/webhooks', { name: 'Kept', definition: webhook }),
    unused: await idOf('/webhooks', { name: 'Unused', definition: webhook }),
    program: await idOf('/programs', { name: 'Folder' }),
    empty: await idOf('/programs', { name: 'Empty' }),
  }
  const listener = { target: `${server.url}/sandbox/in/listener`, events: ['journey.started'] }
  const signing = { ...listener, name: 'Signing', auth: { as: 'signature' } }
  const subscriptions = {
    subscription: await idOf('/subscriptions', signing),
    hook: await idOf('/subscriptions', listener),
    oldHook: await idOf('/subscriptions', listener),
  }
  known = { ...known, ...library, ...subscriptions }
})
afterAll(() => server.close())

/** A campaign with leads who wait in it, one of their journeys, and a removal. */
async function someWhoWait(): Promise<{ waits: string; waiting: string; removal: string }> {
  const { id } = await createCampaign(server, telling(waitingGraph()), 'Waits')
  await server.ask('POST', `/campaigns/${id}/launch`, {})
  const events = [1, 2, 3, 4, 5].map(n => ({ id: `w-${n}`, lead: `w-${n}`, name: 'signed_up' }))
  await server.ask('POST', '/events', events)
  const { journeys } = journeysSchema.parse((await server.ask('GET', '/leads/w-1/journeys')).json)
  const begun = await server.ask('POST', `/campaigns/${id}/removals`, { leads: ['w-5'] })
  return {
    waits: id,
    waiting: String(journeys.find(j => j.campaignId === id)?.id),
    removal: String((begun.json as { id: number }).id),
  }
}

/** A campaign that counts conversions. */
async function someGoal(): Promise<string> {
  const graph = callingGraph()
  const { id } = await createCampaign(
    server,
    { ...graph, settings: { ...graph.settings, goals: [goalOf('bought')] } },
    'Counts',
  )
  await server.ask('POST', `/campaigns/${id}/launch`, {})
  return id
}

/** A listener that was told something, which it can be told again. */
async function someToldBefore(): Promise<string> {
  const listener = { target: `${server.url}/sandbox/in/replayed`, events: ['lead.created'] }
  const { id } = (await server.ask('POST', '/subscriptions', listener)).json as { id: string }
  await server.ask('PUT', '/leads/told', { attributes: {} })
  await eventually(async () =>
    expect((await server.ask('GET', `/subscriptions/${id}`)).json).toMatchObject({ outcome: 'status 200' }),
  )
  return id
}

/** Sends that failed for good, and the alert that they raised. */
async function someDeadLetters(): Promise<{ dead: string[]; alert: string }> {
  const alerts = { on: true, percent: 50, calls: 2, minutes: 15 }
  await server.ask('PUT', '/settings', { retentionDays: 30, alerts })
  await server.ask('PUT', '/sandbox', { answer: '404' })
  const { id } = await createCampaign(server, telling(callingGraph()), 'Failing')
  await server.ask('POST', `/campaigns/${id}/launch`, {})
  await server.ask(
    'POST',
    '/events',
    ['a', 'b', 'c', 'd'].map(n => ({ id: `d-${n}`, lead: `d-${n}`, name: 'signed_up' })),
  )
  return eventually(async () => {
    const { rows } = activityPageSchema.parse((await server.ask('GET', '/activity?outcome=failed')).json)
    const raised = alertsSchema.parse((await server.ask('GET', '/alerts')).json).alerts
    expect([rows.length >= 4, raised.length > 0]).toEqual([true, true])
    return { dead: rows.map(row => row.id), alert: String(raised[0]?.id) }
  })
}

/** How each route is called in the walk. A route without an entry fails the test: give it one. */
const calls: { readonly [route: string]: { readonly path: () => string; readonly body?: unknown } } = {
  'put /leads/{externalId}': { path: () => '/leads/bob%20b', body: { attributes: { visits: 3 }, time_zone: null } },
  'get /leads': { path: () => '/leads?search=ada&limit=10' },
  'get /leads/{externalId}': { path: () => '/leads/ada' },
  'get /leads/{externalId}/journeys': { path: () => '/leads/ada/journeys' },
  'post /leads/{externalId}/merge': { path: () => '/leads/eve/merge', body: { into: 'ada', values: 'kept' } },
  'get /leads/{externalId}/export': { path: () => '/leads/ada/export' },
  'delete /leads/{externalId}': { path: () => '/leads/bob%20b' },
  'post /journeys/{id}/remove': { path: () => `/journeys/${known['waiting']}/remove`, body: { reason: 'Called' } },
  'post /leads/{externalId}/remove': {
    path: () => '/leads/w-2/remove',
    body: {
      get campaign() {
        return known['waits']
      },
    },
  },
  'get /campaigns/{id}/removals': { path: () => `/campaigns/${known['waits']}/removals` },
  'post /campaigns/{id}/removals': { path: () => `/campaigns/${known['waits']}/removals`, body: { step: 'wait' } },
  'post /campaigns/{id}/removals/preview': {
    path: () => `/campaigns/${known['waits']}/removals/preview`,
    body: { leads: ['w-5', 'nobody'] },
  },
  'delete /removals/{id}': { path: () => `/removals/${known['removal']}` },
  'get /campaigns/{id}/conversions.csv': { path: () => `/campaigns/${known['counts']}/conversions.csv` },
  'delete /campaigns/{id}/goals/{goal}/computing': {
    path: () => `/campaigns/${known['counts']}/goals/goal-1/computing`,
  },
  'post /campaigns/{id}/goals/{goal}/computing': {
    path: () => `/campaigns/${known['counts']}/goals/goal-1/computing`,
    body: {},
  },
  'get /fields': { path: () => '/fields' },
  'put /fields': { path: () => '/fields', body: { onlyKnown: false } },
  'put /fields/{name}': { path: () => '/fields/visits', body: { type: 'integer', label: 'Visits' } },
  'delete /fields/{name}': { path: () => '/fields/visits' },
  'post /leads/import': { path: () => '/leads/import?id=id', body: 'id,country\nada,India\n' },
  'get /imports': { path: () => '/imports' },
  'get /leads/import/{id}': { path: () => `/leads/import/${known['import']}` },
  'delete /leads/import/{id}': { path: () => `/leads/import/${known['import']}` },
  'get /leads/import/{id}/rejected': { path: () => `/leads/import/${known['import']}/rejected` },
  'post /events': {
    path: () => '/events',
    body: [{ id: 'e-2', lead: 'ada', name: 'bought', properties: { total: 3 } }],
  },
  'get /events/names': { path: () => '/events/names' },
  'get /events/properties': { path: () => '/events/properties?name=bought' },
  'get /tags': { path: () => '/tags' },
  'get /campaigns': { path: () => '/campaigns' },
  'post /campaigns': { path: () => '/campaigns', body: { name: 'New' } },
  'post /campaigns/sample': { path: () => '/campaigns/sample', body: {} },
  'get /campaigns/{id}': { path: () => `/campaigns/${known['draft']}` },
  'put /campaigns/{id}': { path: () => `/campaigns/${known['draft']}`, body: { name: 'Renamed', revision: 1 } },
  'delete /campaigns/{id}': { path: () => `/campaigns/${known['draft']}` },
  'get /campaigns/{id}/versions/{version}': { path: () => `/campaigns/${known['live']}/versions/1` },
  'post /campaigns/{id}/launch': { path: () => `/campaigns/${known['draft']}/launch`, body: {} },
  'get /campaigns/{id}/versions': { path: () => `/campaigns/${known['live']}/versions` },
  'get /campaigns/{id}/difference': { path: () => `/campaigns/${known['live']}/difference?to=live` },
  'post /campaigns/{id}/migration/rehearsal': {
    path: () => `/campaigns/${known['live']}/migration/rehearsal`,
    body: { to: 'live', migration: [] },
  },
  'post /campaigns/{id}/migration': { path: () => `/campaigns/${known['live']}/migration`, body: { migration: [] } },
  'get /campaigns/{id}/migration': { path: () => `/campaigns/${known['live']}/migration` },
  'delete /campaigns/{id}/migration': { path: () => `/campaigns/${known['live']}/migration` },
  'post /campaigns/{id}/pause': { path: () => `/campaigns/${known['live']}/pause`, body: {} },
  'post /campaigns/{id}/resume': { path: () => `/campaigns/${known['live']}/resume`, body: {} },
  'post /campaigns/{id}/stop': { path: () => `/campaigns/${known['live']}/stop`, body: { inside: 'exit' } },
  'get /campaigns/{id}/report': { path: () => `/campaigns/${known['live']}/report` },
  'get /campaigns/{id}/live': { path: () => `/campaigns/${known['live']}/live` },
  'post /campaigns/{id}/entries': {
    path: () => `/campaigns/${known['api']}/entries`,
    body: [{ lead: 'ada', id: 'en-1', properties: { order: 7 } }],
  },
  'get /campaigns/{id}/entrance': { path: () => `/campaigns/${known['live']}/entrance` },
  'post /campaigns/{id}/audience': { path: () => `/campaigns/${known['audience']}/audience` },
  'get /campaigns/{id}/audience': { path: () => `/campaigns/${known['audience']}/audience` },
  'post /campaigns/{id}/experiments/{step}': {
    path: () => `/campaigns/${known['split']}/experiments/tone`,
    body: { do: 'send-to', variant: 'warm' },
  },
  'get /campaigns/{id}/pace': { path: () => `/campaigns/${known['live']}/pace` },
  'get /leads/{externalId}/entries': { path: () => '/leads/ada/entries' },
  'get /journeys/{id}': { path: () => `/journeys/${known['journey']}` },
  'get /journeys/{id}/live': { path: () => `/journeys/${known['journey']}/live` },
  'post /webhooks/test': {
    path: () => '/webhooks/test',
    body: { webhook: { ...plainWebhook, request: blank }, lead: { as: 'random' } },
  },
  'get /access': { path: () => '/access' },
  'get /webhooks/tests': { path: () => '/webhooks/tests?limit=5' },
  'get /webhooks/tests/{id}': { path: () => '/webhooks/tests/1' },
  'get /hosts': { path: () => '/hosts' },
  'put /hosts': {
    path: () => '/hosts',
    body: { host: 'https://crm.example.com', connections: 4, rate: { most: 10, per: 'second' } },
  },
  'get /receivers': { path: () => '/receivers' },
  'post /receivers/off': { path: () => '/receivers/off', body: { address: 'https://crm.example.com/leads' } },
  'post /receivers/on': { path: () => '/receivers/on', body: { address: 'https://crm.example.com/leads' } },
  'get /sandbox': { path: () => '/sandbox' },
  'put /sandbox': { path: () => '/sandbox', body: { answer: '200' } },
  'delete /sandbox': { path: () => '/sandbox' },
  'get /sandbox/live': { path: () => '/sandbox/live' },
  'get /lists': { path: () => '/lists' },
  'post /lists': { path: () => '/lists', body: { name: 'Cold' } },
  'get /lists/{id}': { path: () => `/lists/${known['list']}` },
  'put /lists/{id}': { path: () => `/lists/${known['list']}`, body: { name: 'VIPs', description: 'Spend much' } },
  'delete /lists/{id}': { path: () => `/lists/${known['spare']}` },
  'get /lists/{id}/members': { path: () => `/lists/${known['list']}/members?limit=10` },
  'post /lists/{id}/members': { path: () => `/lists/${known['list']}/members`, body: { leads: ['ada'] } },
  'post /lists/{id}/members/remove': { path: () => `/lists/${known['list']}/members/remove`, body: { leads: ['ada'] } },
  'get /schema/campaign.json': { path: () => '/schema/campaign.json' },
  'get /webhooks': { path: () => '/webhooks' },
  'post /webhooks': { path: () => '/webhooks', body: { name: 'New', definition: webhook } },
  'get /webhooks/{id}': { path: () => `/webhooks/${known['webhook']}` },
  'put /webhooks/{id}': { path: () => `/webhooks/${known['webhook']}`, body: { name: 'Renamed', revision: 1 } },
  'delete /webhooks/{id}': { path: () => `/webhooks/${known['unused']}` },
  'get /webhooks/{id}/uses': { path: () => `/webhooks/${known['webhook']}/uses` },
  'get /subscriptions': { path: () => '/subscriptions' },
  'post /subscriptions': {
    path: () => '/subscriptions',
    body: { name: 'New', target: 'https://hooks.example.com/x', events: ['lead.created', 'webhook.dead'] },
  },
  'get /subscriptions/events': { path: () => '/subscriptions/events' },
  'get /subscriptions/sample': { path: () => '/subscriptions/sample?event=journey.started' },
  'post /subscriptions/test': {
    path: () => '/subscriptions/test',
    get body() {
      return { target: `${server.url}/sandbox/in/listener`, events: ['journey.started'] }
    },
  },
  'get /subscriptions/{id}': { path: () => `/subscriptions/${known['subscription']}` },
  'put /subscriptions/{id}': {
    path: () => `/subscriptions/${known['hook']}`,
    body: { name: 'Changed', target: 'https://hooks.example.com/x', events: ['lead.created'] },
  },
  'delete /subscriptions/{id}': { path: () => `/subscriptions/${known['oldHook']}` },
  'post /subscriptions/{id}/on': { path: () => `/subscriptions/${known['subscription']}/on` },
  'post /subscriptions/{id}/off': { path: () => `/subscriptions/${known['hook']}/off` },
  'post /subscriptions/{id}/key': { path: () => `/subscriptions/${known['subscription']}/key` },
  'post /subscriptions/{id}/replay': {
    path: () => `/subscriptions/${known['replayed']}/replay`,
    body: { from: 0, kinds: ['lead.created'] },
  },
  'delete /subscriptions/{id}/replay': { path: () => `/subscriptions/${known['replayed']}/replay` },
  'get /subscriptions/{id}/deliveries': { path: () => `/subscriptions/${known['hook']}/deliveries` },
  'get /programs': { path: () => '/programs' },
  'post /programs': { path: () => '/programs', body: { name: 'New', tokens: [{ name: 'Event Date', value: 'May' }] } },
  'get /programs/{id}': { path: () => `/programs/${known['program']}` },
  'put /programs/{id}': { path: () => `/programs/${known['program']}`, body: { name: 'Renamed', revision: 1 } },
  'delete /programs/{id}': { path: () => `/programs/${known['empty']}` },
  'put /campaigns/{id}/program': {
    path: () => `/campaigns/${known['live']}/program`,
    body: { program: null },
  },
  'get /asyncapi.json': { path: () => '/asyncapi.json' },
  'get /schema/events/{name}.json': { path: () => '/schema/events/journey.step_entered.json' },
  'get /openapi.json': { path: () => '/openapi.json' },
  'get /activity': { path: () => '/activity?outcome=failed&status=5xx&limit=10' },
  'get /activity/summary': { path: () => '/activity/summary' },
  'get /activity/export': { path: () => '/activity/export?format=csv' },
  'get /activity/live': { path: () => '/activity/live' },
  'get /activity/resends': { path: () => '/activity/resends' },
  'post /activity/resends': { path: () => '/activity/resends', body: {} },
  'delete /activity/resends/{id}': { path: () => '/activity/resends/1' },
  'get /activity/{id}': { path: () => `/activity/${known['dead']}` },
  'post /activity/{id}/resend': { path: () => `/activity/${known['deadToo']}/resend`, body: { when: 'now' } },
  'get /alerts': { path: () => '/alerts' },
  'post /alerts/{id}/acknowledge': { path: () => `/alerts/${known['alert']}/acknowledge`, body: {} },
  'get /settings': { path: () => '/settings' },
  'get /secrets': { path: () => '/secrets' },
  'put /secrets/{name}': { path: () => '/secrets/crm_token', body: { kind: 'text', value: 'tok-123456' } },
  'put /secrets/{name}/hosts': { path: () => '/secrets/crm_token/hosts', body: { hosts: ['crm.example.com'] } },
  'delete /secrets/{name}': { path: () => '/secrets/spare' },
  'post /secrets/{name}/rotate': { path: () => '/secrets/our_key/rotate', body: { overlapHours: 1 } },
  'put /settings': { path: () => '/settings', body: { retentionDays: 7 } },
}

describe('every route of the contract', () => {
  // Deleting the draft comes before its launch in the list: it is walked last.
  const isDelete = (route: Route) => (nameOf(route) === 'delete /campaigns/{id}' ? 1 : 0)
  for (const route of [...routes].sort((a, b) => isDelete(a) - isDelete(b)))
    it(`${nameOf(route)} answers as it is described`, async () => {
      const call = calls[nameOf(route)]
      if (route.path === '/activity/{id}/resend') await oneMoreDead()
      if (call === undefined) throw new Error('this route has no example call in the test')

      if (route.answer.type === 'text/event-stream') return expect(await firstOfStream(call.path())).toBe(200)
      // The draft was launched by the walk: deleting it is the refusal that the route describes.
      const expected = isDelete(route) ? 409 : route.answer.status
      const headers = route.bodyType === undefined ? {} : { 'content-type': route.bodyType }
      const answer = await server.ask(route.method.toUpperCase(), call.path(), call.body, headers)

      expect([answer.status, answer.text]).toEqual([expected, answer.text])
      if (route.answer.schema !== undefined) expect(route.answer.schema.safeParse(answer.json).error).toBeUndefined()
      if (route.answer.type !== undefined) expect(answer.type).toBe(route.answer.type)
      const spelt = [hidden, encodeURIComponent(hidden), JSON.stringify(hidden).slice(1, -1)]
      expect(spelt.filter(each => answer.text.includes(each))).toEqual([])
      expect(answer.text).not.toMatch(/hk-[0-9a-f]{8}/)
    })

  it('refuses things that are not there with 404 and a sentence', async () => {
    const addresses = routes.filter(r => /\{(id|externalId)\}/.test(r.path) && r.refusals?.[404] !== undefined)
    for (const route of addresses) {
      const path = route.path.replace(/\{\w+\}/, 'nobody-999').replace('{version}', '1')
      const answer = await server.ask(
        route.method.toUpperCase(),
        path,
        route.method === 'get' || route.method === 'delete' ? undefined : {},
      )

      expect([nameOf(route), answer.status, answer.type]).toEqual([nameOf(route), 404, 'application/problem+json'])
    }
  })

  it('says which methods an address takes', async () => {
    const answer = await server.ask('DELETE', '/events')

    expect(answer.status).toBe(405)
    expect(answer.headers.get('allow')).toBe('POST')
  })

  it('deletes a campaign that was never launched', async () => {
    const draft = await createCampaign(server, callingGraph())

    expect((await server.ask('DELETE', `/campaigns/${draft.id}`)).status).toBe(204)
    expect((await server.ask('GET', `/campaigns/${draft.id}`)).status).toBe(404)
  })

  it('is alive', async () => {
    const answer = await server.ask('GET', '/healthz')

    expect(answer.json).toMatchObject({ status: 'ok', version: '0.0.0' })
  })

  it('goes without one unexpected error', () => {
    expect(server.errors).toEqual([])
  })
})

describe('saving a draft', () => {
  it('is refused with the newer draft when somebody else saved meanwhile', async () => {
    const mine = await createCampaign(server, callingGraph(), 'Ours')
    await server.ask('PUT', `/campaigns/${mine.id}`, { name: 'Theirs', revision: 1 })

    const answer = await server.ask('PUT', `/campaigns/${mine.id}`, { name: 'Mine', revision: 1 })

    expect(answer.status).toBe(409)
    expect((answer.json as { current: CampaignView }).current).toMatchObject({ name: 'Theirs', revision: 2 })
  })

  it('shows that it differs from the live version until the next launch', async () => {
    const { id } = await createCampaign(server, callingGraph())
    const graph = { ...callingGraph(), settings: { ...callingGraph().settings, zone: 'Asia/Seoul' } }

    const launched = await server.ask('POST', `/campaigns/${id}/launch`)
    const edited = await server.ask('PUT', `/campaigns/${id}`, { graph })
    const again = await server.ask('POST', `/campaigns/${id}/launch`)

    expect(launched.json).toMatchObject({ draftDiffers: false, liveVersion: 1, status: 'live' })
    expect(edited.json).toMatchObject({ draftDiffers: true, liveVersion: 1 })
    expect(again.json).toMatchObject({ draftDiffers: false, liveVersion: 2 })
  })
})

describe('the sample campaign', () => {
  it('has no problems, and brings a dozen leads once', async () => {
    const first = await server.ask('POST', '/campaigns/sample')
    const before = (await server.ask('GET', '/leads')).json as { total: number }
    await server.ask('POST', '/campaigns/sample')
    const after = (await server.ask('GET', '/leads')).json as { total: number }

    expect(first.json).toMatchObject({ problems: [], status: 'draft' })
    expect(after.total).toBe(before.total)
  })
})

describe('live counts', () => {
  it('reach a listener within moments of an event', async () => {
    const { id } = await createCampaign(server, callingGraph())
    await server.ask('POST', `/campaigns/${id}/launch`)
    const stream = await open(`/campaigns/${id}/live`)

    await server.ask('POST', '/events', { id: 'live-1', lead: 'ada', name: 'signed_up' })

    await eventually(() => expect(stream.text()).toContain('"entered":1'))
    expect(stream.text()).toContain('event: counts\n')
    await stream.close()
  })
})

function nameOf(route: Route): string {
  return `${route.method} ${route.path}`
}

/** A send that fails for good, for the route that sends one again: the walk has sent all others. */
async function oneMoreDead(): Promise<void> {
  await server.ask('PUT', '/sandbox', { answer: '404' })
  await server.ask('POST', '/events', { id: 'd-e', lead: 'd-e', name: 'signed_up' })
  await eventually(async () => {
    const { rows } = activityPageSchema.parse((await server.ask('GET', '/activity?outcome=failed&lead=d-e')).json)
    expect(rows.length).toBeGreaterThan(0)
    known = { ...known, deadToo: rows[0]?.id ?? '' }
  })
}

async function firstOfStream(path: string): Promise<number> {
  const stream = await open(path)
  await eventually(() => expect(stream.text()).toContain('retry:'))
  await stream.close()
  return stream.status
}

async function open(path: string) {
  const stop = new AbortController()
  const response = await fetch(`${server.url}/api/v1${path}`, { signal: stop.signal })
  let text = ''
  const reading = (async () => {
    const decoder = new TextDecoder()
    for await (const chunk of response.body ?? []) text += decoder.decode(chunk as Uint8Array, { stream: true })
  })().catch(() => {})
  const close = async () => {
    stop.abort()
    await reading
  }
  return { status: response.status, text: () => text, close }
}
