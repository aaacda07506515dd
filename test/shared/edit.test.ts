import { describe, expect, it } from 'vitest'
import {
  addStep,
  connect,
  disconnect,
  downstreamOf,
  insertOnEdge,
  moveSteps,
  newStepId,
  removeSteps,
  renameStep,
  setConfig,
  setSettings,
  whyNotConnect,
} from '#shared/graph/edit'
import { emptyGraph, type Graph, graphSchema } from '#shared/graph/schema'
import { stepKinds } from '#shared/steps/index'

/** Draws a campaign from words: `draw('trigger exit', 'trigger next exit')`. */
function draw(kinds: string, ...ways: string[]): Graph {
  const steps = kinds
    .split(' ')
    .reduce((g, kind) => addStep(g, { id: newStepId(g, kind), kind, position: { x: 0, y: 0 } }), emptyGraph)
  return ways.reduce((g, way) => {
    const [from = '', port = '', to = ''] = way.split(' ')
    return connect(g, { from, port, to })
  }, steps)
}

/** The edges as sentences, in the order of the alphabet. */
const waysOf = (graph: Graph) => graph.edges.map(e => `${e.from} ${e.port} ${e.to}`).sort()
const variantsOf = (graph: Graph) => graph.steps['variants']?.config ?? {}

describe('adding a step', () => {
  it.each(stepKinds.map(k => k.kind))('gives a graph that can be saved, for the kind %s', kind => {
    expect(graphSchema.safeParse(draw(kind)).success).toBe(true)
  })

  it('counts ids and names instead of drawing them, so that the same edits give the same graph', () => {
    const graph = draw('delay delay delay')

    expect(Object.keys(graph.steps)).toEqual(['delay', 'delay-2', 'delay-3'])
    expect(Object.values(graph.steps).map(s => s.name)).toEqual(['Delay', 'Delay 2', 'Delay 3'])
  })

  it('fills the number that a removed step left free', () => {
    expect(newStepId(removeSteps(draw('delay delay delay'), ['delay-2']), 'delay')).toBe('delay-2')
    expect(newStepId(emptyGraph, 'delay', ['delay', 'delay-2'])).toBe('delay-3')
  })

  it('keeps positions to whole pixels', () => {
    const graph = addStep(emptyGraph, { id: 'delay', kind: 'delay', position: { x: 10.4, y: -0.6 } })

    expect(graph.steps['delay']?.position).toEqual({ x: 10, y: -1 })
  })
})

describe('inserting a step on a way', () => {
  it('leads the way through the new step', () => {
    const graph = draw('trigger exit', 'trigger next exit')

    const inserted = insertOnEdge(
      graph,
      { from: 'trigger', port: 'next' },
      { id: 'filter', kind: 'filter', position: { x: 0, y: 0 } },
    )

    expect(waysOf(inserted)).toEqual(['filter yes exit', 'trigger next filter'])
  })

  it('leads an open way to the new step', () => {
    const graph = insertOnEdge(
      draw('trigger'),
      { from: 'trigger', port: 'next' },
      { id: 'exit', kind: 'exit', position: { x: 0, y: 0 } },
    )

    expect(waysOf(graph)).toEqual(['trigger next exit'])
  })

  it('ends the way where the new step has no way out', () => {
    const graph = draw('trigger delay', 'trigger next delay')

    const cut = insertOnEdge(
      graph,
      { from: 'trigger', port: 'next' },
      { id: 'exit', kind: 'exit', position: { x: 0, y: 0 } },
    )

    expect(waysOf(cut)).toEqual(['trigger next exit'])
    expect(cut.steps['delay']).toBeDefined()
  })
})

