import { describe, expect, it } from 'vitest'
import type { Graph, Settings } from '#shared/graph/schema'
import { anybody, goalOf, graph, posts, step } from './graphs'
import { overhear } from './overhear'
import { World } from './world'

// The time of an event beats the time of its arrival.

const cart = step('trigger', { event: 'cart_filled', where: anybody })
const reminder = step('call-webhook', posts('reminder'))
const exits: Settings['exits'] = {
  ways: [{ on: 'event', event: 'bought', where: anybody, reason: 'Has bought' }],
  when: 'at-once',
}
const branch = (id: string, event: string) => ({ id, label: id.toUpperCase(), event, where: anybody, same: [] })
const waitFor = (event: string, window = 'PT1H', pick = 'first') =>
  step('wait-for-event', { window, pick, branches: [branch('a', event)] })

/** An abandoned cart: reminded after an hour, unless an exit comes first. */
const byExit = graph(
  { in: cart, hour: step('delay', { wait: 'PT1H' }), reminder },
  ['in -> hour', 'hour -> reminder'],
  {
    exits,
  },
)
/** The same at once: the exit must be there before the call. */
const atOnce = graph({ in: cart, reminder }, ['in -> reminder'], { exits })
/** The same by a wait. */
const byWait = graph({ in: cart, wait: waitFor('bought'), thanks: step('exit'), reminder }, [
  'in -> wait',
  'wait:a -> thanks',
  'wait:else -> reminder',
])

async function worldWith(g: Graph) {
  const world = await World.create()
  expect(await world.launch('c', g)).toEqual({ is: 'done' })
  await world.runUntil('PT1H')
  return world
}

const events = (world: World) =>
  [
    { lead: 'ada', name: 'bought', id: 'purchase', at: world.now - 1000 },
    { lead: 'ada', name: 'cart_filled', id: 'cart', at: world.now - 2000 },
  ] as const

describe('a purchase that comes in before its cart', () => {
  for (const [how, g] of Object.entries({
    'an exit': byExit,
    'an exit before a call at once': atOnce,
    'a wait': byWait,
  })) {
    it(`keeps the reminder away by ${how}, in one request`, async () => {
      const world = await worldWith(g)

      await world.post(...events(world))
      await world.runUntil('P1D')

      expect(world.arrived).toHaveLength(0)
      expect(await world.journeysOf('ada')).toHaveLength(1)
      await world.finalLaws()
    })

    it(`keeps the reminder away by ${how}, in two requests`, async () => {
      const world = await worldWith(g)
      const [purchase, cartFilled] = events(world)

      await world.post(purchase)
      await world.die()
      await world.post(cartFilled)
      await world.runUntil('P1D')

      expect(world.arrived).toHaveLength(0)
      expect(await world.journeysOf('ada')).toHaveLength(1)
      await world.finalLaws()
    })
  }

  it('counts as a conversion of it, in two requests', async () => {
    const world = await worldWith(
      graph({ in: cart, rest: step('delay', { wait: 'P1D' }) }, ['in -> rest'], { goals: [goalOf('bought', 'P1D')] }),
    )
    const [purchase, cartFilled] = events(world)

    await world.post(purchase)
    await world.post(cartFilled)

    const [journey] = await world.journeysOf('ada')
    expect(journey && (await world.conversions(journey))).toMatchObject([{ eventId: 'purchase', variants: {} }])
    await world.finalLaws()
  })

  it('keeps the reminder away in a request of thousands, in which it stands far before the cart', async () => {
    const world = await worldWith(byExit)
    const [purchase, cartFilled] = events(world)
    const others = Array.from({ length: 1200 }, (_, i) => ({
      lead: `l${i % 50}`,
      name: 'visited',
      at: world.now - 1500,
    }))

    await world.post(purchase, ...others, cartFilled)
    await world.runUntil('P1D')

    expect(world.arrived).toHaveLength(0)
  })
})

