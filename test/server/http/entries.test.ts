import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { entranceStateSchema, entriesAnswerSchema, refusedEntriesSchema } from '#shared/api/entries'
import type { WayIn } from '#shared/rules/ways-in/index'
import { batchGraph, callingGraph, createCampaign, refusalOf, startTestServer, type TestServer } from './server'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

const where = { match: 'all', rules: [] } as unknown as WayIn['where']

/** A live campaign with this way in. */
async function live(way: WayIn): Promise<string> {
  const { begin, call } = callingGraph().steps
  const graph = { ...callingGraph(), steps: { begin: { ...begin!, version: 2, config: { ways: [way] } }, call: call! } }
  const { id } = await createCampaign(server, graph)
  expect((await server.ask('POST', `/campaigns/${id}/launch`, {})).status).toBe(200)
  return id
}

describe('entries by the API', () => {
  it('enter once an id, with properties, and say for each lead what came of it', async () => {
    const adults = {
      match: 'all',
      rules: [{ field: 'event.age', op: 'at-least', value: 18 }],
    } as unknown as WayIn['where']
    const id = await live({ on: 'api', where: adults })

    const answer = await server.ask('POST', `/campaigns/${id}/entries`, [
      { lead: 'ada', id: '1', properties: { age: 30 } },
      { lead: 'bob', id: '2', properties: { age: 7 } },
      { lead: 'ada', id: '1', properties: { age: 30 } },
    ])

    const { entries } = entriesAnswerSchema.parse(answer.json)
    expect(entries.map(e => e.status)).toEqual(['entered', 'refused', 'duplicate'])
    expect(entries[1]?.why).toBe('The condition of the trigger did not hold: event.age is 7, not at least 18.')
    const { refused } = refusedEntriesSchema.parse((await server.ask('GET', '/leads/bob/entries')).json)
    expect(refused.map(r => [r.campaignId, r.why])).toEqual([[id, entries[1]?.why]])
  })

  it('are refused whole, and nothing is stored, where the campaign does not let them in', async () => {
    const other = await live({ on: 'event', event: 'signed_up', where })
    const draft = await createCampaign(server, callingGraph())

    const noWay = await server.ask('POST', `/campaigns/${other}/entries`, { lead: 'eve', id: '1' })
    const notLive = await server.ask('POST', `/campaigns/${draft.id}/entries`, { lead: 'eve', id: '1' })

    expect([noWay.status, refusalOf(noWay).problems[0]?.code]).toEqual([409, 'entry.no-way'])
    expect([notLive.status, refusalOf(notLive).problems[0]?.code]).toEqual([409, 'entry.not-live'])
    expect((await server.ask('GET', '/leads/eve')).status).toBe(404)
  })

  it.each<[string, unknown]>([
    ['no lead', { id: '1' }],
    ['no id', { lead: 'ada' }],
    ['more than 50 KB of properties', { lead: 'ada', id: '1', properties: { text: 'x'.repeat(60_000) } }],
    ['more than 100 leads', Array.from({ length: 101 }, (_, i) => ({ lead: `l${i}`, id: `${i}` }))],
    ['none at all', []],
  ])('with %s are a mistake', async (_, body) => {
    const id = await live({ on: 'api', where })

    expect((await server.ask('POST', `/campaigns/${id}/entries`, body)).status).toBe(400)
  })
})

describe('the names of our own events', () => {
  it.each([
    [{ id: 'e1', lead: 'mallory', name: '$webhook.called' }, 'name'],
    [{ id: '$entry:c:1', lead: 'mallory', name: 'signed_up' }, 'id'],
  ])('are taken from nobody outside: %j', async (event, path) => {
    const refusal = refusalOf(await server.ask('POST', '/events', event))

    expect(refusal.problems[0]).toMatchObject({ code: 'event.reserved', path })
    expect((await server.ask('GET', '/leads/mallory')).status).toBe(404)
  })
})

describe('a lead who is changed over the API', () => {
  it('enters what listens to the attribute', async () => {
    await live({ on: 'attribute', attribute: 'plan', where })

    await server.ask('PUT', '/leads/zoe', { attributes: { plan: 'pro' } })

    const { journeys } = (await server.ask('GET', '/leads/zoe/journeys')).json as { journeys: unknown[] }
    expect(journeys).toHaveLength(1)
  })
})

describe('the entrance of a campaign', () => {
  it('counts who would enter in parts that add up, and shows runs', async () => {
    const { begin } = batchGraph().steps
    const { id } = await createCampaign(server, { ...batchGraph(), steps: { begin: begin! }, edges: [] })

    const part = await server.ask('GET', `/campaigns/${id}/audience`)
    expect(part.json).toMatchObject({ next: null })
    const { matching, total } = part.json as { matching: number; total: number }
    expect(matching).toBe(total)
    await server.ask('POST', `/campaigns/${id}/launch`, {})

    const state = entranceStateSchema.parse((await server.ask('GET', `/campaigns/${id}/entrance`)).json)
    expect(state.runs.map(r => [r.run, r.wall, r.isLate])).toEqual([[1, null, false]])
    const trigger = await createCampaign(server, callingGraph())
    expect((await server.ask('GET', `/campaigns/${trigger.id}/audience`)).status).toBe(409)
    expect((await server.ask('POST', `/campaigns/${trigger.id}/audience`)).status).toBe(409)
  })

  it('gathers what an audience asks about the past when a count is begun, and never when it is looked at', async () => {
    const { begin } = batchGraph().steps
    const did = { did: 'never_asked_before', times: { op: 'at-least', n: 1 }, within: null, where }
    const config = { ...begin?.config, audience: { match: 'all', rules: [did] } }
    const steps = { begin: { ...begin!, config } }
    const { id } = await createCampaign(server, { ...batchGraph(), steps, edges: [] })
    await server.ask('POST', '/events', { id: 'past-1', lead: 'past', name: 'never_asked_before' })

    const looked = await server.ask('GET', `/campaigns/${id}/audience?after=0`)
    expect(refusalOf(looked).problems[0]?.code).toBe('audience.not-begun')
    expect((await server.ask('GET', `/campaigns/${id}/audience?after=0`)).status).toBe(409)

    const begun = await server.ask('POST', `/campaigns/${id}/audience`)
    expect(begun.json).toMatchObject({ matching: 1, entering: 1, next: null })
    expect((await server.ask('GET', `/campaigns/${id}/audience?after=0`)).json).toEqual(begun.json)
  })
})
