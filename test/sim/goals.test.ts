import { describe, expect, it } from 'vitest'
import type { Goal } from '#shared/rules/goals'
import { always as answers } from '#shared/simulate/endpoints'
import { allGoals } from '#shared/store/goals'
import { all, sql } from '#shared/store/work'
import { anybody, goalOf, graph, posts, step } from './graphs'
import type { LeadDriver } from './lead-driver'
import { overhear } from './overhear'
import { World } from './world'

const enters = step('trigger', { event: 'enters', where: anybody })
const call = (name: string) => step('call-webhook', posts(name), name)
const hour = step('delay', { wait: 'PT1H' })
const every = { entry: { rule: 'every-time' } } as const
const euros = { property: 'amount', currency: { is: 'fixed', code: 'EUR' } } as const

/** Ten messages, an hour between them. */
function tenMessages(goals: Goal[]) {
  const steps: Record<string, ReturnType<typeof step>> = { in: enters }
  const ways: string[] = []
  let last = 'in'
  for (let n = 1; n <= 10; n++) {
    steps[`wait-${n}`] = hour
    steps[`message-${n}`] = call(`message-${n}`)
    ways.push(`${last} -> wait-${n}`, `wait-${n} -> message-${n}`)
    last = `message-${n}`
  }
  return graph(steps, ways, { goals })
}

/** One message at once, then a long wait. */
const oneMessage = (goals: Goal[], settings = {}) =>
  graph(
    { in: enters, message: call('message'), rest: step('delay', { wait: 'P20D' }) },
    ['in -> message', 'message -> rest'],
    { goals, ...settings },
  )

async function worldWith(g: ReturnType<typeof graph>, options = {}) {
  const world = await World.create(options)
  expect(await world.launch('c', g)).toEqual({ is: 'done' })
  return world
}

async function conversions(ada: LeadDriver, entry = 0) {
  const journey = (await ada.journeys())[entry]
  return journey === undefined ? [] : ada.world.conversions(journey)
}

/** The counters of a campaign by what they count, over its versions; of a step `step what`. */
async function counters(world: World) {
  const rows = await world.store.read(
    all<{ step: string; what: string; n: number }>(
      sql`select step, what, sum(n) as n from counts where what like '%goal:%' or what like 'converted%' group by step, what`,
    ),
  )
  return Object.fromEntries(rows.map(({ step, what, n }) => [`${step} ${what}`.trim(), n]))
}

describe('the credit of a conversion', () => {
  it('is the flow total from entry on, and the step of the last message received (braze R28, table test of section 6)', async () => {
    const world = await worldWith(tenMessages([goalOf('session', 'P1D')]))
    const [a, b] = [await world.lead('a'), await world.lead('b')]
    await a.does('enters')
    await b.does('enters')

    await a.does('session')
    for (let n = 1; n <= 10; n++) {
      await world.runUntil('PT1H')
      await b.does('session')
    }

    expect((await conversions(a))[0]).toMatchObject({ step: null, touchId: null })
    expect((await conversions(b))[0]).toMatchObject({ step: 'message-1' })
    expect(await counters(world)).toEqual({
      converted: 2,
      'goal:1:converted': 2,
      'goal:1:times': 2,
      'message-1 goal:1:credit': 1,
    })
    await world.finalLaws()
  })

  it('goes to the second message when two were received before (braze R28, rule 6 of section 6)', async () => {
    const world = await worldWith(tenMessages([goalOf('session', 'P1D')]))
    const ada = await world.lead('ada')
    await ada.does('enters')
    await world.runUntil('PT2H')

    await ada.does('session')

    expect(await conversions(ada)).toMatchObject([{ step: 'message-2' }])
  })

  it("is nobody's while the message is still on the wire, or was not taken", async () => {
    const world = await worldWith(oneMessage([goalOf('bought')]))
    world.receiver = () => ({ after: 5000, with: { is: 'answered', status: 200 } })
    const [early, late, refused] = [await world.lead('early'), await world.lead('late'), await world.lead('refused')]
    await early.does('enters')
    await early.does('bought')
    await late.does('enters')
    await world.runUntil('PT6S')
    await late.does('bought')
    world.receiver = answers(404)
    await refused.does('enters')
    await refused.does('bought')

    expect((await conversions(early))[0]).toMatchObject({ step: null })
    expect((await conversions(late))[0]).toMatchObject({ step: 'message' })
    expect((await conversions(refused))[0]).toMatchObject({ step: null })
  })

  it('goes to two campaigns that are open at once, each by its own messages (braze R28)', async () => {
    const world = await worldWith(oneMessage([goalOf('bought')]))
    await world.launch('quiet', graph({ in: enters, wait: hour }, ['in -> wait'], { goals: [goalOf('bought')] }))
    const ada = await world.lead('ada')
    await ada.does('enters')

    await ada.does('bought')

    const journeys = await ada.journeys()
    const credited = await Promise.all(journeys.map(async j => [j.campaignId, (await world.conversions(j))[0]?.step]))
    expect(Object.fromEntries(credited)).toEqual({ c: 'message', quiet: null })
    await world.finalLaws()
  })
})