describe('a purchase from before the cart', () => {
  for (const [how, g] of Object.entries({ 'an exit': byExit, 'a wait': byWait })) {
    it(`does not keep the reminder away by ${how}`, async () => {
      const world = await worldWith(g)

      await world.post(
        { lead: 'ada', name: 'cart_filled', at: world.now - 1000 },
        { lead: 'ada', name: 'bought', at: world.now - 2000 },
      )
      await world.post({ lead: 'bob', name: 'bought', at: world.now - 2000 })
      await world.post({ lead: 'bob', name: 'cart_filled', at: world.now - 1000 })
      await world.runUntil('P1D')

      expect(world.arrived).toHaveLength(2)
      await world.finalLaws()
    })
  }

  it('came in first at the same instant, and does not keep the reminder away', async () => {
    const world = await worldWith(byExit)
    const at = world.now - 1000

    await world.post({ lead: 'ada', name: 'bought', at }, { lead: 'ada', name: 'cart_filled', at })
    await world.post({ lead: 'bob', name: 'cart_filled', at }, { lead: 'bob', name: 'bought', at })
    await world.runUntil('P1D')

    expect(world.arrived.map(({ call }) => JSON.parse(call.request.body ?? '{}').lead)).toHaveLength(1)
    await world.finalLaws()
  })
})

describe('a wait that begins in the past', () => {
  it('hears what came in since, and so does the next one', async () => {
    const world = await worldWith(
      graph({ in: cart, one: waitFor('opened'), two: waitFor('bought'), thanks: step('exit'), reminder }, [
        'in -> one',
        'one:a -> two',
        'two:a -> thanks',
        'one:else -> reminder',
        'two:else -> reminder',
      ]),
    )
    const { now } = world

    await world.post({ lead: 'ada', name: 'bought', at: now - 1000 })
    await world.post({ lead: 'ada', name: 'opened', at: now - 2000 })
    await world.post({ lead: 'ada', name: 'cart_filled', at: now - 3000 })

    expect((await world.journeysOf('ada'))[0]).toMatchObject({ step: 'thanks' })
    await world.finalLaws()
  })

  it('hears what its lead did between the end of a delay and the turn that was late for it', async () => {
    const world = await worldWith(
      graph(
        { in: cart, minute: step('delay', { wait: 'PT1M' }), wait: waitFor('bought'), thanks: step('exit'), reminder },
        ['in -> minute', 'minute -> wait', 'wait:a -> thanks', 'wait:else -> reminder'],
      ),
    )
    // More timers than one turn takes: bob's comes last.
    for (let i = 0; i < 600; i++) world.send({ lead: `l${i}`, name: 'cart_filled' })
    await world.runUntil('PT1S')
    world.send({ lead: 'bob', name: 'cart_filled', at: world.now - 1000 })
    await world.runUntil('PT1S')
    world.now += 120_000
    world.send({ lead: 'bob', name: 'bought', at: world.now - 30_000 })
    await world.runUntil('PT1S')

    expect((await world.journeysOf('bob'))[0]).toMatchObject({ step: 'thanks' })
    await world.finalLaws()
  })

  it('takes the highest way of all that happened since, when ranked', async () => {
    const ranked = step('wait-for-event', {
      window: 'PT1H',
      pick: 'ranked',
      branches: [branch('a', 'bought'), branch('b', 'opened')],
    })
    const world = await worldWith(
      graph({ in: cart, wait: ranked, won: step('exit'), seen: step('exit'), reminder }, [
        'in -> wait',
        'wait:a -> won',
        'wait:b -> seen',
        'wait:else -> reminder',
      ]),
    )
    const { now } = world

    await world.post({ lead: 'ada', name: 'bought', at: now - 1000 }, { lead: 'ada', name: 'opened', at: now - 500 })
    await world.post({ lead: 'ada', name: 'cart_filled', at: now - 3000 })
    await world.runUntil('PT2H')

    expect((await world.journeysOf('ada'))[0]).toMatchObject({ step: 'won' })
    await world.finalLaws()
  })
})

describe('events that come in as they happen', () => {
  it('cost no look at what was stored before', async () => {
    const world = await worldWith(byWait)
    await world.post({ lead: 'ada', name: 'bought' })
    await world.runUntil('PT1M')
    const said = overhear(world.store)

    await world.post({ lead: 'ada', name: 'cart_filled' }, { lead: 'ada', name: 'bought' })
    await world.runUntil('PT1M')

    expect(said.filter(text => text.includes('from history'))).toEqual([])
    expect((await world.journeysOf('ada'))[0]).toMatchObject({ step: 'thanks' })
  })
})
