import { describe, expect, it } from 'vitest'
import type { Settings } from '#shared/graph/schema'
import { anybody, goalOf, graph, posts, step } from './graphs'
import { World } from './world'

// A journey is entered when its event took place, for every rule, however late and with whatever else the event came in.

const start = Date.parse('2026-05-04T09:00:00Z')
const enters = step('trigger', { event: 'signed_up', where: anybody })
const welcome = (settings: Partial<Settings>) =>
  graph(
    { in: enters, message: step('call-webhook', posts('message')), rest: step('delay', { wait: 'P20D' }) },
    ['in -> message', 'message -> rest'],
    settings,
  )
const goals = [goalOf('bought', 'P1D')]

async function worldWith(settings: Partial<Settings>) {
  const world = await World.create()
  expect(await world.launch('c', welcome(settings))).toEqual({ is: 'done' })
  await world.runUntil('PT1H')
  return world
}

async function converted(world: World, lead = 'ada') {
  const [journey] = await world.journeysOf(lead)
  return journey === undefined ? [] : (await world.conversions(journey)).map(c => c.eventId)
}

describe('a conversion that comes in with the entry', () => {
  it('counts when both came in one request', async () => {
    const world = await worldWith({ goals })

    await world.post({ lead: 'ada', name: 'signed_up' }, { lead: 'ada', name: 'bought' })

    expect(await converted(world)).toHaveLength(1)
    await world.finalLaws()
  })

  it('counts when both are told late, as by a client that sends every 30 seconds', async () => {
    const world = await worldWith({ goals })
    const { now } = world

    await world.post(
      { lead: 'ada', name: 'signed_up', at: now - 25_000 },
      { lead: 'ada', name: 'bought', at: now - 10_000 },
    )
    await world.runUntil('PT1M')

    expect(await converted(world)).toHaveLength(1)
    await world.finalLaws()
  })

  it('counts when it comes in 2 ms later, under its own earlier time', async () => {
    const world = await worldWith({ goals })
    const { now } = world

    await world.post({ lead: 'ada', name: 'signed_up', at: now - 5 })
    world.now += 2
    await world.post({ lead: 'ada', name: 'bought', at: now - 3 })

    expect(await converted(world)).toHaveLength(1)
    await world.finalLaws()
  })

  it('counts the same for a goal that is added later', async () => {
    const world = await worldWith({})
    const { now } = world
    await world.post(
      { lead: 'ada', name: 'signed_up', at: now - 25_000 },
      { lead: 'ada', name: 'bought', at: now - 10_000 },
    )

    expect(await world.launch('c', welcome({ goals }))).toEqual({ is: 'done' })
    await world.runUntil('PT1M')

    expect(await converted(world)).toHaveLength(1)
    await world.finalLaws()
  })

  it('is the first that took place: one that came in before it gives way, and nobody hears of it twice', async () => {
    const world = await worldWith({ goals })
    const hears = step('trigger', { ways: [{ on: 'conversion', campaign: 'c', where: anybody }] })
    expect(await world.launch('hears', graph({ in: hears }, [], { entry: { rule: 'every-time' } }))).toEqual({
      is: 'done',
    })
    const { now } = world
    await world.post({ lead: 'ada', name: 'signed_up', at: now - 30_000 })

    world.send({ lead: 'ada', name: 'bought', id: 'second', at: now - 10_000 })
    await world.runUntil('PT1S')
    world.send({ lead: 'ada', name: 'bought', id: 'first', at: now - 20_000 })
    await world.runUntil('PT1S')

    expect(await converted(world)).toEqual(['first'])
    expect((await world.journeysOf('ada')).filter(j => j.campaignId === 'hears')).toHaveLength(1)
    await world.finalLaws()
  })
})

describe('a re-entry rule', () => {
  const period = { entry: { rule: 'once-per-period', period: 'P1D' } } as const
  const days = async (world: World) => (await world.journeysOf('ada')).map(j => j.enteredAt - start)
  const hour = 3_600_000

  it('counts from event to event, however late each comes in', async () => {
    const world = await worldWith(period)
    world.send({ lead: 'ada', name: 'signed_up', at: start + hour })
    await world.runUntil('PT20H')
    // It took place 24 hours after the first, and comes in 5 minutes later; the first came in late too.
    world.send({ lead: 'ada', name: 'signed_up', at: start + 20 * hour })
    await world.runUntil('PT5H')
    world.send({ lead: 'ada', name: 'signed_up', at: start + 25 * hour })
    await world.runUntil('PT1M')

    expect(await days(world)).toEqual([hour, 25 * hour])
  })

  it('holds for an event that is older than the last entry and comes in after it', async () => {
    const world = await worldWith({ entry: { rule: 'once' } })
    await world.post({ lead: 'ada', name: 'signed_up', at: world.now - 10_000 })
    await world.post({ lead: 'ada', name: 'signed_up', at: world.now - 20_000 })

    expect(await world.journeysOf('ada')).toHaveLength(1)
  })
})
