import { describe, expect, it } from 'vitest'
import { explain } from '#shared/explain/explain'
import { explainWaiting } from '#shared/explain/waiting'
import type { Graph, Settings } from '#shared/graph/schema'
import { RISE } from '#shared/rules/queue'
import { aheadOf, tasksOfJourneys } from '#shared/store/tasks'
import { anybody, capOf, graph, posts, step } from './graphs'
import { World } from './world'

// Which of the calls that wait for a place leaves first (marketo-alm rule 20).

const SLOW = 30_000
const every: Partial<Settings> = { entry: { rule: 'every-time' } }

/** Who does `event` is called, at a path that is named after the lead. */
function calling(event: string, priority: number, settings: Partial<Settings> = {}): Graph {
  const steps = {
    in: step('trigger', { event, where: anybody }),
    call: step('call-webhook', posts('{{lead.external_id}}')),
  }
  return graph(steps, ['in -> call'], { ...every, priority, ...settings })
}

/** One call at once, and a receiver that takes half a minute for each. */
async function narrow(campaigns: Record<string, Graph>): Promise<World> {
  const world = await World.create()
  await world.settings({ connections: 1 })
  for (const [id, drawn] of Object.entries(campaigns)) expect(await world.launch(id, drawn)).toEqual({ is: 'done' })
  world.receiver = () => ({ after: SLOW, with: { is: 'answered', status: 200 } })
  return world
}

/** So many leads do it one after the other: `low-0`, `low-1`. */
async function come(world: World, event: string, n: number, from = 0): Promise<void> {
  for (let i = from; i < from + n; i++) {
    world.send({ lead: `${event}-${i}`, name: event })
    await world.runOneTurn()
  }
}

function called({ arrived }: World): readonly string[] {
  return arrived.map(({ call }) => new URL(call.request.url).pathname.slice(1))
}

