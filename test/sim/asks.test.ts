import { describe, expect, it } from 'vitest'
import { explain } from '#shared/explain/explain'
import type { Graph, Settings } from '#shared/graph/schema'
import { internalEvents } from '#shared/rules/internal-events'
import type { Script } from '#shared/simulate/endpoints'
import { countsOf } from '#shared/store/counts'
import { anybody, goalOf, graph, posts, step } from './graphs'
import { World } from './world'

// What one journey asks of the others of its lead: requests, events, leaving, lists (marketo-alm rules 4 and 28).

const every: Partial<Settings> = { entry: { rule: 'every-time' } }
const triggered = (event: string) => step('trigger', { event, where: anybody })
const branch = (id: string, event: string, more = {}) => ({
  id,
  label: id.toUpperCase(),
  event,
  where: anybody,
  same: [],
  ...more,
})
const slow: Script = () => ({ after: 3_600_000, with: { is: 'answered', status: 200 } })

async function worldWith(...graphs: Graph[]): Promise<World> {
  const world = await World.create()
  for (const [i, g] of graphs.entries()) expect(await world.launch(`c${i}`, g)).toEqual({ is: 'done' })
  return world
}

describe('a request for another campaign', () => {
  const asking = (entry = triggered('signed_up'), settings: Partial<Settings> = every) =>
    graph(
      {
        in: entry,
        ask: step('request-campaign', {
          campaign: { id: 'target', name: 'Target' },
          properties: [{ key: 'who', value: '{{ lead.name }}' }],
        }),
      },
      ['in -> ask'],
      settings,
    )
  const target = (settings: Partial<Settings> = every) =>
    graph(
      { in: triggered(internalEvents.requested), call: step('call-webhook', posts('asked')) },
      ['in -> call'],
      settings,
    )

  async function outcome(world: World) {
    const [asker] = await world.journeysOf('ada')
    return (await world.journal(asker!)).findLast(e => e.is === 'requested')
  }

  it('is the lawful way from a batch to a webhook: 3 leads, 3 runs, 3 calls, and the batch waits for none (marketo-alm rule 4)', async () => {
    const world = await World.create()
    world.receiver = slow
    for (const name of ['ada', 'eve', 'joy']) await world.lead(name, { name })
    await world.launch('target', target())
    await world.launch('batch', asking(step('batch', { audience: anybody, at: '' })))

    await world.runUntil('PT1M')

    expect(world.arrived).toHaveLength(3)
    const [first, run] = await world.journeysOf('ada')
    expect([first?.campaignId, first?.status]).toEqual(['batch', 'finished'])
    expect(run).toMatchObject({ campaignId: 'target', memory: { event: { properties: { who: 'ada' } } } })
    expect(await outcome(world)).toMatchObject({ done: true })
  })

  it.each([
    ['is a draft', async () => {}, 'it was never launched'],
    [
      'is paused',
      async (world: World) => {
        await world.launch('target', target())
        await world.pause('target')
      },
      'it is paused',
    ],
    ['is stopped', async (world: World) => void (await stopped(world)), 'it is stopped'],
    [
      'turned into a batch',
      async (world: World) => {
        await world.launch(
          'target',
          graph({ in: step('batch', { audience: anybody, at: '2027-01-01T00:00:00Z' }) }, []),
        )
      },
      'it is a batch campaign, and only trigger campaigns can be requested',
    ],
    [
      'is entered otherwise',
      async (world: World) => void (await world.launch('target', graph({ in: triggered('x') }, []))),
      'it is not entered by requests',
    ],
  ])('is refused in the journal when that campaign %s', async (_, arrange, reason) => {
    const world = await World.create()
    await world.draft('target')
    await world.launch('asker', asking())
    await arrange(world)
    const ada = await world.lead('ada')

    await ada.does('signed_up')

    expect(await ada.journeys()).toHaveLength(1)
    expect(await outcome(world)).toMatchObject({ campaign: expect.any(String), done: false, reason })
  })

  async function stopped(world: World) {
    await world.launch('target', target())
    await world.stop('target')
  }

  it('obeys the entry rule of that campaign, also for two requests of one turn', async () => {
    const world = await World.create()
    await world.launch('target', target({ entry: { rule: 'once' } }))
    await world.launch('one', asking())
    await world.launch('two', asking())
    const ada = await world.lead('ada')

    await ada.does('signed_up')

    expect((await ada.journeys()).filter(j => j.campaignId === 'target')).toHaveLength(1)
    await world.finalLaws()
  })

  it('is done once, whatever dies in between', async () => {
    for (let seed = 1; seed <= 12; seed++) {
      const world = await World.create({ seed, crashes: 0.3 })
      await world.launch('target', target())
      await world.launch('asker', asking())
      const ada = await world.lead('ada')

      await ada.does('signed_up')

      expect((await ada.journeys()).map(j => j.campaignId).sort()).toEqual(['asker', 'target'])
      await world.finalLaws()
    }
  })

  it('is refused at the launch when there is no such campaign, and warned of while it is not live', async () => {
    const world = await World.create()

    const refused = await world.launch('asker', asking())
    await world.draft('target')
    const done = await world.launch('asker', asking())

    expect(refused).toMatchObject({ is: 'refused', problems: [{ code: 'step.campaign-gone', step: 'ask' }] })
    expect(done).toEqual({ is: 'done' })
  })
})

