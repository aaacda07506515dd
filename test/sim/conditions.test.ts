import { describe, expect, it } from 'vitest'
import { countAudience } from '#shared/engine/entry/audience'
import { explain } from '#shared/explain/explain'
import type { Graph, Settings } from '#shared/graph/schema'
import { usesOf } from '#shared/graph/uses'
import { mayLaunch, validate } from '#shared/graph/validate'
import type { Condition, Rule } from '#shared/rules/conditions'
import { openEntrance } from '#shared/rules/entrance'
import { always } from '#shared/simulate/endpoints'
import { findCampaign } from '#shared/store/campaigns'
import { keepNames } from '#shared/store/history'
import { all, sql } from '#shared/store/work'
import { onceAtLaunch } from '#shared/time/schedule'
import { anybody, graph, posts, step } from './graphs'
import { World } from './world'

// Conditions on what leads did, which lists they are on, and how their journey went: facts that are loaded for them.

const start = Date.parse('2026-05-04T09:00:00Z')
const day = 86_400_000
const every: Partial<Settings> = { entry: { rule: 'every-time' } }
const triggered = (event: string, where: Condition = anybody) => step('trigger', { event, where })

function did(event: string, n = 1, within: string | null = 'P30D', where: Condition = anybody): Rule {
  return { did: event, times: { op: 'at-least', n }, within, where }
}
const not = (event: string): Rule => ({ did: event, times: { op: 'exactly', n: 0 }, within: null, where: anybody })
const on = (list: string): Rule => ({ list: { id: list, name: list }, is: 'on' })
const that = (...rules: Condition['rules']): Condition => ({ match: 'all', rules })

/** Enters by `asked`, is filtered, and ends in a step named after the way. */
function filtering(condition: Condition, settings: Partial<Settings> = every): Graph {
  const steps = { in: triggered('asked'), ask: step('filter', { condition }), yes: step('exit'), no: step('exit') }
  return graph(steps, ['in -> ask', 'ask:yes -> yes', 'ask:no -> no'], settings)
}

async function worldWith(...graphs: Graph[]): Promise<World> {
  const world = await World.create()
  for (const list of ['vip', 'cold']) await world.list(list)
  for (const [i, g] of graphs.entries()) expect(await world.launch(`c${i}`, g)).toEqual({ is: 'done' })
  return world
}

/** Where the lead's newest journey ended. */
async function end(world: World, lead = 'ada'): Promise<string | undefined> {
  return (await world.journeysOf(lead)).at(-1)?.step
}

