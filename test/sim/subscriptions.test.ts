import { describe, expect, it } from 'vitest'
import { addSubscription, switchOff, switchOn } from '#shared/engine/subscriptions/acts'
import { always, ok, type Script } from '#shared/simulate/endpoints'
import { latestAlerts } from '#shared/store/alerts'
import { attemptsOfTouches } from '#shared/store/attempts'
import { deliveriesOf } from '#shared/store/deliveries'
import { lastNotice, noticesAfter } from '#shared/store/notices'
import { subscriptionSchema } from '#shared/subscriptions/subscription'
import { anybody, graph, posts, step } from './graphs'
import type { WorldOptions } from './installation'
import { idsIn, isDelivery } from './notice-law'
import { runSeed } from './run'
import { World } from './world'

const target = 'https://listener.example.com/hook'
const start = '2026-05-04T09:00:00Z'
const welcome = graph(
  {
    in: step('trigger', { event: 'signed_up', where: anybody }),
    wait: step('delay', { for: 'PT1H' }),
    call: step('call-webhook', posts('a', {}, { delivery: { retry: 'none' } }), 'Tell the CRM'),
  },
  ['in -> wait', 'wait -> call'],
)

async function worldOf(events: readonly string[], more: object = {}, options: WorldOptions = {}): Promise<World> {
  const world = await World.create({ start, ...options })
  await world.launch('welcome', welcome)
  await subscribe(world, 'crm', events, more)
  return world
}

async function subscribe(world: World, id: string, events: readonly string[], more: object = {}): Promise<void> {
  const definition = subscriptionSchema.parse({ name: id, target, events, ...more })
  await world.subscription(now => addSubscription({ id, definition, madeBy: 'hand', on: true }, now))
}

/** Requests that arrived at a listener, with the seconds since the start. */
function heard(world: World, at = target) {
  return world.arrived
    .filter(({ call }) => isDelivery(call) && call.request.url === at)
    .map(({ at, call }) => ({
      t: (at - Date.parse(start)) / 1000,
      call,
      body: JSON.parse(call.request.body ?? 'null'),
    }))
}

/** Only what goes to the listener is answered like this. */
function listener(script: Script): Script {
  return (call, at) => (call.request.url.startsWith('https://listener.') ? script(call, at) : ok(call, at))
}

