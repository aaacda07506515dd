import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { NoticeKindView, SubscriptionTested, SubscriptionView } from '#shared/api/subscriptions'
import { type Receiver, respond, startReceiver } from '../webhook/receiver'
import { callingGraph, createCampaign, eventually, parts, refusalOf, startTestServer, type TestServer } from './server'

let server: TestServer
let receiver: Receiver
let answer = 'HTTP/1.1 200 OK'
beforeAll(async () => {
  receiver = await startReceiver(socket => respond(socket, '', answer))
  const log = { info: () => {}, warn: () => {}, error: () => {} }
  server = await startTestServer(parts(log, `127.0.0.1:${receiver.port}`))
  const { id } = await createCampaign(server, callingGraph(), 'Welcome')
  await server.ask('POST', `/campaigns/${id}/launch`, {})
})
afterAll(async () => {
  await server.close()
  await receiver.close()
})

async function made(body: object): Promise<SubscriptionView> {
  const { status, json, text } = await server.ask('POST', '/subscriptions', { target: `${receiver.url}/hook`, ...body })
  expect([status, text]).toEqual([201, text])
  return json as SubscriptionView
}

const viewOf = async (id: string) => (await server.ask('GET', `/subscriptions/${id}`)).json as SubscriptionView

/** What arrived at this path, split into headers and body. */
function arrived(path: string) {
  return receiver.requests
    .filter(request => request.startsWith(`POST ${path} `))
    .map(request => {
      const [head = '', body = ''] = request.split('\r\n\r\n')
      const lines = head.split('\r\n').slice(1)
      const headers = Object.fromEntries(
        lines.map(line => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]),
      )
      return { headers, body }
    })
}

let n = 0
const signUp = (lead: string) => server.ask('POST', '/events', { id: `s-${++n}`, lead, name: 'signed_up' })

