import { describe, expect, it } from 'vitest'
import { explain } from '#shared/explain/explain'
import type { Graph } from '#shared/graph/schema'
import { anybody, graph, step } from './graphs'
import { World } from './world'

// Which way leads take, and what is written about them (braze R26, marketo-alm rule 22).

const triggered = (event: string) => step('trigger', { event, where: anybody })

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

describe('audience paths', () => {
  const where = (field: string, value: number) => ({ match: 'all', rules: [{ field, op: 'at-least', value }] })
  const paths = (...groups: [string, object][]) =>
    graph(
      {
        in: triggered('signed_up'),
        it: step('audience-paths', { groups: groups.map(([id, condition]) => ({ id, label: id, condition })) }),
        ...Object.fromEntries(['a', 'b', 'else'].map(id => [`by-${id}`, step('exit')])),
      },
      ['in -> it', 'it:a -> by-a', 'it:b -> by-b', 'it:else -> by-else'],
    )
  const big = where('lead.spent', 100)
  const some = where('lead.spent', 10)

  it.each([
    ['the first of two that fit', paths(['a', some], ['b', big]), 500, 'by-a'],
    ['the other one when they change places (marketo-alm rule 22)', paths(['b', big], ['a', some]), 500, 'by-b'],
    ['the second when only that fits', paths(['a', big], ['b', some]), 50, 'by-b'],
    ['Everyone else when none fits (braze R26)', paths(['a', big], ['b', some]), 5, 'by-else'],
  ])('take %s', async (_, g, spent, way) => {
    const world = await worldWith(g)
    const ada = await world.lead('ada', { spent })

    await ada.does('signed_up')

    expect(await end(world)).toBe(way)
  })

  it('say why those before did not fit', async () => {
    const g = paths(['a', big], ['b', some])
    const world = await worldWith(g)
    const ada = await world.lead('ada', { spent: 50 })
    await ada.does('signed_up')

    const told = (await ada.story()).filter(e => e.is === 'passed-over' || e.is === 'decided')
    expect(told.map(e => explain(e, { graph: g, zone: 'UTC' }))).toEqual([
      'Not a: spent is 50, not at least 100.',
      'Took b: spent is 50, at least 10.',
    ])
  })
})

describe('data steps', () => {
  async function walked(data: ReturnType<typeof step>, attributes: Record<string, never> | object) {
    const world = await worldWith(graph({ in: triggered('signed_up'), data }, ['in -> data']))
    const ada = await world.lead('ada', attributes as never)
    await ada.does('signed_up')
    return { world, attributes: await ada.attributes(), story: await ada.story() }
  }
  const scored = (by: number, more = {}) => step('score', { field: 'score', by, limits: 'none', ...more })

  it.each([
    ['adds', scored(5), { score: 3 }, 8],
    ['takes away', scored(-5), { score: 3 }, -2],
    ['starts at 0', scored(5), {}, 5],
    ['counts a number in a text', scored(5), { score: '3' }, 8],
    ['stops at the upper limit', scored(50, { limits: 'between', min: 0, max: 40 }), { score: 3 }, 40],
    ['stops at the lower limit', scored(-50, { limits: 'between', min: 0, max: 40 }), { score: 3 }, 0],
    ['brings back what is beyond', scored(1, { limits: 'between', min: 0, max: 40 }), { score: 99 }, 40],
    ['leaves text alone', scored(1), { score: 'high' }, 'high'],
    ['leaves truth alone', scored(1), { score: true }, true],
  ])('change score %s', async (_, data, before, score) => {
    expect((await walked(data, before)).attributes).toEqual({ score })
  })

  const update = (...changes: object[]) => step('update-lead', { changes })
  it.each([
    ['appends', update({ field: 'tags', do: 'append', value: 'b' }), { tags: ['a'] }, { tags: ['a', 'b'] }],
    ['begins a list', update({ field: 'tags', do: 'append', value: 'b' }), {}, { tags: ['b'] }],
    ['appends once', update({ field: 'tags', do: 'append', value: 'a' }), { tags: ['a'] }, { tags: ['a'] }],
    ['removes', update({ field: 'tags', do: 'remove', value: 'a' }), { tags: ['a', 'b'] }, { tags: ['b'] }],
    ['removes nothing from nothing', update({ field: 'tags', do: 'remove', value: 'a' }), {}, {}],
    ['leaves what is no list', update({ field: 'tags', do: 'append', value: 'a' }), { tags: 'x' }, { tags: 'x' }],
    [
      'lets the last change of an attribute count',
      update({ field: 'x', do: 'clear', value: '' }, { field: 'x', do: 'set', value: 'new' }),
      { x: 'old' },
      { x: 'new' },
    ],
    [
      'clears what it set before',
      update({ field: 'x', do: 'set', value: 'new' }, { field: 'x', do: 'clear', value: '' }),
      { x: 'old' },
      {},
    ],
  ])('update lead %s', async (_, data, before, wanted) => {
    expect((await walked(data, before)).attributes).toEqual(wanted)
  })

  it('exit says its reason with the values of the lead', async () => {
    const { story } = await walked(step('exit', { as: 'exited', reason: 'From {{ lead.country }}' }), {
      country: 'Nepal',
    })

    expect(story.at(-1)).toMatchObject({ is: 'ended', reason: 'From Nepal' })
  })
})
