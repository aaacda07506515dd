import { describe, expect, it } from 'vitest'
import { edgeAt } from '#shared/graph/edit'
import { emptyGraph, type Graph } from '#shared/graph/schema'
import { CARD, COLUMN_GAP, ROW_GAP } from '../../client/canvas/card'
import { addAt, type Spot } from '../../client/canvas/place'
import { graph, step } from '../sim/graphs'

const row = CARD.height + ROW_GAP
const centre = { x: 500, y: 400 }
const delay = { id: 'new', kind: 'delay' }

/** A graph whose steps stand where they are said to. */
function standing(drawn: Graph, places: Record<string, [x: number, y: number]>): Graph {
  const steps = Object.entries(drawn.steps).map(([id, each]) => {
    const [x, y] = places[id] ?? [0, 0]
    return [id, { ...each, position: { x, y } }]
  })
  return { ...drawn, steps: Object.fromEntries(steps) }
}

const line = standing(
  graph({ in: step('trigger'), ask: step('filter'), yes: step('exit') }, ['in -> ask', 'ask:yes -> yes']),
  { ask: [0, row], yes: [0, 2 * row] },
)
const at = (drawn: Graph, id: string) => drawn.steps[id]?.position
const ways = (drawn: Graph) => drawn.edges.map(({ from, port, to }) => `${from}:${port} -> ${to}`).sort()

describe('a step that is dropped on the pane', () => {
  it('stands with its middle under the pointer, on the grid, and leads nowhere', () => {
    const after = addAt(line, delay, { is: 'pane', at: { x: 703, y: 398 } }, centre)

    expect(at(after, 'new')).toEqual({ x: 600, y: 360 })
    expect(ways(after)).toEqual(ways(line))
  })

  it('may lie on another: where somebody drops it is where it stays', () => {
    const middle = { x: CARD.width / 2, y: CARD.height / 2 }

    expect(at(addAt(line, delay, { is: 'pane', at: middle }, centre), 'new')).toEqual({ x: 0, y: 0 })
  })
})

describe('a step that is put anywhere', () => {
  it('stands in the middle of an empty canvas', () => {
    expect(at(addAt(emptyGraph, delay, { is: 'anywhere' }, centre), 'new')).toEqual({ x: 400, y: 360 })
  })

  it('goes on to the right, past as many cards as stand in its way', () => {
    const taken = standing(graph({ a: step('exit'), b: step('exit') }, []), {
      a: [400, 360],
      b: [400 + CARD.width + COLUMN_GAP, 370],
    })

    expect(at(addAt(taken, delay, { is: 'anywhere' }, centre), 'new')).toEqual({
      x: 400 + 2 * (CARD.width + COLUMN_GAP),
      y: 360,
    })
  })
})

describe('a step that is put on a way', () => {
  it('comes between the two, and what follows moves down by a row', () => {
    const after = addAt(line, delay, { is: 'way', way: { from: 'in', port: 'next' } }, centre)

    expect(ways(after)).toEqual(['ask:yes -> yes', 'in:next -> new', 'new:next -> ask'])
    expect([at(after, 'in'), at(after, 'new'), at(after, 'ask'), at(after, 'yes')]).toEqual([
      { x: 0, y: 0 },
      { x: 0, y: row },
      { x: 0, y: 2 * row },
      { x: 0, y: 3 * row },
    ])
  })

  it('moves nothing where there is room already', () => {
    const wide = standing(line, { ask: [40, 3 * row], yes: [40, 4 * row] })
    const after = addAt(wide, delay, { is: 'way', way: { from: 'in', port: 'next' } }, centre)

    expect([at(after, 'new'), at(after, 'ask')]).toEqual([
      { x: 40, y: row },
      { x: 40, y: 3 * row },
    ])
  })

  it('never moves the step before it, also where the way leads back to that', () => {
    const loop = standing(
      graph({ in: step('trigger'), ask: step('filter'), wait: step('delay') }, [
        'in -> ask',
        'ask:yes -> wait',
        'wait -> ask',
      ]),
      { ask: [0, row], wait: [0, 2 * row] },
    )
    const after = addAt(loop, { id: 'new', kind: 'delay' }, { is: 'way', way: { from: 'ask', port: 'yes' } }, centre)

    expect([at(after, 'ask'), at(after, 'new'), at(after, 'wait')]).toEqual([
      { x: 0, y: row },
      { x: 0, y: 2 * row },
      { x: 0, y: 3 * row },
    ])
  })

  it('stands below a port that leads nowhere yet: Yes to the left, No to the right', () => {
    const aside = (CARD.width + COLUMN_GAP) / 2
    const open = standing(graph({ ask: step('filter') }, []), { ask: [100, 0] })
    const behind = (port: string) => at(addAt(open, delay, { is: 'way', way: { from: 'ask', port } }, centre), 'new')

    expect([behind('yes'), behind('no')]).toEqual([
      { x: 100 - aside, y: row },
      { x: 100 + aside, y: row },
    ])
  })
})

describe('a step that is put behind another', () => {
  const after: Spot = { is: 'after', step: 'ask' }

  it('takes the first way out that is free', () => {
    expect(edgeAt(addAt(line, delay, after, centre), { from: 'ask', port: 'no' })?.to).toBe('new')
  })

  it('goes into the first way where all are taken', () => {
    const full = graph({ ask: step('filter'), a: step('exit'), b: step('exit') }, ['ask:yes -> a', 'ask:no -> b'])

    expect(ways(addAt(full, delay, after, centre))).toEqual(['ask:no -> b', 'ask:yes -> new', 'new:next -> a'])
  })

  it('stands by itself where nothing can follow', () => {
    const done = addAt(line, delay, { is: 'after', step: 'yes' }, centre)

    expect(ways(done)).toEqual(ways(line))
    expect(at(done, 'new')).toEqual({ x: 400, y: 360 })
  })
})

it('what lets leads in is connected to nothing, wherever it is put', () => {
  const trigger = { id: 'new', kind: 'trigger' }
  const spots: Spot[] = [
    { is: 'way', way: { from: 'in', port: 'next' } },
    { is: 'after', step: 'ask' },
    { is: 'anywhere' },
  ]

  for (const spot of spots) expect(ways(addAt(line, trigger, spot, centre))).toEqual(ways(line))
})
