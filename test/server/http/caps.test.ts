import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { campaignSchema, campaignsSchema, problemDetailsSchema } from '#shared/api'
import { plainCap } from '#shared/rules/caps'
import { callingGraph, createCampaign, startTestServer, type TestServer } from './server'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

const withSettings = (settings: object) => {
  const graph = callingGraph()
  return { ...graph, settings: { ...graph.settings, ...settings } }
}

describe('tags', () => {
  it('are listed by name, those of drafts and those that are live', async () => {
    const one = await createCampaign(server, withSettings({ tags: ['promo/spring', 'news'] }), 'One')
    await server.ask('POST', `/campaigns/${one.id}/launch`, {})
    await server.ask('PUT', `/campaigns/${one.id}`, { graph: withSettings({ tags: ['news'] }) })
    await createCampaign(server, withSettings({ tags: ['news'] }), 'Two')

    const { json } = await server.ask('GET', '/tags')

    expect(json).toEqual({
      tags: [
        { tag: 'news', campaigns: 2 },
        { tag: 'promo/spring', campaigns: 1 },
      ],
    })
    const { campaigns } = campaignsSchema.parse((await server.ask('GET', '/campaigns')).json)
    expect(campaigns.map(c => c.tags)).toEqual(expect.arrayContaining([['news'], ['news']]))
  })

  it('that are none are refused with a sentence, and nothing is stored', async () => {
    const one = await createCampaign(server, withSettings({ tags: ['kept'] }), 'Three')

    const answer = await server.ask('PUT', `/campaigns/${one.id}`, { graph: withSettings({ tags: ['a//b'] }) })

    expect(answer.status).toBe(400)
    expect(JSON.stringify(answer.json)).toContain('A tag is made of words')
    expect(campaignSchema.parse((await server.ask('GET', `/campaigns/${one.id}`)).json).tags).toEqual(['kept'])
  })
})

describe('a cap of a folder', () => {
  it('that is not there keeps a campaign from being launched', async () => {
    const cap = { ...plainCap, of: { what: 'folder', folder: 'gone' } }
    const { problems } = await createCampaign(server, withSettings({ caps: [cap] }), 'Four')

    expect(problems).toMatchObject([{ code: 'settings.cap-folder-gone', severity: 'error', path: 'settings.caps.0' }])
  })

  it('in which the campaign does not lie says that it does nothing', async () => {
    const folder = (await server.ask('POST', '/programs', { name: 'Spring' })).json as { id: string }
    const cap = { ...plainCap, of: { what: 'folder', folder: folder.id } }
    const made = await createCampaign(server, withSettings({ caps: [cap] }), 'Five')
    expect(made.problems).toMatchObject([{ code: 'settings.cap-not-ours', severity: 'warning' }])

    await server.ask('PUT', `/campaigns/${made.id}/program`, { program: folder.id })

    expect(campaignSchema.parse((await server.ask('GET', `/campaigns/${made.id}`)).json).problems).toEqual([])
  })
})

describe('the caps of the whole installation', () => {
  it('are kept with the other settings', async () => {
    const put = await server.ask('PUT', '/settings', { caps: [plainCap] })

    expect(put.status).toBe(200)
    expect((await server.ask('GET', '/settings')).json).toMatchObject({ retentionDays: 30, caps: [plainCap] })
  })

  it.each([
    [{ ...plainCap, amount: 99 }, 400, 'at most 30 days'],
    [{ ...plainCap, of: { what: 'folder', folder: 'gone' } }, 422, 'The folder of cap 1 is not there'],
  ])('are refused when they cannot hold, and nothing is stored', async (cap, status, said) => {
    await server.ask('PUT', '/settings', { caps: [] })

    const answer = await server.ask('PUT', '/settings', { caps: [cap] })

    expect(answer.status).toBe(status)
    expect(JSON.stringify(problemDetailsSchema.parse(answer.json))).toContain(said)
    expect((await server.ask('GET', '/settings')).json).toMatchObject({ caps: [] })
  })
})
