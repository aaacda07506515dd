import { describe, expect, it } from 'vitest'
import { explain } from '#shared/explain/explain'
import { night } from '#shared/rules/quiet'
import { always, ok } from '#shared/simulate/endpoints'
import { anybody, capOf, graph, posts, step } from './graphs'
import { World } from './world'

const on = (event: string) => step('trigger', { event, where: anybody })
/** Trigger, webhook; may be entered every time. */
const calls = (event: string, settings = {}, rest = {}) =>
  graph({ in: on(event), call: step('call-webhook', posts(event, {}, rest)) }, ['in -> call'], {
    entry: { rule: 'every-time' },
    ...settings,
  })

const daily = capOf(1, 1, 'days')
const ofTag = (tag: string) => capOf(1, 1, 'weeks', { of: { what: 'tag', tag } })

async function worldWith(campaigns: Record<string, ReturnType<typeof graph>>, options = {}) {
  const world = await World.create(options)
  for (const [id, g] of Object.entries(campaigns)) expect(await world.launch(id, g)).toEqual({ is: 'done' })
  return world
}

const sent = (world: World) => world.arrived.map(({ call }) => call.request.url.split('/').at(-1))

describe('a cap of a tag', () => {
  it('counts campaigns of the tag and of tags below it, and keeps back no other (braze section 4, rule 4)', async () => {
    const world = await worldWith({
      a: calls('spring', { tags: ['promo/spring'] }),
      b: calls('sale', { tags: ['Promo'], caps: [ofTag('promo')] }),
      c: calls('other', { tags: ['promotion'], caps: [ofTag('promo')] }),
    })
    const ada = await world.lead('ada')

    for (const event of ['spring', 'sale', 'other']) await ada.does(event)

    expect(sent(world)).toEqual(['spring', 'other'])
  })

  it('goes by the tags that campaigns have now, for past sends too (braze R23)', async () => {
    const world = await worldWith({
      a: calls('first', { tags: ['promo'] }),
      b: calls('then', { tags: ['promo'], caps: [ofTag('promo')] }),
    })
    const ada = await world.lead('ada')
    await ada.does('first')
    await ada.does('then')
    expect(sent(world)).toEqual(['first'])

    await world.launch('a', calls('first', { tags: ['news'] }))
    await ada.does('then')

    expect(sent(world)).toEqual(['first', 'then'])
  })
})

describe('a cap of a folder', () => {
  it('counts campaigns in it and below it, where they lie now', async () => {
    const cap = capOf(1, 1, 'weeks', { of: { what: 'folder', folder: 'outer' } })
    const world = await worldWith({ a: calls('first') })
    await world.addFolder('outer', null, {})
    await world.addFolder('inner', 'outer', {})
    await world.launch('b', calls('then', { caps: [cap] }))
    await world.moveInto('b', 'outer')
    const ada = await world.lead('ada')
    await ada.does('first')
    await ada.does('then')
    expect(sent(world)).toEqual(['first', 'then'])

    await world.moveInto('a', 'inner')
    await world.runUntil('P6D')
    await ada.does('first')
    await world.runUntil('P1D')
    await ada.does('then')

    expect(sent(world)).toEqual(['first', 'then', 'first'])
  })
})

describe('caps of the whole installation', () => {
  it('hold for campaigns without any, beside those of others', async () => {
    const world = await worldWith({ a: calls('first'), b: calls('then', { caps: [capOf(9, 1, 'days')] }) })
    await world.capAll({ ...daily, name: 'One a day' })
    const ada = await world.lead('ada')

    for (const event of ['first', 'first', 'then']) await ada.does(event)

    expect(sent(world)).toEqual(['first'])
    const skipped = (await ada.story()).find(note => note.is === 'gate' && note.verdict === 'skip')
    expect(skipped).toMatchObject({ saw: { rule: 'One a day', level: 'account', count: 1, most: 1 } })
  })

  it('act at once when they are changed', async () => {
    const world = await worldWith({ a: calls('first') })
    const ada = await world.lead('ada')
    await ada.does('first')

    await world.capAll(daily)
    await ada.does('first')
    await world.capAll()
    await ada.does('first')

    expect(world.arrived).toHaveLength(2)
  })
})

