import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sandboxSchema } from '#shared/api'
import { testSendsSchema, type WebhookTested, webhookTestedSchema } from '#shared/api/webhook-test'
import { plainWebhook } from '#shared/rules/webhook'
import { refusalOf, startTestServer, type TestServer } from './server'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
  await server.ask('PUT', '/leads/ada', { attributes: { name: 'Ada "A"', crm_id: 'old' }, time_zone: 'Asia/Seoul' })
  await server.ask('PUT', '/sandbox', { answer: 'json', json: '{"contact":{"id":"c-9"}}' })
})
afterAll(() => server.close())

const webhook = {
  ...plainWebhook,
  request: {
    method: 'POST',
    url: '{{ system.sandbox }}/try/{{ lead.external_id }}',
    headers: [],
    body: {
      as: 'text',
      text: '{"name": {{ lead.name }}, "plan": {{ event.plan }}}',
      contentType: 'application/json',
      encoding: 'auto',
    },
  },
  mappings: [
    { path: 'contact.id', field: 'crm_id' },
    { path: 'contact.phone', field: 'phone' },
  ],
}

async function tries(lead: object, more: object = {}): Promise<WebhookTested> {
  const answer = await server.ask('POST', '/webhooks/test', { webhook, lead, ...more })
  expect([answer.status, answer.text]).toEqual([200, answer.text])
  return webhookTestedSchema.parse(answer.json)
}

describe('a test send', () => {
  it('really sends what it renders, and says what each mapping would write without writing it', async () => {
    const tested = await tries(
      { as: 'known', externalId: 'ada' },
      { event: { name: 'bought', properties: { plan: 'pro' } } },
    )

    expect(tested.request?.body).toBe('{"name": "Ada \\"A\\"", "plan": "pro"}')
    expect(tested).toMatchObject({
      verdict: 'received',
      answer: { status: 200, body: '{"contact":{"id":"c-9"}}' },
      fault: null,
    })
    expect(tested.mappings).toEqual([
      { path: 'contact.id', field: 'crm_id', before: 'old', value: 'c-9', refused: null },
      { path: 'contact.phone', field: 'phone', before: null, value: null, refused: 'the answer has nothing there' },
    ])
    const { calls } = sandboxSchema.parse((await server.ask('GET', '/sandbox')).json)
    expect(calls[0]).toMatchObject({ method: 'POST', path: '/sandbox/in/try/ada', body: tested.request?.body })
    expect((await server.ask('GET', '/leads/ada')).text).toContain('"crm_id":"old"')
    expect((await server.ask('GET', '/leads/ada/journeys')).json).toMatchObject({ journeys: [] })
  })

  it('takes a random lead, and one that is made up and never stored', async () => {
    expect((await tries({ as: 'random' })).lead.externalId).toBe('ada')
    expect((await tries({ as: 'made-up', externalId: 'eve', attributes: { name: 'Eve' } })).request?.body).toContain(
      '"Eve"',
    )
    expect((await server.ask('GET', '/leads/eve')).status).toBe(404)
  })

  it('says why nothing was sent, and sends nothing', async () => {
    const before = sandboxSchema.parse((await server.ask('GET', '/sandbox')).json).total
    const aborting = { ...webhook.request, headers: [{ name: 'x', value: '{% abort_message("not today") %}' }] }

    const tested = await tries({ as: 'random' }, { webhook: { ...webhook, request: aborting } })

    expect(tested).toMatchObject({ request: null, unsent: { is: 'aborted', reason: 'not today' }, verdict: 'skipped' })
    expect(sandboxSchema.parse((await server.ask('GET', '/sandbox')).json).total).toBe(before)
  })

  it('goes through the guard like every call', async () => {
    // An address of this machine that is not allowed: judged, never connected to.
    const request = { ...webhook.request, url: 'http://127.0.0.1:9/x' }

    const tested = await tries({ as: 'random' }, { webhook: { ...webhook, request } })

    expect(tested).toMatchObject({ answer: null, fault: { cause: 'blocked-address' }, verdict: 'failed', mappings: [] })
  })

  it('refuses a lead that is not there', async () => {
    const answer = await server.ask('POST', '/webhooks/test', { webhook, lead: { as: 'known', externalId: 'nobody' } })

    expect(refusalOf(answer).status).toBe(404)
  })

  it('finds a lead by id, by e-mail address and by the id of one that was merged, however many there are', async () => {
    const many = Array.from({ length: 60 }, (_, i) => ({ as: i }))
    await server.ask('PUT', '/leads/grace', { attributes: { email: 'Grace@Example.com' } })
    for (const { as } of many) await server.ask('PUT', `/leads/later-${as}`, { attributes: {} })
    await server.ask('PUT', '/leads/amazing', { attributes: { email: 'grace@example.org' } })
    await server.ask('POST', '/leads/amazing/merge', { into: 'grace' })

    for (const typed of ['grace', 'Grace@Example.com', 'grace@example.com', 'amazing'])
      expect((await tries({ as: 'known', externalId: typed })).lead.externalId).toBe('grace')
  })

  it('asks which is meant where several have the address, and names who is near where nobody has it', async () => {
    await server.ask('PUT', '/leads/tim-1', { attributes: { email: 'tim@example.com' } })
    await server.ask('PUT', '/leads/tim-2', { attributes: { email: 'TIM@example.com' } })
    const asks = (externalId: string) =>
      server.ask('POST', '/webhooks/test', { webhook, lead: { as: 'known', externalId } })

    const several = await asks('tim@example.com')
    const none = await asks('tim-')

    expect([several.status, refusalOf(several).detail]).toEqual([
      409,
      'Several leads have the e-mail address "tim@example.com": "tim-1", "tim-2".',
    ])
    expect([none.status, refusalOf(none).problems[0]?.fix]).toEqual([404, 'Near it are "tim-2", "tim-1".'])
  })
})

describe('the log of test sends', () => {
  const step = (id: string) => ({ campaign: { id: 'c-1', name: 'C', zone: 'UTC', step: id } })
  const log = async (query: string) =>
    testSendsSchema.parse((await server.ask('GET', `/webhooks/tests?${query}`)).json).tests

  it('lists what was sent to whom and what came of it, by step, newest first, and keeps each whole', async () => {
    expect(await log('campaign=c-1')).toEqual([])
    const first = await tries({ as: 'known', externalId: 'ada' }, step('a'))
    const aborting = { ...webhook.request, headers: [{ name: 'x', value: '{% abort_message("not today") %}' }] }
    await tries({ as: 'made-up' }, { webhook: { ...webhook, request: aborting }, ...step('b') })

    const all = await log('campaign=c-1')

    expect(all).toMatchObject([
      { step: 'b', lead: 'test-lead', verdict: 'skipped', url: null, status: null, reason: 'not today' },
      { step: 'a', lead: 'ada', verdict: 'received', method: 'POST', status: 200, reason: null },
    ])
    expect(await log('campaign=c-1&step=a')).toEqual([all[1]])
    expect((await server.ask('GET', `/webhooks/tests/${all[1]?.id}`)).json).toEqual(first)
  })

  it('goes with the lead', async () => {
    await server.ask('PUT', '/leads/gone', { attributes: {} })
    await tries({ as: 'known', externalId: 'gone' }, step('c'))
    expect(await log('campaign=c-1&step=c')).toHaveLength(1)

    await server.ask('DELETE', '/leads/gone')

    expect(await log('campaign=c-1&step=c')).toEqual([])
  })
})
