import { describe, expect, it } from 'vitest'
import type { Settings } from '#shared/graph/schema'
import { findLead } from '#shared/store/leads'
import { refusalsOfLead } from '#shared/store/refusals'
import { all, sql } from '#shared/store/work'
import { onceAtLaunch, type Schedule } from '#shared/time/schedule'
import { anybody, graph, posts, step } from './graphs'
import { World } from './world'

// Runs of batch campaigns: whose clock they go by, and what "once per period" means against a schedule.

const daily: Partial<Schedule> = { repeats: 'daily', time: '09:00' }
const batch = (schedule: Partial<Schedule>, settings: Partial<Settings> = {}) =>
  graph(
    {
      all: step('batch', { audience: anybody, schedule: { ...onceAtLaunch, ...schedule }, most: null }),
      out: step('exit'),
    },
    ['all -> out'],
    { entry: { rule: 'every-time' }, ...settings },
  )

const entries = async (world: World, lead: string) =>
  (await world.journeysOf(lead)).map(j => new Date(j.enteredAt).toISOString().slice(0, 16))

describe('a schedule by the clock of the campaign', () => {
  const schedules: Record<string, Partial<Schedule>> = {
    daily,
    weekly: { repeats: 'weekly', weekdays: [2], time: '09:00' },
    monthly: { repeats: 'monthly', monthday: 5, time: '09:00' },
    'on a date': { repeats: 'date', starts: '2026-05-05T09:00' },
    'by a rule': { repeats: 'rule', rule: 'FREQ=DAILY;BYHOUR=9;BYMINUTE=0' },
    'by a rule with a zone of its own': {
      repeats: 'rule',
      rule: 'DTSTART;TZID=America/New_York:20260505T030000\nRRULE:FREQ=DAILY',
    },
  }

  it.each(Object.entries(schedules))(
    'lets everybody in at once, whatever their own clocks show: %s',
    async (_, schedule) => {
      const world = await World.create({ start: '2026-05-04T12:00:00Z' })
      await world.lead('la', {}, 'America/Los_Angeles')
      await world.lead('berlin', {}, 'Europe/Berlin')
      await world.lead('apia', {}, 'Pacific/Apia')
      await world.lead('nowhere')
      expect(await world.launch('b', batch(schedule, { zone: 'Europe/Berlin' }))).toEqual({ is: 'done' })

      await world.runUntil('2026-05-06T06:30:00Z')

      for (const lead of ['la', 'berlin', 'apia', 'nowhere'])
        expect([lead, await entries(world, lead)]).toEqual([lead, ['2026-05-05T07:00']])
      await world.finalLaws()
    },
  )

  it('goes on by it with a run that an older Hookline planned', async () => {
    const world = await World.create({ start: '2026-05-04T12:00:00Z' })
    await world.lead('la', {}, 'America/Los_Angeles')
    await world.launch('b', batch(daily))
    await world.store.transact(
      (function* () {
        yield* all(sql`update runs set wall = planned_at returning run`)
      })(),
    )

    await world.runUntil('2026-05-05T12:00:00Z')

    expect(await entries(world, 'la')).toEqual(['2026-05-05T09:00'])
  })
})

describe('once per period against a schedule', () => {
  /** Lets runs begin late by so many ms, one after the other. */
  async function days(world: World, lateness: readonly number[], first: string) {
    const counts: number[] = []
    for (const [i, late] of lateness.entries()) {
      world.now = Date.parse(first) + i * 86_400_000 + late
      await world.runUntil('PT1S')
      counts.push((await world.journeysOf('ada')).length)
    }
    return counts
  }

  it('leaves no run out that begins a little earlier than the last one did', async () => {
    const world = await World.create({ start: '2026-05-04T08:00:00Z' })
    await world.lead('ada')
    await world.launch('b', batch(daily, { entry: { rule: 'once-per-period', period: 'P1D' } }))

    expect(await days(world, [900, 20, 3, 0, 45_000, 1], '2026-05-04T09:00:00Z')).toEqual([1, 2, 3, 4, 5, 6])
    await world.finalLaws()
  })

  it('lets in again after a run that came hours late', async () => {
    const world = await World.create({ start: '2026-05-04T08:00:00Z' })
    await world.lead('ada')
    await world.launch('b', batch(daily, { entry: { rule: 'once-per-period', period: 'P1D' } }))

    expect(await days(world, [8 * 3_600_000, 0], '2026-05-04T09:00:00Z')).toEqual([1, 2])
  })

  it.each(['P1D', 'PT24H'])('leaves no run out on a day of 23 hours, nor on one of 25: %s', async period => {
    for (const [start, until] of [
      ['2026-03-27T12:00:00Z', '2026-03-31T12:00:00Z'],
      ['2026-10-23T12:00:00Z', '2026-10-27T12:00:00Z'],
    ] as const)
      for (const clock of ['campaign', 'lead'] as const) {
        const world = await World.create({ start })
        await world.lead('ada', {}, clock === 'lead' ? 'Europe/Berlin' : null)
        await world.launch(
          'b',
          batch({ ...daily, clock }, { zone: 'Europe/Berlin', entry: { rule: 'once-per-period', period } }),
        )

        await world.runUntil(until)

        expect(await entries(world, 'ada')).toHaveLength(4)
      }
  })

  it('still lets nobody in twice in a period', async () => {
    const world = await World.create({ start: '2026-05-04T08:00:00Z' })
    await world.lead('ada')
    await world.launch('b', batch(daily, { entry: { rule: 'once-per-period', period: 'P2D' } }))

    expect(await days(world, [900, 20, 3, 0, 0], '2026-05-04T09:00:00Z')).toEqual([1, 1, 2, 2, 3])
  })

  it('keeps for each lead why a run did not let them in', async () => {
    const world = await World.create({ start: '2026-05-04T08:00:00Z' })
    await world.lead('ada')
    await world.launch('b', batch(daily, { entry: { rule: 'once' } }))

    await world.runUntil('2026-05-05T12:00:00Z')

    const ada = await world.store.read(findLead('ada'))
    expect(await world.store.read(refusalsOfLead(ada?.id ?? 0, 9))).toMatchObject([
      { campaignId: 'b', event: null, because: { why: 'once', last: Date.parse('2026-05-04T09:00:00Z') } },
    ])
  })
})

describe('a re-entry rule that counts webhooks', () => {
  it.each([
    { rule: 'once', counted: 'receipt' },
    { rule: 'once-per-period', period: 'P1D', counted: 'receipt' },
  ] as const)('lets nobody in whose first journey is still on its way: $rule', async entry => {
    const world = await World.create()
    const steps = {
      in: step('trigger', { event: 'go', where: anybody }),
      wait: step('delay', { wait: 'PT2H' }),
      call: step('call-webhook', posts('x')),
    }
    await world.launch('c', graph(steps, ['in -> wait', 'wait -> call'], { entry }))
    const ada = await world.lead('ada')

    await ada.does('go')
    await world.runUntil('PT1H')
    await ada.does('go')
    await world.post({ lead: 'bob', name: 'go' }, { lead: 'bob', name: 'go' })
    await world.runUntil('P1D')

    expect(await ada.journeys()).toHaveLength(1)
    expect(await world.journeysOf('bob')).toHaveLength(1)
    expect(world.arrived).toHaveLength(2)
    await world.finalLaws()
  })
})
