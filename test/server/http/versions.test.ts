import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CampaignView, journeySchema, journeysSchema } from '#shared/api'
import { latestMigrationSchema, pendingChangeSchema, rehearsalSchema, versionsSchema } from '#shared/api/versions'
import type { Graph } from '#shared/graph/schema'
import { anybody, graph, posts, step } from '../../sim/graphs'
import { createCampaign, eventually, startTestServer, type TestServer } from './server'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

const signedUp = step('trigger', { event: 'signed_up', where: anybody })
const sends = posts('x', { url: '{{ system.sandbox }}/x' })
/** Trigger, delay, webhook. */
const first = graph(
  { in: signedUp, wait: step('delay', { wait: 'P1D' }, 'Pause'), call: step('call-webhook', sends, 'Tell') },
  ['in -> wait', 'wait -> call'],
)
/** The delay is gone. */
const second = graph({ in: signedUp, call: step('call-webhook', sends, 'Tell') }, ['in -> call'])

let n = 0
/** A live campaign with leads in its delay, and a draft without it. */
async function underWay(leads: readonly string[], draft: Graph = second): Promise<string> {
  const { id } = await createCampaign(server, first, `Campaign ${++n}`)
  await server.ask('POST', `/campaigns/${id}/launch`, {})
  await server.ask(
    'POST',
    '/events',
    leads.map(lead => ({ id: `e-${n}-${lead}`, lead, name: 'signed_up' })),
  )
  await server.ask('PUT', `/campaigns/${id}`, { graph: draft })
  return id
}

async function journeyOf(lead: string, campaign: string) {
  const { journeys } = journeysSchema.parse((await server.ask('GET', `/leads/${lead}/journeys`)).json)
  const found = journeys.find(j => j.campaignId === campaign)
  return journeySchema.parse((await server.ask('GET', `/journeys/${found?.id}`)).json)
}

describe('publishing a new version of a live campaign', () => {
  it('says what changes, and how many leads wait in each step of each earlier version', async () => {
    const id = await underWay(['ada', 'eve'])

    const pending = pendingChangeSchema.parse((await server.ask('GET', `/campaigns/${id}/difference`)).json)

    expect(pending).toMatchObject({
      live: 1,
      to: 2,
      difference: {
        steps: [{ id: 'wait', name: 'Pause', is: 'removed' }],
        ways: [{ from: 'in', is: 'rerouted', before: 'Pause', after: 'Tell' }],
      },
      waiting: [{ version: 1, step: 'wait', waiting: 2, fate: 'removed', mayStay: false, callsWebhook: false }],
      targets: [{ step: 'call', name: 'Tell' }],
    })
  })

  it('moves them by the plan, says how far it came, and tells each journey in the words of both versions', async () => {
    const id = await underWay(['bob'])
    const migration = [{ version: 1, step: 'wait', as: 'move', to: 'call' }]

    const rehearsed = await server.ask('POST', `/campaigns/${id}/migration/rehearsal`, { migration })
    const before = await journeyOf('bob', id)
    const launched = await server.ask('POST', `/campaigns/${id}/launch`, { migration })

    expect(rehearsalSchema.parse(rehearsed.json)).toMatchObject({
      moved: 1,
      steps: [{ outcomes: [{ what: 'sends' }] }],
    })
    expect(before).toMatchObject({ version: 1, status: 'active', earlier: [] })
    expect(launched.json).toMatchObject({ liveVersion: 2, status: 'live' })
    const journey = await eventually(async () => {
      const found = await journeyOf('bob', id)
      expect(found.status).toBe('finished')
      return found
    })
    expect(journey).toMatchObject({ version: 2, earlier: [{ version: 1 }] })
    const moved = journey.journal.find(line => line.is === 'migrated')
    expect(moved).toMatchObject({ step: 'call', text: 'Moved from version 1 to version 2: from "Pause" to "Tell".' })
    expect(journey.earlier[0]?.until).toBe(moved?.seq)
    expect(journey.journal.map(line => line.text)).toContain('Came to "Pause".')
    const { migration: latest } = latestMigrationSchema.parse(
      (await server.ask('GET', `/campaigns/${id}/migration`)).json,
    )
    expect(latest).toMatchObject({ status: 'done', to: 2, total: 1, moved: 1 })
  })

  it('keeps a history with what each version changed and who still walks it', async () => {
    const id = await underWay(['kim'])
    await server.ask('POST', `/campaigns/${id}/launch`, {})

    const { versions } = versionsSchema.parse((await server.ask('GET', `/campaigns/${id}/versions`)).json)

    expect(versions).toMatchObject([
      { version: 2, isLive: true, inside: 0, difference: { steps: [{ id: 'wait', is: 'removed' }] } },
      { version: 1, isLive: false, inside: 1, difference: null },
    ])
  })

  it('can bring those who finish on the old version along later', async () => {
    const id = await underWay(['zoe'])
    await server.ask('POST', `/campaigns/${id}/launch`, {})

    const answer = await server.ask('POST', `/campaigns/${id}/migration`, {
      migration: [{ version: 1, step: 'wait', as: 'exit', reason: 'Too late' }],
    })

    expect(answer.status).toBe(202)
    await eventually(async () => expect(await journeyOf('zoe', id)).toMatchObject({ status: 'exited', version: 1 }))
  })
})

describe('a plan that cannot be carried out', () => {
  it('is refused with a sentence for each choice, and nothing is published', async () => {
    const id = await underWay(['lea'])
    const migration = [
      { version: 1, step: 'wait', as: 'stay' },
      { version: 1, step: 'wait', as: 'move', to: 'gone' },
      { version: 9, step: 'wait', as: 'finish' },
    ]

    const answers = [
      await server.ask('POST', `/campaigns/${id}/launch`, { migration }),
      await server.ask('POST', `/campaigns/${id}/migration/rehearsal`, { migration }),
    ]

    for (const answer of answers) {
      expect(answer.status).toBe(422)
      expect((answer.json as { problems: { code: string; path: string }[] }).problems).toMatchObject([
        { code: 'migration.cannot-stay', path: 'migration.0' },
        { code: 'migration.twice', path: 'migration.1' },
        { code: 'migration.no-version', path: 'migration.2' },
      ])
    }
    expect((await server.ask('GET', `/campaigns/${id}`)).json as CampaignView).toMatchObject({ liveVersion: 1 })
  })

  it('is refused as malformed when it is no plan at all', async () => {
    const id = await underWay([])

    for (const migration of [
      'all',
      [{ version: 0, step: 'wait', as: 'finish' }],
      [{ version: 1, step: 'wait', as: 'fly' }],
    ])
      expect((await server.ask('POST', `/campaigns/${id}/launch`, { migration })).status).toBe(400)
  })

  it('cannot be tried out, or carried out, on a campaign that was never launched', async () => {
    const { id } = await createCampaign(server, first, 'Never')

    const rehearsed = await server.ask('POST', `/campaigns/${id}/migration/rehearsal`, { migration: [] })
    const moved = await server.ask('POST', `/campaigns/${id}/migration`, { migration: [] })

    expect([rehearsed.status, moved.status]).toEqual([409, 409])
    expect((await server.ask('GET', `/campaigns/${id}/difference`)).json).toMatchObject({
      live: null,
      to: 1,
      waiting: [],
    })
  })
})