describe('what a lead did', () => {
  it('decides a filter up to the very edge of its window, and not a millisecond longer', async () => {
    const world = await worldWith(filtering(that(did('bought'))))
    const ada = await world.lead('ada')
    const bob = await world.lead('bob')
    world.send({ lead: 'ada', name: 'bought', at: start })
    world.send({ lead: 'bob', name: 'bought', at: start - 1 })
    await world.runUntil(new Date(start + 30 * day).toISOString())

    world.send({ lead: 'ada', name: 'asked' }, { lead: 'bob', name: 'asked' })
    await world.runOneTurn()

    expect(await end(world, 'ada')).toBe('yes')
    expect(await end(world, 'bob')).toBe('no')
    expect(await ada.at()).toBe('finished')
    expect(await bob.at()).toBe('finished')
    await world.finalLaws()
  })

  it('counts in the batch in which it comes, for what is decided after it and not before', async () => {
    const world = await worldWith(filtering(that(did('bought'))))
    await world.lead('ada')
    await world.lead('bob')

    world.send(
      { lead: 'ada', name: 'bought' },
      { lead: 'ada', name: 'asked' },
      { lead: 'bob', name: 'asked' },
      { lead: 'bob', name: 'bought' },
    )
    await world.runOneTurn()

    expect(await end(world, 'ada')).toBe('yes')
    expect(await end(world, 'bob')).toBe('no')
  })

  it('counts once, however often the client sends it', async () => {
    const world = await worldWith(filtering(that(did('bought', 2))))
    const ada = await world.lead('ada')
    await ada.does('bought', {}, 'b-1')
    await ada.does('bought', {}, 'b-1')
    world.send({ lead: 'ada', name: 'bought', id: 'b-2' }, { lead: 'ada', name: 'bought', id: 'b-2' })
    world.send({ lead: 'ada', name: 'asked' })
    await world.runUntil('PT1S')

    const seen = (await ada.story()).find(e => e.is === 'decided')

    expect(seen?.seen.rules[0]).toMatchObject({ found: 2, result: true })
  })

  it('does not count while it is dated in the future', async () => {
    const world = await worldWith(filtering(that(did('bought'))))
    const ada = await world.lead('ada')
    world.send({ lead: 'ada', name: 'bought', at: start + 60_000 })
    await world.runUntil('PT1S')

    await ada.does('asked')
    expect(await end(world)).toBe('no')
    await world.runUntil(new Date(start + 60_000).toISOString())
    await ada.does('asked')

    expect(await end(world)).toBe('yes')
  })

  it('counts from before the launch of the first campaign that asks', async () => {
    const world = await worldWith()
    const ada = await world.lead('ada')
    await ada.does('bought', { total: 60 })
    await ada.does('bought', { total: 40 })
    await world.launch(
      'late',
      filtering(that(did('bought', 1, null, that({ field: 'event.total', op: 'greater-than', value: 50 })))),
    )

    await ada.does('asked')

    expect(await end(world)).toBe('yes')
  })

  it('is told in the journal with the number that was seen', async () => {
    const g = filtering(that(did('bought', 2)))
    const world = await worldWith(g)
    const ada = await world.lead('ada')
    await ada.does('bought')
    await ada.does('asked')

    const said = (await ada.story()).map(entry => explain(entry, { graph: g, zone: 'UTC' }))

    expect(said).toContain('Took No: did "bought" 1 time in the last 30 days, not at least 2.')
  })

  it('counts at every later decision anew, also after a wait and a restart', async () => {
    const steps = {
      in: triggered('asked'),
      wait: step('delay', { wait: 'P2D' }),
      ask: step('filter', { condition: that(did('bought', 1, 'P1D')) }),
      yes: step('exit'),
      no: step('exit'),
    }
    const world = await worldWith(graph(steps, ['in -> wait', 'wait -> ask', 'ask:yes -> yes', 'ask:no -> no'], every))
    const ada = await world.lead('ada')
    const bob = await world.lead('bob')
    await ada.does('asked')
    await bob.does('asked')
    await bob.does('bought')
    await world.die()
    await world.runUntil('P1DT12H')
    await ada.does('bought')

    await world.runUntil('P1D')

    expect(await end(world, 'ada')).toBe('yes')
    expect(await end(world, 'bob')).toBe('no')
  })

  it('counts behind a webhook, with what happened while it was on the wire', async () => {
    const steps = {
      in: triggered('asked'),
      crm: step('call-webhook', posts('crm')),
      ask: step('filter', { condition: that(did('bought')) }),
      yes: step('exit'),
      no: step('exit'),
    }
    const ways = ['in -> crm', 'crm:succeeded -> ask', 'ask:yes -> yes', 'ask:no -> no']
    const world = await worldWith(graph(steps, ways, every))
    world.receiver = () => ({ after: 20_000, with: { is: 'answered', status: 200 } })
    for (const lead of ['ada', 'bob']) await (await world.lead(lead)).does('asked')
    world.send({ lead: 'ada', name: 'bought' })

    await world.runUntil('PT1M')

    expect(await end(world, 'ada')).toBe('yes')
    expect(await end(world, 'bob')).toBe('no')
  })

  it('decides which path of an audience is taken, which way opens and who gets in', async () => {
    const paths = step('audience-paths', {
      groups: [
        { id: 'a', label: 'Bought', condition: that(did('bought')) },
        { id: 'b', label: 'Quiet', condition: that(not('visited')) },
      ],
    })
    const wait = step('wait-for-event', {
      branches: [{ id: 'a', label: 'Again', event: 'visited', where: that(did('visited', 2, null)), same: [] }],
      window: 'P1D',
      pick: 'first',
    })
    const entrance = { ...openEntrance, audience: that(not('banned')) }
    const world = await worldWith(
      graph(
        { in: triggered('asked'), paths, 'by-a': step('exit'), 'by-b': step('exit') },
        ['in -> paths', 'paths:a -> by-a', 'paths:b -> by-b'],
        every,
      ),
      graph({ in: triggered('came'), wait, 'by-a': step('exit') }, ['in -> wait', 'wait:a -> by-a'], every),
      graph({ in: triggered('knocked'), out: step('exit') }, ['in -> out'], { ...every, entrance }),
      graph({ in: triggered('rang', that(did('rang', 2, null))), out: step('exit') }, ['in -> out'], every),
    )
    const ada = await world.lead('ada')

    await ada.does('asked')
    expect(await end(world)).toBe('by-b')
    await ada.does('came')
    await ada.does('visited')
    expect(await end(world)).toBe('wait')
    await ada.does('visited')
    expect(await end(world)).toBe('by-a')

    await ada.does('knocked')
    await ada.does('banned')
    await ada.does('knocked')
    await ada.does('rang')
    await ada.does('rang')
    const journeys = await world.journeysOf('ada')
    const entered = (campaign: string) => journeys.filter(j => j.campaignId === campaign).length
    expect([entered('c2'), entered('c3')]).toEqual([1, 1])
    await world.finalLaws()
  })

  it('decides who is of a batch, for the size guard and for the count of the draft alike', async () => {
    const audience = that(did('bought'), { ...on('vip'), is: 'off' })
    const batch = (most: number | null) =>
      graph({ in: step('batch', { audience, schedule: onceAtLaunch, most }), out: step('exit') }, ['in -> out'])
    const world = await worldWith(
      graph({ in: triggered('praised'), add: step('add-to-list', { list: { id: 'vip', name: 'vip' } }) }, [
        'in -> add',
      ]),
    )
    for (const name of ['ada', 'bob', 'cyd']) await (await world.lead(name)).does('bought')
    await (await world.lead('dan')).does('visited')
    const cyd = await world.lead('cyd')
    await cyd.does('praised')
    await world.runUntil('PT1M')

    await world.draft('draft')
    await world.launch('tight', batch(1))
    await world.launch('roomy', batch(2))
    await world.runUntil('PT1M')

    const entered = (await Promise.all(['ada', 'bob', 'cyd', 'dan'].map(name => world.journeysOf(name)))).map(
      journeys => journeys.filter(j => j.campaignId === 'roomy').length,
    )
    const campaign = await world.store.read(findCampaign('tight'))
    await world.store.transact(keepNames(['bought']))
    const counted = campaign && (await world.store.read(countAudience(campaign, 0, world.now)))
    expect(entered).toEqual([1, 1, 0, 0])
    expect(counted).toMatchObject({ matching: 2, entering: 2 })
    expect((await world.journeysOf('ada')).some(j => j.campaignId === 'tight')).toBe(false)
  })

  it('takes leads out of a campaign: by an exit event, as soon as it is done, and by the end of a step', async () => {
    type Exits = Settings['exits']
    const exits = (way: Exits['ways'][number], when: Exits['when'] = 'at-once'): Partial<Settings> => ({
      ...every,
      exits: { ways: [way], when },
    })
    const waits = { in: triggered('asked'), wait: step('delay', { wait: 'P1D' }), out: step('exit') }
    const ways = ['in -> wait', 'wait -> out']
    const world = await worldWith(
      graph(waits, ways, exits({ on: 'event', event: 'bought', where: that(did('bought', 2, null)), reason: '' })),
      graph(waits, ways, exits({ on: 'condition', where: that(did('bought', 2, null)), reason: '' })),
      graph(waits, ways, exits({ on: 'condition', where: that(did('bought', 1, null)), reason: '' }, 'end-of-step')),
    )
    const ada = await world.lead('ada')
    const ended = async () => (await world.journeysOf('ada')).map(j => `${j.campaignId} ${j.status}`).sort()
    await ada.does('asked')

    await ada.does('bought')
    expect(await ended()).toEqual(['c0 active', 'c1 active', 'c2 active'])
    await ada.does('bought')
    expect(await ended()).toEqual(['c0 exited', 'c1 exited', 'c2 active'])
    await world.runUntil('P1DT1S')

    expect(await ended()).toEqual(['c0 exited', 'c1 exited', 'c2 exited'])
    await world.finalLaws()
  })

  it('decides in a campaign that another one executes, also for a lead whom this very event made known', async () => {
    const inner = graph(
      {
        in: step('trigger', { ways: [{ on: 'executed', where: anybody }] }),
        ask: step('filter', { condition: that(did('bought'), not('visited')) }),
        yes: step('update-lead', { changes: [{ field: 'buyer', do: 'set', value: true }] }),
      },
      ['in -> ask', 'ask:yes -> yes'],
      every,
    )
    const run = step('execute-campaign', { campaign: { id: 'c0', name: '' }, tokens: 'own', properties: [] })
    const world = await worldWith(inner, graph({ in: triggered('bought'), run }, ['in -> run'], every))

    world.send({ lead: 'new', name: 'bought' })
    await world.runUntil('PT1S')

    expect(await world.attributes('new')).toEqual({ buyer: true })
    await world.finalLaws()
  })

  it('follows a lead into the one that they are merged into, and is gone when the lead is deleted', async () => {
    const world = await worldWith(filtering(that(did('bought', 2, null))))
    const ada = await world.lead('ada')
    const twin = await world.lead('twin')
    await ada.does('bought')
    await twin.does('bought')
    await world.merge('twin', 'ada')

    await ada.does('asked')
    expect(await end(world)).toBe('yes')
    await world.forget('ada')

    expect(await world.store.read(all(sql`select * from history`))).toEqual([])
  })

  it('is kept by lead only for names that some condition asks about', async () => {
    const world = await worldWith(filtering(that(did('bought'))))
    const ada = await world.lead('ada')
    await ada.does('bought')
    await ada.does('visited')

    const kept = await world.store.read(all<{ name: string }>(sql`select name from history`))

    expect(kept).toEqual([{ name: 'bought' }])
  })
})

