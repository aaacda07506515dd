import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { emptyGraph, type Graph } from '#shared/graph/schema'
import { CARD } from '../../client/canvas/card'
import { inFlowOrder, tidy } from '../../client/canvas/layout'
import { neighbour } from '../../client/canvas/walk'
import { graph, step } from '../sim/graphs'

/** Yes and No meet again; a step stands alone. */
const diamond = graph(
  {
    lonely: step('exit'),
    end: step('exit'),
    no: step('delay'),
    yes: step('delay'),
    ask: step('filter'),
    in: step('trigger'),
  },
  ['in -> ask', 'ask:no -> no', 'ask:yes -> yes', 'yes -> end', 'no -> end'],
)

/** Any graph of filters behind a trigger: circles and steps that nothing leads to among them. */
const anyGraph = fc
  .array(fc.record({ from: fc.nat(11), port: fc.constantFrom('yes', 'no'), to: fc.nat(11) }), { maxLength: 24 })
  .map(edges => {
    const steps = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`s${i}`, step('filter')]))
    const once = new Map(edges.map(({ from, port, to }) => [`s${from}:${port}`, `s${from}:${port} -> s${to}`]))
    return graph({ ...steps, in: step('trigger') }, ['in -> s0', ...once.values()])
  })

describe('the order in which a graph is read', () => {
  it('is breadth first from the entry, Yes before No, and what nothing leads to comes last', () => {
    expect(inFlowOrder(diamond)).toEqual(['in', 'ask', 'yes', 'no', 'end', 'lonely'])
  })

  it('begins anywhere where nothing lets leads in, and is empty for an empty canvas', () => {
    const loose = graph({ b: step('exit'), a: step('delay') }, ['a -> b'])

    expect(inFlowOrder(loose)).toEqual(['b', 'a'])
    expect(inFlowOrder(emptyGraph)).toEqual([])
  })

  it('names every step once, whatever the graph', () => {
    fc.assert(
      fc.property(anyGraph, drawn => {
        expect([...inFlowOrder(drawn)].sort()).toEqual(Object.keys(drawn.steps).sort())
      }),
    )
  })
})

describe('a canvas that was tidied up', () => {
  const placed = tidy(diamond)
  const at = (id: string) => placed.get(id) ?? { x: Number.NaN, y: Number.NaN }

  it('leads from top to bottom, Yes left of No, on the grid', () => {
    expect(at('in').y).toBeLessThan(at('ask').y)
    expect(at('ask').y).toBeLessThan(at('yes').y)
    expect(at('yes').y).toBe(at('no').y)
    expect(at('yes').y).toBeLessThan(at('end').y)
    expect(at('yes').x).toBeLessThan(at('no').x)
    for (const { x, y } of placed.values()) expect([Math.abs(x % 10), Math.abs(y % 10)]).toEqual([0, 0])
  })

  it('is the same picture every time, in whatever order steps and ways were drawn', () => {
    const other: Graph = {
      ...diamond,
      steps: Object.fromEntries(Object.entries(diamond.steps).reverse()),
      edges: diamond.edges.toReversed(),
    }
    const { lonely: _, ...connected } = other.steps

    expect(tidy(diamond)).toEqual(placed)
    expect(Object.fromEntries(tidy({ ...other, steps: connected }))).toEqual(
      Object.fromEntries(tidy({ ...diamond, steps: connected })),
    )
  })

  it('stands too where two steps wish for opposite orders, a circle on which dagre breaks', () => {
    const names = ['in', 'ask', 'other', 'left', 'right', 'back']
    const steps = Object.fromEntries(names.map(id => [id, step(id === 'in' ? 'trigger' : 'filter')]))
    const crossed = ['ask:yes -> left', 'ask:no -> right', 'other:yes -> right', 'other:no -> left']
    const drawn = graph(steps, ['in -> ask', 'back:yes -> ask', 'left:yes -> back', ...crossed])

    const [left, right] = [tidy(drawn).get('left'), tidy(drawn).get('right')]
    expect(left?.x).toBeLessThan(right?.x ?? Number.NaN)
  })

  it('loses no step, and no two cards touch, whatever the graph', () => {
    fc.assert(
      fc.property(anyGraph, drawn => {
        const places = [...tidy(drawn).values()]

        expect(places).toHaveLength(Object.keys(drawn.steps).length)
        for (const [i, a] of places.entries())
          for (const b of places.slice(i + 1))
            expect(Math.abs(a.x - b.x) >= CARD.width || Math.abs(a.y - b.y) >= CARD.height).toBe(true)
      }),
      { numRuns: 50 },
    )
  })

  it('may be empty', () => {
    expect(tidy(emptyGraph).size).toBe(0)
  })
})

describe('the arrow keys', () => {
  const x = { yes: 0, no: 200, in: 0, lonely: 300 } as Record<string, number>
  const steps = Object.entries(diamond.steps).map(([id, each]) => [id, { ...each, position: { x: x[id] ?? 0, y: 0 } }])
  const drawn: Graph = { ...diamond, steps: Object.fromEntries(steps) }

  it.each([
    ['in', 'down', 'ask'],
    ['ask', 'down', 'yes'],
    ['ask', 'up', 'in'],
    ['yes', 'right', 'no'],
    ['no', 'left', 'yes'],
    ['no', 'right', undefined],
    ['in', 'up', undefined],
    ['in', 'right', 'lonely'],
    ['end', 'down', undefined],
    ['gone', 'down', undefined],
  ] as const)('lead from "%s" %s to "%s"', (here, towards, to) => {
    expect(neighbour(drawn, here, towards)).toBe(to)
  })

  it('go down by the first way that leads anywhere', () => {
    const half = { ...drawn, edges: drawn.edges.filter(edge => edge.port !== 'yes') }

    expect(neighbour(half, 'ask', 'down')).toBe('no')
  })
})