describe('a subscription', () => {
  it('hears what happens within a second of its commit, in the order in which it happened', async () => {
    const world = await worldOf(['journey.started', 'webhook.succeeded', 'journey.finished'])

    world.send({ lead: 'ada', name: 'signed_up', id: 'e-1' })
    await world.runUntil('PT2H')

    const requests = heard(world)
    expect(requests.map(({ t }) => Math.floor(t))).toEqual([0, 3600])
    expect(requests[0]?.body).toEqual({
      accountId: 'sim',
      events: [
        {
          eventId: 'evt_sim_1_1',
          eventName: 'JOURNEY_STARTED',
          timestamp: Date.parse(start),
          eventInfo: 'v1.1',
          data: { leadId: 'ada', campaignId: 'welcome', campaignVersion: 1, journeyId: 1, eventId: 'e-1' },
        },
      ],
    })
    expect(requests[1]?.body.events.map((e: { eventName: string }) => e.eventName)).toEqual([
      'WEBHOOK_SUCCEEDED',
      'JOURNEY_FINISHED',
    ])
    await world.finalLaws()
  })

  it('tries again after 5, 10, 20, 40, 80, 160 seconds, then every 300', async () => {
    const world = await worldOf(['journey.started'])
    world.receiver = listener(() => ({ after: 0, with: { is: 'answered', status: 500 } }))

    world.send({ lead: 'ada', name: 'signed_up' })
    await world.runUntil('PT16M')

    expect(heard(world).map(({ t }) => t)).toEqual([0, 5, 15, 35, 75, 155, 315, 615, 915])
    expect(new Set(heard(world).map(({ call }) => call.webhookId)).size).toBe(1)
    expect(heard(world).map(({ call }) => call.attempt)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  it('is disabled after seven days without an answer, with what was not delivered kept, and told of it when it is switched on again', async () => {
    const world = await worldOf(['journey.started'], {}, { laws: 'none' })
    world.receiver = listener(() => ({ after: 0, with: { is: 'answered', status: 503 } }))

    world.send({ lead: 'ada', name: 'signed_up' })
    await world.runUntil('P7DT10M')
    const tried = heard(world).length
    const alerts = await world.store.read(latestAlerts(10))
    expect(alerts.map(({ receiver, reached }) => [receiver, reached])).toEqual([
      [target, 85],
      [target, 42],
      [target, 14],
    ])
    await world.runUntil('P1D')

    expect(world.subscriptions()[0]?.subscription).toMatchObject({ state: 'disabled', outcome: 'status 503' })
    expect(heard(world).length).toBe(tried)
    expect(tried).toBeGreaterThanOrEqual(2_020)

    world.receiver = ok
    await world.subscription(now => switchOn('crm', now))
    await world.runUntil('PT1S')

    expect(
      heard(world)
        .slice(tried)
        .flatMap(({ call }) => idsIn(call)),
    ).toEqual(['evt_sim_1_1'])
  }, 60_000)

  it('ends at once with a listener that answers 410', async () => {
    const world = await worldOf(['journey.started'])
    world.receiver = listener(always(410))

    world.send({ lead: 'ada', name: 'signed_up' })
    await world.runUntil('PT1H')

    expect(heard(world)).toHaveLength(1)
    expect(world.subscriptions()[0]?.subscription).toMatchObject({ state: 'disabled', outcome: 'status 410' })
  })

  it('waits as long as the listener asks for by Retry-After', async () => {
    const world = await worldOf(['journey.started'])
    world.receiver = listener(call =>
      call.attempt === 1
        ? { after: 0, with: { is: 'answered', status: 429, headers: { 'retry-after': '60' } } }
        : { after: 0, with: { is: 'answered', status: 200 } },
    )

    world.send({ lead: 'ada', name: 'signed_up' })
    await world.runUntil('PT10M')

    expect(heard(world).map(({ t }) => t)).toEqual([0, 60])
  })

  it('lets batched events wait for others, until they are enough or the oldest has waited long enough', async () => {
    const world = await worldOf(['journey.step_entered'])
    await world.settings({
      subscriptions: { accountId: 'acme', most: 5, batchSeconds: 30, batchEvents: 6, keepDays: 7 },
    })

    world.send({ lead: 'ada', name: 'signed_up' })
    await world.runUntil('PT10S')
    expect(heard(world)).toEqual([])
    await world.runUntil('PT21S')

    expect(heard(world).map(({ t, body }) => [t, body.accountId, body.events.length])).toEqual([[30, 'acme', 2]])

    for (let i = 0; i < 3; i++) world.send({ lead: `l${i}`, name: 'signed_up' })
    await world.runUntil('PT1S')

    expect(heard(world).at(-1)?.body.events).toHaveLength(6)
  })

  it('takes batched events along with one in real time behind them, so that the order is kept', async () => {
    const world = await worldOf(['journey.step_entered', 'journey.finished'])

    world.send({ lead: 'ada', name: 'signed_up' })
    await world.runUntil('PT1S')
    expect(heard(world)).toEqual([])
    await world.runUntil('PT2H')

    const names = heard(world).flatMap(({ body }) => body.events.map((e: { eventName: string }) => e.eventName))
    expect(names.at(-1)).toBe('JOURNEY_FINISHED')
    expect(names.slice(0, -1).every(name => name === 'JOURNEY_STEP_ENTERED')).toBe(true)
    await world.finalLaws()
  })

  it('holds up nobody else when its listener is dead', async () => {
    const other = 'https://listener.example.org/hook'
    const world = await worldOf(['journey.started'])
    await subscribe(world, 'other', ['journey.started'], { target: other })
    world.receiver = listener((call, at) =>
      call.request.url === target ? { after: 15_000, with: { is: 'unreachable', cause: 'timeout' } } : ok(call, at),
    )

    for (let i = 0; i < 20; i++) {
      world.send({ lead: `l${i}`, name: 'signed_up' })
      await world.runUntil('PT1S')
    }

    expect(heard(world, other).flatMap(({ body }) => body.events)).toHaveLength(20)
    expect(
      heard(world, other).every(({ t, body }) => t * 1000 + Date.parse(start) - body.events[0].timestamp < 1000),
    ).toBe(true)
  })

  it('costs nothing where nobody hears: nothing is written', async () => {
    const world = await World.create({ start })
    await world.launch('welcome', welcome)

    world.send({ lead: 'ada', name: 'signed_up' })
    await world.runUntil('PT2H')

    expect(await world.store.read(lastNotice())).toBe(0)
  })

  it('that is off hears nothing of what happens meanwhile', async () => {
    const world = await worldOf(['journey.started'])
    await world.subscription(now => switchOff('crm', now), 'crm')
    world.send({ lead: 'ada', name: 'signed_up' })
    await world.runUntil('PT1M')
    await world.subscription(now => switchOn('crm', now))
    world.send({ lead: 'bob', name: 'signed_up' })
    await world.runUntil('PT1M')

    expect(
      heard(world).flatMap(({ body }) => body.events.map((e: { data: { leadId: string } }) => e.data.leadId)),
    ).toEqual(['bob'])
  })

  it('tells nothing of a turn that was rolled back, and that which comes of it once', async () => {
    const world = await worldOf(['journey.started'])
    world.send({ lead: 'ada', name: 'signed_up' })
    world.diskIsFull()
    await world.runOneTurn().catch(() => {})
    await world.runUntil('PT1M')

    expect(heard(world)).toHaveLength(1)
    expect(await world.store.read(noticesAfter(0, 100, 100))).toHaveLength(1)
    await world.finalLaws()
  })

  it('is told again, under the same id, of what was on the wire when the process died', async () => {
    const world = await worldOf(['journey.started'])
    world.receiver = listener(() => ({ after: 4_000, with: { is: 'answered', status: 200 } }))
    world.send({ lead: 'ada', name: 'signed_up' })
    await world.runUntil('PT1S')
    await world.die()
    await world.runUntil('PT1M')

    expect(heard(world).map(({ call }) => [call.webhookId, call.attempt])).toEqual([
      [heard(world)[0]?.call.webhookId, 1],
      [heard(world)[0]?.call.webhookId, 2],
    ])
    const [delivery] = await world.store.read(deliveriesOf('crm', 10))
    expect(delivery).toMatchObject({ state: 'delivered', attempts: 2, events: 1 })
    expect((await world.store.read(attemptsOfTouches([delivery?.id ?? 0]))).map(a => a.outcome)).toEqual([
      'interrupted',
      'status 200',
    ])
    await world.finalLaws()
  })

  it('hears of campaigns and lists, whoever changes them', async () => {
    const world = await World.create({ start })
    await world.list('vip')
    await world.lead('ada')
    const events = ['campaign.published', 'campaign.paused', 'campaign.resumed', 'campaign.stopped', 'list.joined']
    await subscribe(world, 'crm', [...events, 'lead.created', 'lead.changed', 'lead.deleted', 'event.received'])
    await world.runUntil('PT1S')
    await world.launch('welcome', welcome)
    await world.pause('welcome')
    await world.resume('welcome')
    await world.puts('ada', 'vip')
    await world.changes('bob', { score: 1 })
    await world.changes('bob', { score: 2 })
    world.send({ lead: 'eve', name: 'signed_up' })
    await world.runUntil('PT1S')
    await world.forget('bob')
    await world.stop('welcome', 'finish', 'Over.')
    await world.runUntil('PT1S')

    const told = heard(world).flatMap(({ body }) => body.events.map((e: Told) => [e.eventName, e.data]))
    expect(told).toEqual([
      ['CAMPAIGN_PUBLISHED', { campaignId: 'welcome', campaignVersion: 1 }],
      ['CAMPAIGN_PAUSED', { campaignId: 'welcome' }],
      ['CAMPAIGN_RESUMED', { campaignId: 'welcome' }],
      ['LIST_JOINED', { leadId: 'ada', listId: 'vip' }],
      ['LEAD_CREATED', { leadId: 'bob' }],
      ['LEAD_CHANGED', { leadId: 'bob', fields: ['score'] }],
      ['LEAD_CREATED', { leadId: 'eve' }],
      ['EVENT_RECEIVED', { leadId: 'eve', event: 'signed_up', eventId: 'e1', happenedAt: Date.parse(start) + 1000 }],
      ['LEAD_DELETED', { leadId: 'bob' }],
      ['CAMPAIGN_STOPPED', { campaignId: 'welcome', reason: 'Over.' }],
    ])
  })

  it('is told in full what a lead was like at that moment, when it asks for that', async () => {
    const world = await worldOf(['journey.step_entered', 'lead.changed'], { payload: 'full', envelope: 'cloudevents' })
    await world.settings({
      subscriptions: { accountId: 'acme', most: 5, batchSeconds: 1, batchEvents: 6, keepDays: 7 },
    })
    await world.changes('ada', { country: 'India' })
    await world.changes('ada', { country: 'Nepal' })
    world.send({ lead: 'ada', name: 'signed_up' })
    await world.runUntil('PT5S')

    expect(heard(world)[0]).toMatchObject({
      body: {
        specversion: '1.0',
        source: '/hookline/acme',
        type: 'lead.changed',
        subject: 'ada',
        time: '2026-05-04T09:00:00Z',
        data: { fields: ['country'], before: { country: 'India' }, attributes: { country: 'Nepal' } },
      },
    })
    expect(heard(world)[2]?.body.data).toMatchObject({ stepId: 'wait', stepName: 'Delay', campaignName: 'welcome' })
  })

  it('is kept as long as the settings say, and no longer, once it was told', async () => {
    const world = await worldOf(['journey.started'])
    world.send({ lead: 'ada', name: 'signed_up' })
    await world.runUntil('P6D')
    world.send({ lead: 'bob', name: 'signed_up' })
    await world.runUntil('P2D')
    await world.purge().now()

    const kept = await world.store.read(noticesAfter(0, 100, 100))
    expect(kept.map(({ data }) => data['leadId'])).toEqual(['bob'])
    expect(await world.store.read(deliveriesOf('crm', 10))).toHaveLength(1)
  })

  it('says nothing more of a lead that was deleted than ids and what happened', async () => {
    const world = await worldOf(['journey.started', 'lead.deleted'], { payload: 'full' })
    world.receiver = listener(() => ({ after: 0, with: { is: 'answered', status: 500 } }))
    await world.changes('ada', { email: 'ada@example.com' })
    world.send({ lead: 'ada', name: 'signed_up' })
    await world.runUntil('PT1S')
    await world.forget('ada')

    const kept = await world.store.read(noticesAfter(0, 100, 100))
    expect(kept.map(({ kind, full }) => [kind, full?.['attributes']])).toEqual([
      ['journey.started', undefined],
      ['lead.deleted', {}],
    ])
  })
})

interface Told {
  readonly eventName: string
  readonly data: object
}

describe('in random installations', () => {
  it.each([4, 5, 11])(
    'listeners hear what happened, through crashes and dead ends (seed %i)',
    async seed => {
      await runSeed(seed, { listens: true })
    },
    300_000,
  )
})
