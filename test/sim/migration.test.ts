import { describe, expect, it } from 'vitest'
import { always, type Rule } from '#shared/rules/conditions'
import { night } from '#shared/rules/quiet'
import { always as answers, ok } from '#shared/simulate/endpoints'
import { leadsCalled } from '#shared/store/leads'
import { insertMembers } from '#shared/store/lists'
import { all, sql } from '#shared/store/work'
import { anybody, capOf, graph, posts, step } from './graphs'
import { World } from './world'

const signedUp = step('trigger', { event: 'signed_up', where: anybody })
const wait = (duration: string, name = 'Pause') => step('delay', { wait: duration }, name)
const call = (path: string) => step('call-webhook', posts(path))

/** Trigger, a day's delay, a webhook. */
const first = (path = 'old') =>
  graph({ in: signedUp, wait: wait('P1D'), call: call(path) }, ['in -> wait', 'wait -> call'])
const paths = (world: World) => world.arrived.map(a => a.call.request.url.replace('https://hooks.example.com/', ''))

async function waiting(g = first()) {
  const world = await World.create()
  await world.launch('c', g)
  const ada = await world.lead('ada')
  await ada.does('signed_up')
  return { world, ada }
}

describe('publishing a new version', () => {
  it('lets leads who are under way finish on the version they began, unless somebody chose otherwise (law 8)', async () => {
    const { world, ada } = await waiting()

    await world.launch('c', first('new'))
    await world.runUntil('P2D')

    expect(paths(world)).toEqual(['old'])
    expect((await ada.journeys())[0]).toMatchObject({ version: 1, status: 'finished' })
    await world.finalLaws()
  })

  it('braze R30: a lead who keeps waiting keeps the delay it was given, and goes on by the new version', async () => {
    const { world, ada } = await waiting()
    await world.runUntil('PT6H')

    const longer = graph({ in: signedUp, wait: wait('P9D'), call: call('new') }, ['in -> wait', 'wait -> call'])
    await world.launch('c', longer, [{ version: 1, step: 'wait', as: 'stay' }])
    await world.runUntil('PT17H')
    expect(await ada.at()).toBe('wait')
    await world.runUntil('PT2H')

    expect(paths(world)).toEqual(['new'])
    expect((await ada.journeys())[0]).toMatchObject({ version: 2, status: 'finished' })
    await world.finalLaws()
  })

  it('lets a lead who comes to its split once more keep its variant, whatever the new weights say, and counts it once', async () => {
    const weighing = (a: number, b: number) =>
      step('variants', {
        variants: [
          { id: 'a', label: 'A', weight: a },
          { id: 'b', label: 'B', weight: b },
        ],
        control: 0,
      })
    const splits = (a: number, b: number) =>
      graph({ in: signedUp, split: weighing(a, b), wait: wait('P1D') }, [
        'in -> split',
        'split:a -> wait',
        'split:b -> wait',
      ])
    const { world, ada } = await waiting(splits(100, 0))

    await world.launch('c', splits(0, 100), [{ version: 1, step: 'wait', as: 'move', to: 'split' }])
    await world.runUntil('P2D')

    const [journey] = await ada.journeys()
    expect(journey?.memory.variants).toEqual({ split: 'a' })
    expect((await ada.story()).filter(e => e.is === 'assigned').map(e => e.by?.is)).toEqual([undefined, 'kept'])
    const counted = await world.store.read(all(sql`select what, n from counts where what like 'assigned:%'`))
    expect(counted).toEqual([{ what: 'assigned:a', n: 1 }])
    await world.finalLaws()
  })

  it('moves a lead by what it did before, when only the new version asks for that', async () => {
    const { world, ada } = await waiting()
    await ada.does('bought')
    const bought = { did: 'bought', times: { op: 'at-least', n: 1 }, within: null, where: always }
    const asking = graph(
      {
        in: signedUp,
        wait: wait('P1D'),
        buyers: step('filter', { condition: { match: 'all', rules: [bought] } }),
        call: call('buyer'),
      },
      ['in -> wait', 'wait -> buyers', 'buyers:yes -> call'],
    )
    const plan = [{ version: 1, step: 'wait', as: 'move', to: 'buyers' } as const]

    await world.launch('c', asking, plan)
    await world.runUntil('PT1M')

    expect(paths(world)).toEqual(['buyer'])
    await world.finalLaws()
  })

  it('moves a lead out of a removed step: it enters the other step anew, and the timer it left never rings (law 5)', async () => {
    const { world, ada } = await waiting()
    await world.runUntil('PT6H')

    const other = graph({ in: signedUp, later: wait('P3D', 'Later'), call: call('new') }, [
      'in -> later',
      'later -> call',
    ])
    await world.launch('c', other, [{ version: 1, step: 'wait', as: 'move', to: 'later' }])
    await world.runUntil('P2D')
    expect(await ada.at()).toBe('later')
    await world.runUntil('P2D')

    expect(paths(world)).toEqual(['new'])
    expect((await ada.story()).find(e => e.is === 'migrated')).toMatchObject({
      how: 'move',
      from: { version: 1, name: 'Pause' },
      to: { version: 2, step: 'later', name: 'Later' },
    })
    await world.finalLaws()
  })

  it('ends journeys in a step whose leads are to leave, and says why', async () => {
    const { world, ada } = await waiting()

    await world.launch('c', first('new'), [{ version: 1, step: 'wait', as: 'exit', reason: '' }])
    await world.runUntil('P2D')

    expect(await ada.at()).toBe('exited')
    expect((await ada.story()).at(-1)).toMatchObject({
      is: 'ended',
      reason: 'Version 2 was published, and leads in "Pause" were to leave.',
    })
    await world.finalLaws()
  })

  it('sends nothing more for a lead who is to leave in the very moment in which a retry falls due (law 5)', async () => {
    const calling = (path: string) => graph({ in: signedUp, call: call(path) }, ['in -> call'])
    const world = await World.create()
    await world.launch('c', calling('old'))
    const ada = await world.lead('ada')
    world.receiver = answers(503)
    await ada.does('signed_up')

    world.now += 3_600_000
    await world.launch('c', calling('new'), [{ version: 1, step: 'call', as: 'exit', reason: '' }])
    await world.runUntil('P1D')

    expect(await ada.at()).toBe('exited')
    expect(world.arrived).toHaveLength(1)
    await world.finalLaws()
  })

  it('brings leads of several earlier versions along at once', async () => {
    const { world, ada } = await waiting()
    await world.launch(
      'c',
      graph({ in: signedUp, wait: wait('P2D'), call: call('second') }, ['in -> wait', 'wait -> call']),
    )
    const eve = await world.lead('eve')
    await eve.does('signed_up')

    await world.launch('c', first('third'), [
      { version: 1, step: 'wait', as: 'stay' },
      { version: 2, step: 'wait', as: 'exit', reason: 'Not needed' },
    ])
    await world.runUntil('P3D')

    expect(paths(world)).toEqual(['third'])
    expect([await ada.at(), await eve.at()]).toEqual(['finished', 'exited'])
    await world.finalLaws()
  })

  it('is refused with a sentence, and stores nothing, when the plan names what is not there', async () => {
    const { world, ada } = await waiting()
    const without = graph({ in: signedUp, call: call('new') }, ['in -> call'])

    const acts = [
      await world.launch('c', without, [{ version: 1, step: 'wait', as: 'stay' }]),
      await world.launch('c', without, [{ version: 1, step: 'wait', as: 'move', to: 'gone' }]),
      await world.launch('c', without, [{ version: 1, step: 'wait', as: 'move', to: 'in' }]),
      await world.launch('c', without, [{ version: 7, step: 'wait', as: 'finish' }]),
      await world.launch('c', without, [{ version: 1, step: 'nobody', as: 'finish' }]),
      await world.launch('c', without, [
        { version: 1, step: 'wait', as: 'finish' },
        { version: 1, step: 'wait', as: 'exit', reason: '' },
      ]),
    ]

    expect(acts.map(act => (act.is === 'refused' ? act.problems[0]?.code : act.is))).toEqual([
      'migration.cannot-stay',
      'migration.no-target',
      'migration.into-entry',
      'migration.no-version',
      'migration.no-step',
      'migration.twice',
    ])
    expect(await world.versions()).toHaveLength(1)
    expect(await ada.at()).toBe('wait')
  })
})