describe('a goal', () => {
  it('counts once for each entry, and a second entry counts again (braze R28)', async () => {
    const world = await worldWith(oneMessage([goalOf('bought', 'PT1H')], every))
    const ada = await world.lead('ada')

    for (let entry = 0; entry < 2; entry++) {
      await ada.does('enters')
      await ada.does('bought')
      await ada.does('bought')
      await world.runUntil('P2D')
    }

    expect(await counters(world)).toMatchObject({ converted: 2, 'goal:1:times': 2 })
    await world.finalLaws()
  })

  it('counts every event when it is asked to, and its journey as one conversion', async () => {
    const goals = [goalOf('bought', 'P1D', { counts: 'every', value: euros })]
    const world = await worldWith(oneMessage(goals))
    const ada = await world.lead('ada')
    await ada.does('enters')

    await ada.does('bought', { amount: 19.99 })
    await ada.does('bought', { amount: '0.02' })
    await ada.does('bought', { amount: 'plenty' })

    expect(await counters(world)).toEqual({
      converted: 1,
      'goal:1:converted': 1,
      'goal:1:times': 3,
      'goal:1:value:EUR': 2001,
      'message goal:1:credit': 3,
      'message goal:1:credit-value:EUR': 2001,
    })
    const refused = (await ada.story()).findLast(e => e.is === 'converted')
    expect(refused).toMatchObject({ goal: { value: null, refused: 'No value from "amount": "plenty" is no number.' } })
    await world.finalLaws()
  })

  it('adds up each currency by itself', async () => {
    const value = { property: 'amount', currency: { is: 'property', property: 'currency' } } as const
    const world = await worldWith(oneMessage([goalOf('bought', 'P1D', { counts: 'every', value })]))
    const ada = await world.lead('ada')
    await ada.does('enters')

    await ada.does('bought', { amount: 5, currency: 'eur' })
    await ada.does('bought', { amount: 500, currency: 'JPY' })
    await ada.does('bought', { amount: 5, currency: 'shells' })

    expect(await counters(world)).toMatchObject({ 'goal:1:value:EUR': 500, 'goal:1:value:JPY': 500, 'goal:1:times': 3 })
  })

  it('from the last webhook on begins anew with each of them, and counts nothing before the first', async () => {
    const graphOf = graph(
      { in: enters, wait: hour, first: call('first'), day: step('delay', { wait: 'P10D' }), second: call('second') },
      ['in -> wait', 'wait -> first', 'first -> day', 'day -> second'],
      { goals: [goalOf('bought', 'PT30M', { from: 'last-touch', counts: 'every' })] },
    )
    const world = await worldWith(graphOf)
    const ada = await world.lead('ada')
    await ada.does('enters')

    await ada.does('bought', {}, 'before any')
    await world.runUntil('PT1H')
    await ada.does('bought', {}, 'after the first')
    await world.runUntil('PT31M')
    await ada.does('bought', {}, 'too late')
    await world.runUntil('P9DT23H45M')
    await ada.does('bought', {}, 'after the second')

    expect((await conversions(ada)).map(c => [c.eventId, c.step])).toEqual([
      ['after the first', 'first'],
      ['after the second', 'second'],
    ])
    await world.finalLaws()
  })

  it('counts after the journey has ended, was stopped, or was sent out, as long as its window is open', async () => {
    const world = await worldWith(oneMessage([goalOf('bought', 'P1D')]))
    const ada = await world.lead('ada')
    await ada.does('enters')
    await world.stop('c', 'exit')
    await world.runUntil('PT1H')
    expect(await ada.at()).toBe('exited')

    await ada.does('bought')

    expect(await conversions(ada)).toHaveLength(1)
    await world.finalLaws()
  })

  it('asks its condition of the event and of the lead', async () => {
    const where = {
      match: 'all' as const,
      rules: [
        { field: 'event.plan', op: 'is' as const, value: 'pro' },
        { field: 'lead.country', op: 'is' as const, value: 'India' },
      ],
    }
    const world = await worldWith(oneMessage([goalOf('bought', 'P1D', { where })]))
    const [indian, other] = [await world.lead('a', { country: 'India' }), await world.lead('b', { country: 'Nepal' })]
    for (const lead of [indian, other]) {
      await lead.does('enters')
      await lead.does('bought', { plan: 'basic' })
      await lead.does('bought', { plan: 'pro' })
    }

    expect(await conversions(indian)).toHaveLength(1)
    expect(await conversions(other)).toEqual([])
  })

  it('counts for the variant, control alike (braze R28)', async () => {
    const split = { variants: [{ id: 'a', label: 'A', weight: 50 }], control: 50 }
    const goals = [goalOf('bought'), goalOf('bought', 'P1D', { id: 'revenue', counts: 'every', value: euros })]
    const world = await worldWith(graph({ in: enters, ab: step('variants', split) }, ['in -> ab'], { goals }))
    const sizes = { a: 0, control: 0 }
    for (let i = 0; i < 20; i++) {
      const lead = await world.lead(`l${i}`)
      await lead.does('enters')
      await lead.does('bought', { amount: 1 })
      await lead.does('bought', { amount: 1 })
      const variant = (await lead.journeys())[0]?.memory.variants['ab'] as 'a' | 'control'
      sizes[variant]++
    }

    expect(Math.min(sizes.a, sizes.control)).toBeGreaterThan(0)
    expect(await counters(world)).toMatchObject({
      'ab converted:a': sizes.a,
      'ab converted:control': sizes.control,
      'ab goal:2:converted:control': sizes.control,
      'ab goal:2:times:control': 2 * sizes.control,
      'ab goal:2:value:control:EUR': 200 * sizes.control,
    })
    await world.finalLaws()
  })

  it('is judged by the first entry of each lead, where leads may come again', async () => {
    const split = { variants: [{ id: 'a', label: 'A', weight: 100 }], control: 0 }
    const world = await worldWith(
      graph({ in: enters, ab: step('variants', split) }, ['in -> ab'], { goals: [goalOf('bought', 'PT5M')], ...every }),
    )
    const [ada, bob] = [await world.lead('ada'), await world.lead('bob')]
    for (let entry = 0; entry < 3; entry++) {
      await ada.does('enters')
      await ada.does('bought')
      await world.runUntil('PT1H')
    }
    // Twice in one batch.
    world.send({ lead: 'bob', name: 'enters' }, { lead: 'bob', name: 'enters' })
    await world.runUntil('PT1H')
    await bob.does('enters')
    await bob.does('bought')

    expect((await bob.journeys()).map(j => j.isFirst)).toEqual([true, false, false])
    const rows = await world.store.read(
      all<{ what: string; n: number }>(
        sql`select what, n from counts where step = 'ab' and what like '%:a' order by what`,
      ),
    )
    expect(Object.fromEntries(rows.map(r => [r.what, r.n]))).toEqual({
      'assigned:a': 6,
      'assigned-first:a': 2,
      'converted:a': 4,
      'converted-first:a': 1,
      'goal:1:converted:a': 4,
      'goal:1:first:a': 1,
      'goal:1:times:a': 4,
      'left:a': 6,
    })
    await world.finalLaws()
  })

  it('of a lead who is deleted still counts, and nothing says whose it was', async () => {
    const world = await worldWith(oneMessage([goalOf('bought')]))
    const ada = await world.lead('ada')
    await ada.does('enters')
    await ada.does('bought', {}, 'order of ada@example.com')

    await world.forget('ada')

    expect(await counters(world)).toMatchObject({ converted: 1 })
    const rows = await world.store.read(all<{ event_id: string }>(sql`select event_id from conversions`))
    expect(rows).toEqual([{ event_id: '$deleted.1' }])
    await world.finalLaws()
  })
})