describe('an event that a journey sends', () => {
  const sends = (on: string, event: string) =>
    graph({ in: triggered(on), send: step('emit-event', { event, properties: [] }) }, ['in -> send'], every)

  it('lets leads in, converts, and is heard, like one from outside', async () => {
    const goals = [goalOf('welcomed')]
    const world = await worldWith(
      sends('signed_up', 'welcomed'),
      graph({ in: triggered('welcomed') }, []),
      graph(
        { in: triggered('signed_up'), wait: step('wait-for-event', { branches: [branch('a', 'welcomed')] }) },
        ['in -> wait'],
        { goals },
      ),
    )
    const ada = await world.lead('ada')

    await ada.does('signed_up')

    const journeys = await ada.journeys()
    expect(journeys.map(j => [j.campaignId, j.status])).toEqual([
      ['c0', 'finished'],
      ['c2', 'finished'],
      ['c1', 'finished'],
    ])
    expect(await world.conversions(journeys[1]!)).toHaveLength(1)
  })

  it('ends a chain of campaigns that set each other off, after five, and says so', async () => {
    const world = await worldWith(sends('ping', 'pong'), sends('pong', 'ping'))
    const ada = await world.lead('ada')

    await ada.does('ping')

    expect(await ada.journeys()).toHaveLength(6)
    const last = (await ada.story()).find(e => e.is === 'noted')
    expect(last).toMatchObject({ what: expect.stringContaining('a chain of 5 events') })
    await world.finalLaws()
  })

  it('counts the depth of an event that a waiting journey heard', async () => {
    const relay = graph(
      {
        in: triggered('start'),
        wait: step('wait-for-event', { branches: [branch('a', 'pong')] }),
        send: step('emit-event', { event: 'pang', properties: [] }),
      },
      ['in -> wait', 'wait:a -> send'],
      every,
    )
    const world = await worldWith(relay, sends('ping', 'pong'), graph({ in: triggered('pang') }, []))
    const ada = await world.lead('ada')
    await ada.does('start')

    await ada.does('ping')

    expect((await ada.journeys()).at(-1)).toMatchObject({ campaignId: 'c2', memory: { event: { depth: 2 } } })
  })
})