describe('a migration', () => {
  it('goes on where it stopped when the process dies in the middle, and moves nobody twice', async () => {
    const world = await World.create()
    await world.launch('c', first())
    for (let i = 0; i < 600; i++) world.send({ lead: `lead-${i}`, name: 'signed_up' })
    await world.runUntil('PT1M')

    await world.launch('c', first('new'), [{ version: 1, step: 'wait', as: 'move', to: 'wait' }])
    await world.runOneTurn()
    expect(await world.migration('c')).toMatchObject({ status: 'running', moved: 500, total: 600 })
    await world.die()
    await world.runUntil('PT1M')

    expect(await world.migration('c')).toMatchObject({ status: 'done', moved: 600, exited: 0, finishing: 0 })
    await world.runUntil('P2D')
    expect(new Set(paths(world))).toEqual(new Set(['new']))
    expect(world.arrived).toHaveLength(600)
    await world.finalLaws()
  })

  it('can be stopped: who was moved stays moved, the others finish on their version', async () => {
    const world = await World.create()
    await world.launch('c', first())
    for (let i = 0; i < 600; i++) world.send({ lead: `lead-${i}`, name: 'signed_up' })
    await world.runUntil('PT1M')

    await world.launch('c', first('new'), [{ version: 1, step: 'wait', as: 'stay' }])
    await world.runOneTurn()
    await world.cancelMigration('c')
    await world.runUntil('P2D')

    expect(await world.migration('c')).toMatchObject({ status: 'cancelled', moved: 500 })
    const arrived = paths(world)
    expect([arrived.filter(p => p === 'new').length, arrived.filter(p => p === 'old').length]).toEqual([500, 100])
    await world.finalLaws()
  })

  it('keeps a second one away until it is done', async () => {
    const { world } = await waiting()
    await world.launch('c', first('new'), [{ version: 1, step: 'wait', as: 'stay' }])

    const act = await world.launch('c', first('newer'), [{ version: 1, step: 'wait', as: 'stay' }])

    expect(act).toMatchObject({ is: 'refused', problems: [{ code: 'migration.running' }] })
  })

  it('goes on while the campaign is paused, and what it asks for waits for the resume', async () => {
    const { world, ada } = await waiting()
    await world.launch('c', first('new'), [{ version: 1, step: 'wait', as: 'move', to: 'call' }])
    await world.pause('c')
    await world.runUntil('P2D')
    expect([(await ada.journeys())[0]?.version, await ada.at(), world.arrived.length]).toEqual([2, 'call', 0])

    await world.resume('c')
    await world.runUntil('PT1M')

    expect(paths(world)).toEqual(['new'])
    await world.finalLaws()
  })

  it('lets a call that is on the wire be answered, and the lead goes on by the new version', async () => {
    const slow = graph({ in: signedUp, call: call('old') }, ['in -> call'])
    const { world, ada } = await waiting(
      graph({ in: signedUp, wait: wait('PT1H'), ...slow.steps }, ['in -> wait', 'wait -> call']),
    )
    world.receiver = () => ({ ...ok({} as never, 0), after: 20_000 })
    await world.runUntil('PT1H')
    expect(await ada.at()).toBe('call')

    const next = graph({ in: signedUp, wait: wait('PT1H'), call: call('new'), rest: wait('P1D', 'Rest') }, [
      'in -> wait',
      'wait -> call',
      'call:succeeded -> rest',
    ])
    await world.launch('c', next, [{ version: 1, step: 'call', as: 'stay' }])
    await world.runUntil('PT1M')

    expect(await ada.at()).toBe('rest')
    expect(paths(world)).toEqual(['old'])
    await world.finalLaws()
  })

  it('gives up a call on the wire when the lead is moved: its answer moves nobody, even in the same step again', async () => {
    const { world, ada } = await waiting(
      graph({ in: signedUp, wait: wait('PT1H'), call: call('old') }, ['in -> wait', 'wait -> call']),
    )
    world.receiver = ({ request }) => ({ ...ok({} as never, 0), after: request.url.endsWith('old') ? 10_000 : 25_000 })
    await world.runUntil('PT1H')

    await world.launch(
      'c',
      graph({ in: signedUp, wait: wait('PT1H'), call: call('new') }, ['in -> wait', 'wait -> call']),
      [{ version: 1, step: 'call', as: 'move', to: 'call' }],
    )
    await world.runUntil('PT15S')
    expect(await ada.at()).toBe('call')
    await world.runUntil('PT15S')

    expect(paths(world)).toEqual(['old', 'new'])
    expect(await ada.at()).toBe('finished')
    const touches = await world.touches((await ada.journeys())[0]!)
    expect(touches.map(t => t.status)).toEqual(['received', 'received'])
    await world.finalLaws()
  })

  it('lets who waits for an event hear the events of the new version, and forgets a way that is gone', async () => {
    const listening = (event: string, id: string) =>
      graph(
        {
          in: signedUp,
          hear: step('wait-for-event', {
            branches: [{ id, label: id, event, where: anybody, same: [] }],
            window: 'P3D',
            pick: 'ranked',
          }),
          yes: call('yes'),
        },
        ['in -> hear', `hear:${id} -> yes`],
      )
    const { world, ada } = await waiting(listening('bought', 'a'))
    await ada.does('bought')

    await world.launch('c', listening('visited', 'b'), [{ version: 1, step: 'hear', as: 'stay' }])
    await world.runUntil('P1D')
    expect(await world.store.read(all(sql`select event from awaited`))).toEqual([{ event: 'visited' }])
    await ada.does('visited')
    await world.runUntil('P3D')

    expect(paths(world)).toEqual(['yes'])
    expect((await ada.journeys())[0]).toMatchObject({ version: 2, status: 'finished' })
    await world.finalLaws()
  })

  it('goes on by the new version when the wait ends in the very moment of the move', async () => {
    const { world } = await waiting()
    const [journey] = await world.store.read(all<{ due_at: number }>(sql`select due_at from tasks`))
    world.now = journey?.due_at ?? 0

    await world.launch('c', first('new'), [{ version: 1, step: 'wait', as: 'stay' }])
    await world.runOneTurn()

    expect(paths(world)).toEqual(['new'])
    await world.runUntil('PT1M')
    await world.finalLaws()
  })

  it('lets a timer that ends in the very moment of the move die with the step that was left (law 4)', async () => {
    const { world, ada } = await waiting()
    const [journey] = await world.store.read(all<{ due_at: number }>(sql`select due_at from tasks`))
    world.now = journey?.due_at ?? 0

    await world.launch('c', first('new'), [{ version: 1, step: 'wait', as: 'move', to: 'wait' }])
    await world.runUntil('PT1H')
    expect(await ada.at()).toBe('wait')
    await world.runUntil('P1D')

    expect(paths(world)).toEqual(['new'])
    await world.finalLaws()
  })

  it('braze R29: a lead who is to leave at the end of the step leaves when it is taken out of the step', async () => {
    const ways = [{ on: 'event' as const, event: 'bought', where: always, reason: '' }]
    const leaving = { ...first(), settings: { ...first().settings, exits: { ways, when: 'end-of-step' as const } } }
    const { world, ada } = await waiting(leaving)
    await ada.does('bought')
    expect(await ada.at()).toBe('wait')

    await world.launch('c', first('new'), [{ version: 1, step: 'wait', as: 'move', to: 'call' }])
    await world.runUntil('PT1M')

    expect([await ada.at(), world.arrived]).toEqual(['exited', []])
    await world.finalLaws()
  })

  it('keeps what the journey remembers: the event that let it in', async () => {
    const { world, ada } = await waiting()
    const saying = graph(
      {
        in: signedUp,
        call: step('call-webhook', posts('{{ event.name }}')),
      },
      ['in -> call'],
    )

    await world.launch('c', saying, [{ version: 1, step: 'wait', as: 'move', to: 'call' }])
    await world.runUntil('PT1M')

    expect(paths(world)).toEqual(['signed_up'])
    expect(await ada.at()).toBe('finished')
  })
})

