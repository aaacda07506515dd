import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CampaignView } from '#shared/api'
import { callingGraph, createCampaign, eventually, refusalOf, startTestServer, type TestServer } from './server'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

const here = callingGraph('{{ system.sandbox }}/here')
const elsewhere = callingGraph('{{ system.sandbox }}/elsewhere')
const act = (id: string, does: string, body: object) => server.ask('POST', `/campaigns/${id}/${does}`, body)
const view = async (id: string) => (await server.ask('GET', `/campaigns/${id}`)).json as CampaignView
const save = (id: string, body: object) => server.ask('PUT', `/campaigns/${id}`, body)

describe('a campaign that was changed since somebody looked at it', () => {
  it('is not launched: the refusal says what is different, and nothing is published', async () => {
    const { id, revision } = await createCampaign(server, here, 'Welcome')
    await save(id, { graph: elsewhere, name: 'Farewell' })

    const refused = await act(id, 'launch', { revision, liveVersion: null })

    expect(refused.status).toBe(409)
    const { problems } = refusalOf(refused)
    expect(problems[0]?.code).toBe('campaign.changed-elsewhere')
    expect(problems[0]?.message).toContain('/here, and is {{ system.sandbox }}/elsewhere')
    expect(problems[0]?.message).toContain('"Farewell" now, not "Welcome"')
    expect(await view(id)).toMatchObject({ status: 'draft', liveVersion: null })
    expect((await act(id, 'launch', { revision: revision + 1, liveVersion: null })).status).toBe(200)
  })

  it('is not published anew, whether its draft or its live version moved on', async () => {
    const { id, revision } = await createCampaign(server, here)
    await act(id, 'launch', { revision })
    await save(id, { graph: elsewhere })

    const byDraft = await act(id, 'launch', { revision, liveVersion: 1 })
    await act(id, 'launch', {})
    const byVersion = await act(id, 'launch', { revision: revision + 1, liveVersion: 1 })
    const moving = await act(id, 'migration', { liveVersion: 1, migration: [] })

    for (const refused of [byDraft, byVersion, moving]) {
      expect(refused.status).toBe(409)
      expect(refusalOf(refused).detail).toContain('/elsewhere')
    }
    expect(await view(id)).toMatchObject({ liveVersion: 2 })
  })

  it('is not resumed: another version would go on than the one that was paused', async () => {
    const { id, revision } = await createCampaign(server, here)
    await act(id, 'launch', {})
    await save(id, { graph: elsewhere })
    await act(id, 'launch', {})
    await act(id, 'pause', {})

    const byVersion = await act(id, 'resume', { liveVersion: 1 })
    const byDraft = await act(id, 'resume', { revision })

    expect([byVersion.status, byDraft.status]).toEqual([409, 409])
    expect(refusalOf(byVersion).detail).toContain('Version 2 was published since; you saw version 1.')
    expect((await view(id)).status).toBe('paused')
    expect((await act(id, 'resume', { revision: revision + 1, liveVersion: 2 })).status).toBe(200)
  })

  it('says so too when that was so long ago that nobody knows what it was', async () => {
    const { id } = await createCampaign(server, here)

    const refused = await act(id, 'launch', { revision: 0 })

    expect(refused.status).toBe(409)
    expect(refusalOf(refused).detail).toContain('is not known any more')
  })

  it('is told to whoever listens to it, drafts included', async () => {
    const { id, revision } = await createCampaign(server, here)
    const stop = new AbortController()
    const heard: string[] = []
    const stream = await fetch(`${server.url}/api/v1/campaigns/${id}/live`, { signal: stop.signal })
    const reading = (async () => {
      const decoder = new TextDecoder()
      for await (const chunk of stream.body ?? []) heard.push(decoder.decode(chunk))
    })().catch(() => {})
    await eventually(() => expect(heard.join('')).toContain(`"revision":${revision},`))

    await save(id, { graph: elsewhere })

    await eventually(() => expect(heard.join('')).toContain(`"revision":${revision + 1},`))
    await act(id, 'launch', {})
    await eventually(() => expect(heard.join('')).toContain('"liveVersion":1,"status":"live"'))
    stop.abort()
    await reading
  })
})
