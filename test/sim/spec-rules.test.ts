import { describe, expect, it } from 'vitest'
import { ok } from '#shared/simulate/endpoints'
import { anybody, capOf, graph, posts, step } from './graphs'
import { World } from './world'

// Rules of the products that people come from, each with the vector of its document, through the real engine. Rules that have a file of their own are there.

const go = step('trigger', { event: 'go', where: anybody })
const every = { entry: { rule: 'every-time' } } as const

/** Where the lead stands after each instant, having entered at the start. */
async function stands(delay: ReturnType<typeof step>, start: string, instants: readonly string[], zone = 'UTC') {
  const world = await World.create({ start })
  await world.launch('c', graph({ in: go, wait: delay, end: step('exit') }, ['in -> wait', 'wait -> end'], every))
  const ada = await world.lead('ada', {}, zone)
  world.send({ lead: 'ada', name: 'go' })
  await world.runUntil(start)
  const at: string[] = []
  for (const instant of instants) {
    await world.runUntil(instant)
    at.push(await ada.at())
  }
  return at
}

describe('a delay', () => {
  const landing = (wait: string, time: string, weekdays: number[] = []) =>
    step('delay', { wait, after: 'land', time, weekdays })

  it.each([
    ['P1W', '08:00', '2026-12-04T07:00:00Z', '2026-12-11T08:00:00Z'],
    ['P1W', '08:00', '2026-12-04T09:00:00Z', '2026-12-12T08:00:00Z'],
    ['P1D', '14:00', '2026-04-13T14:01:00Z', '2026-04-15T14:00:00Z'],
  ])('of %s at %s from %s ends at %s (braze R14)', async (wait, time, from, until) => {
    const before = new Date(Date.parse(until) - 1).toISOString()

    expect(await stands(landing(wait, time), from, [before, until])).toEqual(['wait', 'finished'])
  })

  it('of a day is 24 hours of the clock on the wall, one of a calendar day the next date at its time (braze R15)', async () => {
    const monday = '2026-05-04T21:00:00Z'
    const calendar = step('wait-until', { until: 'days', days: 1, time: '09:00', zone: 'lead' })

    expect(
      await stands(step('delay', { wait: 'P1D' }), monday, ['2026-05-05T20:59:59Z', '2026-05-05T21:00:00Z']),
    ).toEqual(['wait', 'finished'])
    expect(await stands(calendar, monday, ['2026-05-05T08:59:59Z', '2026-05-05T09:00:00Z'])).toEqual([
      'wait',
      'finished',
    ])
  })

  it('until a date that has passed goes on, or exits as Braze does, by choice (braze R16)', async () => {
    const until = (whenPassed: string) =>
      step('wait-until', { until: 'date', date: '2026-05-01T09:00', zone: 'campaign', whenPassed })

    expect(await stands(until('exit'), '2026-05-04T09:00:00Z', ['2026-05-04T09:00:01Z'])).toEqual(['exited'])
    expect(await stands(until('go-on'), '2026-05-04T09:00:00Z', ['2026-05-04T09:00:01Z'])).toEqual(['finished'])
  })

  it('as the last step is waited for all the same, so that what is added behind it is not lost (braze R17, the other way)', async () => {
    const world = await World.create()
    await world.launch('c', graph({ in: go, wait: step('delay', { wait: 'P1D' }) }, ['in -> wait'], every))
    const ada = await world.lead('ada')

    await ada.does('go')
    expect(await ada.at()).toBe('wait')
    await world.runUntil('P1D')

    expect(await ada.at()).toBe('finished')
  })

  it('of 48 hours from Friday 17:00 that must end Monday to Friday at 09:00 ends on Monday 09:00 (marketo-alm rule 26)', async () => {
    const wait = landing('PT48H', '09:00', [1, 2, 3, 4, 5])

    expect(await stands(wait, '2026-05-08T17:00:00Z', ['2026-05-11T08:59:59Z', '2026-05-11T09:00:00Z'])).toEqual([
      'wait',
      'finished',
    ])
  })

  it('is fixed when the lead enters: a new version does not move who is inside (marketo-alm rule 27, braze R30)', async () => {
    const world = await World.create()
    const waits = (wait: string) => graph({ in: go, wait: step('delay', { wait }) }, ['in -> wait'], every)
    await world.launch('c', waits('PT1H'))
    const ada = await world.lead('ada')
    await ada.does('go')

    await world.launch('c', waits('P9D'))
    await world.runUntil('PT59M')
    expect(await ada.at()).toBe('wait')
    await world.runUntil('PT1M')

    expect(await ada.at()).toBe('finished')
  })

  it.each(['4 hrs', '', 'PT', 'soon', '-PT4H'])('of "%s" cannot be saved (marketo-alm rule 26)', async wait => {
    const { config } = (await import('#shared/steps/index')).kindOf('delay')

    expect(config.safeParse({ ...step('delay').config, wait }).success).toBe(false)
  })
})

