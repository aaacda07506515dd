import { describe, expect, it } from 'vitest'
import { explain } from '#shared/explain/explain'
import { always, ok } from '#shared/simulate/endpoints'
import { attemptsOfTouches } from '#shared/store/attempts'
import { all, sql } from '#shared/store/work'
import { anybody, graph, posts, step } from './graphs'
import { World } from './world'

const signedUp = step('trigger', { event: 'signed_up', where: anybody })
const calling = (delivery: object = {}) =>
  graph({ in: signedUp, call: step('call-webhook', posts('crm', {}, { delivery })) }, ['in -> call'])

async function worldOf(delivery: object) {
  const world = await World.create({ maxInFlight: 4096 })
  await world.launch('c', calling(delivery))
  world.receiver = () => ({ after: 20_000, with: { is: 'answered', status: 200 } })
  return world
}

describe('found G8: an attempt that the end of the process cut off', () => {
  it('is shown, each of them, and costs the send none of its tries', async () => {
    const world = await worldOf({ retry: 'brief' })
    const ada = await world.lead('ada')
    await ada.does('signed_up')
    await world.die()
    await world.runUntil('PT1S')
    await world.die()
    world.receiver = always(503)
    await world.runOut()

    // Three copies of the first try, and the three retries of the plan.
    expect(world.arrived.map(({ call }) => call.attempt)).toEqual([1, 2, 3, 4, 5, 6])
    const [journey] = await ada.journeys()
    const [touch] = await world.touches(journey!)
    const attempts = await world.store.read(attemptsOfTouches([touch?.id ?? 0]))
    expect(attempts.map(({ n, outcome }) => [n, outcome])).toEqual([
      [1, 'interrupted'],
      [2, 'interrupted'],
      ...[3, 4, 5, 6].map(n => [n, 'status 503']),
    ])
    const told = (await ada.story()).map(entry => explain(entry, { graph: calling(), zone: 'UTC' }))
    expect(told.filter(line => line.startsWith('Attempt 1'))).toEqual([
      'Attempt 1 was cut off, because Hookline stopped: it may have arrived. It is made again under the same webhook-id.',
    ])
    await world.finalLaws()
  })

  it('moves nobody who was taken out between the start and the first turn', async () => {
    const world = await worldOf({ repeat: 'at-most-once' })
    const ada = await world.lead('ada')
    await ada.does('signed_up')
    await world.die()

    const [journey] = await ada.journeys()
    await world.remove(journey?.id ?? 0)
    await world.runOut()

    expect(await ada.at()).toBe('exited')
    await world.finalLaws()
  })

  it('begins the plan of a resend with nothing used up', async () => {
    const world = await worldOf({ retry: 'brief' })
    world.receiver = always(404)
    await (await world.lead('ada')).does('signed_up')
    const [dead = 0] = await world.deadLetters()
    world.receiver = () => ({ after: 20_000, with: { is: 'answered', status: 200 } })
    await world.resend(dead)
    await world.runUntil('PT1S')
    await world.die()
    world.receiver = always(503)

    await world.runOut()

    expect(world.arrived).toHaveLength(2 + 4)
    await world.finalLaws()
  })
})

describe('found A6: of calls that are made once at most', () => {
  it('only what was on the wire is uncertain when the process dies; the others are made', async () => {
    const world = await worldOf({ repeat: 'at-most-once' })
    world.receiver = ok
    for (let i = 0; i < 200; i++) world.send({ lead: `warm${i}`, name: 'signed_up' })
    await world.runUntil('PT10S')
    world.receiver = () => ({ after: 20_000, with: { is: 'answered', status: 200 } })
    for (let i = 0; i < 1000; i++) world.send({ lead: `l${i}`, name: 'signed_up' })
    await world.runUntil('PT1S')
    const begun = world.arrived.length - 200
    expect(begun).toBeGreaterThan(50)
    expect(begun).toBeLessThan(1000)

    await world.die()
    world.receiver = ok
    await world.runOut()

    const rows = await world.store.read(
      all<{ status: string; n: number }>(
        sql`select status, count(*) as n from touches group by status order by status`,
      ),
    )
    expect(rows).toEqual([
      { status: 'received', n: 1200 - begun },
      { status: 'uncertain', n: begun },
    ])
    expect(world.arrived).toHaveLength(1200)
    await world.finalLaws()
  })
})