describe('a campaign that does not keep to caps (braze R23)', () => {
  it.each([
    ['ignores', ['free', 'free', 'capped', 'free']],
    ['ignores-but-counts', ['free', 'free', 'free']],
  ] as const)('and says "%s"', async (capped, expected) => {
    const world = await worldWith({
      a: calls('free', { capped, caps: [daily] }),
      b: calls('capped', { caps: [daily] }),
    })
    const ada = await world.lead('ada')

    for (const event of ['free', 'free', 'capped', 'free']) await ada.does(event)

    expect(sent(world)).toEqual(expected)
  })

  it('says in the journal that nobody asked', async () => {
    const world = await worldWith({ a: calls('free', { capped: 'ignores', caps: [daily] }) })
    const ada = await world.lead('ada')
    await ada.does('free')

    const gate = (await ada.story()).find(note => note.is === 'gate' && note.gate === 'frequency-cap')

    expect(gate && explain(gate, { graph: calls('free'), zone: 'UTC' })).toBe(
      'May be sent: this campaign does not keep to frequency caps.',
    )
  })
})

it('a step that ignores caps sends past them, and is counted', async () => {
  const world = await worldWith({
    a: calls('receipt', { caps: [daily] }, { caps: 'ignore' }),
    b: calls('news', { caps: [daily] }),
  })
  const ada = await world.lead('ada')

  for (const event of ['receipt', 'receipt', 'news']) await ada.does(event)

  expect(sent(world)).toEqual(['receipt', 'receipt'])
})

describe('a call that failed for good', () => {
  it.each([
    ['received', 2],
    ['attempted', 1],
  ] as const)('is judged by a cap that counts what was %s', async (counts, arrived) => {
    const world = await worldWith({ a: calls('first', { caps: [{ ...daily, counts }] }) })
    const ada = await world.lead('ada')
    world.receiver = always(404)
    await ada.does('first')

    world.receiver = ok
    await ada.does('first')

    expect(world.arrived).toHaveLength(arrived)
  })

  it('holds its slot while it may yet be tried again (braze section 4)', async () => {
    const world = await worldWith({ a: calls('first', { caps: [daily] }, { delivery: { retry: 'standard' } }) })
    const ada = await world.lead('ada')
    world.receiver = always(503)
    await ada.does('first')

    world.receiver = ok
    await ada.does('first')
    await world.runUntil('PT2H')

    expect(new Set(world.arrived.map(({ call }) => call.webhookId)).size).toBe(1)
  })
})

