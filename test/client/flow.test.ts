import { describe, expect, it } from 'vitest'
import { moveSteps, renameStep, setConfig } from '#shared/graph/edit'
import type { Problem } from '#shared/problems'
import { CARD, DOT, describe as describeStep, labelRows, portX } from '../../client/canvas/card'
import { byStep, count, toFlowEdges, toFlowNodes, wayId } from '../../client/canvas/flow'
import { graph, step } from '../sim/graphs'

const drawn = graph({ in: step('trigger'), ask: step('filter', {}, 'Is customer'), end: step('exit') }, [
  'in -> ask',
  'ask:yes -> end',
])
const problem = (id: string | undefined, severity: 'error' | 'warning' = 'error'): Problem => ({
  code: 'x',
  severity,
  message: 'No.',
  fix: 'Mend it.',
  ...(id === undefined ? {} : { step: id }),
})
const nothing = byStep([])

describe('problems by step', () => {
  it('keep their order, and those of no step are left out', () => {
    const [first, second] = [problem('ask', 'warning'), problem('ask')]

    expect([...byStep([first, problem(undefined), problem('end'), second])]).toEqual([
      ['ask', [first, second]],
      ['end', [problem('end')]],
    ])
  })
})

describe('the nodes of the canvas', () => {
  const nodes = toFlowNodes(drawn, nothing, [])
  const node = (id: string) => nodes.find(each => each.id === id)

  it('have a dot for every port along the bottom, and one at the top but for what lets leads in', () => {
    expect(node('in')?.handles?.map(({ id, type }) => [id, type])).toEqual([['next', 'source']])
    expect(node('ask')?.handles?.map(({ id, type }) => [id, type])).toEqual([
      ['in', 'target'],
      ['yes', 'source'],
      ['no', 'source'],
    ])
    expect(node('end')?.handles).toMatchObject([{ id: 'in', x: (CARD.width - DOT) / 2, y: -DOT / 2 }])
    expect(node('ask')?.handles?.[1]).toMatchObject({ x: CARD.width / 4 - DOT / 2, y: CARD.height - DOT / 2 })
    expect([portX(0, 1), portX(0, 2), portX(1, 2)]).toEqual([CARD.width / 2, CARD.width / 4, (CARD.width * 3) / 4])
  })

  it('say to a screen reader what they are, their ways, their errors and what they do', () => {
    const problems = byStep([problem('ask'), problem('ask'), problem('ask', 'warning')])
    const named = toFlowNodes(drawn, problems, []).find(each => each.id === 'ask')
    const { summary } = describeStep(drawn.steps['ask'] ?? step('filter'))

    expect(named?.ariaLabel).toBe(`Filter Is customer, 2 outputs, 2 errors, ${summary}`)
    expect(node('end')?.ariaLabel).toMatch(/^Exit, 0 outputs, /)
  })

  it('do not say a name twice that is the name of the kind', () => {
    const plain = renameStep(drawn, 'ask', 'Filter')

    expect(toFlowNodes(plain, nothing, []).find(each => each.id === 'ask')?.ariaLabel).toMatch(/^Filter, 2 outputs/)
  })

  it('stay the same objects but for the step that changed', () => {
    const after = toFlowNodes(renameStep(drawn, 'ask', 'Is from India'), nothing, nodes)

    expect(after.map((each, i) => each === nodes[i])).toEqual([true, false, true])
    expect(toFlowNodes(drawn, byStep([problem('end')]), nodes).map((each, i) => each === nodes[i])).toEqual([
      true,
      true,
      false,
    ])
  })

  it('keep what only the view knows when their step changes, and go where it went', () => {
    const selected = nodes.map(each => ({ ...each, selected: true }))
    const moved = moveSteps(drawn, new Map([['end', { x: 40, y: 80 }]]))

    expect(toFlowNodes(moved, nothing, selected)[2]).toMatchObject({ selected: true, position: { x: 40, y: 80 } })
  })
})

describe('the edges of the canvas', () => {
  const edges = toFlowEdges(drawn, [])

  it('are called by their port, and say from where to where they lead', () => {
    expect(edges.map(({ id, data, ariaLabel }) => [id, data?.label, ariaLabel])).toEqual([
      ['in:next', 'Next', 'Next from  to Is customer'],
      ['ask:yes', 'Yes', 'Yes from Is customer to '],
    ])
    expect(wayId({ from: 'ask', port: 'no' })).toBe('ask:no')
  })

  it('that have lost a step or their port are not drawn', () => {
    const { end: _, ...steps } = drawn.steps
    const loose = { ...drawn, steps, edges: [...drawn.edges, { from: 'ask', port: 'maybe', to: 'in' }] }

    expect(toFlowEdges(loose, []).map(({ id }) => id)).toEqual(['in:next'])
  })

  it('stay the same objects while they lead where they led, to no other of the same name', () => {
    const elsewhere = { ...drawn, edges: drawn.edges.map(e => (e.from === 'ask' ? { ...e, to: 'in' } : e)) }
    const other = setConfig(drawn, 'ask', { ...drawn.steps['ask']?.config })

    expect(toFlowEdges(other, edges).map((each, i) => each === edges[i])).toEqual([true, true])
    expect(toFlowEdges(elsewhere, edges).map((each, i) => each === edges[i])).toEqual([true, false])
  })
})

describe('a card', () => {
  const ports = (...labels: string[]) => labels.map(label => ({ id: label.toLowerCase(), label }))

  it.each([
    [ports('Next'), 0],
    [ports(), 0],
    [ports('Done'), 1],
    [ports('Yes', 'No'), 1],
    [ports('Succeeded', 'Failed', 'Not sent'), 1],
    [ports('Succeeded', 'Failed', 'Timed out', 'Not sent'), 2],
    [ports('Succeeded', 'Failed', 'Timed out', 'Not sent', 'Aborted', 'Uncertain'), 2],
    [ports('Succeeded', 'Failed', 'Timed out', 'Not sent', 'Aborted', 'Uncertain', 'No answer'), 3],
  ])('gives the labels of its ports as many rows as they need: %o in %i', (all, rows) => {
    expect(labelRows(all)).toBe(rows)
  })

  it('counts in words', () => {
    expect([count(0, 'step'), count(1, 'step'), count(1234, 'step')]).toEqual(['0 steps', '1 step', '1,234 steps'])
  })
})
