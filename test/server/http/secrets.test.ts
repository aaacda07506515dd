import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { journeySchema, journeysSchema, sandboxSchema } from '#shared/api'
import { secretChangedSchema, secretsSchema } from '#shared/api/secrets'
import { libraryWebhookSchema } from '#shared/api/webhooks'
import type { Graph } from '#shared/graph/schema'
import { plainWebhook, type Webhook } from '#shared/rules/webhook'
import { callWebhook } from '#shared/steps/call-webhook'
import { callingGraph, createCampaign, eventually, refusalOf, startTestServer, type TestServer } from './server'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

const hidden = 'hush-hush-1234567890'

/** A graph whose webhook sends a secret in a header, in its body and as its token. */
function tellingGraph(): Graph {
  const graph = structuredClone(callingGraph()) as unknown as {
    steps: Record<string, { kind: string; config: object }>
  }
  for (const step of Object.values(graph.steps))
    if (step.kind === 'call-webhook') {
      const config = step.config as { request: { headers: unknown; body: unknown }; auth: unknown; signing: unknown }
      config.request.headers = [{ name: 'x-key', value: 'k={{ secret.crm }}' }]
      config.request.body = { as: 'pairs', pairs: [{ key: 'key', value: '{{ secret.crm }}' }] }
      config.auth = { as: 'bearer', token: 'crm' }
      config.signing = { as: 'standard', key: 'our_key' }
    }
  return graph as unknown as Graph
}

/** The webhook of that graph, as the library holds one. */
function tellingWebhook() {
  const step = Object.values(tellingGraph().steps).find(({ kind }) => kind === 'call-webhook')
  if (step === undefined) throw new Error('the graph calls no webhook')
  const { request: old, auth, signing } = step.config as unknown as Webhook
  const { retry: _, ...request } = old as Webhook['request'] & { retry?: string }
  return { ...plainWebhook, request, auth, signing }
}