describe('a subscription by the API', () => {
  it('signs what it posts, so that the public package of Standard Webhooks takes it', async () => {
    const { id, state } = await made({
      name: 'Signed',
      target: `${receiver.url}/signed`,
      events: ['journey.started'],
      auth: { as: 'signature' },
      envelope: 'standard',
    })
    expect(state).toBe('off')
    const { key } = (await server.ask('POST', `/subscriptions/${id}/key`)).json as { key: string }
    expect((await server.ask('POST', `/subscriptions/${id}/key`)).status).toBe(409)
    await server.ask('POST', `/subscriptions/${id}/on`)
    await signUp('ada')

    const [first] = await eventually(() => {
      const requests = arrived('/signed')
      expect(requests).toHaveLength(1)
      return requests
    })

    const verified = new Webhook(key).verify(first?.body ?? '', first?.headers ?? {})
    expect(verified).toMatchObject({ type: 'journey.started', data: { leadId: 'ada' } })
    await eventually(async () => expect(await viewOf(id)).toMatchObject({ outcome: 'status 200', waitingSince: null }))
    const { deliveries } = (await server.ask('GET', `/subscriptions/${id}/deliveries`)).json as { deliveries: object[] }
    expect(deliveries).toMatchObject([{ events: 1, state: 'delivered', attempts: [{ n: 1, status: 200 }] }])
    await server.ask('DELETE', `/subscriptions/${id}`)
    expect((await server.ask('GET', '/secrets')).text).not.toContain('subscription_')
  })

  it('says who it is by basic authentication, with the password of a secret', async () => {
    await server.ask('PUT', '/secrets/listener_password', { kind: 'text', value: 'open sesame' })
    const { id } = await made({
      name: 'Basic',
      target: `${receiver.url}/basic`,
      events: ['journey.started'],
      auth: { as: 'basic', user: 'hookline', password: 'listener_password' },
    })
    await server.ask('POST', `/subscriptions/${id}/on`)
    await signUp('bob')

    await eventually(() =>
      expect(arrived('/basic')[0]?.headers['authorization']).toBe(`Basic ${btoa('hookline:open sesame')}`),
    )
    expect((await server.ask('DELETE', '/secrets/listener_password')).status).toBe(409)
    expect((await server.ask('GET', `/subscriptions/${id}`)).text).not.toContain('sesame')
    await server.ask('DELETE', `/subscriptions/${id}`)
  })

  it('is made by an automation tool without a challenge, hears at once, and goes when its target answers 410', async () => {
    const hook = await made({ target: `${receiver.url}/zap`, events: ['journey.started'] })
    expect(hook).toMatchObject({ madeBy: 'hook', state: 'on', name: `Hook to 127.0.0.1:${receiver.port}` })
    expect(receiver.requests.filter(r => r.includes(' /zap '))).toEqual([])
    await signUp('eve')
    await eventually(() => expect(arrived('/zap')).toHaveLength(1))
    const sample = (await server.ask('GET', '/subscriptions/sample?event=journey.started')).json as {
      events: object[]
    }[]
    const sent = JSON.parse(arrived('/zap')[0]?.body ?? '') as { events: object[] }
    expect(Object.keys(sample[0]?.events[0] ?? {})).toEqual(Object.keys(sent.events[0] ?? {}))

    answer = 'HTTP/1.1 410 Gone'
    await signUp('eve')
    await eventually(async () => expect((await server.ask('GET', `/subscriptions/${hook.id}`)).status).toBe(404))
    answer = 'HTTP/1.1 200 OK'
  })

  it('is told again what it was told, until somebody stops that', async () => {
    const { id } = await made({ name: 'Again', target: `${receiver.url}/again`, events: ['journey.started'] })
    expect((await server.ask('POST', `/subscriptions/${id}/replay`, {})).status).toBe(409)
    await server.ask('POST', `/subscriptions/${id}/on`)
    await signUp('gil')
    await eventually(async () => expect(await viewOf(id)).toMatchObject({ outcome: 'status 200', replay: null }))
    const told = JSON.parse(arrived('/again')[0]?.body ?? '') as { events: { eventId: string }[] }
    const event = told.events[0]?.eventId

    const begun = await server.ask('POST', `/subscriptions/${id}/replay`, { event })
    expect(begun.status).toBe(202)
    const done = { state: 'done', share: 1, told: 1 }
    await eventually(async () => expect(await viewOf(id)).toMatchObject({ waitingSince: null, replay: done }))
    expect(JSON.parse(arrived('/again')[1]?.body ?? '')).toEqual(told)
    const { deliveries } = (await server.ask('GET', `/subscriptions/${id}/deliveries`)).json as { deliveries: object[] }
    expect(deliveries).toMatchObject([{ isReplay: true }, { isReplay: false }])

    answer = 'HTTP/1.1 503 Busy'
    await server.ask('POST', `/subscriptions/${id}/replay`, {})
    await eventually(async () => expect(await viewOf(id)).toMatchObject({ failures: 1, replay: { state: 'running' } }))
    expect((await server.ask('POST', `/subscriptions/${id}/replay`, {})).status).toBe(409)
    await server.ask('DELETE', `/subscriptions/${id}/replay`)
    expect(await viewOf(id)).toMatchObject({ replay: { state: 'cancelled', told: 0 }, waitingSince: null })
    answer = 'HTTP/1.1 200 OK'
    await server.ask('DELETE', `/subscriptions/${id}`)
  })

  it.each([
    ['an end before its start', { from: 2, until: 1 }],
    ['an event kind that is not there', { kinds: ['lead.danced'] }],
  ])('is told nothing again with %s', async (_, asked) => {
    const { id } = await made({ name: 'Wrong', events: ['journey.started'] })

    expect((await server.ask('POST', `/subscriptions/${id}/replay`, asked)).status).toBe(400)
    await server.ask('DELETE', `/subscriptions/${id}`)
  })

  it('is tested with a sample of each chosen event, before anything is stored', async () => {
    const before = arrived('/try').length
    const { json } = await server.ask('POST', '/subscriptions/test', {
      target: `${receiver.url}/try`,
      events: ['journey.started', 'lead.created'],
      envelope: 'cloudevents',
    })

    const { tests } = json as SubscriptionTested
    expect(tests.map(({ event, status, ok }) => [event, status, ok])).toEqual([
      ['journey.started', 200, true],
      ['lead.created', 200, true],
    ])
    expect(arrived('/try').length - before).toBe(2)
  })

  it('is refused beyond as many as the settings allow', async () => {
    const { subscriptions, ...rest } = (await server.ask('GET', '/settings')).json as { subscriptions: object }
    await server.ask('PUT', '/settings', { ...rest, subscriptions: { ...subscriptions, most: 0 } })

    const refused = await server.ask('POST', '/subscriptions', {
      target: `${receiver.url}/x`,
      events: ['lead.created'],
    })

    expect([refused.status, refusalOf(refused).problems?.[0]?.code]).toEqual([409, 'subscription.most'])
    await server.ask('PUT', '/settings', { ...rest, subscriptions })
  })

  it.each([
    ['an event that is not there', { events: ['lead.danced'] }],
    ['no event', { events: [] }],
    ['a description of more than 140 characters', { events: ['lead.created'], description: 'x'.repeat(141) }],
    ['a target that is no address', { events: ['lead.created'], target: 'nowhere' }],
    ['a secret that is not there', { events: ['lead.created'], auth: { as: 'basic', user: 'u', password: 'none' } }],
    [
      'a condition on what it cannot know',
      { events: ['lead.created'], filter: { where: { match: 'all', rules: [{ field: 'lead.x', op: 'exists' }] } } },
    ],
  ])('is refused with %s', async (_, body) => {
    const { status } = await server.ask('POST', '/subscriptions', {
      name: 'Wrong',
      target: `${receiver.url}/x`,
      ...body,
    })

    expect(status).toBe(400)
  })

  it('tells what can be heard, each with its sample', async () => {
    const { events } = (await server.ask('GET', '/subscriptions/events')).json as { events: NoticeKindView[] }

    expect(events.length).toBeGreaterThan(30)
    expect(events.find(e => e.name === 'journey.started')?.thin).toMatchObject({ leadId: 'lead-1042' })
  })
})
