import { expect, it } from 'vitest'
import { dice } from '#shared/simulate/chance'
import { stepKinds } from '#shared/steps/index'
import { randomGraph } from './graphs'

it('random campaigns use every step kind, so that the laws are asked of each', () => {
  const graphs = Array.from({ length: 300 }, (_, seed) => randomGraph(dice(seed + 1)))

  const used = new Set(graphs.flatMap(({ steps }) => Object.values(steps).map(({ kind }) => kind)))

  expect([...used].sort()).toEqual(stepKinds.map(({ kind }) => kind).sort())
})
