import { describe, expect, it } from 'vitest'
import { explain } from '#shared/explain/explain'
import type { Graph, Settings } from '#shared/graph/schema'
import type { JournalEntry } from '#shared/journal'
import { all, sql } from '#shared/store/work'
import { anybody, graph, step } from './graphs'
import { overhear } from './overhear'
import { World } from './world'

// What leads wait for (braze R25, action paths).

const start = Date.parse('2026-05-04T09:00:00Z')
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

/** Enters by `cart_filled`, waits, and ends in a step named after the way. */
function waiting(config: Record<string, unknown>, settings: Partial<Settings> = {}): Graph {
  const wait = step('wait-for-event', { window: 'P1D', pick: 'first', ...config })
  const ends = { 'by-a': step('exit'), 'by-b': step('exit'), 'by-else': step('exit') }
  const ways = ['in -> wait', 'wait:a -> by-a', 'wait:else -> by-else']
  const two = (wait.config['branches'] as unknown[]).length > 1
  return graph({ in: triggered('cart_filled'), wait, ...ends }, two ? [...ways, 'wait:b -> by-b'] : ways, settings)
}

async function worldWith(...graphs: Graph[]): Promise<World> {
  const world = await World.create()
  for (const [i, g] of graphs.entries()) expect(await world.launch(`c${i}`, g)).toEqual({ is: 'done' })
  return world
}

/** The step in which a lead's newest journey ended. */
async function end(world: World, lead = 'ada'): Promise<string | undefined> {
  const journey = (await world.journeysOf(lead)).at(-1)
  return journey?.status === 'active' ? `still in ${journey.step}` : journey?.step
}

const heard = (story: readonly JournalEntry[]) => story.filter(e => e.is === 'heard')

