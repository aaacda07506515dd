import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Report, reportSchema } from '#shared/api'
import type { Graph } from '#shared/graph/schema'
import { goalOf } from '../../sim/graphs'
import { callingGraph, createCampaign, eventually, refusalOf, startTestServer, type TestServer } from './server'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

const euros = { property: 'amount', currency: { is: 'fixed', code: 'EUR' } } as const
const revenue = goalOf('bought', 'P1D', { id: 'revenue', name: 'Revenue', counts: 'every', value: euros })

const withGoals = (graph: Graph, goals: Graph['settings']['goals']): Graph => ({
  ...graph,
  settings: { ...graph.settings, goals },
})

async function report(id: string): Promise<Report> {
  return reportSchema.parse((await server.ask('GET', `/campaigns/${id}/report`)).json)
}

async function does(lead: string, name: string, id: string, properties = {}): Promise<void> {
  expect((await server.ask('POST', '/events', { lead, name, id, properties })).status).toBe(202)
}

describe('the report', () => {
  it('has each goal with conversions, times, value and credit, and the same as a file', async () => {
    const { id, graph } = await createCampaign(server, callingGraph(), 'Goals')
    await server.ask('PUT', `/campaigns/${id}`, { graph: withGoals(graph, [goalOf('bought'), revenue]) })
    await server.ask('POST', `/campaigns/${id}/launch`, {})
    await does('ada', 'signed_up', 'g1')
    await eventually(async () => expect((await report(id)).webhooks.received).toBe(1))
    await does('ada', 'bought', 'g2', { amount: 19.99 })
    await does('ada', 'bought', '=g3', { amount: '5' })

    const { goals, conversionRate } = await report(id)

    expect(conversionRate).toBe(1)
    expect(goals.map(g => [g.goal.id, g.conversions, g.rate, g.times])).toEqual([
      ['goal-1', 1, 1, 1],
      ['revenue', 1, 1, 2],
    ])
    expect(goals[1]).toMatchObject({
      values: [{ currency: 'EUR', minor: 2499, amount: '24.99' }],
      credits: [{ step: 'call', name: 'Say hello', times: 2, values: [{ amount: '24.99' }] }],
      uncredited: 0,
      days: [{ times: 2 }],
      computing: null,
    })
    const file = await server.ask('GET', `/campaigns/${id}/conversions.csv`)
    expect(file.type).toBe('text/csv')
    const [head, ...lines] = file.text.trim().split('\r\n')
    expect(head).toBe('at,received_at,goal,lead,journey,version,event_id,value,currency,credited_step,variants')
    expect(lines.map(line => line.split(',').slice(2).join(','))).toEqual([
      'bought,ada,1,1,g2,,,Say hello,',
      'Revenue,ada,1,1,g2,19.99,EUR,Say hello,',
      "Revenue,ada,1,1,'=g3,5.00,EUR,Say hello,",
    ])
  })

  it('says how far a goal has come that was launched later', async () => {
    const { id, graph } = await createCampaign(server, callingGraph(), 'Later')
    await server.ask('POST', `/campaigns/${id}/launch`, {})
    await does('eve', 'signed_up', 'l1')
    await does('eve', 'bought', 'l2', { amount: 1 })
    await server.ask('PUT', `/campaigns/${id}`, { graph: withGoals(graph, [revenue]) })
    await server.ask('POST', `/campaigns/${id}/launch`, {})

    await eventually(async () =>
      expect((await report(id)).goals[0]?.computing).toMatchObject({ status: 'done', found: 1 }),
    )
    expect((await report(id)).goals[0]).toMatchObject({ conversions: 1, values: [{ amount: '1.00' }] })
    // What is over cannot be stopped, and does not begin anew.
    for (const method of ['DELETE', 'POST'])
      expect((await server.ask(method, `/campaigns/${id}/goals/revenue/computing`)).json).toMatchObject({
        status: 'done',
        found: 1,
      })
    expect((await server.ask('DELETE', `/campaigns/${id}/goals/nope/computing`)).status).toBe(404)
    expect((await server.ask('GET', '/campaigns/nope/conversions.csv')).status).toBe(404)
  })

  it('of a campaign without goals has none, and its file has a head alone', async () => {
    const { id } = await createCampaign(server, callingGraph(), 'None')

    expect((await report(id)).goals).toEqual([])
    expect((await server.ask('GET', `/campaigns/${id}/conversions.csv`)).text.trim().split('\r\n')).toHaveLength(1)
  })
})

describe('a draft', () => {
  it('with a goal that cannot be counted is kept, says so, and is not launched', async () => {
    const { id, graph } = await createCampaign(server, callingGraph(), 'Faulty')
    const goals = [{ ...goalOf('bought'), within: 'PT1M' }]
    expect((await server.ask('PUT', `/campaigns/${id}`, { graph: withGoals(graph, goals) })).status).toBe(200)

    const refused = await server.ask('POST', `/campaigns/${id}/launch`, {})

    expect(refused.status).toBe(422)
    expect(refusalOf(refused).problems[0]).toMatchObject({
      code: 'settings.goal-window',
      path: 'settings.goals.0.within',
    })
  })

  it('with five goals is refused (braze R28)', async () => {
    const { id, graph } = await createCampaign(server, callingGraph(), 'Five')
    const goals = Array.from({ length: 5 }, (_, i) => goalOf('bought', 'P1D', { id: `g${i}` }))

    expect((await server.ask('PUT', `/campaigns/${id}`, { graph: withGoals(graph, goals) })).status).toBe(400)
  })
})