describe('a decision', () => {
  it('sees one now and one history for all its rules', async () => {
    // The same question twice, and its opposite: whatever is seen, all of them must agree on it.
    const twice = that(
      did('bought', 2, 'P1D'),
      { match: 'none', rules: [did('bought', 2, 'P1D')] },
      did('bought', 2, 'P1D'),
    )
    const world = await worldWith(filtering(twice))
    const ada = await world.lead('ada')
    for (let i = 0; i < 4; i++) {
      world.send({ lead: 'ada', name: 'bought' }, { lead: 'ada', name: 'asked' }, { lead: 'ada', name: 'bought' })
      await world.runUntil('PT7H')
    }

    const seen: number[][] = []
    for (const journey of await world.journeysOf('ada'))
      for (const entry of await world.journal(journey))
        if (entry.is === 'decided')
          seen.push(
            entry.seen.rules
              .flatMap(rule => ('match' in rule ? rule.rules : [rule]))
              .map(rule => ('did' in rule ? rule.found : -1)),
          )

    expect(await ada.at()).toBe('finished')
    expect(seen).toEqual([
      [1, 1, 1],
      [3, 3, 3],
      [5, 5, 5],
      [7, 7, 7],
    ])
  })
})

describe('the lists of a lead', () => {
  it('decide a filter, with what an earlier step of the journey did to them', async () => {
    const steps = {
      in: triggered('asked'),
      before: step('filter', { condition: that(on('vip')) }),
      add: step('add-to-list', { list: { id: 'vip', name: 'vip' } }),
      after: step('filter', { condition: that(on('vip'), { ...on('cold'), is: 'off' }) }),
      yes: step('exit'),
      was: step('exit'),
    }
    const ways = ['in -> before', 'before:yes -> was', 'before:no -> add', 'add -> after', 'after:yes -> yes']
    const world = await worldWith(graph(steps, ways, every))
    const ada = await world.lead('ada')

    await ada.does('asked')
    expect(await end(world)).toBe('yes')
    await ada.does('asked')

    expect(await end(world)).toBe('was')
    await world.finalLaws()
  })

  it('are read where only a condition asks for them', async () => {
    const world = await worldWith(filtering(that({ match: 'none', rules: [on('vip')] })))
    const ada = await world.lead('ada')

    await ada.does('asked')

    expect(await end(world)).toBe('yes')
  })

  it('are named by conditions of steps and of the entry, so that a list in use is not lost', async () => {
    const g = filtering(that({ match: 'any', rules: [on('vip')] }), {
      entrance: { ...openEntrance, audience: that(on('cold')) },
    })

    expect(usesOf(g)).toEqual([
      { what: 'list', id: 'vip', path: 'config.condition.rules.0.rules.0.list', step: 'ask' },
      { what: 'list', id: 'cold', path: 'settings.entrance.audience.rules.0.list', step: null },
    ])
    const world = await worldWith()
    const act = await world.launch('c', filtering(that(on('gone'))))
    expect(act).toMatchObject({ is: 'refused', problems: [{ code: 'step.list-gone', step: 'ask' }] })
  })
})

