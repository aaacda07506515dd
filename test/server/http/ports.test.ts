import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { closedPort, publicOnly } from '#server/webhook/guard'
import { plainWebhook } from '#shared/rules/webhook'
import { callingGraph, createCampaign, refusalOf, startTestServer, type TestServer } from './server'

// The operator has closed all ports of public hosts but two.

let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ closedPort: address => closedPort(address, { ...publicOnly, ports: [80, 443] }) })
})
afterAll(() => server.close())

const closed = { code: 'request.port-closed', message: 'Port 8443 is closed. Webhooks may use ports 80, 443.' }
const graphTo = (url: string) => callingGraph(url)

describe('a webhook to a closed port', () => {
  it('is a problem of its step when the campaign is saved, and keeps it from being launched', async () => {
    const campaign = await createCampaign(server, graphTo('https://crm.example.com:8443/leads/{{ lead.external_id }}'))
    expect(campaign.problems).toContainEqual(
      expect.objectContaining({ ...closed, severity: 'error', step: 'call', path: 'config.request.url' }),
    )

    const launched = await server.ask('POST', `/campaigns/${campaign.id}/launch`, {})

    expect(launched.status).toBe(422)
    expect(refusalOf(launched).problems).toContainEqual(expect.objectContaining(closed))
  })

  it('is a problem of the library, by each of its addresses', async () => {
    const request = { method: 'POST', url: 'https://crm.example.com/', headers: [], body: { as: 'none' } }
    const auth = {
      as: 'oauth2',
      tokenUrl: 'https://id.example.com:8443/token',
      clientId: 'x',
      clientSecret: '',
      scope: '',
    }
    const languages = [{ language: 'de', url: 'https://de.example.com:8443/' }]
    const definition = { ...plainWebhook, auth, request: { ...request, languages } }

    const { json } = await server.ask('POST', '/webhooks', { name: 'CRM', definition })

    const { problems } = json as { problems: { code: string; path: string }[] }
    expect(problems.filter(({ code }) => code === closed.code).map(({ path }) => path)).toEqual([
      'config.request.languages.0.url',
      'config.auth.tokenUrl',
    ])
  })

  it.each(['https://crm.example.com/', 'http://crm.example.com/', '{{ system.sandbox }}/hello'])(
    'is none of %s',
    async url => {
      const { problems } = await createCampaign(server, graphTo(url))

      expect(problems.filter(({ code }) => code === closed.code)).toEqual([])
    },
  )
})
