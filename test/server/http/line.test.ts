import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { JourneySummary } from '#shared/api'
import { defaultSettings, type Graph } from '#shared/graph/schema'
import { anybody, graph, posts, step } from '../../sim/graphs'
import { createCampaign, eventually, startTestServer, type TestServer } from './server'

// What the inspector says of a call that waits for a place (marketo-alm rule 20).

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

function calling(event: string, priority: number): Graph {
  const call = posts('', { url: '{{ system.sandbox }}/line' })
  const steps = { in: step('trigger', { event, where: anybody }), call: step('call-webhook', call) }
  return graph(steps, ['in -> call'], { ...defaultSettings, entry: { rule: 'every-time' }, priority })
}

async function does(lead: string, name: string): Promise<void> {
  expect((await server.ask('POST', '/events', { id: `${lead}-${name}`, lead, name })).status).toBe(202)
}

async function journeyOf(lead: string): Promise<JourneySummary | undefined> {
  return ((await server.ask('GET', `/leads/${lead}/journeys`)).json as { journeys: JourneySummary[] }).journeys[0]
}

describe('a journey whose call waits in line', () => {
  it('says how many calls go first, and how many of those because of their priority, and names no instant', async () => {
    const settings = (await server.ask('GET', '/settings')).json as object
    await server.ask('PUT', '/settings', { ...settings, connections: 1 })
    await server.ask('PUT', '/sandbox', { answer: 'slow', slowMs: 60_000, json: '{}' })
    for (const drawn of [calling('news', 2), calling('paid', 9)]) {
      const { id } = await createCampaign(server, drawn)
      expect((await server.ask('POST', `/campaigns/${id}/launch`)).status).toBe(200)
    }

    await does('first', 'paid')
    await does('grace', 'news')
    await does('ada', 'news')
    await does('eve', 'paid')

    const line = `Waits in line for ${new URL(server.url).origin}`
    await eventually(async () => expect((await journeyOf('eve'))?.waitsFor).toBe(`${line}: it is the next to leave.`))
    expect(await journeyOf('ada')).toMatchObject({
      waitsFor: `${line}: 2 calls go first, 1 of them because their priority is higher (this one has 2). Who waits 5 minutes rises by one.`,
      wakesAt: null,
    })
  })
})
