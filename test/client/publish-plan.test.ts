import { describe, expect, it } from 'vitest'
import type { WaitingStep } from '#shared/api/versions'
import { planSchema } from '#shared/graph/migration'
import { type LineChoice, linesOf, planOf, sayVersions } from '../../client/canvas/publish/plan'

const place = (step: string, version: number, waiting: number, more: Partial<WaitingStep> = {}): WaitingStep => ({
  step,
  version,
  waiting,
  name: step.toUpperCase(),
  fate: 'changed',
  mayStay: true,
  callsWebhook: false,
  ...more,
})

describe('the lines of a publish dialog', () => {
  it('stand for a step over all versions in which it met the same fate', () => {
    const lines = linesOf([place('wait', 3, 10), place('call', 3, 1, { callsWebhook: true }), place('wait', 2, 5)])

    expect(
      lines.map(({ name, waiting, callsWebhook, places }) => [name, waiting, callsWebhook, places.length]),
    ).toEqual([
      ['WAIT', 15, false, 2],
      ['CALL', 1, true, 1],
    ])
  })

  it('part where a version leaves another choice: what may stay there, and what became of the step', () => {
    const lines = linesOf([
      place('wait', 3, 1),
      place('wait', 2, 2, { mayStay: false }),
      place('wait', 1, 4, { fate: 'removed', mayStay: false }),
    ])

    expect(lines.map(({ waiting }) => waiting)).toEqual([1, 2, 4])
    expect(new Set(lines.map(({ key }) => key)).size).toBe(3)
  })

  it('tell of changed and removed steps first, in the order of the flow', () => {
    const fates = (['same', 'changed', 'same', 'removed'] as const).map((fate, i) => place(`s${i}`, 1, 1, { fate }))

    expect(linesOf(fates).map(({ name }) => name)).toEqual(['S1', 'S3', 'S0', 'S2'])
  })

  it('are none where nobody waits', () => {
    expect(linesOf([])).toEqual([])
  })
})

describe('the plan that is sent', () => {
  const lines = linesOf([place('wait', 3, 10), place('wait', 2, 5), place('call', 3, 1)])
  const [wait = '', call = ''] = lines.map(({ key }) => key)

  it('names every place of a line, with what was chosen for the line', () => {
    const chosen = new Map<string, LineChoice>([
      [wait, { as: 'move', to: 'call' }],
      [call, { as: 'exit', reason: 'over' }],
    ])
    const plan = planOf(lines, chosen)

    expect(plan).toEqual([
      { version: 3, step: 'wait', as: 'move', to: 'call' },
      { version: 2, step: 'wait', as: 'move', to: 'call' },
      { version: 3, step: 'call', as: 'exit', reason: 'over' },
    ])
    expect(planSchema.parse(plan)).toEqual(plan)
  })

  it('lets leads finish for whom nothing was chosen', () => {
    expect(planOf(lines, new Map()).map(({ as }) => as)).toEqual(['finish', 'finish', 'finish'])
    expect(planOf([], new Map([[wait, { as: 'stay' }]]))).toEqual([])
  })
})

describe('versions in words', () => {
  it.each([
    [[3], 'version 3'],
    [[3, 3], 'version 3'],
    [[10, 9], 'versions 9 and 10'],
    [[4, 2, 3], 'versions 2, 3 and 4'],
  ])('%j: %s', (versions, says) => {
    expect(sayVersions(versions.map(version => place('wait', version, 1)))).toBe(says)
  })
})
