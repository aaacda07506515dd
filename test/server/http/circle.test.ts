import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer } from '#server/serve'
import { journeySchema, journeysSchema, type Report, type SandboxView } from '#shared/api'
import { callingGraph, createCampaign, eventually, parts, startTestServer, type TestServer } from './server'

const silent = { info: () => {}, warn: () => {}, error: () => {} }

describe('the whole circle', () => {
  let server: TestServer
  let campaign: string
  beforeAll(async () => {
    server = await startTestServer()
    campaign = (await createCampaign(server, callingGraph(), 'Circle')).id
    await server.ask('POST', `/campaigns/${campaign}/launch`)
  })
  afterAll(() => server.close())

  async function journeyOf(lead: string) {
    const { journeys } = journeysSchema.parse((await server.ask('GET', `/leads/${lead}/journeys`)).json)
    return journeySchema.parse((await server.ask('GET', `/journeys/${journeys[0]?.id}`)).json)
  }

  it('leads from an event to the sandbox, and back into the lead and its story', async () => {
    await server.ask('PUT', '/sandbox', { answer: 'json', json: '{"contact":{"id":"c-7"}}' })

    const posted = await server.ask('POST', '/events', { id: 'circle-1', lead: 'ada', name: 'signed_up' })

    expect([posted.status, posted.json]).toEqual([202, { accepted: 1, duplicates: 0, started: 1 }])
    const journey = await eventually(async () => {
      const found = await journeyOf('ada')
      expect(found.status).toBe('finished')
      return found
    })
    const { calls } = (await server.ask('GET', '/sandbox')).json as SandboxView
    expect(calls[0]).toMatchObject({ method: 'POST', path: '/sandbox/in/hello', body: '{"id":"ada"}', answered: 200 })
    expect(calls[0]?.headers['webhook-id']).toBe(journey.attempts[0]?.webhookId)
    expect(journey.leadView.attributes).toEqual({ crm_id: 'c-7' })
    expect(journey.journal.map(line => line.text)).toContain('Kept contact.id of the answer as crm_id: "c-7".')
  })

  it('shows the attempts with their answers, and no secrets', async () => {
    const { attempts } = await journeyOf('ada')

    expect(attempts[0]).toMatchObject({ n: 1, status: 200, response: { body: '{"contact":{"id":"c-7"}}' } })
    expect(JSON.stringify(attempts)).not.toContain('hush')
    expect(attempts[0]?.request.headers).toContainEqual(['x-api-key', '••••••'])
  })

  it('counts numbers that add up', async () => {
    const { counts, webhooks } = (await server.ask('GET', `/campaigns/${campaign}/report`)).json as Report

    expect(counts.entered).toBe(counts.waiting + counts.finished + counts.exited + counts.failed)
    for (const step of Object.values(counts.steps)) {
      const left = Object.values(step.left).reduce((sum, n) => sum + n, 0)
      expect(step.entered).toBe(step.waiting + left + step.ended)
    }
    expect(webhooks).toEqual({ received: 1, failed: 0, skipped: 0, open: 0 })
  })

  it('counts an event once, however often it is sent', async () => {
    const event = { id: 'once', lead: 'bob', name: 'signed_up' }

    const first = await server.ask('POST', '/events', [event, event])
    const second = await server.ask('POST', '/events', event)

    expect(first.json).toEqual({ accepted: 1, duplicates: 1, started: 1 })
    expect(second.json).toEqual({ accepted: 0, duplicates: 1, started: 0 })
  })

  it('offers the names of events that were seen or are used', async () => {
    await server.ask('POST', '/events', { id: 'name-1', lead: 'bob', name: 'bought' })

    expect((await server.ask('GET', '/events/names')).json).toEqual({ names: ['bought', 'signed_up'] })
  })

  for (const [answer, status] of [
    ['404', 404],
    ['503', 503],
    ['429', 429],
  ] as const)
    it(`lets the sandbox answer ${answer}, and the story says so`, async () => {
      await server.ask('PUT', '/sandbox', { answer })
      await server.ask('POST', '/events', { id: `mode-${answer}`, lead: `lead-${answer}`, name: 'signed_up' })

      await eventually(async () => expect((await journeyOf(`lead-${answer}`)).attempts[0]?.status).toBe(status))
    })

  it("takes any method and body at the sandbox, but nothing from another site's page", async () => {
    await server.ask('PUT', '/sandbox', { answer: '200' })
    const patch = (headers: Record<string, string> = {}) =>
      server.ask('PATCH', '/sandbox/in/a/b?c=d', 'plain <b>text</b>', { 'content-type': 'text/plain', ...headers })

    expect((await patch()).status).toBe(200)
    expect((await patch({ 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    const { calls } = (await server.ask('GET', '/sandbox')).json as SandboxView
    expect(calls[0]).toMatchObject({ method: 'PATCH', path: '/sandbox/in/a/b?c=d', body: 'plain <b>text</b>' })
  })

  it('answers slowly when the sandbox was told to, and forgets its calls on demand', async () => {
    await server.ask('PUT', '/sandbox', { answer: 'slow', slowMs: 150 })
    const began = performance.now()

    await server.ask('GET', '/sandbox/in/slow')

    expect(performance.now() - began).toBeGreaterThan(140)
    expect((await server.ask('DELETE', '/sandbox')).json).toMatchObject({ calls: [], total: 0 })
  })
})

describe('a server that is started again', () => {
  it('finds everything, and sends nothing again that was on its way when the first one stopped', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'hookline-again-'))
    const config = { port: 0, host: '127.0.0.1', dataDir, logLevel: 'silent', allowPrivate: '' } as const
    const ask = async (url: string, path: string, init?: RequestInit) =>
      (await fetch(`${url}/api/v1${path}`, init)).json()
    const post = (body: unknown) => ({
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })

    const receiver = await slowReceiver()

    const first = await startServer(config, parts(silent, receiver.host))
    const { id } = (await ask(
      first.url,
      '/campaigns',
      post({ name: 'x', graph: callingGraph(`http://${receiver.host}/`) }),
    )) as { id: string }
    await ask(first.url, `/campaigns/${id}/launch`, post({}))
    await ask(first.url, '/events', post({ id: 'e', lead: 'ada', name: 'signed_up' }))
    await eventually(() => expect(receiver.arrived()).toBe(1))
    await first.close()
    const second = await startServer(config, parts(silent, receiver.host))
    const again = await ask(second.url, '/events', post({ id: 'e', lead: 'ada', name: 'signed_up' }))
    const journey = await eventually(async () => {
      const found = journeySchema.parse(await ask(second.url, '/journeys/1'))
      expect(found.status).toBe('finished')
      return found
    })
    await second.close()
    await receiver.close()
    rmSync(dataDir, { recursive: true })

    expect(again).toEqual({ accepted: 0, duplicates: 1, started: 0 })
    expect(journey).toMatchObject({ campaignName: 'x', lead: 'ada', attempts: [{ n: 1, status: 200 }] })
    expect(receiver.arrived()).toBe(1)
  })

  it('is refused with a sentence while another one has the port or the database', async () => {
    const server = await startTestServer()
    const config = {
      port: Number(new URL(server.url).port),
      host: '127.0.0.1',
      dataDir: server.dataDir,
      logLevel: 'silent',
      allowPrivate: '',
    } as const
    const elsewhere = mkdtempSync(join(tmpdir(), 'hookline-else-'))

    await expect(startServer({ ...config, dataDir: elsewhere }, parts(silent))).rejects.toThrow(/^Port \d+ is in use/)
    await expect(startServer({ ...config, port: 0 }, parts(silent))).rejects.toThrow(/is in use: another Hookline/)

    await server.close()
    rmSync(elsewhere, { recursive: true })
  }, 30_000)
})

/** Somebody outside, who takes a third of a second to answer. */
async function slowReceiver() {
  let arrived = 0
  const http = createServer((_req, res) => {
    arrived++
    setTimeout(() => res.end('{}'), 300)
  })
  await new Promise<void>(resolve => http.listen(0, '127.0.0.1', resolve))
  const close = () => new Promise(resolve => http.close(resolve))
  return { host: `127.0.0.1:${(http.address() as AddressInfo).port}`, arrived: () => arrived, close }
}
