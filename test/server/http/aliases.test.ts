import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { journeysSchema, leadSchema } from '#shared/api'
import { leadExportSchema } from '#shared/api/leads'
import { callingGraph, createCampaign, eventually, refusalOf, startTestServer, type TestServer } from './server'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
  const { id } = await createCampaign(server, callingGraph(), 'Welcome')
  await server.ask('POST', `/campaigns/${id}/launch`, {})
  for (const lead of ['ada', 'ada-old', 'ada-older'])
    await server.ask('PUT', `/leads/${lead}`, { attributes: { was: lead } })
  await server.ask('POST', '/leads/ada-older/merge', { into: 'ada-old' })
  await server.ask('POST', '/leads/ada-old/merge', { into: 'ada' })
})
afterAll(() => server.close())

const lead = async (id: string) => leadSchema.parse((await server.ask('GET', `/leads/${id}`)).json)

describe('the id of a lead that was merged into another', () => {
  it('names the one that stayed, also over two merges', async () => {
    for (const id of ['ada', 'ada-old', 'ada-older'])
      expect(await lead(id)).toMatchObject({ externalId: 'ada', aliases: ['ada-old', 'ada-older'] })
    expect((await server.ask('GET', '/leads?search=ada')).json).toMatchObject({ total: 1 })
  })

  it('is found by the search box, which says where it came from', async () => {
    const found = async (search: string) => (await server.ask('GET', `/leads?search=${search}`)).json

    expect(await found('ada-old')).toMatchObject({ total: 1, leads: [{ externalId: 'ada', mergedFrom: 'ada-old' }] })
    expect(await found('ada-olde')).toMatchObject({ total: 1, leads: [{ externalId: 'ada', mergedFrom: 'ada-older' }] })
    const own = (await found('ada')) as { leads: object[] }
    expect(own.leads).toHaveLength(1)
    expect(await found('a-old')).toMatchObject({ total: 0, leads: [] })
  })

  it('brings its events to the one that stayed, together with those under its own id', async () => {
    const events = ['ada-old', 'ada', 'ada-older'].map((id, i) => ({ id: `a-${i}`, lead: id, name: 'signed_up' }))
    expect((await server.ask('POST', '/events', events)).json).toMatchObject({ accepted: 3, started: 3 })

    const { journeys } = journeysSchema.parse((await server.ask('GET', '/leads/ada-old/journeys')).json)
    expect(journeys.map(j => j.lead)).toEqual(['ada', 'ada', 'ada'])
    await eventually(async () => {
      const answer = await server.ask('GET', '/activity?lead=ada-older')
      expect(answer.json).toMatchObject({ rows: Array(3).fill({ lead: 'ada' }) })
    })
  })

  it('brings its attributes to the one that stayed, by the API and by an import into a list', async () => {
    await server.ask('PUT', '/leads/ada-old', { attributes: { country: 'India' } })
    const made = await server.ask('POST', '/lists', { name: 'Guests', description: '' })
    const { id } = made.json as { id: string }
    await server.ask('POST', `/leads/import?id=id&list=${id}`, 'id,plan\nada-older,pro\nada,free\n', {
      'content-type': 'text/csv',
    })

    await eventually(async () =>
      expect((await lead('ada')).attributes).toMatchObject({ country: 'India', plan: 'free' }),
    )
    await eventually(async () =>
      expect((await server.ask('GET', `/lists/${id}/members`)).json).toMatchObject({
        members: [{ lead: { externalId: 'ada' } }],
      }),
    )
    expect((await server.ask('POST', `/lists/${id}/members/remove`, { leads: ['ada-old', 'ada'] })).json).toMatchObject(
      {
        changed: 1,
      },
    )
  })

  it('is no other lead to merge with', async () => {
    expect(refusalOf(await server.ask('POST', '/leads/ada-old/merge', { into: 'ada' })).status).toBe(409)
  })

  it('is told in the export, and goes when the lead is deleted', async () => {
    const whole = leadExportSchema.parse((await server.ask('GET', '/leads/ada-old/export')).json)
    expect(whole.lead.aliases).toEqual(['ada-old', 'ada-older'])

    expect((await server.ask('DELETE', '/leads/ada')).status).toBe(204)
    expect((await server.ask('GET', '/leads/ada-old')).status).toBe(404)
    await server.ask('PUT', '/leads/ada-old', { attributes: {} })
    expect(await lead('ada-old')).toMatchObject({ externalId: 'ada-old', aliases: [] })
  })
})
