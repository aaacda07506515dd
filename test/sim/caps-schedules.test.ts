import { describe, expect, it } from 'vitest'
import { explain } from '#shared/explain/explain'
import type { Graph, Settings, Step } from '#shared/graph/schema'
import { internalEvents } from '#shared/rules/internal-events'
import { night } from '#shared/rules/quiet'
import { wallAt } from '#shared/time/offset'
import { onceAtLaunch, type Schedule } from '#shared/time/schedule'
import { anybody, capOf, graph, posts, step } from './graphs'
import { World } from './world'

// Caps that roll, against the runs of a schedule: who is sent to at 09:00 every day is sent to every day, also when today's send is a little nearer than a day.

const HOUR = 3_600_000
const DAY = 24 * HOUR
const every: Partial<Settings> = { entry: { rule: 'every-time' } }
const rolling = { window: 'rolling' } as const
const daily = capOf(1, 1, 'days', rolling)
const email = step('call-webhook', posts('email'))

/** At 09:00 of each day; `acts` is what it does with its leads. */
const batch = (acts: Step, schedule: Partial<Schedule> = {}, settings: Partial<Settings> = {}) => {
  const at = { ...onceAtLaunch, repeats: 'daily', time: '09:00', ...schedule } as const
  return graph({ all: step('batch', { audience: anybody, schedule: at, most: null }), acts }, ['all -> acts'], {
    ...every,
    ...settings,
  })
}

const asks = (id: string) => step('request-campaign', { campaign: { id, name: id }, properties: [] })
const onRequest = step('trigger', { event: internalEvents.requested, where: anybody })
const onEvent = (event: string) => step('trigger', { event, where: anybody })

const sends = (settings: Partial<Settings>, entry: Step = onRequest) =>
  graph({ in: entry, call: email }, ['in -> call'], { ...every, caps: [daily], ...settings })

const policies = [{ whenCapped: 'skip' }, { whenCapped: 'defer', deferAtMost: 'P3D' }] as const

/** Day by day, so many ms after the clock of the zone shows 09:00. */
async function runs(world: World, first: string, lateness: readonly number[]) {
  for (const [i, late] of lateness.entries()) {
    world.now = Date.parse(first) + i * DAY + late
    await world.runUntil('PT1S')
  }
}

async function launch(world: World, id: string, drawn: Graph) {
  expect(await world.launch(id, drawn)).toEqual({ is: 'done' })
}

const days = (world: World) => world.arrived.map(({ at }) => new Date(at).toISOString().slice(0, 10))
const times = (world: World) => world.arrived.map(({ at }) => new Date(at).toISOString().slice(0, 16))