describe('a dry run', () => {
  const plan = [{ version: 1, step: 'wait', as: 'move', to: 'call' }] as const
  const tables = (world: World) =>
    world.store.read(
      all<{ n: number }>(sql`
        select (select count(*) from journal) + (select count(*) from tasks) + (select count(*) from touches)
          + (select sum(n) from counts) + (select sum(rev) from journeys) + (select count(*) from campaign_migrations) as n`),
    )

  it('says how many would be sent a webhook at once, writes nothing and sends nothing', async () => {
    const world = await World.create()
    await world.launch('c', first())
    for (const name of ['ada', 'eve', 'bob']) await (await world.lead(name)).does('signed_up')
    const before = await tables(world)

    const said = await world.rehearse('c', first('new'), plan)

    expect(said).toMatchObject({
      is: 'rehearsed',
      rehearsal: {
        to: 2,
        moved: 3,
        exited: 0,
        finishing: 0,
        steps: [
          {
            version: 1,
            step: 'wait',
            name: 'Pause',
            waiting: 3,
            looked: 3,
            outcomes: [{ what: 'sends', step: 'call', leads: 3 }],
          },
        ],
      },
    })
    expect([await tables(world), world.arrived]).toEqual([before, []])
  })

  it('asks the gates of the new version: who would be held is said to be held', async () => {
    const { world } = await waiting()
    const quiet = { quietHours: { ...night, windows: [{ days: [1, 2, 3, 4, 5, 6, 7], start: '08:00', end: '20:00' }] } }

    const said = await world.rehearse('c', { ...first('new'), settings: { ...first().settings, ...quiet } }, plan)

    expect(said).toMatchObject({
      rehearsal: {
        steps: [
          {
            outcomes: [
              { what: 'held', leads: 1, example: { lead: 'ada', text: expect.stringContaining('quiet hours') } },
            ],
          },
        ],
      },
    })
  })

  it('names what is wrong with the draft or the plan instead', async () => {
    const { world } = await waiting()

    expect(await world.rehearse('c', graph({}, []), plan)).toMatchObject({
      is: 'refused',
      problems: [{ code: 'graph.empty' }],
    })
    expect(
      await world.rehearse('c', first('new'), [{ version: 1, step: 'wait', as: 'move', to: 'gone' }]),
    ).toMatchObject({
      is: 'refused',
      problems: [{ code: 'migration.no-target' }],
    })
  })

  it('keeps its word: what it says comes true when the same plan is published', async () => {
    const world = await World.create()
    await world.launch('c', first())
    for (let i = 0; i < 20; i++) await (await world.lead(`lead-${i}`, { vip: i < 7 })).does('signed_up')
    const split = graph(
      {
        in: signedUp,
        vip: step('filter', { condition: { match: 'all', rules: [{ field: 'lead.vip', op: 'is', value: true }] } }),
        call: call('vip'),
        rest: wait('P1D', 'Rest'),
      },
      ['in -> vip', 'vip:yes -> call', 'vip:no -> rest'],
    )

    const into = [{ version: 1, step: 'wait', as: 'move', to: 'vip' }] as const
    const said = await world.rehearse('c', split, into)
    await world.launch('c', split, into)
    await world.runUntil('PT1S')

    const outcomes = said.is === 'rehearsed' ? said.rehearsal.steps[0]?.outcomes : []
    expect(outcomes).toMatchObject([
      { what: 'waits', name: 'Rest', leads: 13 },
      { what: 'sends', step: 'call', leads: 7 },
    ])
    expect(world.arrived).toHaveLength(7)
    await world.finalLaws()
  })

  describe.each([
    {
      asks: 'what leads did before',
      rule: { did: 'bought', times: { op: 'at-least', n: 1 }, within: null, where: always } as Rule,
      settings: {},
    },
    {
      asks: 'who is on a list',
      rule: { list: { id: 'vip', name: 'vip' }, is: 'on' } as Rule,
      settings: {},
    },
    {
      asks: 'how many webhooks leads had',
      rule: { field: 'lead.vip', op: 'is', value: true } as Rule,
      settings: { caps: [capOf(1, 1, 'weeks')] },
    },
  ])('of a draft that is the first to ask $asks', ({ rule, settings }) => {
    it('says what the move then does', async () => {
      const world = await World.create()
      await world.list('vip')
      await world.launch(
        'greet',
        graph({ in: step('trigger', { event: 'greeted', where: anybody }), call: call('greeting') }, ['in -> call']),
      )
      await world.launch('c', first())
      const names = Array.from({ length: 9 }, (_, i) => `lead-${i}`)
      for (const [i, name] of names.entries()) {
        const lead = await world.lead(name, { vip: i < 5 })
        await lead.does('signed_up')
        if (i < 3) await lead.does('greeted')
        if (i < 5) await lead.does('bought')
      }
      const vips = [...(await world.store.read(leadsCalled(names.slice(0, 5)))).values()]
      await world.store.transact(
        insertMembers(
          vips.map(({ id }) => ({ listId: 'vip', leadId: id })),
          world.now,
        ),
      )
      const asking = graph(
        {
          in: signedUp,
          ask: step('filter', { condition: { match: 'all', rules: [rule] } }),
          call: call('yes'),
          rest: wait('P1D', 'Rest'),
        },
        ['in -> ask', 'ask:yes -> call', 'ask:no -> rest'],
        settings,
      )
      const into = [{ version: 1, step: 'wait', as: 'move', to: 'ask' }] as const

      const said = await world.rehearse('c', asking, into)
      await world.launch('c', asking, into)
      await world.runUntil('PT1S')

      const outcomes = said.is === 'rehearsed' ? (said.rehearsal.steps[0]?.outcomes ?? []) : []
      const foretold = (what: string) => outcomes.filter(o => o.what === what).reduce((sum, o) => sum + o.leads, 0)
      const waiting = (await world.livingIn('c')).filter(j => j.step === 'rest').length
      expect({ sends: foretold('sends'), waits: foretold('waits') }).toEqual({
        sends: paths(world).filter(p => p === 'yes').length,
        waits: waiting,
      })
      expect([foretold('sends'), foretold('waits')]).toEqual([settings.caps === undefined ? 5 : 2, 4])
      await world.finalLaws()
    })
  })

  it('takes a paused campaign to go on, as it does when the draft is published', async () => {
    const { world } = await waiting()
    await world.pause('c')

    const said = await world.rehearse('c', first('new'), plan)
    await world.launch('c', first('new'), plan)
    await world.runUntil('PT1S')

    expect(said).toMatchObject({ rehearsal: { steps: [{ outcomes: [{ what: 'sends', leads: 1 }] }] } })
    expect(paths(world)).toEqual(['new'])
  })
})
