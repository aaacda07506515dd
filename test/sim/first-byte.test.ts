import { describe, expect, it } from 'vitest'
import { explain } from '#shared/explain/explain'
import type { Exits } from '#shared/rules/exits/index'
import { night } from '#shared/rules/quiet'
import { all, sql } from '#shared/store/work'
import { anybody, capOf, graph, posts, step } from './graphs'
import type { WorldOptions } from './installation'
import { World } from './world'

// Law 14 (found A1): no first byte after an abort, a pause, an exit, a removal, or into quiet hours. A call is on its way for some time before
// its first byte leaves: a commit, a name server, a handshake, an access token. Here that takes two seconds.

const signedUp = step('trigger', { event: 'signed_up', where: anybody })
const call = step('call-webhook', posts('crm'), 'Tell the CRM')
const welcome = graph({ in: signedUp, call }, ['in -> call'], { entry: { rule: 'every-time' } })
const bought: Exits = {
  ways: [{ on: 'event', event: 'bought', where: anybody as never, reason: '' }],
  when: 'at-once',
}

/** A receiver that takes two seconds to reach. */
async function worldOf(drawn = welcome, options: WorldOptions = {}) {
  const world = await World.create({ maxInFlight: 1024, ...options })
  world.receiver = () => ({ connects: 2000, after: 50, with: { is: 'answered', status: 200 } })
  await world.launch('welcome', drawn)
  return world
}

/** Ada's call is handed out, and its first byte has not left. */
async function onItsWay(world: World, zone: string | null = null) {
  const ada = await world.lead('ada', {}, zone)
  await ada.does('signed_up')
  expect(world.open).toBe(1)
  expect(world.arrived).toEqual([])
  return ada
}

const statuses = (world: World) =>
  world.store.read(all<{ status: string; attempts: number }>(sql`select status, attempts from touches order by id`))

describe('a call that has not begun', () => {
  it('never leaves after its campaign was aborted, and leaves nothing behind', async () => {
    const world = await worldOf()
    const ada = await onItsWay(world)

    await world.stop('welcome', 'exit')
    await world.runOut()

    expect(world.arrived).toEqual([])
    expect(await ada.at()).toBe('exited')
    expect(await statuses(world)).toEqual([])
    await world.finalLaws()
  })

  it('never leaves in a pause, and leaves after the resume under the same id', async () => {
    const world = await worldOf()
    const ada = await onItsWay(world)

    await world.pause('welcome')
    await world.runUntil('PT3H')
    expect(world.arrived).toEqual([])
    expect(await statuses(world)).toEqual([])

    await world.resume('welcome')
    await world.runOut()
    expect(world.arrived).toHaveLength(1)
    expect(await ada.at()).toBe('finished')
    await world.finalLaws()
  })

  it('never leaves after the lead has bought', async () => {
    const world = await worldOf(graph({ in: signedUp, call }, ['in -> call'], { exits: bought }))
    const ada = await onItsWay(world)

    await ada.does('bought')
    await world.runOut()

    expect(world.arrived).toEqual([])
    expect(await ada.at()).toBe('exited')
  })

  it('never leaves after its lead was taken out by hand, merged into another, or deleted', async () => {
    const removed = await worldOf()
    const [journey] = await (await onItsWay(removed)).journeys()
    await removed.remove(journey?.id ?? 0)
    await removed.runOut()
    expect(removed.arrived).toEqual([])

    const deleted = await worldOf()
    await onItsWay(deleted)
    await deleted.forget('ada')
    await deleted.runOut()
    expect(deleted.arrived).toEqual([])

    // Who is somebody else by now is asked anew, as whom they are.
    const merged = await worldOf()
    await merged.lead('bob')
    await onItsWay(merged)
    await merged.merge('ada', 'bob')
    await merged.runOut()
    expect(merged.withdrawn).toBe(1)
    expect(merged.arrived).toHaveLength(1)
    await merged.finalLaws()
  })

  it('never leaves into quiet hours: it waits for the morning, and is asked again', async () => {
    const world = await worldOf(graph({ in: signedUp, call }, ['in -> call'], { quietHours: night, zone: 'UTC' }), {
      start: '2026-05-04T21:59:58Z',
    })
    const ada = await onItsWay(world)

    await world.runUntil('PT1H')
    expect(world.arrived).toEqual([])
    expect(world.withdrawn).toBe(1)

    await world.runUntil('2026-05-05T08:00:05Z')
    expect(world.arrived.map(({ at }) => new Date(at).toISOString())).toEqual(['2026-05-05T08:00:02.000Z'])
    const told = (await ada.story()).map(entry => explain(entry, { graph: welcome, zone: 'UTC' }))
    expect(told).toContain(
      'Taken back before anything of it had left: the time in which it could leave was over. All rules are asked again.',
    )
    await world.finalLaws()
  })

  it('leaves at the last moment before quiet hours, and not a millisecond later', async () => {
    const drawn = graph({ in: signedUp, call }, ['in -> call'], { quietHours: night, zone: 'UTC' })
    const world = await worldOf(drawn, { start: '2026-05-04T21:59:57.999Z' })
    await onItsWay(world)

    await world.runUntil('PT1M')

    expect(world.arrived.map(({ at }) => new Date(at).toISOString())).toEqual(['2026-05-04T21:59:59.999Z'])
  })

  it('never leaves after the account closed, the endpoint was switched off, or a cap was lowered', async () => {
    const closed = await worldOf()
    await onItsWay(closed)
    await closed.settings({ quietHours: { ...night, windows: [], holidays: ['2026-05-04'] } })
    await closed.runUntil('2026-05-04T23:59:59Z')
    expect(closed.arrived).toEqual([])
    await closed.runOut()
    expect(closed.arrived).toHaveLength(1)

    const off = await worldOf()
    await onItsWay(off)
    await off.switchReceiver('https://hooks.example.com/crm', 'off')
    await off.runOut()
    expect(off.arrived).toEqual([])

    const capped = await worldOf()
    const ada = await onItsWay(capped)
    await capped.runUntil('PT3S')
    await ada.does('signed_up')
    await capped.capAll(capOf(1, 1, 'days'))
    await capped.runUntil('PT1H')
    expect(capped.arrived).toHaveLength(1)
    expect(await ada.at()).toBe('finished')
    await capped.finalLaws()
  })

  it('never leaves into the night of a zone that its lead has moved to', async () => {
    const drawn = graph({ in: signedUp, call }, ['in -> call'], { quietHours: night, zone: 'UTC' })
    const world = await worldOf(drawn, { start: '2026-05-04T12:00:00Z' })
    await onItsWay(world, 'Europe/Berlin')

    await world.moves('ada', 'Pacific/Auckland')
    await world.runUntil('PT2H')
    expect(world.arrived).toEqual([])

    await world.runOut()
    expect(new Date(world.arrived[0]?.at ?? 0).toISOString()).toBe('2026-05-04T20:00:02.000Z')
  })

  it('is not tried, and loses no attempt, when its host turns out to be dead meanwhile', async () => {
    const world = await worldOf()
    let n = 0
    // A hundred are taken. Of those behind them twenty are refused at once, and the others are still connecting.
    world.receiver = () => {
      if (++n <= 100) return { after: 60, with: { is: 'answered', status: 200 } }
      return { connects: n <= 120 ? 0 : 2000, after: 10, with: { is: 'unreachable', cause: 'connect' } }
    }
    for (let i = 0; i < 100; i++) world.send({ lead: `warm${i}`, name: 'signed_up' })
    await world.runUntil('PT61S')
    expect(world.arrived).toHaveLength(100)
    for (let i = 0; i < 30; i++) world.send({ lead: `l${i}`, name: 'signed_up' })
    await world.runUntil('PT1S')

    expect(world.withdrawn).toBeGreaterThanOrEqual(9)
    expect(await statuses(world)).not.toContainEqual({ status: 'failed', attempts: 1 })
  })
})

