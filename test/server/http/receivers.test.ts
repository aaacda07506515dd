import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { journeysSchema } from '#shared/api'
import { activityPageSchema, activitySummarySchema, activityViewSchema } from '#shared/api/activity'
import { receiversSchema } from '#shared/api/receivers'
import { callingGraph, createCampaign, eventually, startTestServer, type TestServer } from './server'

let server: TestServer
let address: string

beforeAll(async () => {
  server = await startTestServer()
  const { id } = await createCampaign(server, callingGraph(), 'Welcome')
  await server.ask('POST', `/campaigns/${id}/launch`, {})
  await server.ask('POST', '/events', { id: 'e-0', lead: 'first', name: 'signed_up' })
  address = await eventually(async () => {
    const { rows } = activityPageSchema.parse((await server.ask('GET', '/activity?outcome=received')).json)
    expect(rows).toHaveLength(1)
    return rows[0]?.url ?? ''
  })
})
afterAll(() => server.close())

const receivers = async () => receiversSchema.parse((await server.ask('GET', '/receivers')).json)
const turn = (to: 'off' | 'on', named: unknown) => server.ask('POST', `/receivers/${to}`, { address: named })

describe('a receiver over the API', () => {
  it('is switched off by hand, holds its leads with a sentence, and lets them go when it is switched on', async () => {
    expect(await receivers()).toEqual({ receivers: [], total: 0, automatic: true })
    expect((await turn('off', `${address.replace('http://', 'HTTP://')}`)).json).toMatchObject({
      address,
      state: 'off',
      waiting: 0,
    })
    await server.ask(
      'POST',
      '/events',
      [1, 2, 3].map(n => ({ id: `e-${n}`, lead: `l-${n}`, name: 'signed_up' })),
    )

    expect((await receivers()).receivers).toMatchObject([{ address, state: 'off', off: { by: 'hand' }, waiting: 3 }])
    const held = activityPageSchema.parse((await server.ask('GET', '/activity?outcome=held')).json).rows
    expect(held.map(row => [row.outcome, row.waitsFor, row.waitsUntil])).toEqual(
      Array(3).fill(['held', 'receiver', null]),
    )
    expect(activitySummarySchema.parse((await server.ask('GET', '/activity/summary')).json).held).toBe(3)
    const view = activityViewSchema.parse((await server.ask('GET', `/activity/${held[0]?.id}`)).json)
    expect(view.why).toMatch(
      /^Held until somebody switches the receiver on: .* was switched off at \d\d:\d\d, by hand\.$/,
    )

    expect((await turn('on', address)).json).toEqual({ address, released: 3 })
    await eventually(async () => {
      const { journeys } = journeysSchema.parse((await server.ask('GET', '/leads/l-3/journeys')).json)
      expect(journeys[0]?.status).toBe('finished')
    })
    expect((await receivers()).receivers).toEqual([])
  })

  it('is refused in what it is already, with a sentence', async () => {
    const on = await turn('on', address)
    expect([on.status, on.json]).toMatchObject([409, { detail: `${address} is not switched off.` }])
    await turn('off', address)
    const off = await turn('off', address)
    expect([off.status, off.json]).toMatchObject([409, { detail: `${address} is switched off already.` }])
    await turn('on', address)
  })

  it.each([
    ['nothing', undefined],
    ['a name', 'the CRM'],
    ['a query', 'https://crm.example.com/leads?id=1'],
    ['a password', 'https://me:secret@crm.example.com/leads'],
    ['another scheme', 'ftp://crm.example.com/leads'],
    ['no host', 'https:///leads'],
    ['a port that is none', 'https://crm.example.com:99999/leads'],
    ['a novel', `https://crm.example.com/${'a'.repeat(5000)}`],
  ])('is refused as %s, and nothing is stored', async (_, named) => {
    for (const to of ['off', 'on'] as const) expect((await turn(to, named)).status).toBe(400)
    expect((await receivers()).total).toBe(0)
  })

  it('shows a secret of its address by its name, and is switched on by what is shown', async () => {
    await server.ask('PUT', '/secrets/slack', { kind: 'text', value: 'T000/B000/secret' })
    const graph = callingGraph()
    const call = graph.steps['call']!
    const request = { ...(call.config['request'] as object), url: '{{ system.sandbox }}/{{ secret.slack }}' }
    const { id } = await createCampaign(
      server,
      { ...graph, steps: { ...graph.steps, call: { ...call, config: { ...call.config, request } } } },
      'Slack',
    )
    await server.ask('POST', `/campaigns/${id}/launch`, {})
    await server.ask('PUT', '/sandbox', { answer: '404' })
    await server.ask('POST', '/events', { id: 'e-9', lead: 'ada', name: 'signed_up' })

    const shown = await eventually(async () => {
      const found = (await receivers()).receivers.find(each => each.address.endsWith('/(secret.slack)'))
      expect(found).toMatchObject({ state: 'failing', outcome: 'status 404', progress: 0, endsAt: null })
      return found?.address ?? ''
    })
    expect((await turn('off', shown)).json).toMatchObject({ address: shown, state: 'off', off: { by: 'hand' } })
    expect((await turn('on', shown)).status).toBe(200)
  })

  it('goes without one unexpected error', () => {
    expect(server.errors).toEqual([])
  })
})