describe('marketo-alm rule 20: calls that wait for a place', () => {
  it('leave by priority, and inside one in the order of their coming: a newcomer of a higher level goes ahead', async () => {
    const world = await narrow({ low: calling('low', 2), high: calling('high', 8), middle: calling('middle', 5) })

    await come(world, 'low', 4)
    await come(world, 'middle', 2)
    await come(world, 'high', 3)
    await world.runOut()

    const rest = ['high-0', 'high-1', 'high-2', 'middle-0', 'middle-1', 'low-1', 'low-2', 'low-3']
    expect(called(world)).toEqual(['low-0', ...rest])
    await world.finalLaws()
  })

  it('are not forgotten who came to the line in the turn that found it empty', async () => {
    const twice = graph(
      {
        in: step('trigger', { event: 'low', where: anybody }),
        first: step('call-webhook', posts('first')),
        second: step('call-webhook', posts('second')),
      },
      ['in -> first', 'first -> second'],
      { ...every, priority: 2 },
    )
    const world = await narrow({ low: twice, high: calling('high', 8) })
    await come(world, 'low', 1)
    await come(world, 'high', 1)
    // The line still remembers that somebody of a high level waited in it.
    await world.removeAll('high', {})
    await world.runOut()

    expect(called(world)).toEqual(['first', 'second'])
    await world.finalLaws()
  })

  it('keep their order when the process dies', async () => {
    const world = await narrow({ low: calling('low', 2), high: calling('high', 8) })
    await come(world, 'low', 3)
    await come(world, 'high', 2)

    await world.die()
    await world.runOut()

    // The one that was on the wire is sent again, before all others.
    expect(called(world)).toEqual(['low-0', 'low-0', 'high-0', 'high-1', 'low-1', 'low-2'])
  })

  it('are not moved by another priority, which is for leads who qualify afterwards', async () => {
    const world = await narrow({ changed: calling('changed', 1), other: calling('other', 5) })
    await come(world, 'changed', 3)
    await come(world, 'other', 2)

    expect(await world.launch('changed', calling('changed', 9))).toEqual({ is: 'done' })
    await come(world, 'changed', 2, 3)
    await world.runOut()

    const rest = ['changed-3', 'changed-4', 'other-0', 'other-1', 'changed-1', 'changed-2']
    expect(called(world)).toEqual(['changed-0', ...rest])
  })

  it('of leads who triggered the campaign leave before those of leads whom a batch brought', async () => {
    const ways = [
      { on: 'requested', where: anybody },
      { on: 'event', event: 'came', where: anybody },
    ]
    const steps = { in: step('trigger', { ways }), call: step('call-webhook', posts('{{lead.external_id}}')) }
    const batch = {
      all: step('batch', { audience: { match: 'all', rules: [{ field: 'lead.old', op: 'is', value: true }] }, at: '' }),
      ask: step('request-campaign', { campaign: { id: 'asked', name: 'asked' } }),
    }
    const world = await narrow({ asked: graph(steps, ['in -> call'], every) })
    for (let i = 0; i < 3; i++) await world.lead(`batch-${i}`, { old: true })
    await world.launch('batch', graph(batch, ['all -> ask']))
    await world.runUntil('PT1S')

    await come(world, 'came', 2)
    await world.runOut()

    expect(called(world)).toEqual(['batch-0', 'came-0', 'came-1', 'batch-1', 'batch-2'])
  })

  it('starve nobody: who waits five minutes rises one level', async () => {
    const world = await narrow({ low: calling('low', 7), high: calling('high', 9) })
    await come(world, 'high', 1)
    await come(world, 'low', 1)
    const since = world.now

    // Two newcomers of the highest priority for each that leaves: without an end to it the low one would wait for good.
    for (let i = 1; i < 100 && !called(world).includes('low-0'); i += 2) {
      await come(world, 'high', 2, i)
      await world.runUntil('PT30S')
    }

    const left = world.arrived.find(({ call }) => call.request.url.endsWith('low-0'))?.at ?? Number.NaN
    expect(left - since).toBeGreaterThan(2 * RISE)
    // Those go first that came while it rose, two every half minute; no newcomer since then goes ahead.
    expect(called(world).filter(path => path.startsWith('high'))).toHaveLength(1 + 2 * ((2 * RISE) / SLOW))
  })

  it('keep their order where caps speak of them, and one host may not hold all the room there is', async () => {
    const world = await World.create({ maxInFlight: 8 })
    await world.capAll(capOf(5, 1, 'days'))
    await world.launch('capped', calling('capped', 5))
    let calls = 0
    // Three answers come at once, while the other three are out.
    world.receiver = () => ({ after: ++calls <= 3 ? 10_000 : SLOW, with: { is: 'answered', status: 200 } })

    await come(world, 'capped', 14)
    await world.runOut()

    expect(called(world)).toEqual(Array.from({ length: 14 }, (_, i) => `capped-${i}`))
  })

  it('keep the place that their turn gave them, though caps are asked at the end of it and a newcomer needs none', async () => {
    const uncapped: Partial<Settings> = { capped: 'ignores' }
    const world = await narrow({ first: calling('first', 5, uncapped), capped: calling('capped', 5) })
    await world.launch('new', calling('new', 5, uncapped))
    await world.capAll(capOf(5, 1, 'days'))
    await come(world, 'first', 1)
    await come(world, 'capped', 1)

    // The answer that frees the place and the newcomer are heard in one turn.
    world.answersArrive(SLOW)
    await come(world, 'new', 1)
    await world.runOut()

    expect(called(world)).toEqual(['first-0', 'capped-0', 'new-0'])
  })

  it('in the morning after quiet hours leave by priority, when more are due than may leave', async () => {
    const quietHours = { start: '22:00', end: '08:00', whenQuiet: 'wait' } as never
    const world = await World.create({ start: '2026-05-04T23:00:00Z', maxInFlight: 4 })
    world.receiver = () => ({ after: SLOW, with: { is: 'answered', status: 200 } })
    for (const [id, priority] of [
      ['low', 2],
      ['high', 8],
    ] as const)
      await world.launch(id, calling(id, priority, { quietHours }))

    await come(world, 'low', 12)
    await come(world, 'high', 8)
    await world.runOut()

    const order = called(world)
    expect(order.slice(0, 8).every(path => path.startsWith('high'))).toBe(true)
    expect(order).toHaveLength(20)
  })

  it('say in the journal that others go first, and how the line stands', async () => {
    const drawn = calling('low', 2)
    const world = await narrow({ low: drawn, high: calling('high', 8) })
    await come(world, 'high', 3)
    await come(world, 'low', 1)

    const [journey] = await world.journeysOf('low-0')
    const story = journey === undefined ? [] : await world.journal(journey)
    const said = 'Waits in line for https://hooks.example.com: calls of priority 8 go first, and this one has 2.'
    expect(story.map(entry => explain(entry, { graph: drawn, zone: 'UTC' }))).toContain(said)
    expect(explainWaiting(story, { graph: drawn, zone: 'UTC' })).toBe(said)
    const [task] = await world.store.read(tasksOfJourneys([journey?.id ?? 0]))
    expect(task && (await world.store.read(aheadOf(task)))).toEqual({ ahead: 2, higher: 2 })
  })

  it('say nothing of others where none goes first', async () => {
    const world = await narrow({ low: calling('low', 2) })
    await come(world, 'low', 3)

    const [journey] = await world.journeysOf('low-2')
    const kinds = (journey === undefined ? [] : await world.journal(journey)).map(entry => entry.is)
    expect(kinds).not.toContain('queued')
  })
})
