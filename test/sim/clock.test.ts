import { describe, expect, it } from 'vitest'
import { night } from '#shared/rules/quiet'
import { anybody, capOf, graph, posts, step } from './graphs'
import { World } from './world'

// Found A2: a suspended laptop, a resumed machine, a step of NTP. Timers are kept by the monotonic clock, what is due is due by the wall clock.

const MINUTE = 60_000
const signedUp = step('trigger', { event: 'signed_up', where: anybody })
const call = step('call-webhook', posts('crm', {}, { delivery: { retry: 'prompt', jitterPercent: 0 } }))
const calling = graph({ in: signedUp, call }, ['in -> call'], { entry: { rule: 'every-time' } })

/** A call was refused with 503 and is tried again in five seconds; the engine ticks by itself. */
async function retrying(refusals = 1) {
  const world = await World.create()
  let n = 0
  world.receiver = () => ({ after: 50, with: { is: 'answered', status: ++n <= refusals ? 503 : 200 } })
  await world.launch('c', calling)
  world.send({ lead: 'ada', name: 'signed_up' })
  await world.answered('bob', 'looked_around')
  await world.runOneTurn()
  await world.passes(100)
  expect(world.arrived).toHaveLength(1)
  return world
}

describe('after the wall clock was set forward', () => {
  it('what became due is done within a second, and events are answered at once', async () => {
    const world = await retrying()

    world.setClock(10 * MINUTE)
    expect(await world.answered('cid', 'looked_around')).toBeLessThanOrEqual(5)
    await world.passes(1000)

    expect(world.arrived).toHaveLength(2)
  })

  it('nothing is waited for that the clock has passed, with an alarm an hour away', async () => {
    const world = await World.create()
    const delay = step('delay', { duration: 'PT1H' })
    await world.launch('c', graph({ in: signedUp, delay, call }, ['in -> delay', 'delay -> call']))
    world.send({ lead: 'ada', name: 'signed_up' })
    await world.runOneTurn()
    await world.passes(100)

    world.setClock(46 * MINUTE)
    await world.passes(1500)
    expect(world.arrived).toEqual([])
    world.setClock(14 * MINUTE)
    await world.passes(1500)

    expect(world.arrived).toHaveLength(1)
  })

  it('by days, nothing leaves twice and nobody is lost', async () => {
    const world = await retrying(3)

    for (let i = 0; i < 6; i++) {
      world.setClock(2 * 24 * 60 * MINUTE)
      await world.passes(2000)
    }

    expect(world.arrived.map(({ call }) => call.attempt)).toEqual([1, 2, 3, 4])
    await world.finalLaws()
  })
})

describe('after the wall clock was set back', () => {
  it.each([
    ['ten minutes', 10 * MINUTE],
    ['ten hours', 600 * MINUTE],
    ['three days', 3 * 24 * 60 * MINUTE],
  ])(
    'by %s, events are answered at once, nothing leaves twice, and a retry does not wait for the difference',
    async (_, by) => {
      const world = await retrying()

      world.setClock(-by)
      expect(await world.answered('cid', 'looked_around')).toBeLessThanOrEqual(5)
      // Due in five seconds; at half the speed of time in ten.
      await world.passes(11_000)

      expect(world.arrived.map(({ call }) => call.attempt)).toEqual([1, 2])
      await world.passes(60_000)
      expect(world.arrived).toHaveLength(2)
      await world.finalLaws()
    },
  )

  it('nothing is sent by night, neither by our time nor by the clock on the wall', async () => {
    const drawn = graph({ in: signedUp, call }, ['in -> call'], {
      entry: { rule: 'every-time' },
      quietHours: night,
      zone: 'UTC',
    })
    const world = await World.create({ start: '2026-05-04T08:30:00Z' })
    await world.launch('c', drawn)
    world.send({ lead: 'ada', name: 'signed_up' })
    await world.runUntil('PT1S')
    expect(world.arrived).toHaveLength(1)

    // Our time goes on from 08:30; the wall shows 07:30.
    world.setClock(-60 * MINUTE)
    world.send({ lead: 'bob', name: 'signed_up' })
    await world.runUntil('2026-05-04T07:59:59Z')
    expect(world.arrived).toHaveLength(1)
    await world.runUntil('2026-05-04T08:00:02Z')

    expect(world.arrived).toHaveLength(2)
  })

  it('caps go on counting what was sent before', async () => {
    const capped = graph({ in: signedUp, call }, ['in -> call'], {
      entry: { rule: 'every-time' },
      caps: [capOf(1, 60, 'minutes')],
    })
    const world = await World.create()
    await world.launch('c', capped)
    const ada = await world.lead('ada')
    await ada.does('signed_up')

    world.setClock(-30 * MINUTE)
    await ada.does('signed_up')

    expect(world.arrived).toHaveLength(1)
    await world.finalLaws()
  })
})
