import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LibraryWebhook, libraryWebhookSchema, webhookUsesSchema } from '#shared/api/webhooks'
import type { Graph } from '#shared/graph/schema'
import { plainWebhook, type Webhook } from '#shared/rules/webhook'
import { callingGraph, createCampaign, refusalOf, startTestServer, type TestServer } from './server'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

const hook = (url: string): Webhook => ({
  ...plainWebhook,
  request: { method: 'POST', url, headers: [], body: { as: 'none' } },
})

async function add(name: string, url = '{{ system.sandbox }}/library'): Promise<LibraryWebhook> {
  return libraryWebhookSchema.parse((await server.ask('POST', '/webhooks', { name, definition: hook(url) })).json)
}

async function using(webhook: string, name: string): Promise<{ id: string; graph: Graph }> {
  const made = await createCampaign(server, callingGraph(), name)
  const { call, ...steps } = made.graph.steps
  if (call === undefined) throw new Error('the graph calls nothing')
  const graph = { ...made.graph, steps: { ...steps, call: { ...call, config: { ...call.config, webhook } } } }
  await server.ask('PUT', `/campaigns/${made.id}`, { graph })
  return { id: made.id, graph }
}

describe('the webhook library', () => {
  it('tells who uses a webhook, and who sends by it now', async () => {
    const { id } = await add('Told')
    const live = await using(id, 'Live one')
    await using(id, 'Draft one')
    await server.ask('POST', `/campaigns/${live.id}/launch`, {})

    const { uses } = webhookUsesSchema.parse((await server.ask('GET', `/webhooks/${id}/uses`)).json)

    expect(uses.map(use => [use.campaignName, use.live, use.steps[0]?.name]).sort()).toEqual([
      ['Draft one', false, 'Say hello'],
      ['Live one', true, 'Say hello'],
    ])
  })

  it('does not delete or break what a live campaign sends by, and names it', async () => {
    const { id } = await add('Kept')
    const live = await using(id, 'Sender')
    await server.ask('POST', `/campaigns/${live.id}/launch`, {})

    const deleted = await server.ask('DELETE', `/webhooks/${id}`)
    const broken = await server.ask('PUT', `/webhooks/${id}`, { definition: hook('') })

    expect([deleted.status, refusalOf(deleted).problems[0]?.code]).toEqual([409, 'webhook.in-use'])
    expect(refusalOf(deleted).detail).toContain('"Sender"')
    expect([broken.status, refusalOf(broken).problems[0]?.code]).toEqual([422, 'request.no-url'])
    expect((await server.ask('GET', `/webhooks/${id}`)).json).toMatchObject({ revision: 1 })
  })

  it('deletes what only drafts use, which cannot be launched then', async () => {
    const { id } = await add('Gone')
    const draft = await using(id, 'Left behind')

    expect((await server.ask('DELETE', `/webhooks/${id}`)).status).toBe(204)
    const launch = await server.ask('POST', `/campaigns/${draft.id}/launch`, {})

    expect([launch.status, refusalOf(launch).problems[0]?.code]).toEqual([422, 'webhook.gone'])
  })

  it('refuses a change to what somebody else changed since, with theirs', async () => {
    const { id } = await add('Ours')
    await server.ask('PUT', `/webhooks/${id}`, { name: 'Theirs', revision: 1 })

    const answer = await server.ask('PUT', `/webhooks/${id}`, { name: 'Mine', revision: 1 })

    expect(answer.status).toBe(409)
    expect((answer.json as { current: LibraryWebhook }).current).toMatchObject({ name: 'Theirs', revision: 2 })
  })

  it.each([
    ['no name', { name: '  ', definition: hook('https://h.example') }],
    ['no definition', { name: 'x' }],
    [
      'a method that is none',
      { name: 'x', definition: { ...hook('https://h.example'), request: { method: 'FETCH' } } },
    ],
  ])('refuses %s and stores nothing', async (_, body) => {
    const before = (await server.ask('GET', '/webhooks')).text

    expect((await server.ask('POST', '/webhooks', body)).status).toBe(400)
    expect((await server.ask('GET', '/webhooks')).text).toBe(before)
  })
})

describe('campaign folders', () => {
  const make = async (body: unknown) => (await server.ask('POST', '/programs', body)).json as { id: string }

  it('do not lie in themselves, and are deleted only when they are empty', async () => {
    const top = await make({ name: 'Top' })
    const below = await make({ name: 'Below', parent: top.id })

    const circle = await server.ask('PUT', `/programs/${top.id}`, { parent: below.id })
    const full = await server.ask('DELETE', `/programs/${top.id}`)

    expect([circle.status, refusalOf(circle).problems[0]?.code]).toEqual([422, 'folder.circle'])
    expect([full.status, refusalOf(full).problems[0]?.code]).toEqual([409, 'folder.not-empty'])
    expect((await server.ask('DELETE', `/programs/${below.id}`)).status).toBe(204)
    expect((await server.ask('DELETE', `/programs/${top.id}`)).status).toBe(204)
  })

  it('hold campaigns', async () => {
    const { id } = await make({ name: 'Holds' })
    const campaign = await createCampaign(server, callingGraph(), 'Held')

    await server.ask('PUT', `/campaigns/${campaign.id}/program`, { program: id })
    const nowhere = await server.ask('PUT', `/campaigns/${campaign.id}/program`, { program: 'nowhere' })

    expect((await server.ask('GET', `/campaigns/${campaign.id}`)).json).toMatchObject({ programId: id })
    expect(nowhere.status).toBe(422)
    expect((await server.ask('DELETE', `/programs/${id}`)).status).toBe(409)
  })

  it.each([
    [
      'two tokens of one name',
      {
        name: 'x',
        tokens: [
          { name: 'a', value: '1' },
          { name: 'a', value: '2' },
        ],
      },
    ],
    ['a token that no template could name', { name: 'x', tokens: [{ name: 'a}}', value: '1' }] }],
    ['no name', { name: '' }],
  ])('are refused with %s', async (_, body) => {
    expect((await server.ask('POST', '/programs', body)).status).toBe(400)
  })

  it('are refused in a folder that is not there', async () => {
    expect((await server.ask('POST', '/programs', { name: 'x', parent: 'nowhere' })).status).toBe(422)
  })

  it('go without one unexpected error', () => {
    expect(server.errors).toEqual([])
  })
})