describe('connecting', () => {
  it('replaces the edge that a port has', () => {
    const graph = draw('trigger delay exit', 'trigger next delay', 'trigger next exit')

    expect(waysOf(graph)).toEqual(['trigger next exit'])
  })

  it.each([
    ['delay next delay', 'A step cannot lead to itself.'],
    ['delay next trigger', 'Leads start at "Trigger"; nothing can lead there.'],
    ['delay yes exit', 'This way out is gone.'],
    ['delay next nowhere', 'One of the two steps is gone.'],
  ])('refuses %s and says why', (way, why) => {
    const [from = '', port = '', to = ''] = way.split(' ')
    const graph = draw('trigger delay exit')

    expect(whyNotConnect(graph, { from, port, to })).toBe(why)
    expect(connect(graph, { from, port, to })).toBe(graph)
  })

  it('takes one connection away and leaves the others', () => {
    const graph = draw('trigger filter exit', 'trigger next filter', 'filter yes exit', 'filter no exit')

    expect(waysOf(disconnect(graph, { from: 'filter', port: 'yes' }))).toEqual([
      'filter no exit',
      'trigger next filter',
    ])
  })
})

describe('removing steps', () => {
  it('joins the neighbours of a step with one way through it', () => {
    const graph = draw('trigger delay exit', 'trigger next delay', 'delay next exit')

    expect(waysOf(removeSteps(graph, ['delay']))).toEqual(['trigger next exit'])
  })

  it('joins the neighbours when every way out leads to the same step', () => {
    const graph = draw('trigger filter exit', 'trigger next filter', 'filter yes exit', 'filter no exit')

    expect(waysOf(removeSteps(graph, ['filter']))).toEqual(['trigger next exit'])
  })

  it('leaves a gap where there is more than one way to join', () => {
    const graph = draw('trigger filter delay exit', 'trigger next filter', 'filter yes delay', 'filter no exit')

    expect(waysOf(removeSteps(graph, ['filter']))).toEqual([])
  })

  it('joins over several steps that go at once, in whatever order they are named', () => {
    const graph = draw('trigger delay delay exit', 'trigger next delay', 'delay next delay-2', 'delay-2 next exit')

    expect(waysOf(removeSteps(graph, ['delay', 'delay-2']))).toEqual(['trigger next exit'])
    expect(waysOf(removeSteps(graph, ['delay-2', 'delay']))).toEqual(['trigger next exit'])
  })

  it('never joins a step to itself', () => {
    const graph = draw('filter delay', 'filter no delay', 'delay next filter')

    expect(waysOf(removeSteps(graph, ['delay']))).toEqual([])
  })
})

describe('changing a step', () => {
  it('drops the way of a variant that is removed, and keeps the others', () => {
    const graph = draw('variants delay exit', 'variants a delay', 'variants b exit')

    const onlyB = setConfig(graph, 'variants', {
      ...variantsOf(graph),
      variants: [{ id: 'b', label: 'B', weight: 100 }],
    })

    expect(waysOf(onlyB)).toEqual(['variants b exit'])
  })

  it('is no change, and so nothing to save, when nothing is different', () => {
    const graph = draw('trigger delay', 'trigger next delay')

    expect(moveSteps(graph, new Map([['delay', { x: 0.2, y: 0 }]]))).toBe(graph)
    expect(renameStep(graph, 'delay', 'Delay')).toBe(graph)
    expect(setConfig(graph, 'trigger', graph.steps['trigger']?.config ?? {})).toBe(graph)
    expect(connect(graph, { from: 'trigger', port: 'next', to: 'delay' })).toBe(graph)
    expect(disconnect(graph, { from: 'delay', port: 'next' })).toBe(graph)
    expect(removeSteps(graph, ['nobody'])).toBe(graph)
  })

  it('leaves the graph that it was given as it was', () => {
    const graph = draw('trigger delay exit', 'trigger next delay', 'delay next exit')
    const before = structuredClone(graph)

    moveSteps(graph, new Map([['delay', { x: 50, y: 60 }]]))
    removeSteps(graph, ['delay'])
    setSettings(graph, { zone: 'Asia/Seoul' })

    expect(graph).toEqual(before)
  })

  it('keeps the settings that were not named', () => {
    const { settings } = setSettings(draw('trigger'), { zone: 'Asia/Seoul' })

    expect(settings).toEqual({ ...emptyGraph.settings, zone: 'Asia/Seoul' })
  })
})

describe('walking downstream', () => {
  it('finds every step once, also around a circle', () => {
    const graph = draw(
      'trigger filter delay exit',
      'trigger next filter',
      'filter yes delay',
      'filter no exit',
      'delay next filter',
    )

    expect(downstreamOf(graph, 'filter')).toEqual(['filter', 'delay', 'exit'])
  })
})
