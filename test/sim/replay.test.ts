import { describe, expect, it } from 'vitest'
import { addSubscription, switchOff, switchOn } from '#shared/engine/subscriptions/acts'
import { beginReplay, cancelReplay, type ReplayBegun } from '#shared/engine/subscriptions/replay'
import { ok, type Script } from '#shared/simulate/endpoints'
import { insertNotices, type StoredNotice } from '#shared/store/notices'
import { saveDefinition, saveStandings } from '#shared/store/subscriptions'
import { type Asked, askedSchema } from '#shared/subscriptions/replay'
import { subscriptionSchema } from '#shared/subscriptions/subscription'
import { partOf } from '../length'
import { anybody, graph, step } from './graphs'
import type { WorldOptions } from './installation'
import { idsIn, isDelivery } from './notice-law'
import { World } from './world'

const target = 'https://listener.example.com/hook'
const start = '2026-05-04T09:00:00Z'
const startAt = Date.parse(start)

/** A subscription that was told of leads `l0`, `l1`, ... as they came, a second apart. */
async function toldOf(leads: number, more: object = {}, options: WorldOptions = {}): Promise<World> {
  const world = await World.create({ start, ...options })
  const definition = subscriptionSchema.parse({
    name: 'crm',
    target,
    events: ['lead.created', 'lead.changed'],
    ...more,
  })
  await world.subscription(now => addSubscription({ id: 'crm', definition, madeBy: 'hand', on: true }, now))
  for (let i = 0; i < leads; i++) {
    await world.changes(`l${i}`, { score: 1 })
    await world.runUntil('PT1S')
  }
  return world
}

/** The ids of all events that arrived, in order. */
function heard(world: World): readonly string[] {
  return world.arrived
    .filter(({ call }) => isDelivery(call) && call.request.url === target)
    .flatMap(({ call }) => idsIn(call))
}

const evt = (n: number, life = 1) => `evt_sim_${life}_${n}`

function row(seq: number, kind: string): StoredNotice {
  const about = { leadId: null, subject: `l${seq}`, campaignId: null, data: { leadId: `l${seq}` }, full: null }
  return { seq, id: evt(seq), kind, at: startAt + seq, ...about }
}

async function replay(world: World, asked: Partial<Asked> = {}): Promise<ReplayBegun> {
  return (await world.subscription(now => beginReplay('crm', askedSchema.parse(asked), now))) as ReplayBegun
}

const standing = (world: World) => world.subscriptions()[0]?.replay

