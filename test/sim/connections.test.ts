import { describe, expect, it } from 'vitest'
import type { Exits } from '#shared/rules/exits/index'
import { all, sql } from '#shared/store/work'
import { anybody, graph, posts, step } from './graphs'
import { World } from './world'

const signedUp = step('trigger', { event: 'signed_up', where: anybody })

/** 25 leads, and a receiver that holds its answers for 30 seconds. */
async function worldOf25(connections: number | null) {
  const world = await World.create({ maxInFlight: 1024 })
  if (connections !== null) await world.settings({ connections })
  await world.launch('welcome', graph({ in: signedUp, call: step('call-webhook', posts('slow')) }, ['in -> call']))
  world.receiver = () => ({ after: 30_000, with: { is: 'answered', status: 200 } })
  for (let i = 0; i < 25; i++) world.send({ lead: `l${i}`, name: 'signed_up' })
  await world.runUntil('PT1S')
  return world
}

async function touches(world: World): Promise<readonly string[]> {
  return (await world.store.read(all<{ status: string }>(sql`select status from touches order by id`))).map(
    t => t.status,
  )
}

describe('calls at once, over all hosts', () => {
  it('marketo-alm rule 19: 25 leads and a limit of 20 are 20 open calls, 5 that wait, and none that failed', async () => {
    const world = await worldOf25(20)
    expect(world.open).toBe(20)
    // Who has no place has asked no gate for good: nothing is reserved for them.
    expect(await touches(world)).toEqual(Array(20).fill('reserved'))

    await world.runUntil('PT30S')
    expect(world.open).toBe(5)

    await world.runOut()
    expect(await touches(world)).toEqual(Array(25).fill('received'))
    expect(world.arrived).toHaveLength(25)
    await world.finalLaws()
  })

  it('found G15: are few to a host that has not answered yet, and more when it has', async () => {
    const world = await worldOf25(null)
    expect(world.open).toBe(20)

    for (let i = 0; i < 100; i++) world.send({ lead: `more${i}`, name: 'signed_up' })
    await world.runUntil('PT30S')

    expect(world.open).toBe(64)
  })

  it('act without a restart, up and down, and over one', async () => {
    const world = await worldOf25(3)
    expect(world.open).toBe(3)

    await world.settings({ connections: 10 })
    await world.runUntil('PT1S')
    expect(world.open).toBe(10)

    await world.settings({ connections: 2 })
    await world.runUntil('PT30S')
    expect(world.open).toBe(2)

    await world.die()
    await world.runUntil('PT1S')
    expect(world.open).toBe(2)
    await world.runOut()
    expect(await touches(world)).toEqual(Array(25).fill('received'))
  })

  // Their places were never given back: after so many of them nothing left any more, until the next start.
  it('give their place back when their lead leaves in the very batch in which they would leave', async () => {
    const world = await World.create({ maxInFlight: 2 })
    const exits: Exits = {
      ways: [{ on: 'event', event: 'left', where: anybody as never, reason: '' }],
      when: 'at-once',
    }
    const call = step('call-webhook', posts('a'))
    await world.launch('welcome', graph({ in: signedUp, call }, ['in -> call'], { exits }))
    for (const lead of ['a', 'b', 'c']) {
      world.send({ lead, name: 'signed_up' }, { lead, name: 'left', at: world.now + 1 })
      await world.runUntil('PT1M')
    }
    expect(world.arrived).toEqual([])

    world.send({ lead: 'stays', name: 'signed_up' })
    await world.runUntil('PT1M')

    expect(world.arrived).toHaveLength(1)
  })

  it('leave the line in the order of their coming', async () => {
    const world = await worldOf25(1)
    await world.runOut()

    const order = world.arrived.map(({ call }) => call.touch)
    expect(order).toEqual([...order].sort((a, b) => a - b))
  })
})