describe('a rate limit of 10,000 a minute (braze R24)', () => {
  it('sends 75,000 in 8 minutes, the last with 5,000', async () => {
    // A hundredth of each, as the rule is one of proportion: 750 at 100 a minute.
    const world = await World.create({ maxInFlight: 2000 })
    world.receiver = ok
    const rate = { most: 100, per: 'minute' } as const
    await world.launch(
      'c',
      graph({ in: go, call: step('call-webhook', posts('x')) }, ['in -> call'], { ...every, rate }),
    )
    await world.runUntil('PT1M')
    const from = world.now

    world.send(...Array.from({ length: 750 }, (_, n) => ({ lead: `l${n}`, name: 'go' })))
    await world.runUntil('PT20M')

    const minutes = Array.from(
      { length: 9 },
      (_, m) => world.arrived.filter(a => Math.floor((a.at - from) / 60_000) === m).length,
    )
    expect(minutes).toEqual([100, 100, 100, 100, 100, 100, 100, 50, 0])
  }, 60_000)

  it('acts on who is inside as soon as it is changed', async () => {
    const world = await World.create()
    const calling = (most: number) =>
      graph({ in: go, call: step('call-webhook', posts('x')) }, ['in -> call'], {
        ...every,
        rate: { most, per: 'minute' },
      })
    await world.launch('c', calling(1))
    await world.runUntil('PT1M')
    world.send(...Array.from({ length: 20 }, (_, n) => ({ lead: `l${n}`, name: 'go' })))
    await world.runUntil('PT10S')
    expect(world.arrived).toHaveLength(1)

    await world.launch('c', calling(100))
    await world.runUntil('PT61S')

    expect(world.arrived).toHaveLength(20)
  })
})

describe('audience paths (braze R26)', () => {
  it('are asked in their order at the moment of arrival, with what holds then, and never again', async () => {
    const world = await World.create()
    const is = (value: string) => ({ match: 'all', rules: [{ field: 'lead.plan', op: 'is', value }] })
    const paths = step('audience-paths', {
      groups: [
        { id: 'pro', label: 'Pro', condition: is('pro') },
        { id: 'free', label: 'Free', condition: is('free') },
      ],
    })
    const wait = () => step('delay', { wait: 'P1D' })
    await world.launch(
      'c',
      graph(
        { in: go, paths, p: wait(), f: wait(), e: wait() },
        ['in -> paths', 'paths:pro -> p', 'paths:free -> f', 'paths:else -> e'],
        every,
      ),
    )
    const ada = await world.lead('ada', { plan: 'free' })

    await ada.does('go')
    await world.changes('ada', { plan: 'pro' })
    await world.runUntil('PT1H')
    expect(await ada.at()).toBe('f')
    await ada.does('go')

    expect(await ada.at()).toBe('p')
    expect(await (await world.lead('bob')).at()).toBe('nowhere')
  })
})