describe('secrets', () => {
  it('reach the receiver, and nothing else: not the answers, not the disk', async () => {
    await server.ask('PUT', '/secrets/crm', { kind: 'text', value: hidden })
    const made = secretChangedSchema.parse(
      (await server.ask('PUT', '/secrets/our_key', { kind: 'signing', algorithm: 'v1' })).json,
    )
    const { id } = await createCampaign(server, tellingGraph(), 'Telling')
    const launched = await server.ask('POST', `/campaigns/${id}/launch`, {})
    expect([launched.status, launched.text]).toEqual([200, launched.text])
    await server.ask('POST', '/events', { id: 's-1', lead: 'sam', name: 'signed_up' })

    const call = await eventually(async () => {
      const { calls } = sandboxSchema.parse((await server.ask('GET', '/sandbox')).json)
      expect(calls.length).toBeGreaterThan(0)
      return JSON.stringify(calls[0])
    })
    const { journeys } = journeysSchema.parse((await server.ask('GET', '/leads/sam/journeys')).json)
    const seen = await eventually(async () => {
      const answer = await server.ask('GET', `/journeys/${journeys[0]?.id}`)
      expect(journeySchema.parse(answer.json).attempts).toHaveLength(1)
      return answer.text
    })
    const list = await server.ask('GET', '/secrets')

    expect(call).not.toContain(hidden)
    expect(call).toContain('"authorization":"Bearer ••••••"')
    expect(call).toContain('"x-key":"k=••••••"')
    expect(call).toContain('{\\"key\\":\\"••••••\\"}')
    expect(call).toContain('webhook-signature')
    expect(seen).not.toContain(hidden)
    expect(seen).not.toMatch(/hk-[0-9a-f]{8}/)
    expect(seen).toContain('(secret.crm)')
    expect(list.text).not.toContain(hidden)
    expect(list.text).not.toContain(made.key)
    expect(secretsSchema.parse(list.json).secrets.find(({ name }) => name === 'crm')).toMatchObject({
      usedBy: [{ what: 'campaign', name: 'Telling' }],
      usedAt: expect.any(Number),
    })
    for (const file of readdirSync(server.dataDir))
      if (statSync(join(server.dataDir, file)).isFile()) {
        const bytes = readFileSync(join(server.dataDir, file)).toString('latin1')
        expect([file, bytes.includes(hidden)]).toEqual([file, false])
      }
    expect(statSync(join(server.dataDir, 'secret.key')).mode & 0o777).toBe(0o600)
  })

  it('that a live campaign names cannot be deleted', async () => {
    const answer = await server.ask('DELETE', '/secrets/crm')

    expect(answer.status).toBe(409)
    expect(refusalOf(answer).detail).toBe('The secret "crm" is used by "Telling".')
  })

  it('that a webhook of the library names cannot be deleted', async () => {
    await server.ask('PUT', '/secrets/shared_one', { kind: 'text', value: 'abcdef' })
    const definition = tellingWebhook()
    const text = JSON.stringify({ name: 'Shared', description: '', definition }).replaceAll('crm', 'shared_one')
    const made = await server.ask('POST', '/webhooks', JSON.parse(text))

    const answer = await server.ask('DELETE', '/secrets/shared_one')

    expect([made.status, made.text]).toEqual([201, made.text])
    expect(answer.status).toBe(409)
    await server.ask('DELETE', `/webhooks/${(made.json as { id: string }).id}`)
    expect((await server.ask('DELETE', '/secrets/shared_one')).status).toBe(204)
  })

  it('that are test-sent reach the receiver, and are masked on the way back', async () => {
    const webhook = tellingWebhook()
    const answer = await server.ask('POST', '/webhooks/test', {
      webhook,
      lead: { as: 'made-up', externalId: 'max', attributes: {}, zone: null },
      event: { name: 'signed_up', properties: {} },
      campaign: { id: 'c', name: 'C', zone: 'UTC' },
    })
    const { calls } = sandboxSchema.parse((await server.ask('GET', '/sandbox')).json)

    expect([answer.status, answer.text]).toEqual([200, expect.not.stringContaining(hidden)])
    expect(JSON.stringify(calls[0])).toContain('"authorization":"Bearer ••••••"')
  })

  it('that are missing keep a campaign from being launched', async () => {
    const text = JSON.stringify(tellingGraph()).replaceAll('crm', 'nowhere').replaceAll('our_key', 'no_key')
    const { id } = await createCampaign(server, JSON.parse(text) as Graph, 'Missing')

    const answer = await server.ask('POST', `/campaigns/${id}/launch`, {})

    expect(answer.status).toBe(422)
    expect(answer.text).toContain('There is no secret \\"nowhere\\"')
  })

  it('that only a webhook of the library names are asked for at the launch, and said when it is saved', async () => {
    const definition = { ...tellingWebhook(), auth: { as: 'bearer', token: 'not_there' } }
    const made = await server.ask('POST', '/webhooks', { name: 'Missing', description: '', definition })
    const { id: webhook, problems } = libraryWebhookSchema.parse(made.json)
    expect([made.status, problems.map(p => p.code)]).toEqual([201, ['step.secret-gone']])

    const drawn = callingGraph()
    const config = { ...callWebhook.example, webhook }
    const steps = { ...drawn.steps, call: { ...drawn.steps['call']!, version: callWebhook.version, config } }
    const { id } = await createCampaign(server, { ...drawn, steps }, 'By the library')
    const launch = await server.ask('POST', `/campaigns/${id}/launch`, {})
    expect(launch.status).toBe(422)
    expect(refusalOf(launch).problems).toContainEqual(
      expect.objectContaining({ code: 'step.secret-gone', step: 'call', path: 'config.auth.token' }),
    )

    await server.ask('PUT', '/secrets/not_there', { kind: 'text', value: 'here it is' })
    expect((await server.ask('POST', `/campaigns/${id}/launch`, {})).status).toBe(200)
    const broken = { ...definition, auth: { as: 'bearer', token: 'gone_too' } }
    const save = await server.ask('PUT', `/webhooks/${webhook}`, { definition: broken })
    expect([save.status, refusalOf(save).problems.map(p => p.code)]).toEqual([422, ['step.secret-gone']])
  })

  it('stand alone in their token', async () => {
    const text = JSON.stringify(tellingGraph()).replaceAll('{{ secret.crm }}', '{{ secret.crm | upcase }}')
    const { id } = await createCampaign(server, JSON.parse(text) as Graph, 'Changed')

    const answer = await server.ask('POST', `/campaigns/${id}/launch`, {})

    expect([answer.status, answer.text.includes('template.secret-changed')]).toEqual([422, true])
  })

  it('of bad names and values are refused, and nothing is stored', async () => {
    const tries: [string, unknown, number][] = [
      ['Bad-Name', { kind: 'text', value: 'abcdef' }, 400],
      ['short', { kind: 'text', value: 'abc' }, 400],
      ['lines', { kind: 'text', value: 'abc\ndef' }, 400],
      ['wrong_key', { kind: 'signing', key: 'whsec_abc' }, 400],
      ['our_key', { kind: 'text', value: 'abcdef' }, 409],
      ['our_key', { kind: 'signing' }, 409],
    ]
    for (const [name, body, status] of tries)
      expect([name, (await server.ask('PUT', `/secrets/${name}`, body)).status]).toEqual([name, status])

    const names = secretsSchema.parse((await server.ask('GET', '/secrets')).json).secrets.map(({ name }) => name)
    expect(names).toEqual(['crm', 'not_there', 'our_key'])
  })

  it('that sign are rotated with an overlap, ten times at most', async () => {
    const first = await server.ask('POST', '/secrets/our_key/rotate', {})
    const { secret, key } = secretChangedSchema.parse(first.json)
    for (let i = 0; i < 9; i++) await server.ask('POST', '/secrets/our_key/rotate', { overlapHours: 1 })

    expect(key).toMatch(/^whsec_/)
    expect(secret.keys.map(({ until }) => until === null)).toEqual([true, false])
    expect((await server.ask('POST', '/secrets/our_key/rotate', {})).status).toBe(409)
    expect((await server.ask('POST', '/secrets/crm/rotate', {})).status).toBe(409)
  })
})
