import { describe, expect, it } from 'vitest'
import { openSqlite } from '#server/store/sqlite'
import { defaultInstallation } from '#shared/api/settings'
import { addSubscription } from '#shared/engine/subscriptions/acts'
import type { Graph } from '#shared/graph/schema'
import { plainCap } from '#shared/rules/caps'
import type { Answer } from '#shared/simulate/endpoints'
import { type OneLead, type Walked, walkOneLead } from '#shared/simulate/one-lead'
import { deliveriesOf } from '#shared/store/deliveries'
import type { Store } from '#shared/store/work'
import { subscriptionSchema } from '#shared/subscriptions/subscription'
import { anybody, graph, posts, step } from '../../sim/graphs'
import { World } from '../../sim/world'
import { openWasm } from '../../wasm'

const MONDAY = Date.parse('2026-05-04T09:00:00Z')
const HOUR = 3_600_000
const DAY = 24 * HOUR
const originOf = (url: string) => (URL.canParse(url) ? new URL(url).origin : undefined)
const answered = (status: number, body = ''): Answer => ({ after: 50, with: { is: 'answered', status, body } })
const silence: Answer = { after: 30_000, with: { is: 'unreachable', cause: 'timeout' } }

const signedUp = step('trigger', { event: 'signed_up', where: anybody })
const wait = step('delay', { wait: 'P1D' })
const welcome = graph(
  {
    in: signedUp,
    ask: step('filter', { condition: { match: 'all', rules: [{ field: 'lead.plan', op: 'is', value: 'pro' }] } }),
    wait,
    call: step('call-webhook', posts('crm', {}, { delivery: { retry: 'standard' } })),
    yes: step('exit', { as: 'finished', reason: 'told the CRM' }),
    no: step('exit', { as: 'exited', reason: 'the CRM failed' }),
  },
  ['in -> ask', 'ask:yes -> wait', 'wait -> call', 'call:succeeded -> yes', 'call:failed -> no'],
)

/** Asks what would happen to Ada, who signs up on Monday at 09:00 and is looked at for two weeks. */
function ask(draft: Graph, rest: Partial<OneLead> = {}): OneLead {
  return {
    campaign: { id: 'welcome', name: 'Welcome', graph: draft },
    lead: { externalId: 'ada', attributes: { plan: 'pro' }, zone: 'Europe/London' },
    coming: [{ is: 'event', at: MONDAY + HOUR, name: 'signed_up' }],
    start: MONDAY,
    until: MONDAY + 14 * DAY,
    ...rest,
  }
}

async function walked(asked: OneLead, store: Store = openSqlite(':memory:')): Promise<Walked> {
  const walk = await walkOneLead({ store, originOf }, asked)
  if (walk.is !== 'walked') throw new Error(JSON.stringify(walk.problems))
  return walk
}

const iso = (at: number) => new Date(at).toISOString().slice(0, 16)
const texts = ({ journeys }: Walked) => journeys.flatMap(({ story }) => story.map(({ text }) => text))
const ways = ({ journeys }: Walked) =>
  journeys.map(({ path }) => path.map(({ step, port }) => `${step}:${port}`).join(' '))

