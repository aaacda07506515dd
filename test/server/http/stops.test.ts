import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CampaignView, journeySchema, journeysSchema } from '#shared/api'
import { graph, step } from '../../sim/graphs'
import { callingGraph, createCampaign, eventually, refusalOf, startTestServer, type TestServer } from './server'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

const signedUp = step('trigger', { event: 'signed_up', where: { match: 'all', rules: [] } })
const waiting = graph({ in: signedUp, wait: step('delay', { wait: 'P1D' }) }, ['in -> wait'])
const act = (id: string, does: string, body: object = {}) => server.ask('POST', `/campaigns/${id}/${does}`, body)

let n = 0
async function liveWith(lead: string): Promise<{ id: string; journey: () => Promise<unknown> }> {
  const { id } = await createCampaign(server, waiting, `Waits ${++n}`)
  await act(id, 'launch')
  await server.ask('POST', '/events', { id: `e-${n}`, lead, name: 'signed_up' })
  const journey = async () => {
    const { journeys } = journeysSchema.parse((await server.ask('GET', `/leads/${lead}/journeys`)).json)
    const found = journeys.find(j => j.campaignId === id)
    return journeySchema.parse((await server.ask('GET', `/journeys/${found?.id}`)).json)
  }
  return { id, journey }
}

describe('a campaign that is stopped', () => {
  it('keeps when, what became of the leads, and why, until it is launched again', async () => {
    const { id } = await liveWith('ada')
    expect((await server.ask('GET', `/campaigns/${id}`)).json).toMatchObject({ stopped: null })

    const stopped = await act(id, 'stop', { inside: 'finish', reason: 'The offer is over' })

    expect(stopped.json).toMatchObject({
      status: 'stopped',
      stopped: { inside: 'finish', reason: 'The offer is over', at: expect.any(Number) },
    })
    const { campaigns } = (await server.ask('GET', '/campaigns')).json as { campaigns: CampaignView[] }
    expect(campaigns.find(c => c.id === id)?.stopped?.reason).toBe('The offer is over')
    expect((await act(id, 'launch')).json).toMatchObject({ status: 'live', stopped: null })
  })

  it('says why in the journeys that it ended', async () => {
    const { id, journey } = await liveWith('eve')

    await act(id, 'stop', { inside: 'exit', reason: 'Wrong list' })

    await eventually(async () => expect(await journey()).toMatchObject({ status: 'exited', campaignStatus: 'stopped' }))
    const { journal } = (await journey()) as { journal: { text: string }[] }
    expect(journal.map(line => line.text).join(' ')).toContain('The campaign was stopped: Wrong list')
  })

  it('takes no reason that is too long', async () => {
    const { id } = await liveWith('kim')

    expect((await act(id, 'stop', { reason: 'x'.repeat(201) })).status).toBe(400)
    expect((await server.ask('GET', `/campaigns/${id}`)).json).toMatchObject({ status: 'live' })
  })
})

describe('a journey of a campaign that is paused', () => {
  it('says so, on its own page and on that of its lead, and whoever looks at it hears of it', async () => {
    const { id, journey } = await liveWith('zoe')
    const { id: journeyId } = (await journey()) as { id: number }
    const stop = new AbortController()
    const stream = await fetch(`${server.url}/api/v1/journeys/${journeyId}/live`, { signal: stop.signal })
    const heard: string[] = []
    const reading = (async () => {
      const decoder = new TextDecoder()
      for await (const chunk of stream.body ?? []) heard.push(decoder.decode(chunk))
    })().catch(() => {})

    await act(id, 'pause')

    expect(await journey()).toMatchObject({ status: 'active', campaignStatus: 'paused' })
    await eventually(() => expect(heard.join('')).toContain('event: changed'))
    stop.abort()
    await reading
  })
})

describe('a webhook to Hookline itself', () => {
  it('is refused at the launch, not only at the send', async () => {
    const port = new URL(server.url).port
    const { id, problems } = await createCampaign(server, callingGraph(`http://localhost:${port}/api/v1/events`))

    const refused = await act(id, 'launch')

    expect(problems.map(p => p.code)).toContain('request.own-address')
    expect(refused.status).toBe(422)
    expect(refusalOf(refused).problems.map(p => p.code)).toContain('request.own-address')
  })
})