describe('a goal that is added later', () => {
  const late = [
    goalOf('bought', 'P2D', { id: 'bought', counts: 'every', value: euros }),
    goalOf('bought', 'PT3H', { id: 'soon', from: 'last-touch' }),
    goalOf('enters', 'P1D', { id: 'again' }),
  ]
  const first = [goalOf('upgraded', 'P1D', { id: 'up' })]
  const split = {
    variants: [{ id: 'a', label: 'A', weight: 50 }],
    control: 50,
  }
  const campaign = (goals: Goal[]) =>
    graph(
      {
        in: enters,
        wait: hour,
        ab: step('variants', split),
        message: call('message'),
        rest: step('delay', { wait: 'P20D' }),
      },
      ['in -> wait', 'wait -> ab', 'ab:a -> message', 'message -> rest'],
      { goals, ...every },
    )

  /** Leads come, buy, and come again over some days. Answers all that counts, without the numbers of rows and goals. */
  async function live(world: World, meanwhile: () => Promise<void>) {
    for (let turn = 0; turn < 6; turn++) {
      for (let i = 0; i < 12; i++) {
        const lead = `l${i}`
        if ((i + turn) % 3 === 0) world.send({ lead, name: 'enters', id: `${turn}-${i}-enters` })
        if ((i * turn) % 2 === 0) world.send({ lead, name: 'bought', id: `${turn}-${i}-a`, properties: { amount: i } })
        if (i % 4 === 0) world.send({ lead, name: 'upgraded', id: `${turn}-${i}-up` })
      }
      await world.runUntil('PT150M')
      for (let i = 0; i < 12; i += 2)
        world.send({ lead: `l${i}`, name: 'bought', id: `${turn}-${i}-b`, properties: { amount: turn } })
      await world.runUntil('PT7H')
      if (turn === 3) await meanwhile()
    }
    await world.runUntil('P1D')
    await world.finalLaws()
    return result(world)
  }

  async function result(world: World) {
    const rows = await world.store.read(
      all<Record<string, string | number | null>>(sql`
        select g.goal, l.external_id as lead, j.entered_at, v.event_id, v.at, v.value, v.currency, v.step, v.variants
        from conversions v join goals g on g.id = v.goal join journeys j on j.id = v.journey_id join leads l on l.id = j.lead_id
        order by g.goal, lead, j.entered_at, v.event_id`),
    )
    const counted = await world.store.read(
      all<Record<string, string | number | null>>(sql`
        select step, g.goal, substr(what, length('goal:' || g.id || ':') + 1) as what, sum(n) as n
        from counts c join goals g on c.what like 'goal:' || g.id || ':%' where n <> 0
        group by step, g.goal, what order by step, g.goal, what`),
    )
    const primary = (await counters(world))['converted']
    return { rows, counted, primary }
  }

  it('counts what lies in the past as if it had been there, also over crashes', async () => {
    const always = await worldWith(campaign([...late, ...first]))
    const known = await live(always, async () => {})

    const later = await worldWith(campaign(first), { seed: 7, crashes: 0.05 })
    const found = await live(later, async () => {
      await later.launch('c', campaign([...late, ...first]))
    })

    expect(known.rows.length).toBeGreaterThan(50)
    expect(later.deaths).toBeGreaterThan(0)
    expect(found).toEqual(known)
  })

  it('is said in the journal, and starts nothing in other campaigns', async () => {
    const world = await worldWith(campaign(first))
    const heard = step('trigger', { ways: [{ on: 'conversion', campaign: 'c', where: anybody }] })
    await world.launch('heard', graph({ in: heard, wait: hour }, ['in -> wait'], every))
    const ada = await world.lead('ada')
    await ada.does('enters')
    await ada.does('bought', { amount: 3 })

    await world.launch('c', campaign([...first, ...late]))
    await world.runUntil('PT1M')

    const converted = (await ada.story()).filter(e => e.is === 'converted')
    expect(converted).toMatchObject([{ eventId: expect.any(String), goal: { id: 'bought', isLate: true, value: 300 } }])
    expect((await ada.journeys()).map(j => j.campaignId)).toEqual(['c'])
  })

  it('is counted anew when it asks something else, and goes on where it was when it comes back', async () => {
    const cheap = goalOf('bought', 'P1D', { id: 'bought' })
    const dear: Goal = {
      ...cheap,
      where: { match: 'all', rules: [{ field: 'event.amount', op: 'at-least', value: 10 }] },
    }
    const world = await worldWith(oneMessage([cheap]))
    const [ada, bob] = [await world.lead('ada'), await world.lead('bob')]
    await ada.does('enters')
    await bob.does('enters')
    await ada.does('bought', { amount: 50 })
    await bob.does('bought', { amount: 1 })
    expect(await counters(world)).toMatchObject({ converted: 2 })

    await world.launch('c', oneMessage([dear]))
    await world.runUntil('PT1M')
    expect(await counters(world)).toMatchObject({ converted: 1 })

    const eve = await world.lead('eve')
    await eve.does('enters')
    await eve.does('bought', { amount: 1 })
    await world.launch('c', oneMessage([cheap]))
    await world.runUntil('PT1M')

    expect(await counters(world)).toMatchObject({ converted: 3 })
    await world.finalLaws()
  })

  it('becomes the primary goal with the counters that it has', async () => {
    const goals = [goalOf('bought', 'P1D', { id: 'bought' }), goalOf('upgraded', 'P1D', { id: 'up' })]
    const world = await worldWith(oneMessage(goals))
    const [ada, bob] = [await world.lead('ada'), await world.lead('bob')]
    for (const lead of [ada, bob]) {
      await lead.does('enters')
      await lead.does('bought')
    }
    await bob.does('upgraded')

    await world.launch('c', oneMessage([...goals].reverse()))
    await ada.does('upgraded')

    expect(await counters(world)).toMatchObject({ converted: 2, 'goal:1:converted': 2, 'goal:2:converted': 2 })
    await world.finalLaws()
  })

  it('can be stopped while it is computed, and goes on from there', async () => {
    const world = await worldWith(oneMessage([], every))
    const ada = await world.lead('ada')
    await ada.does('enters')
    for (let n = 0; n < 2500; n++) world.send({ lead: 'ada', name: 'bought', id: `e-${String(n).padStart(4, '0')}` })
    await world.runUntil('PT1M')
    await world.launch('c', oneMessage([goalOf('bought', 'P1D', { counts: 'every' })], every))
    // Counts them, then goes through a first thousand.
    await world.runOneTurn()
    await world.runOneTurn()

    const stopped = await world.steerGoal(1, 'cancelled')
    await world.runUntil('PT1M')
    expect(stopped).toMatchObject({ status: 'cancelled', total: 2501, looked: 1000, found: 1000 })
    expect(await conversions(ada)).toHaveLength(1000)

    await world.steerGoal(1, 'running')
    await world.runUntil('PT1M')

    expect(await conversions(ada)).toHaveLength(2500)
    expect((await world.store.read(allGoals()))[0]).toMatchObject({ status: 'done', looked: 2501, found: 2500 })
  })
})

describe('events of a campaign without goals', () => {
  it('cost no question about conversions', async () => {
    const world = await worldWith(oneMessage([], every))
    const ada = await world.lead('ada')
    await ada.does('enters')
    const asked = overhear(world.store)

    await ada.does('bought')

    expect(asked.some(text => text.startsWith('insert into events'))).toBe(true)
    expect(asked.filter(text => /conversions|goals|received/.test(text.replace('received_at', '')))).toEqual([])
  })
})