describe.each(policies)('a daily batch under a cap of one in a day that rolls: $whenCapped', policy => {
  it('sends each day of twelve, however late in its second each run begins', async () => {
    const world = await World.create({ start: '2026-05-04T08:00:00Z' })
    for (const lead of ['ada', 'bob', 'eve']) await world.lead(lead)
    await launch(world, 'email', sends(policy))
    await launch(world, 'batch', batch(asks('email')))

    await runs(world, '2026-05-04T09:00:00Z', [900, 20, 3, 0, 45_000, 1, 700, 699, 698, 12, 0, 5])

    const twelve = Array.from({ length: 12 }, (_, i) => `2026-05-${String(4 + i).padStart(2, '0')}`)
    expect(times(world)).toEqual(twelve.flatMap(day => Array(3).fill(`${day}T09:00`)))
    await world.finalLaws()
  })

  it.each(['campaign', 'lead'] as const)(
    'sends each day over the clock changes of spring and autumn, by the clock of the %s',
    async clock => {
      for (const [start, until] of [
        ['2026-03-23T12:00:00Z', '2026-04-04T12:00:00Z'],
        ['2026-10-19T12:00:00Z', '2026-10-31T12:00:00Z'],
      ] as const) {
        const world = await World.create({ start })
        await world.lead('ada', {}, clock === 'lead' ? 'Europe/Berlin' : null)
        await launch(world, 'email', sends({ ...policy, zone: 'Europe/Berlin' }))
        await launch(world, 'batch', batch(asks('email'), { clock }, { zone: 'Europe/Berlin' }))

        await world.runUntil(until)

        expect(new Set(days(world)).size).toBe(12)
        const shown = world.arrived.map(({ at }) => new Date(wallAt('Europe/Berlin', at)).toISOString().slice(11, 16))
        expect(shown).toEqual(Array(12).fill('09:00'))
        await world.finalLaws()
      }
    },
  )

  it('sends each day by the clock that a rule brings, whatever clock the lead and the campaign have', async () => {
    const world = await World.create({ start: '2026-03-05T20:00:00Z' })
    await world.lead('ada', {}, 'Asia/Seoul')
    await launch(world, 'email', sends(policy))
    const rule = 'DTSTART;TZID=America/New_York:20260306T090000\nRRULE:FREQ=DAILY'
    await launch(world, 'batch', batch(asks('email'), { repeats: 'rule', rule }))

    await world.runUntil('2026-03-10T20:00:00Z')

    expect(times(world)).toEqual(
      [
        ['2026-03-06T14:00', '2026-03-07T14:00'],
        ['2026-03-08T13:00', '2026-03-09T13:00', '2026-03-10T13:00'],
      ].flat(),
    )
  })

  it.each<[string, Step, Step]>([
    ['an event', step('emit-event', { event: 'due', properties: [] }), onEvent('due')],
    [
      'an attribute',
      step('score', { field: 'points', by: 1 }),
      step('trigger', { ways: [{ on: 'attribute', attribute: 'points', where: anybody }] }),
    ],
  ])('sends each day to whom the batch reaches by %s, also after a crash', async (_, acts, entry) => {
    const world = await World.create({ start: '2026-05-04T08:00:00Z' })
    await world.lead('ada')
    await launch(world, 'email', sends(policy, entry))
    await launch(world, 'batch', batch(acts))

    await runs(world, '2026-05-04T09:00:00Z', [900, 20])
    await world.die()
    await runs(world, '2026-05-06T09:00:00Z', [3])

    expect(times(world)).toEqual(['2026-05-04T09:00', '2026-05-05T09:00', '2026-05-06T09:00'])
  })

  it('sends each day by a campaign that the batch executes', async () => {
    const world = await World.create({ start: '2026-05-04T08:00:00Z' })
    await world.lead('ada')
    await launch(world, 'email', sends(policy, onEvent('due')))
    const executed = step('trigger', { ways: [{ on: 'executed', where: anybody }] })
    const emit = step('emit-event', { event: 'due', properties: [] })
    await launch(world, 'inner', graph({ in: executed, emit }, ['in -> emit'], every))
    const run = step('execute-campaign', { campaign: { id: 'inner', name: '' }, tokens: 'own', properties: [] })
    await launch(world, 'batch', batch(run))

    await runs(world, '2026-05-04T09:00:00Z', [900, 20, 3])

    expect(times(world)).toEqual(['2026-05-04T09:00', '2026-05-05T09:00', '2026-05-06T09:00'])
  })

  it('sends each day behind a delay, and through a line with a drain rate', async () => {
    const world = await World.create({ start: '2026-05-04T08:00:00Z' })
    await world.lead('ada')
    const drained = { ...sends({}).settings.entrance, perMinute: 60 }
    const steps = { in: onRequest, wait: step('delay', { wait: 'PT2H' }), call: email }
    const settings = { ...every, caps: [daily], ...policy, entrance: drained }
    await launch(world, 'email', graph(steps, ['in -> wait', 'wait -> call'], settings))
    await launch(world, 'batch', batch(asks('email')))

    for (const [i, late] of [900, 20, 3, 0].entries()) {
      world.now = Date.parse('2026-05-04T09:00:00Z') + i * DAY + late
      await world.runUntil('PT3H')
    }

    expect(times(world)).toEqual(['2026-05-04T11:00', '2026-05-05T11:00', '2026-05-06T11:00', '2026-05-07T11:00'])
  })

  it('says why one that is so near does not count', async () => {
    const world = await World.create({ start: '2026-05-04T08:00:00Z' })
    const ada = await world.lead('ada')
    await launch(world, 'email', sends(policy))
    await launch(world, 'batch', batch(asks('email')))
    await runs(world, '2026-05-04T09:00:00Z', [900, 20])

    const asked = (await ada.story()).findLast(note => note.is === 'gate' && note.gate === 'frequency-cap')

    expect(asked && explain(asked, { graph: sends(policy), zone: 'UTC' })).toContain(
      '0 of 1 webhooks in the last 24 hours (rule "at most 1 in 1 day"), not counting one of an earlier run of the schedule',
    )
  })

  it('counts two campaigns whose schedules are a day apart as a day apart', async () => {
    const world = await World.create({ start: '2026-05-04T08:00:00Z' })
    await world.lead('ada')
    const caps = { ...policy, caps: [] }
    await world.capAll(daily)
    for (const id of ['even', 'odd']) await launch(world, id, sends(caps))
    await launch(world, 'b1', batch(asks('even'), { every: 2, starts: '2026-05-04T09:00' }))
    await launch(world, 'b2', batch(asks('odd'), { every: 2, starts: '2026-05-05T09:00' }))

    await runs(world, '2026-05-04T09:00:00Z', [900, 20, 3, 0])

    expect(world.arrived).toHaveLength(4)
  })

  it('keeps to a week and to minutes alike', async () => {
    for (const cap of [capOf(1, 1, 'weeks', rolling), capOf(1, 7 * 1440, 'minutes')]) {
      const world = await World.create({ start: '2026-05-04T08:00:00Z' })
      await world.lead('ada')
      await launch(world, 'email', sends({ ...policy, caps: [cap] }))
      await launch(world, 'batch', batch(asks('email'), { repeats: 'weekly', weekdays: [1] }))

      await world.runUntil('2026-05-04T09:00:00.900Z')
      world.now = Date.parse('2026-05-11T09:00:00.005Z')
      await world.runUntil('PT1S')

      expect(days(world)).toEqual(['2026-05-04', '2026-05-11'])
    }
  })
})