describe('the mode of a campaign (marketo-alm rules 1 and 2)', () => {
  it('is derived from its entry, and a campaign is launched only when it is whole', async () => {
    const world = await World.create()
    const codes = async (id: string, drawn: ReturnType<typeof graph>) => {
      const act = await world.launch(id, drawn)
      return act.is === 'refused' ? act.problems.filter(p => p.severity === 'error').map(p => p.code) : act.is
    }
    const all = step('batch', { audience: anybody, at: '' })
    const call = step('call-webhook', posts('x'))

    expect(await codes('nothing', graph({}, []))).toEqual(['graph.empty'])
    expect(await codes('no-entry', graph({ call }, []))).toEqual(['graph.no-entry'])
    expect(
      await codes('error', graph({ in: go, call: step('call-webhook', posts('x', { url: '' })) }, ['in -> call'])),
    ).toContain('request.no-url')
    expect(await codes('batch', graph({ all, call }, ['all -> call']))).toEqual([1000])
    expect(await codes('trigger', graph({ in: go, call }, ['in -> call']))).toBe('done')
    expect(await codes('trigger', graph({ in: go, call }, ['in -> call']))).toEqual(['campaign.unchanged'])
    // A trigger that is taken away makes a batch of it, and the webhook is refused again.
    expect(await codes('trigger', graph({ all, call }, ['all -> call']))).toEqual([1000])
  })
})

describe('many at once (marketo-alm rule 20)', () => {
  it('do not hold up a triggered lead: 5,000 of a batch are let in beside, not before', async () => {
    const world = await World.create({ maxInFlight: 2000 })
    for (let i = 0; i < 5000; i++) await world.lead(`l${i}`)
    const all = step('batch', { audience: anybody, at: '' })
    await world.launch('batch', graph({ all, end: step('exit') }, ['all -> end']))
    await world.launch('trigger', graph({ in: go, call: step('call-webhook', posts('x')) }, ['in -> call'], every))

    await world.runOneTurn()
    world.send({ lead: 'ada', name: 'go' })
    await world.runOneTurn()

    expect(world.arrived).toHaveLength(1)
    expect((await world.journeysOf('l4999')).length).toBe(0)
    await world.runUntil('PT1M')
    expect((await world.journeysOf('l4999')).length).toBe(1)
  }, 60_000)
})

describe('a lead who has reached a cap', () => {
  const twice = (caps: ReturnType<typeof capOf>[]) =>
    graph(
      { in: go, first: step('call-webhook', posts('1')), second: step('call-webhook', posts('2')), end: step('exit') },
      ['in -> first', 'first -> second', 'second:skipped -> end'],
      { ...every, caps },
    )

  it('is not sent to, then or later, and goes on at once without leaving (braze R22)', async () => {
    const world = await World.create()
    await world.launch('c', twice([capOf(1, 1, 'days')]))
    const ada = await world.lead('ada')

    await ada.does('go')
    expect(await ada.at()).toBe('finished')
    await world.runUntil('P9D')

    expect(world.arrived.map(a => a.call.request.url)).toEqual(['https://hooks.example.com/1'])
    expect(await ada.story()).toContainEqual(expect.objectContaining({ is: 'left', step: 'second', port: 'skipped' }))
  })

  it('gets at most one a day and five in any seven days when both are asked for, and all when nothing is (marketo-alm rule 24)', async () => {
    const sentOn = async (caps: ReturnType<typeof capOf>[]) => {
      const world = await World.create({ start: '2026-05-01T09:00:00Z' })
      await world.launch(
        'c',
        graph({ in: go, call: step('call-webhook', posts('x')) }, ['in -> call'], { ...every, caps }),
      )
      const ada = await world.lead('ada', {}, 'UTC')
      for (let day = 0; day < 9; day++) {
        await ada.does('go')
        await ada.does('go')
        await world.runUntil(new Date(Date.parse('2026-05-02T09:00:00Z') + day * 86_400_000).toISOString())
      }
      return world.arrived.map(a => new Date(a.at).getUTCDate())
    }

    expect(await sentOn([capOf(1, 1, 'days'), capOf(5, 7, 'days')])).toEqual([1, 2, 3, 4, 5, 8, 9])
    expect(await sentOn([])).toHaveLength(18)
  })
})
