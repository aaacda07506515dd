import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SandboxView } from '#shared/api'
import type { Step } from '#shared/graph/schema'
import type { WayIn } from '#shared/rules/ways-in/index'
import { plainWebhook } from '#shared/rules/webhook'
import { anybody, graph, step } from '../../sim/graphs'
import { createCampaign, eventually, startTestServer, type TestServer } from './server'

/** Every id of ours that a receiver has seen: what it dedupes by. */
interface Seen {
  readonly webhookIds: readonly string[]
  /** Ids of events that Hookline made itself. */
  readonly eventIds: readonly string[]
}

describe('found G2: a database that was restored from a backup', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hookline-restore-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('gives out no id that was given out before it, of webhooks, test sends and events', async () => {
    const [live, backup] = [join(folder, 'live'), join(folder, 'backup')]
    const first = await life(live, ['ada', 'bob'], prepare)
    cpSync(live, backup, { recursive: true })
    const lost = await life(live, ['cyd', 'dan'])
    rmSync(live, { recursive: true })
    cpSync(backup, live, { recursive: true })
    const restored = await life(live, ['eve', 'fay'])
    const cloned = await life(backup, ['gil', 'hal'])

    const webhookIds = [first, lost, restored, cloned].flatMap(seen => seen.webhookIds)
    const eventIds = [first, lost, restored, cloned].flatMap(seen => seen.eventIds)
    // Each life: a test send, and for each lead one webhook of its own and four that something inside set off.
    expect(webhookIds.length).toBe(4 * (1 + 2 * 5))
    expect(new Set(webhookIds).size).toBe(webhookIds.length)
    expect(eventIds.length).toBe(4 * 2 * 4)
    expect(new Set(eventIds).size).toBe(eventIds.length)
    // Standard Webhooks: no dot, because the signature is over id.timestamp.body.
    for (const id of webhookIds) expect(id).toMatch(/^hl_[0-9a-f]{8}_[0-9a-f]{10}_\w+$/)
    for (const id of webhookIds) expect(id.length).toBeLessThanOrEqual(64)
  }, 60_000)
})

/** Starts a server on this directory, lets these leads sign up, waits for all their webhooks, and stops in order. */
async function life(
  dataDir: string,
  leads: readonly string[],
  prepare?: (server: TestServer) => Promise<void>,
): Promise<Seen> {
  const server = await startTestServer({}, dataDir)
  try {
    await prepare?.(server)
    const tested = await server.ask('POST', '/webhooks/test', {
      webhook: { ...plainWebhook, request },
      lead: { as: 'made-up' },
    })
    expect([tested.status, tested.text]).toEqual([200, tested.text])
    const events = leads.map(lead => ({ id: `e-${lead}`, lead, name: 'signed_up' }))
    await server.ask('POST', '/events', events)
    const { lists } = (await server.ask('GET', '/lists')).json as { lists: { id: string }[] }
    await server.ask('POST', `/lists/${lists[0]?.id}/members`, { leads })
    const calls = await eventually(async () => {
      const seen = ((await server.ask('GET', '/sandbox')).json as SandboxView).calls
      expect(seen.length).toBe(1 + 5 * leads.length)
      return seen
    })
    const bodies = calls.map(call => JSON.parse(call.body) as { event?: string })
    return {
      webhookIds: calls.map(call => call.headers['webhook-id'] ?? ''),
      eventIds: bodies.map(body => body.event ?? '').filter(id => id.startsWith('$')),
    }
  } finally {
    await server.close()
  }
}

const request = {
  method: 'POST',
  url: '{{ system.sandbox }}/',
  headers: [],
  body: { as: 'pairs', pairs: [{ key: 'event', value: '{{ event.id }}' }] },
}

/** One campaign that sets things off, and one that listens for each of them. */
async function prepare(server: TestServer): Promise<void> {
  const list = (await server.ask('POST', '/lists', { name: 'VIP' })).json as { id: string }
  const launch = async (name: string, steps: Record<string, Step>, ways: string[]) => {
    const { id } = await createCampaign(server, graph(steps, ways, { entry: { rule: 'every-time' } }), name)
    const launched = await server.ask('POST', `/campaigns/${id}/launch`)
    expect([launched.status, launched.text]).toEqual([200, launched.text])
    return id
  }
  const listener = (way: WayIn) =>
    launch(way.on, { start: step('trigger', { ways: [way] }), call: step('call-webhook', { request }) }, [
      'start -> call',
    ])
  const requested = await listener({ on: 'requested', where: anybody })
  await listener({ on: 'event', event: 'welcomed', where: anybody })
  await listener({ on: 'attribute', attribute: 'tier', where: anybody })
  await listener({ on: 'list', list: { id: list.id, name: 'VIP' }, did: 'added', where: anybody })
  await launch(
    'First',
    {
      start: step('trigger', { event: 'signed_up', where: anybody }),
      tell: step('emit-event', { event: 'welcomed', properties: [] }),
      ask: step('request-campaign', { campaign: { id: requested, name: '' }, properties: [] }),
      note: step('update-lead', { changes: [{ field: 'tier', do: 'set', value: 'gold' }] }),
      call: step('call-webhook', { request }),
    },
    ['start -> tell', 'tell -> ask', 'ask -> note', 'note -> call'],
  )
}