describe('a call that waits until its caps allow it', () => {
  const defers = { caps: [daily], whenCapped: 'defer', deferAtMost: 'P3D' } as const

  it('leaves when the window opens, one a day', async () => {
    const world = await worldWith({ a: calls('first', defers) })
    const ada = await world.lead('ada', {}, 'Asia/Seoul')
    for (let n = 0; n < 3; n++) await ada.does('first')
    expect(world.arrived).toHaveLength(1)

    await world.runUntil('P3D')

    expect(world.arrived.map(({ at }) => new Date(at).toISOString())).toEqual([
      '2026-05-04T09:00:00.000Z',
      '2026-05-04T15:00:00.000Z',
      '2026-05-05T15:00:00.000Z',
    ])
    await world.finalLaws()
  })

  it('says so in its journal', async () => {
    const world = await worldWith({ a: calls('first', defers) })
    const ada = await world.lead('ada')
    await ada.does('first')
    await ada.does('first')

    const held = (await ada.story()).find(note => note.is === 'gate' && note.verdict === 'hold')

    expect(held && explain(held, { graph: calls('first'), zone: 'UTC' })).toBe(
      'Held until Tue 5 May, 00:00 (UTC): 1 of 1 webhooks today (rule "at most 1 in 1 day").',
    )
  })

  it('asks every gate again: quiet hours hold it on', async () => {
    const world = await worldWith({ a: calls('first', { ...defers, quietHours: night }) })
    const ada = await world.lead('ada')
    await ada.does('first')
    await ada.does('first')

    await world.runUntil('P1D')

    expect(new Date(world.arrived[1]?.at ?? 0).toISOString()).toBe('2026-05-05T08:00:00.000Z')
  })

  it('is given up when it has waited as long as it may', async () => {
    const world = await worldWith({
      a: calls('first', { ...defers, caps: [capOf(1, 1, 'weeks')], deferAtMost: 'P2D' }),
    })
    const ada = await world.lead('ada')
    await ada.does('first')
    await ada.does('first')
    await world.runUntil('P2D')

    const given = (await ada.story()).findLast(note => note.is === 'gate')

    expect(await ada.at()).toBe('finished')
    expect(given && explain(given, { graph: calls('first'), zone: 'UTC' })).toBe(
      'Not sent: 1 of 1 webhooks this week (rule "at most 1 in 1 week"), free again on Mon 11 May, 00:00; it has waited since Mon 4 May, 09:00, and 2 days is the most.',
    )
  })

  it('is not forgotten in a crash', async () => {
    const world = await worldWith({
      a: calls('first', { ...defers, caps: [capOf(1, 1, 'weeks')], deferAtMost: 'P2D' }),
    })
    const ada = await world.lead('ada')
    await ada.does('first')
    await ada.does('first')
    await world.runUntil('P1D')
    await world.die()

    await world.runUntil('PT23H')
    expect(await ada.at()).toBe('call')
    await world.runUntil('PT2H')

    expect(await ada.at()).toBe('finished')
  })
})

it('a capped lead leaves the campaign when that is the policy', async () => {
  const steps = {
    in: on('first'),
    call: step('call-webhook', posts('first')),
    more: step('call-webhook', posts('more')),
  }
  const world = await worldWith({
    a: graph(steps, ['in -> call', 'call -> more'], { caps: [daily], whenCapped: 'exit' }),
  })
  const ada = await world.lead('ada')

  await ada.does('first')

  expect(sent(world)).toEqual(['first'])
  expect(await ada.at()).toBe('exited')
})

describe('campaigns that contend for one slot', () => {
  const slot = (path: string, priority: number, settings = {}) =>
    graph({ in: on('go'), call: step('call-webhook', posts(path)) }, ['in -> call'], {
      caps: [daily],
      priority,
      ...settings,
    })

  it('are asked by priority, whatever their order', async () => {
    const world = await worldWith({ a: slot('low', 1), b: slot('high', 9), c: slot('middle', 5) })
    const ada = await world.lead('ada')

    await ada.does('go')

    expect(sent(world)).toEqual(['high'])
  })

  it('are asked together although one comes from a delay and one from an event', async () => {
    const waits = { in: on('early'), wait: step('delay', { wait: 'PT1H' }), call: step('call-webhook', posts('low')) }
    const world = await worldWith({
      a: graph(waits, ['in -> wait', 'wait -> call'], { caps: [daily], priority: 2 }),
      b: slot('high', 3),
    })
    await world.lead('ada')
    world.send({ lead: 'ada', name: 'early' })
    await world.runUntil('PT59M')

    world.now += 60_000
    world.send({ lead: 'ada', name: 'go' })
    await world.runUntil('PT1M')

    expect(sent(world)).toEqual(['high'])
  })

  it('are asked again by priority when the window opens for both', async () => {
    const defers = { whenCapped: 'defer', entry: { rule: 'every-time' } }
    const world = await worldWith({ a: slot('low', 1, defers), b: slot('high', 9, defers) })
    const ada = await world.lead('ada')
    await ada.does('go')
    await ada.does('go')

    await world.runUntil('P4D')

    expect(sent(world)).toEqual(['high', 'high', 'low', 'low'])
  })

  it('of one priority, are asked in the order in which they were due', async () => {
    const behind = (wait: string, path: string) =>
      graph(
        { in: on('go'), wait: step('delay', { wait }), call: step('call-webhook', posts(path)) },
        ['in -> wait', 'wait -> call'],
        { caps: [daily] },
      )
    const world = await worldWith({ a: behind('PT2H', 'second'), b: behind('PT1H', 'first') })
    await world.lead('ada')
    world.send({ lead: 'ada', name: 'go' })
    await world.runUntil('PT1M')

    // The process slept over both.
    world.now += 3 * 3_600_000
    await world.runUntil('PT1M')

    expect(sent(world)).toEqual(['first'])
  })
})

