import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FieldsView } from '#shared/api/fields'
import type { LeadExport } from '#shared/api/leads'
import { callingGraph, createCampaign, eventually, refusalOf, startTestServer, type TestServer } from './server'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

const put = (id: string, attributes: object) => server.ask('PUT', `/leads/${id}`, { attributes })

describe('a typed field', () => {
  it('refuses what does not fit, by name and with what it takes; nothing is stored by halves', async () => {
    await server.ask('PUT', '/fields/visits', { type: 'integer' })
    await put('ada', { visits: 1 })

    const answer = await put('ada', { visits: 'many', born: '1815-12-10', email: 'nobody' })
    const ada = await server.ask('GET', '/leads/ada')

    expect(answer.status).toBe(400)
    expect(refusalOf(answer).problems.map(p => [p.path, p.code])).toEqual([
      ['attributes.visits', 'field.refused'],
      ['attributes.email', 'field.refused'],
    ])
    expect(ada.json).toMatchObject({ attributes: { visits: 1 } })
  })

  it('counts a score from the one before', async () => {
    await server.ask('PUT', '/fields/points', { type: 'score' })
    await put('bob', { points: 10 })

    expect((await put('bob', { points: '+5' })).json).toMatchObject({ attributes: { points: 15 } })
  })

  it('reads a CSV column by its type, and refuses rows that do not fit with the field and the reason', async () => {
    await server.ask('PUT', '/fields/code', { type: 'string' })
    await server.ask('PUT', '/fields/tags', { type: 'list' })
    const csv = 'id,code,visits,tags\nc1,007,3,a;b\nc2,1,x,\n'
    const { id } = (await server.ask('POST', '/leads/import?id=id', csv, { 'content-type': 'text/csv' })).json as {
      id: string
    }
    await eventually(async () =>
      expect((await server.ask('GET', `/leads/import/${id}`)).json).toMatchObject({ status: 'done' }),
    )

    expect((await server.ask('GET', '/leads/c1')).json).toMatchObject({
      attributes: { code: '007', visits: 3, tags: ['a', 'b'] },
    })
    expect((await server.ask('GET', `/leads/import/${id}/rejected`)).text).toContain(
      'The field ""visits"": the text ""x"" is no whole number.',
    )
  })

  it('can be deleted, and a built-in one is then as it was', async () => {
    await server.ask('PUT', '/fields/email', { type: 'string', label: 'Mail' })
    expect((await put('eve', { email: 'not one' })).status).toBe(200)

    expect((await server.ask('DELETE', '/fields/email')).status).toBe(204)
    expect((await server.ask('DELETE', '/fields/email')).status).toBe(404)
    expect((await put('eve', { email: 'not one' })).status).toBe(400)
    const { fields } = (await server.ask('GET', '/fields')).json as FieldsView
    expect(fields.find(f => f.name === 'email')).toMatchObject({ type: 'email', builtIn: true, stored: false })
  })

  it.each(['1st', 'a-b', 'external_id', 'time_zone'])('cannot be called %s', async name => {
    expect((await server.ask('PUT', `/fields/${name}`, { type: 'string' })).status).toBe(400)
  })
})

describe('attributes without a field', () => {
  it('are refused while only known fields are taken', async () => {
    await server.ask('PUT', '/fields', { onlyKnown: true })
    const refused = await put('fay', { shoe: 43 })
    await server.ask('PUT', '/fields', { onlyKnown: false })

    expect(refusalOf(refused).problems).toMatchObject([{ path: 'attributes.shoe' }])
    expect((await put('fay', { shoe: 43 })).status).toBe(200)
  })
})

describe('a lead', () => {
  it.each(['.', '..'])('cannot be called %j, because no address could name it', async id => {
    const event = await server.ask('POST', '/events', { id: `dot${id}`, lead: id, name: 'x' })

    expect(event.status).toBe(400)
    expect(refusalOf(event).detail).toContain('no address could name it')
  })

  it('is exported whole, merged, and deleted', async () => {
    const { id } = await createCampaign(server, callingGraph())
    await server.ask('POST', `/campaigns/${id}/launch`, {})
    await put('gus', { nick: 'g' })
    await put('hal', { nick: 'h' })
    await server.ask('POST', '/events', { id: 'gus-1', lead: 'gus', name: 'signed_up' })
    const whole = await eventually(async () => {
      const found = (await server.ask('GET', '/leads/gus/export')).json as LeadExport
      expect(found.sends[0]?.['attempts']).toHaveLength(1)
      return found
    })
    expect(whole).toMatchObject({
      lead: { externalId: 'gus' },
      events: [{ id: 'gus-1' }],
      journeys: [{ campaignId: id }],
    })

    expect((await server.ask('POST', '/leads/gus/merge', { into: 'gus' })).status).toBe(409)
    expect((await server.ask('POST', '/leads/gus/merge', { into: 'nobody' })).status).toBe(404)
    const merged = await server.ask('POST', '/leads/gus/merge', { into: 'hal', fields: { nick: 'merged' } })
    expect(merged.json).toMatchObject({ externalId: 'hal', attributes: { nick: 'g' } })
    expect((await server.ask('GET', '/leads/gus')).json).toMatchObject({ externalId: 'hal', aliases: ['gus'] })

    const journey = Number(whole.journeys[0]?.['id'])
    expect((await server.ask('GET', `/journeys/${journey}`)).json).toMatchObject({ lead: 'hal' })
    expect((await server.ask('DELETE', '/leads/hal')).status).toBe(204)
    expect((await server.ask('GET', `/journeys/${journey}`)).status).toBe(404)
    expect((await server.ask('GET', '/activity')).status).toBe(200)
    expect((await server.ask('GET', `/campaigns/${id}/report`)).json).toMatchObject({
      counts: { entered: 1, finished: 1 },
    })
    expect(server.errors).toEqual([])
  })
})