describe('a replay', () => {
  it('tells again what was told, in order, under the same event ids, and says how far it is', async () => {
    const world = await toldOf(5)
    const before = heard(world)
    expect(before).toHaveLength(5)

    expect(await replay(world)).toBe('begun')
    await world.runUntil('PT1S')

    expect(heard(world).slice(5)).toEqual(before)
    expect(standing(world)).toMatchObject({ state: 'done', told: 5, position: 5, endedAt: expect.any(Number) })
    await world.runUntil('PT1H')
    expect(heard(world)).toHaveLength(10)
    await world.finalLaws()
  })

  it.each<[string, Partial<Asked>, readonly number[]]>([
    ['of a time', { from: startAt + 1_000, until: startAt + 3_000 }, [2, 3, 4]],
    ['from a point', { since: evt(4) }, [4, 5, 6]],
    ['of one event', { event: evt(3) }, [3]],
    ['by kind', { kinds: ['lead.changed'] }, [6]],
    ['by kind, of a time', { kinds: ['lead.created'], from: startAt + 4_000 }, [5]],
  ])('goes %s', async (_, asked, told) => {
    const world = await toldOf(5)
    await world.changes('l0', { score: 2 })
    await world.runUntil('PT5M')
    expect(heard(world)).toHaveLength(6)

    expect(await replay(world, asked)).toBe('begun')
    await world.runUntil('PT5M')

    expect(heard(world).slice(6)).toEqual(told.map(n => evt(n)))
    expect(standing(world)).toMatchObject({ state: 'done', told: told.length })
  })

  it.each<[string, Partial<Asked>]>([
    ['an event that is not kept', { event: evt(77) }],
    ['an id of somebody else', { since: 'evt_other_1_2' }],
    ['a time in which nothing happened', { until: startAt - 1 }],
  ])('begins nothing for %s', async (_, asked) => {
    const world = await toldOf(2)

    expect(await replay(world, asked)).toBe('nothing')
    expect(standing(world)).toBeNull()
  })

  it('takes turns with what happens now, so that neither waits for the end of the other', async () => {
    const world = await toldOf(4, { envelope: 'standard' })
    await replay(world)
    await world.changes('new', { score: 1 })
    await world.changes('newer', { score: 1 })
    await world.runUntil('PT10S')

    const after = heard(world).slice(4)
    expect(after.filter(id => [evt(5), evt(6)].includes(id))).toEqual([evt(5), evt(6)])
    expect(after.filter(id => ![evt(5), evt(6)].includes(id))).toEqual([1, 2, 3, 4].map(n => evt(n)))
    expect(after.indexOf(evt(6)) - after.indexOf(evt(5))).toBe(2)
    expect(after.indexOf(evt(6))).toBeLessThan(after.indexOf(evt(4)))
    await world.finalLaws()
  })

  it('is not held up by batched events that wait for others', async () => {
    const world = await toldOf(1, { events: ['lead.created', 'journey.step_entered'] })
    const waits = graph(
      { in: step('trigger', { event: 'signed_up', where: anybody }), wait: step('delay', { for: 'P1D' }) },
      ['in -> wait'],
    )
    await world.launch('waits', waits)
    world.send({ lead: 'l0', name: 'signed_up' })
    await world.runUntil('PT1S')
    expect(heard(world)).toEqual([evt(1)])

    await replay(world)
    await world.runUntil('PT1S')
    expect(heard(world)).toEqual([evt(1), evt(1)])

    await world.runUntil('PT2M')
    expect(heard(world)).toEqual([evt(1), evt(1), evt(2), evt(3)])
  })

  it('goes on after the process died, without leaving anything out', async () => {
    const world = await toldOf(6, { envelope: 'standard' })
    const slow: Script = () => ({ after: 900, with: { is: 'answered', status: 200 } })
    world.receiver = (call, at) => (call.request.url === target ? slow(call, at) : ok(call, at))
    await replay(world)
    await world.runUntil('PT2S')
    expect(standing(world)).toMatchObject({ state: 'running' })
    await world.die()
    await world.runUntil('PT1M')

    const again = heard(world).slice(6)
    // The one on the wire came twice.
    expect([...new Set(again)]).toEqual([1, 2, 3, 4, 5, 6].map(n => evt(n)))
    expect(again).toHaveLength(7)
    expect(standing(world)).toMatchObject({ state: 'done', told: 6 })
    await world.finalLaws()
  })

  it('is tried again like anything else while the listener does not answer, and ends when somebody cancels it', async () => {
    const world = await toldOf(3, { envelope: 'standard' })
    world.receiver = (call, at) =>
      call.request.url === target ? { after: 0, with: { is: 'answered', status: 503 } } : ok(call, at)
    await replay(world)
    await world.runUntil('PT40S')
    expect(heard(world).slice(3)).toEqual([evt(1), evt(1), evt(1), evt(1)])

    expect(await world.subscription(now => cancelReplay('crm', now))).toBe(true)
    expect(await world.subscription(now => cancelReplay('crm', now))).toBe(false)
    world.receiver = ok
    await world.runUntil('PT1H')

    expect(heard(world)).toHaveLength(7)
    expect(standing(world)).toMatchObject({ state: 'cancelled', told: 0 })
    await world.changes('new', { score: 1 })
    await world.runUntil('PT1H')
    expect(heard(world).at(-1)).toBe(evt(4))
    await world.finalLaws()
  })

  it('is one at a time, of a subscription that is on, and ends when it is switched off', async () => {
    const world = await toldOf(3, { envelope: 'standard' })
    world.receiver = (call, at) =>
      call.request.url === target ? { after: 60_000, with: { is: 'answered', status: 200 } } : ok(call, at)
    expect(await replay(world)).toBe('begun')
    expect(await replay(world)).toBe('running')
    await world.subscription(now => switchOff('crm', now), 'crm')
    expect(standing(world)).toMatchObject({ state: 'cancelled' })
    expect(await replay(world)).toBe('off')
    await world.subscription(now => switchOn('crm', now))
    expect(await replay(world)).toBe('begun')
  })

  it('goes by the definition as it is now', async () => {
    const world = await toldOf(3)
    const definition = subscriptionSchema.parse({ name: 'crm', target, events: ['lead.changed'] })
    await world.subscription(now => saveDefinition('crm', definition, now))

    expect(await replay(world)).toBe('begun')
    await world.runUntil('PT1M')

    expect(heard(world)).toHaveLength(3)
    expect(standing(world)).toMatchObject({ state: 'done', told: 0 })
  })

  it('looks on past what is not asked for, while batched events wait for others', async () => {
    const world = await toldOf(
      0,
      { events: ['lead.created', 'lead.changed', 'journey.step_entered'] },
      { laws: 'none' },
    )
    const passed = Array.from({ length: 1_200 }, (_, i) => row(i + 1, 'lead.changed'))
    await world.subscription(function* () {
      yield* insertNotices([...passed, row(1_201, 'lead.created'), row(1_202, 'journey.step_entered')])
      yield* saveStandings(world.subscriptions().map(({ subscription }) => ({ ...subscription, position: 1_201 })))
    })

    await replay(world, { kinds: ['lead.created'] })
    await world.runUntil('PT10S')
    expect(heard(world)).toEqual([evt(1_201)])

    await world.runUntil('PT2M')
    expect(heard(world)).toEqual([evt(1_201), evt(1_202)])
  })

  it(`of ${partOf(100_000).toLocaleString('en')} events comes in order, each once`, async () => {
    const many = partOf(100_000)
    const world = await toldOf(0, {}, { laws: 'none' })
    const rows = Array.from({ length: many }, (_, i) => row(i + 1, i % 3 === 0 ? 'lead.changed' : 'lead.created'))
    await world.subscription(function* () {
      yield* insertNotices(rows)
      yield* saveStandings(world.subscriptions().map(({ subscription }) => ({ ...subscription, position: many })))
    })

    expect(await replay(world)).toBe('begun')
    await world.runUntil('PT10M')

    expect(standing(world)).toMatchObject({ state: 'done', told: many })
    expect(heard(world)).toEqual(rows.map(({ id }) => id))
  }, 120_000)
})
