import { describe, expect, it } from 'vitest'
import { readHistory } from '#shared/engine/work/load-history'
import { explain } from '#shared/explain/explain'
import type { Graph, Settings } from '#shared/graph/schema'
import type { Condition, Rule } from '#shared/rules/conditions'
import { MOST_LOOKED_AT } from '#shared/rules/conditions/schema'
import { saveDraft } from '#shared/store/campaigns'
import { forgetNames, PAGE, sweepHistory } from '#shared/store/history'
import { all, run, sql } from '#shared/store/work'
import { anybody, graph, step } from './graphs'
import { World } from './world'

// A past of thousands: conditions on what events were like see all of it, and stop as soon as it is decided.

const start = Date.parse('2026-05-04T09:00:00Z')
const every: Partial<Settings> = { entry: { rule: 'every-time' } }
const fromShop: Condition = { match: 'all', rules: [{ field: 'event.from', op: 'is', value: 'shop' }] }

function did(change: Partial<Extract<Rule, { did: string }>> = {}): Rule {
  return { did: 'bought', times: { op: 'at-least', n: 1 }, within: null, where: fromShop, ...change }
}

/** Enters by `asked`, is filtered, and ends in a step named after the way. */
function filtering(...rules: Rule[]): Graph {
  const condition: Condition = { match: 'all', rules }
  const steps = {
    in: step('trigger', { event: 'asked', where: anybody }),
    ask: step('filter', { condition }),
    yes: step('exit'),
    no: step('exit'),
  }
  return graph(steps, ['in -> ask', 'ask:yes -> yes', 'ask:no -> no'], every)
}

/** The oldest `fitting` events of the lead are from the shop, and so many others came after them, a minute apart. */
async function hasDone(world: World, lead: string, fitting: number, others: number): Promise<void> {
  const minute = 60_000
  const events = Array.from({ length: fitting + others }, (_, i) => ({
    lead,
    name: 'bought',
    at: start - (fitting + others - i) * minute,
    properties: { from: i < fitting ? 'shop' : 'web' },
  }))
  for (let from = 0; from < events.length; from += 500) {
    world.send(...events.slice(from, from + 500))
    await world.runOneTurn()
  }
}

async function endsAt(world: World, lead = 'ada'): Promise<string | undefined> {
  world.send({ lead, name: 'asked' })
  await world.runOneTurn()
  return (await world.journeysOf(lead)).at(-1)?.step
}

async function said(world: World, about: Graph): Promise<string> {
  const [journey] = (await world.journeysOf('ada')).slice(-1)
  const decided = journey && (await world.journal(journey)).find(entry => entry.is === 'decided')
  return decided === undefined ? '' : explain(decided, { graph: about, zone: 'UTC' })
}

async function worldWith(asking: Graph): Promise<World> {
  const world = await World.create()
  expect(await world.launch('c', asking)).toEqual({ is: 'done' })
  await world.lead('ada')
  return world
}

describe('a lead with 5,000 events', () => {
  it.each([
    ['at least 3 of the 3 oldest', { op: 'at-least', n: 3 }, 'yes'],
    ['at least 4 of the 3 oldest', { op: 'at-least', n: 4 }, 'no'],
    ['exactly 3', { op: 'exactly', n: 3 }, 'yes'],
    ['at most 2', { op: 'at-most', n: 2 }, 'no'],
    ['none', { op: 'exactly', n: 0 }, 'no'],
  ] as const)('is judged by all of them, though those that match are the oldest: %s', async (_, times, way) => {
    const world = await worldWith(filtering(did({ times })))
    await hasDone(world, 'ada', 3, 4997)

    expect(await endsAt(world)).toBe(way)
    await world.finalLaws()
  })

  it('is judged by those of its window alone, also when its border lies far back', async () => {
    const inside = filtering(did({ within: 'PT5000M', times: { op: 'exactly', n: 3 } }))
    const outside = filtering(did({ within: 'PT4998M', times: { op: 'exactly', n: 3 } }))
    for (const [asking, way] of [
      [inside, 'yes'],
      [outside, 'no'],
    ] as const) {
      const world = await worldWith(asking)
      await hasDone(world, 'ada', 3, 4997)

      expect(await endsAt(world)).toBe(way)
    }
  })

  it('answers several questions about one name, each by its own window and number', async () => {
    const fromWeb: Condition = { match: 'all', rules: [{ field: 'event.from', op: 'is', value: 'web' }] }
    const world = await worldWith(
      filtering(
        did({ times: { op: 'exactly', n: 3 } }),
        did({ where: fromWeb, times: { op: 'at-least', n: 500 } }),
        did({ within: 'P1D', times: { op: 'exactly', n: 0 } }),
        did({ where: anybody, times: { op: 'at-least', n: 500 } }),
      ),
    )
    await hasDone(world, 'ada', 3, 4997)

    expect(await endsAt(world)).toBe('yes')
  })

  it('is told by numbers that were counted, and by "at least" where counting stopped', async () => {
    const counted = filtering(did({ times: { op: 'at-least', n: 5 } }))
    const world = await worldWith(counted)
    await hasDone(world, 'ada', 3, 4997)
    await endsAt(world)
    expect(await said(world, counted)).toContain('did "bought" (event.from is shop) 3 times, not at least 5')

    const stopped = filtering(did({ times: { op: 'at-least', n: 2 } }))
    const other = await worldWith(stopped)
    await hasDone(other, 'ada', 3000, 2000)
    await endsAt(other)
    expect(await said(other, stopped)).toContain('did "bought" (event.from is shop) at least 3 times, at least 2')
  })
})