describe('within one turn', () => {
  const waits = (path: string, settings = {}) =>
    graph(
      { in: on('go'), wait: step('delay', { wait: 'PT1H' }), call: step('call-webhook', posts(path)) },
      ['in -> wait', 'wait -> call'],
      { caps: [daily], ...settings },
    )

  it('a slot that a failed call gives back is free at once', async () => {
    const world = await worldWith({
      a: calls('go', { caps: [daily] }, { delivery: { retry: 'none' } }),
      b: waits('waited'),
    })
    const ada = await world.lead('ada')
    world.receiver = () => ({ after: 3_600_000, with: { is: 'answered', status: 404 } })

    await ada.does('go')
    await world.runUntil('PT2H')

    expect(sent(world)).toEqual(['go', 'waited'])
  })

  it('a journey that is ended before its call is decided takes no slot', async () => {
    const world = await worldWith({ a: waits('ended'), b: calls('later', { caps: [daily] }) })
    const ada = await world.lead('ada')
    await ada.does('go')

    world.now += 3_600_000
    await world.stop('a', 'exit')
    await ada.does('later')

    expect(sent(world)).toEqual(['later'])
    await world.finalLaws()
  })
})

it('a capped call whose journey is to leave at the end of its step is sent first', async () => {
  const exits = { ways: [{ on: 'event', event: 'stop', where: anybody, reason: '' }], when: 'end-of-step' }
  const steps = { in: on('go'), call: step('call-webhook', posts('go')), more: step('call-webhook', posts('more')) }
  const world = await worldWith({ a: graph(steps, ['in -> call', 'call -> more'], { caps: [daily], exits } as object) })
  const ada = await world.lead('ada')

  world.send({ lead: 'ada', name: 'go' }, { lead: 'ada', name: 'stop' })
  await world.runUntil('PT1M')

  expect(sent(world)).toEqual(['go'])
  expect(await ada.at()).toBe('exited')
})

describe('200 sends that are due in the same second, for one lead under a cap of one', () => {
  const waits = graph(
    { in: on('go'), wait: step('delay', { wait: 'PT1H' }), call: step('call-webhook', posts('one')) },
    ['in -> wait', 'wait -> call'],
    { entry: { rule: 'every-time' }, caps: [daily] },
  )

  it.each(Array.from({ length: 10 }, (_, i) => [10 * i + 1, 10 * i + 10] as const))(
    'are exactly one send, with crashes at any point between (seeds %i to %i)',
    async (from, to) => {
      let deaths = 0
      for (let seed = from; seed <= to; seed++) {
        const world = await worldWith({ a: waits }, { seed, maxInFlight: seed % 3 === 0 ? 1 : 64 })
        world.crash.share = 0.5
        await world.lead('ada')
        world.send(...Array.from({ length: 200 }, () => ({ lead: 'ada', name: 'go' })))

        await world.runUntil('PT3H')

        expect(new Set(world.arrived.map(({ call }) => call.webhookId)).size, `seed ${seed}`).toBe(1)
        const journeys = await world.journeysOf('ada')
        expect(journeys.map(j => j.status)).toEqual(Array.from({ length: 200 }, () => 'finished'))
        await world.finalLaws()
        deaths += world.deaths
      }
      expect(deaths).toBeGreaterThan(10)
    },
    60_000,
  )
})