describe('leaving another campaign', () => {
  it('ends the journey there and drops what was pending; the call on its way moves nobody (marketo-alm rule 28)', async () => {
    const world = await World.create()
    world.receiver = slow
    await world.launch(
      'other',
      graph({ in: triggered('signed_up'), call: step('call-webhook', posts('x')) }, ['in -> call']),
    )
    const leave = step('remove-from-campaign', { campaign: { id: 'other', name: 'Other' }, reason: 'Bought' })
    await world.launch('c', graph({ in: triggered('bought'), leave }, ['in -> leave']))
    const ada = await world.lead('ada')
    await ada.does('signed_up')

    await ada.does('bought')
    const [other, mine] = await ada.journeys()
    expect([other?.status, mine?.status]).toEqual(['exited', 'finished'])
    expect(await world.touches(other!)).toMatchObject([{ status: 'abandoned' }])
    await world.runUntil('PT2H')

    expect((await ada.journeys()).map(j => j.rev)).toEqual([other?.rev, mine?.rev])
    expect(await world.touches(other!)).toMatchObject([{ status: 'received' }])
    expect(await world.store.read(countsOf(['other']))).toContainEqual(
      expect.objectContaining({ step: '', what: 'received', n: 1 }),
    )
    expect((await world.journal(other!)).find(e => e.is === 'ended')).toMatchObject({
      reason: 'Removed by "c": Bought',
    })
    await world.finalLaws()
  })

  it('sends nothing any more that was reserved in the same moment', async () => {
    const world = await World.create()
    const hour = step('delay', { wait: 'PT1H' })
    const call = step('call-webhook', posts('x'))
    await world.launch('other', graph({ in: triggered('start'), hour, call }, ['in -> hour', 'hour -> call']))
    const leave = step('remove-from-campaign', { campaign: { id: 'other', name: 'Other' }, reason: '' })
    await world.launch('c', graph({ in: triggered('start'), leave }, ['in -> leave'], every))
    const ada = await world.lead('ada')
    // The request is in the outbox; its turn comes an hour late, together with the end of the delay.
    world.send({ lead: 'ada', name: 'start' })
    await world.runOneTurn()
    world.now += 3_600_000
    await world.runUntil('PT1M')

    const other = (await ada.journeys()).find(j => j.campaignId === 'other')
    expect(world.arrived).toHaveLength(0)
    expect(other?.status).toBe('exited')
    expect(await world.touches(other!)).toEqual([])
    await world.finalLaws()
  })

  it('ends the other journeys of its own campaign, and goes on itself', async () => {
    const leave = step('remove-from-campaign', { campaign: { id: 'c', name: 'C' }, reason: '' })
    const world = await World.create()
    await world.draft('c')
    await world.launch(
      'c',
      graph(
        { in: triggered('bought'), leave, wait: step('delay', { wait: 'P1D' }) },
        ['in -> leave', 'leave -> wait'],
        every,
      ),
    )
    const ada = await world.lead('ada')

    await ada.does('bought')
    await ada.does('bought')

    expect((await ada.journeys()).map(j => j.status)).toEqual(['exited', 'active'])
    await world.finalLaws()
  })
})

describe('lists', () => {
  const vip = { id: 'vip', name: 'VIP' }
  const changing = (...kinds: string[]) =>
    graph(
      {
        in: triggered('signed_up'),
        ...Object.fromEntries(kinds.map((kind, i) => [`s${i}`, step(kind, { list: vip })])),
      },
      kinds.map((_, i) => (i === 0 ? 'in -> s0' : `s${i - 1} -> s${i}`)),
      every,
    )

  it('take a lead once, and say when nothing changed', async () => {
    const world = await World.create()
    await world.list('vip')
    const g = changing('add-to-list', 'add-to-list', 'remove-from-list', 'remove-from-list', 'add-to-list')
    await world.launch('c', g)
    const ada = await world.lead('ada')

    await ada.does('signed_up')

    expect(await world.members('vip')).toEqual(['ada'])
    const told = (await ada.story()).filter(e => e.is === 'listed').map(e => explain(e, { graph: g, zone: 'UTC' }))
    expect(told).toEqual([
      'Added to the list "VIP".',
      'Is on the list "VIP" already.',
      'Removed from the list "VIP".',
      'Is not on the list "VIP", so nothing was removed.',
      'Added to the list "VIP".',
    ])
  })

  it('know the lead again in a later turn', async () => {
    const world = await World.create()
    await world.list('vip')
    await world.launch('c', changing('add-to-list'))
    const ada = await world.lead('ada')
    await ada.does('signed_up')

    await ada.does('signed_up')

    expect((await ada.story()).find(e => e.is === 'listed')).toMatchObject({ changed: false })
  })

  it('set off campaigns that listen for it, once for each lead who really came on the list', async () => {
    const world = await World.create()
    await world.list('vip')
    await world.launch(
      'listener',
      graph(
        {
          in: step('trigger', {
            ways: [{ on: 'list', list: { id: 'vip', name: 'VIP' }, did: 'added', where: anybody }],
          }),
        },
        [],
        every,
      ),
    )
    await world.launch('c', changing('add-to-list'))
    const ada = await world.lead('ada')

    await ada.does('signed_up')
    await ada.does('signed_up')

    const started = (await ada.journeys()).filter(j => j.campaignId === 'listener')
    expect(started).toMatchObject([{ memory: { event: { properties: { list: 'vip' } } } }])
  })

  it('must be there at the launch', async () => {
    const world = await World.create()

    expect(await world.launch('c', changing('add-to-list'))).toMatchObject({
      is: 'refused',
      problems: [{ code: 'step.list-gone', step: 's0', path: 'config.list' }],
    })
  })
})