describe('a cap that rolls goes by real instants', () => {
  const defer = { whenCapped: 'defer', deferAtMost: 'P3D' } as const
  /** Quiet until 14:00 on Mondays: 4 May 2026 is one. */
  const mondays = { ...night, windows: [{ days: [1], start: '08:00', end: '14:00' }] }

  it.each([
    [{ whenCapped: 'skip' }, ['2026-05-04T14:00', '2026-05-06T09:00']],
    [defer, ['2026-05-04T14:00', '2026-05-05T14:00', '2026-05-06T14:00']],
  ] as const)('for a lead whose send of yesterday was held by quiet hours to 14:00: %o', async (policy, expected) => {
    const world = await World.create({ start: '2026-05-03T12:00:00Z' })
    await world.lead('ada')
    await launch(world, 'email', sends({ ...policy, quietHours: mondays }))
    await launch(world, 'batch', batch(asks('email')))

    await world.runUntil('2026-05-06T20:00:00Z')

    expect(times(world).filter(at => at > '2026-05-04T00')).toEqual(expected)
    await world.finalLaws()
  })

  it('when a run came hours late', async () => {
    const world = await World.create({ start: '2026-05-04T08:00:00Z' })
    await world.lead('ada')
    await launch(world, 'email', sends({ whenCapped: 'skip' }))
    await launch(world, 'batch', batch(asks('email')))

    await runs(world, '2026-05-04T09:00:00Z', [8 * HOUR, 0, 0])

    expect(times(world)).toEqual(['2026-05-04T17:00', '2026-05-06T09:00'])
  })

  it('between a send that came from a schedule and one that came from an event', async () => {
    const world = await World.create({ start: '2026-05-04T08:00:00Z' })
    await world.lead('ada')
    await launch(world, 'email', sends({ whenCapped: 'skip' }))
    await launch(world, 'go', sends({ whenCapped: 'skip' }, onEvent('go')))
    await launch(world, 'batch', batch(asks('email'), { repeats: 'date', starts: '2026-05-04T09:00' }))
    await runs(world, '2026-05-04T09:00:00Z', [900])

    world.now = Date.parse('2026-05-05T09:00:00.890Z')
    world.send({ lead: 'ada', name: 'go' })
    await world.runUntil('2026-05-05T09:00:00.895Z')
    expect(world.arrived).toHaveLength(1)
    world.now = Date.parse('2026-05-05T09:00:02Z')
    world.send({ lead: 'ada', name: 'go' })
    await world.runUntil('PT1S')

    expect(world.arrived).toHaveLength(2)
  })

  it('for a call that caps have kept waiting, also when it is asked again before its time', async () => {
    const world = await World.create({ start: '2026-05-03T12:00:00Z' })
    await world.lead('ada')
    await launch(world, 'email', sends({ ...defer, quietHours: mondays }))
    await launch(world, 'batch', batch(asks('email')))
    await world.runUntil('2026-05-05T13:30:00Z')

    await world.moves('ada', 'Africa/Abidjan')
    await world.runUntil('2026-05-05T13:40:00Z')
    expect(times(world)).toEqual(['2026-05-04T14:00'])
    await world.runUntil('2026-05-05T14:10:00Z')

    expect(times(world)).toEqual(['2026-05-04T14:00', '2026-05-05T14:00'])
  })

  it('for a send that waited for an event: the schedule did not say when', async () => {
    const world = await World.create({ start: '2026-05-04T08:00:00Z' })
    await world.lead('ada')
    const branches = [{ id: 'buys', label: 'Buys', event: 'bought', where: anybody, same: [] }]
    const wait = step('wait-for-event', { branches, window: 'PT12H', pick: 'first' })
    const steps = { in: onRequest, wait, call: email }
    const settings = { ...every, caps: [daily] }
    await launch(world, 'email', graph(steps, ['in -> wait', 'wait:buys -> call'], settings))
    await launch(world, 'batch', batch(asks('email')))

    for (const at of ['2026-05-04T15:00:00Z', '2026-05-05T14:20:00Z']) {
      await world.runUntil(at)
      world.send({ lead: 'ada', name: 'bought' })
      await world.runUntil('PT1M')
    }

    expect(times(world)).toEqual(['2026-05-04T15:00'])
  })

  it('where two runs are less than the time of the cap apart', async () => {
    const world = await World.create({ start: '2026-05-04T08:00:00Z' })
    await world.lead('ada')
    await launch(world, 'email', sends({ whenCapped: 'skip' }))
    await launch(world, 'late', sends({ whenCapped: 'skip' }))
    await launch(world, 'b1', batch(asks('email'), { repeats: 'date', starts: '2026-05-04T09:00' }))
    await launch(world, 'b2', batch(asks('late'), { repeats: 'date', starts: '2026-05-05T08:59' }))

    await world.runUntil('2026-05-06T12:00:00Z')

    expect(days(world)).toEqual(['2026-05-04'])
  })
})