describe('reading a past', () => {
  const asked = (enough: number) =>
    new Map([['bought', { reach: null, questions: [{ where: fromShop, reach: null, enough, zone: 'UTC' }] }]])
  const reading = { now: start, zoneOf: () => 'UTC' }

  /** Runs the work and answers what it asked the store. */
  async function statements(world: World, enough: number): Promise<readonly string[]> {
    const texts: string[] = []
    const ids = (await world.store.read(all<{ id: number }>(sql`select id from leads`))).map(row => row.id)
    await world.store.read(
      (function* () {
        const work = readHistory(ids, asked(enough), reading)
        let step = work.next()
        while (step.done !== true) {
          texts.push(step.value.text)
          step = work.next(yield step.value)
        }
      })(),
    )
    return texts
  }

  it('takes one statement for leads who did little, and a page at a time for one who did much, until it is decided', async () => {
    const world = await worldWith(filtering(did()))
    for (const lead of ['bob', 'eve']) await world.lead(lead)
    await hasDone(world, 'bob', 5, PAGE - 6)
    await hasDone(world, 'eve', 1, 1)
    expect(await statements(world, 2)).toHaveLength(1)

    await hasDone(world, 'ada', 2500, 2000)
    // 2,000 of the web, then the first two of the shop stand on the third page.
    expect(await statements(world, 2)).toHaveLength(3)
    expect(await statements(world, 1500)).toHaveLength(4)
    expect(await statements(world, 5000)).toHaveLength(5)
  })

  it('says in the journal when somebody did more than can be looked at', async () => {
    const asking = filtering(did())
    const world = await worldWith(asking)
    await hasDone(world, 'ada', 1, 0)
    const [{ id: leadId = 0 } = {}] = await world.store.read(
      all<{ id: number }>(sql`select id from leads where external_id = 'ada'`),
    )
    await world.store.transact(
      run(sql`
        insert into events (id, lead_id, name, at, properties, received_at)
        select 'web-' || value, ${leadId}, 'bought', ${start} - value / 10000, '{"from":"web"}', ${start}
        from (with recursive n(value) as (select 1 union all select value + 1 from n where value < ${MOST_LOOKED_AT}) select value from n)`),
    )
    await world.store.transact(
      run(
        sql`insert into history (lead_id, name, at, event_id) select lead_id, name, at, id from events where id like 'web-%'`,
      ),
    )

    expect(await endsAt(world)).toBe('no')
    expect(await said(world, asking)).toContain('among the newest 100,000; older ones were not looked at')
  })
})

describe('what is kept by lead', () => {
  const asking = filtering(did({ where: anybody, times: { op: 'exactly', n: 3 } }))
  const plain = graph({ in: step('trigger', { event: 'asked', where: anybody }), out: step('exit') }, ['in -> out'])
  const kept = async (world: World) =>
    (await world.store.read(all<{ event_id: string }>(sql`select event_id from history`))).length
  const buys = async (world: World) => {
    world.send({ lead: 'ada', name: 'bought' })
    await world.runOneTurn()
  }

  it('is let go when nobody asks any more, and is all there when somebody asks again, "ever" included', async () => {
    const world = await worldWith(asking)
    await buys(world)
    await world.launch('c', plain)
    await world.purge().now()
    expect(await kept(world)).toBe(0)

    await buys(world)
    await world.launch('c', asking)
    await buys(world)

    expect(await endsAt(world)).toBe('yes')
    await world.finalLaws()
  })

  it('stays while a campaign that asks is live, or paused', async () => {
    const world = await worldWith(asking)
    await buys(world)
    await world.purge().now()
    expect(await kept(world)).toBe(1)

    await world.pause('c')
    await world.purge().now()
    expect(await kept(world)).toBe(1)
  })

  it('stays while a lead walks a version that asks, and a day later goes', async () => {
    const condition: Condition = { match: 'all', rules: [did({ where: anybody })] }
    const slow = graph(
      {
        in: step('trigger', { event: 'asked', where: anybody }),
        wait: step('delay', { wait: 'P1D' }),
        ask: step('filter', { condition }),
        yes: step('exit'),
        no: step('exit'),
      },
      ['in -> wait', 'wait -> ask', 'ask:yes -> yes', 'ask:no -> no'],
      every,
    )
    const world = await worldWith(slow)
    await buys(world)
    await endsAt(world)
    await world.launch('c', plain)

    await world.purge().now()
    expect(await kept(world)).toBe(1)
    await world.runUntil('P1D')
    expect((await world.journeysOf('ada')).map(j => j.step)).toEqual(['yes'])
    await world.purge().now()
    expect(await kept(world)).toBe(0)
  })

  it('stays while a draft asks, which counts its audience', async () => {
    const world = await worldWith(asking)
    await buys(world)
    await world.launch('c', plain)
    await world.launch('other', plain)
    await world.store.transact(saveDraft('other', 'other', asking, world.now))

    await world.purge().now()

    expect(await kept(world)).toBe(1)
  })

  it('is asked about again in the middle of the purge, and is whole all the same', async () => {
    const world = await worldWith(asking)
    for (let i = 0; i < 3; i++) await buys(world)
    await world.launch('c', plain)
    await world.store.transact(forgetNames(['bought']))
    await world.store.transact(sweepHistory(2))
    expect(await kept(world)).toBe(1)

    await world.launch('c', asking)
    while (await world.store.transact(sweepHistory(2)));

    expect(await endsAt(world)).toBe('yes')
    await world.finalLaws()
  })
})