describe('what would happen to one lead', () => {
  it('is told step by step, with the request as it would leave and the instant at which it would', async () => {
    const walk = await walked(ask(welcome))

    expect(ways(walk)).toEqual(['in:next ask:yes wait:next call:succeeded yes:null'])
    expect(walk.journeys).toMatchObject([{ status: 'finished', waitsFor: null }])
    expect(walk.sent.map(({ step, at, request }) => [step, iso(at), request.url])).toEqual([
      ['call', '2026-05-05T10:00', 'https://hooks.example.com/crm'],
    ])
    expect(texts(walk).at(-1)).toBe('Finished: told the CRM.')
    expect(walk.seenUntil).toBe(MONDAY + 14 * DAY)
  })

  it('goes another way for another lead', async () => {
    const walk = await walked(ask(welcome, { lead: { externalId: 'bob', attributes: { plan: 'free' } } }))

    expect(ways(walk)).toEqual(['in:next ask:no'])
    expect(walk.sent).toEqual([])
  })

  it('depends on what the webhook answers: 503 twice, then 200', async () => {
    const walk = await walked(ask(welcome, { answers: { call: [answered(503), answered(503), answered(200)] } }))

    expect(walk.sent.map(({ attempt, answer }) => [attempt, 'status' in answer.with && answer.with.status])).toEqual([
      [1, 503],
      [2, 503],
      [3, 200],
    ])
    expect(new Set(walk.sent.map(({ webhookId }) => webhookId)).size).toBe(1)
    expect(walk.journeys).toMatchObject([{ status: 'finished' }])
  })

  it('leaves by Failed when the webhook never answers', async () => {
    const walk = await walked(ask(welcome, { otherwise: silence }))

    expect(ways(walk)).toEqual(['in:next ask:yes wait:next call:failed no:null'])
    expect(texts(walk).at(-1)).toBe('Left early: the CRM failed.')
  })

  it('takes values from the answer, which the next step sees', async () => {
    const draft = graph(
      {
        in: signedUp,
        call: step('call-webhook', posts('score', {}, { mappings: [{ path: 'score', field: 'score' }] })),
        ask: step('filter', { condition: { match: 'all', rules: [{ field: 'lead.score', op: 'is', value: 7 }] } }),
      },
      ['in -> call', 'call:succeeded -> ask'],
    )

    expect(ways(await walked(ask(draft, { answers: { call: [answered(200, '{"score":7}')] } })))).toEqual([
      'in:next call:succeeded ask:yes',
    ])
    expect(ways(await walked(ask(draft, { answers: { call: [answered(200, '{"score":6}')] } })))).toEqual([
      'in:next call:succeeded ask:no',
    ])
  })

  it('waits for the morning where the account keeps quiet hours', async () => {
    const quietHours = {
      windows: [{ days: [1, 2, 3, 4, 5, 6, 7], start: '09:30', end: '20:00' }],
      holidays: [],
      whenQuiet: 'wait' as const,
      spread: null,
    }
    const asked = ask(welcome, { settings: { ...defaultInstallation, quietHours } })

    const walk = await walked(asked)

    // Due at 11:00 in London.
    expect(walk.sent.map(({ at }) => iso(at))).toEqual(['2026-05-05T19:00'])
    expect(texts(walk).some(text => text.startsWith('Held until'))).toBe(true)
  })

  it('counts what the lead was sent lately, by whatever campaign', async () => {
    const store = openSqlite(':memory:')
    const world = await World.create({ store, start: '2026-05-03T12:00:00Z' })
    const other = graph({ in: signedUp, call: step('call-webhook', posts('other')) }, ['in -> call'])
    await world.launch('other', other)
    const ada = await world.lead('ada')
    await ada.does('signed_up')
    const caps = [{ ...plainCap, most: 1, amount: 7, unit: 'days' as const }]

    const walk = await walked(ask(welcome, { settings: { ...defaultInstallation, caps } }), store)

    expect(walk.sent).toEqual([])
    expect(texts(walk)).toContain('Not sent: 1 of 1 webhooks already (rule "at most 1 in 7 days").')
  })

  it('ends early by an exit of the campaign', async () => {
    const exits = {
      ...welcome.settings.exits,
      ways: [{ on: 'event', event: 'unsubscribed', where: anybody, reason: 'Wants no more' }],
    }
    const draft = { ...welcome, settings: { ...welcome.settings, exits } } as Graph
    const coming = [
      { is: 'event', at: MONDAY + HOUR, name: 'signed_up' },
      { is: 'event', at: MONDAY + 2 * HOUR, name: 'unsubscribed' },
    ] as const

    const walk = await walked(ask(draft, { coming }))

    expect(walk.journeys).toMatchObject([{ status: 'exited', endedAt: MONDAY + 2 * HOUR }])
    expect(walk.sent).toEqual([])
  })

  it('sees attributes as they are when the step is come to', async () => {
    const late = graph({ in: signedUp, wait, ask: welcome.steps['ask'] as never }, ['in -> wait', 'wait -> ask'])
    const coming = [
      { is: 'event', at: MONDAY + HOUR, name: 'signed_up' },
      { is: 'change', at: MONDAY + 2 * HOUR, attributes: { plan: 'free' } },
    ] as const

    expect(ways(await walked(ask(late, { coming })))).toEqual(['in:next wait:next ask:no'])
  })

  it('goes on in the version in which the lead is under way, beside the draft', async () => {
    const store = openSqlite(':memory:')
    const world = await World.create({ store, start: '2026-05-03T12:00:00Z' })
    await world.launch('welcome', welcome)
    const ada = await world.lead('ada', { plan: 'pro' })
    await ada.does('signed_up')
    const draft = graph({ in: signedUp, now: step('call-webhook', posts('now')) }, ['in -> now'], {
      entry: { rule: 'every-time' },
    })

    const walk = await walked(ask(draft), store)

    expect(ways(walk)).toEqual(['in:next ask:yes wait:next call:succeeded yes:null', 'in:next now:succeeded'])
    expect(walk.journeys.map(({ version }) => version)).toEqual([1, 2])
    expect(texts(walk)).toContain('Came to "Filter".')
  })

  it('tells of requests of the campaign alone, where somebody has subscribed to what happens', async () => {
    const store = openSqlite(':memory:')
    const world = await World.create({ store, start: '2026-05-03T12:00:00Z' })
    const target = 'https://listener.example.com/hook'
    const definition = subscriptionSchema.parse({ name: 'crm', target, events: ['journey.started'] })
    await world.subscription(now => addSubscription({ id: 'crm', definition, madeBy: 'hand', on: true }, now))

    const walk = await walked(ask(welcome), store)

    expect(walk.sent.map(({ request }) => request.url)).toEqual(['https://hooks.example.com/crm'])
    expect(walk.journeys).toMatchObject([{ status: 'finished' }])
    expect(await store.read(deliveriesOf('crm', 10))).toHaveLength(1)
  })

  it('says why the lead does not enter', async () => {
    const coming = [1, 2].map(n => ({ is: 'event', at: MONDAY + n * DAY, name: 'signed_up' }) as const)
    const once = { ...welcome, settings: { ...welcome.settings, entry: { rule: 'once' } } } as Graph

    const walk = await walked(ask(once, { coming }))

    expect(walk.journeys).toHaveLength(1)
    expect(walk.refusals.map(({ text }) => text)).toEqual([
      expect.stringMatching(/^Entered before, at .*; the campaign lets a lead in once\.$/),
    ])
  })

  it('is asked of a draft that cannot be launched: the problems are the answer', async () => {
    const draft = graph({ in: signedUp, call: step('call-webhook', posts('', { url: '' })) }, ['in -> call'])

    const walk = await walkOneLead({ store: openSqlite(':memory:'), originOf }, ask(draft))

    expect(walk).toMatchObject({
      is: 'refused',
      problems: expect.arrayContaining([expect.objectContaining({ step: 'call' })]),
    })
  })

  it('is looked at up to an instant, and what the lead waits for then is said', async () => {
    const walk = await walked(ask(welcome, { until: MONDAY + 2 * HOUR }))

    expect(walk.journeys).toMatchObject([{ status: 'active', endedAt: null }])
    expect(walk.journeys[0]?.waitsFor).toMatch(/^Waits until/)
  })

  it('is looked at no longer than it is worth, and how far is said', async () => {
    const walk = await walked(ask(welcome, { otherwise: silence, mostJumps: 5 }))

    expect(walk.journeys).toMatchObject([{ status: 'active' }])
    expect(walk.seenUntil).toBeGreaterThan(MONDAY + DAY)
    expect(walk.seenUntil).toBeLessThan(MONDAY + 2 * DAY)
  })

  it('is told alike whoever asks, over every SQLite, and as it happens in the simulator', async () => {
    const asked = ask(welcome, { answers: { call: [answered(404)] } })
    const first = await walked(asked)

    expect(await walked(asked)).toEqual(first)
    expect(await walked(asked, await openWasm())).toEqual(first)
    const world = await World.create({ start: '2026-05-04T09:00:00Z' })
    await world.lead('ada', { plan: 'pro' }, 'Europe/London')
    await world.launch('welcome', welcome)
    world.receiver = () => answered(404)
    await world.runUntil('PT1H')
    world.send({ lead: 'ada', name: 'signed_up', id: 'simulated-1' })
    await world.runUntil('P13D')
    const [journey] = await world.journeysOf('ada')
    expect(first.journeys[0]?.story.map(({ entry }) => entry)).toEqual(journey && (await world.journal(journey)))
  })
})