describe('waiting for an event', () => {
  const bought = { branches: [branch('a', 'bought'), branch('b', 'visited')] }

  it('goes on at once by the first event that fits, and later events change nothing (braze R25)', async () => {
    const world = await worldWith(waiting(bought))
    const ada = await world.lead('ada')
    await ada.does('cart_filled')

    await ada.does('visited')
    await ada.does('bought')

    expect(await end(world)).toBe('by-b')
    expect(heard(await ada.story())).toMatchObject([{ event: 'visited', port: 'b', because: 'taken' }])
    await world.finalLaws()
  })

  it('ends by Everyone else when the window is over, and not a second before', async () => {
    const world = await worldWith(waiting(bought))
    const ada = await world.lead('ada')
    await ada.does('cart_filled')

    await world.runUntil(new Date(start + 86_399_000).toISOString())
    expect(await end(world)).toBe('still in wait')
    await world.runUntil('PT2S')

    expect(await end(world)).toBe('by-else')
    await world.finalLaws()
  })

  it('waits out the window when ranked, then takes the highest way that happened (braze R25)', async () => {
    const world = await worldWith(waiting({ ...bought, pick: 'ranked' }))
    const ada = await world.lead('ada')
    await ada.does('cart_filled')

    await ada.does('visited')
    await ada.does('bought')
    await ada.does('visited')
    expect(await end(world)).toBe('still in wait')
    await world.runUntil('P1D')

    expect(await end(world)).toBe('by-a')
    expect(heard(await ada.story()).map(e => e.is === 'heard' && e.because)).toEqual(['kept', 'kept', 'lower'])
    await world.finalLaws()
  })

  it('does not count an event from before the step was entered', async () => {
    const world = await worldWith(
      graph(
        {
          in: triggered('cart_filled'),
          hour: step('delay', { wait: 'PT1H' }),
          wait: step('wait-for-event', { branches: [branch('a', 'bought')] }),
        },
        ['in -> hour', 'hour -> wait'],
      ),
    )
    const ada = await world.lead('ada')
    await ada.does('cart_filled')
    await world.runUntil('PT1H')

    world.send({ lead: 'ada', name: 'bought', at: start + 3_599_999 })
    await world.runUntil('PT1S')
    expect(heard(await ada.story())).toMatchObject([{ because: 'early', port: null }])
    world.send({ lead: 'ada', name: 'bought', at: start + 3_600_000 })
    await world.runUntil('PT1S')

    expect(await ada.at()).toBe('finished')
  })

  it('hears an event that comes in one batch with the one that let the lead in, when it is later in it', async () => {
    const world = await worldWith(waiting(bought))
    world.send({ lead: 'eve', name: 'bought' }, { lead: 'eve', name: 'cart_filled' })
    world.send({ lead: 'ada', name: 'cart_filled' }, { lead: 'ada', name: 'bought' })

    await world.runUntil('PT1S')

    expect(await end(world, 'ada')).toBe('by-a')
    expect(await end(world, 'eve')).toBe('still in wait')
    await world.finalLaws()
  })

  it.each([
    ['at the very end', 0, 'by-a'],
    ['a millisecond after the end', 1, 'by-else'],
  ])('lets an event %s and the timer of one batch be in the order of time', async (_, late, way) => {
    const world = await worldWith(waiting(bought))
    const ada = await world.lead('ada')
    world.send({ lead: 'ada', name: 'cart_filled' })
    await world.runUntil('PT0S')

    world.now = start + 86_400_000 + 5
    world.send({ lead: ada.externalId, name: 'bought', at: start + 86_400_000 + late })
    await world.runUntil('PT0S')

    expect(await end(world)).toBe(way)
    await world.finalLaws()
  })

  it('hears in the second wait what came after the end of the first, even in one batch', async () => {
    const world = await worldWith(
      graph(
        {
          in: triggered('cart_filled'),
          one: step('wait-for-event', { branches: [branch('a', 'visited')], window: 'PT1H' }),
          two: step('wait-for-event', { branches: [branch('a', 'bought')], window: 'PT1H' }),
          yes: step('exit', { as: 'exited', reason: 'Bought' }),
        },
        ['in -> one', 'one:else -> two', 'two:a -> yes'],
      ),
    )
    world.send({ lead: 'ada', name: 'cart_filled' })
    await world.runUntil('PT0S')

    world.now = start + 3_600_000 + 10
    world.send({ lead: 'ada', name: 'bought', at: start + 3_600_000 + 5 })
    await world.runUntil('PT0S')

    expect(await end(world)).toBe('yes')
    await world.finalLaws()
  })

  it('waits for the checkout of this cart, and says why that of another does not fit', async () => {
    const ofThisCart = branch('a', 'bought', { same: [{ property: 'cart_id', as: 'entry.cart_id' }] })
    const world = await worldWith(waiting({ branches: [ofThisCart] }, every))
    const ada = await world.lead('ada')
    await ada.does('cart_filled', { cart_id: 'c-1' })
    await ada.does('cart_filled', { cart_id: 'c-2' })

    await ada.does('bought', { cart_id: 'c-2' })

    const [first, second] = await ada.journeys()
    expect([first?.status, second?.step]).toEqual(['active', 'by-a'])
    const [unfit] = heard(await world.journal(first!))
    expect(explain(unfit!, { graph: waiting({ branches: [ofThisCart] }), zone: 'UTC' })).toBe(
      'Heard "bought", which does not fit: event.cart id is "c-2", not c-1.',
    )
  })

  it('equals nothing with what the journey does not know', async () => {
    const unknown = branch('a', 'bought', { same: [{ property: 'cart_id', as: 'lead.cart' }] })
    const world = await worldWith(waiting({ branches: [unknown] }))
    const ada = await world.lead('ada')
    await ada.does('cart_filled')

    await ada.does('bought', { cart_id: 'null' })

    expect(await end(world)).toBe('still in wait')
  })

  it('tells the first twenty events that did not fit, and no more', async () => {
    const never = branch('a', 'bought', { where: { match: 'all', rules: [{ field: 'event.x', op: 'is', value: 1 }] } })
    const world = await worldWith(waiting({ branches: [never] }))
    const ada = await world.lead('ada')
    await ada.does('cart_filled')

    for (let i = 0; i < 30; i++) await ada.does('bought')
    expect(heard(await ada.story())).toHaveLength(20)
    await ada.does('bought', { x: 1 })

    expect(await end(world)).toBe('by-a')
  })

  it('hears events while the campaign is paused, and moves nobody before the resume', async () => {
    const world = await worldWith(waiting(bought))
    const ada = await world.lead('ada')
    await ada.does('cart_filled')
    await world.pause('c0')

    await ada.does('visited')
    await ada.does('bought')
    await world.runUntil('P3D')
    expect(await end(world)).toBe('still in wait')
    await world.resume('c0')
    await world.runUntil('PT1S')

    expect(await end(world)).toBe('by-b')
    await world.finalLaws()
  })

  it('is waited for on, after the process died', async () => {
    const world = await worldWith(waiting(bought))
    const ada = await world.lead('ada')
    await ada.does('cart_filled')

    await world.die()
    await ada.does('bought')

    expect(await end(world)).toBe('by-a')
  })

  it('leaves nothing behind when the campaign is stopped (law 5)', async () => {
    const world = await worldWith(waiting(bought))
    const ada = await world.lead('ada')
    await ada.does('cart_filled')
    expect(await world.store.read(all(sql`select event from awaited`))).toHaveLength(2)

    await world.stop('c0', 'exit')
    await world.runUntil('PT1S')

    expect(await world.store.read(all(sql`select event from awaited`))).toHaveLength(0)
  })

  it('costs nothing where no campaign does it: no statement knows of it', async () => {
    const world = await worldWith(graph({ in: triggered('cart_filled'), wait: step('delay') }, ['in -> wait'], every))
    const ada = await world.lead('ada')
    await ada.does('cart_filled')
    const seen = overhear(world.store)

    await ada.does('cart_filled')
    await ada.does('bought')
    await world.runUntil('PT2H')

    expect(seen.length).toBeGreaterThan(20)
    expect(seen.filter(text => /awaited|errands|members|lists/.test(text))).toEqual([])
  })
})