describe('how a journey went', () => {
  const steps = {
    in: triggered('asked'),
    test: step('variants', {
      variants: [
        { id: 'a', label: 'A', weight: 100 },
        { id: 'b', label: 'B', weight: 0 },
      ],
      control: 0,
    }),
    crm: step('call-webhook', posts('crm', {}, { delivery: { retry: 'none' } })),
    ask: step('filter', {
      condition: that(
        { field: 'journey.variant.test', op: 'is', value: 'a' },
        { field: 'journey.webhook.crm', op: 'is', value: 'failed' },
        { field: 'journey.entered_at', op: 'in-last', value: 0 },
      ),
    }),
    yes: step('exit'),
    no: step('exit'),
  }
  const ways = [
    'in -> test',
    'test:a -> crm',
    'test:b -> crm',
    'crm:succeeded -> ask',
    'crm:failed -> ask',
    'ask:yes -> yes',
    'ask:no -> no',
  ]

  it('is known to its conditions: the variant, the outcome of a webhook, the day of entry', async () => {
    const world = await worldWith(graph(steps, ways, every))
    const ada = await world.lead('ada')

    await ada.does('asked')
    expect(await end(world)).toBe('no')
    world.receiver = always(400)
    await ada.does('asked')

    expect(await end(world)).toBe('yes')
  })

  it('is remembered only where a condition asks', async () => {
    const { ask: _, ...rest } = steps
    const world = await worldWith(graph(rest, ['in -> test', 'test:a -> crm', 'crm:succeeded -> yes'], every))
    const ada = await world.lead('ada')
    await ada.does('asked')

    expect((await ada.journeys())[0]?.memory).not.toHaveProperty('outcomes')
  })

  it('cannot be asked of a step that is not there', () => {
    const ask = step('filter', { condition: that({ field: 'journey.webhook.gone', op: 'exists' }) })
    const problems = validate(graph({ ...steps, ask }, ways))

    expect(mayLaunch(problems)).toBe(false)
    expect(problems).toContainEqual(
      expect.objectContaining({ code: 'condition.no-step', step: 'ask', path: 'config.condition.rules.0' }),
    )
  })

  it('cannot be asked at the door, where no journey is yet', () => {
    const where = that({ field: 'journey.variant.test', op: 'is', value: 'a' })
    const problems = validate(graph({ ...steps, in: triggered('asked', where) }, ways))

    expect(problems).toContainEqual(expect.objectContaining({ code: 'condition.unknown-field', step: 'in' }))
  })
})