describe('thousands of calls that are due at one instant', () => {
  const many = graph({ in: signedUp, call }, ['in -> call'], { exits: bought, quietHours: night, zone: 'UTC' })

  async function crowd(leads: number, start: string) {
    const world = await World.create({ maxInFlight: 1024, start, laws: 'sends' })
    world.receiver = () => ({ connects: 20, after: 1000, with: { is: 'answered', status: 200 } })
    await world.launch('welcome', many)
    const posted = Array.from({ length: leads }, (_, i) => ({ lead: `l${i}`, name: 'signed_up' }))
    await world.post(...posted)
    return world
  }

  it('are on the wire in bounds, and nothing begins after an abort', async () => {
    const world = await crowd(10_000, '2026-05-04T12:00:00Z')
    await world.runUntil('PT3S')
    const before = world.arrived.length
    expect(before).toBeLessThan(300)
    expect(world.open).toBeLessThanOrEqual(512)

    expect(await world.waitingToBegin()).not.toEqual([])
    await world.stop('welcome', 'exit')
    expect(await world.waitingToBegin()).toEqual([])
    await world.runOut()

    expect(world.arrived).toHaveLength(before)
    const [counted] = await world.store.read(
      all<{ n: number }>(sql`select count(*) as n from journeys where status = 'exited'`),
    )
    expect(counted?.n).toBeGreaterThan(9_400)
    await world.finalLaws()
  })

  it('are called no more from the moment on in which somebody takes them out', async () => {
    const world = await crowd(3_000, '2026-05-04T12:00:00Z')
    await world.runUntil('PT3S')
    const before = world.arrived.length

    expect(await world.waitingToBegin()).not.toEqual([])
    const id = await world.removeAll('welcome', { reason: 'wrong list' })
    expect(await world.waitingToBegin()).toEqual([])
    await world.runOut()

    expect(world.arrived).toHaveLength(before)
    const [removal] = await world.removals('welcome')
    expect(removal).toMatchObject({ id, status: 'done' })
    // Those that were on the wire are in it, too: their answers move nobody.
    expect(removal?.removed).toBe(removal?.total)
    await world.finalLaws()
  })

  it('are held where the night finds them', async () => {
    const world = await crowd(2_000, '2026-05-04T21:59:55Z')

    await world.runUntil('2026-05-05T07:59:59Z')
    const late = world.arrived.filter(({ at }) => at >= Date.parse('2026-05-04T22:00:00Z'))
    expect(late).toEqual([])
    expect(world.arrived.length).toBeGreaterThan(100)

    await world.runOut()
    expect(world.arrived).toHaveLength(2_000)
    await world.finalLaws()
  })
})
