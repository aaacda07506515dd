import { describe, expect, it } from 'vitest'
import { stepsBeforePast } from '#shared/graph/conditions'
import type { Graph } from '#shared/graph/schema'
import { benchCampaign, did } from '../bench/workload'

const graph = benchCampaign('https://hooks.example.com/in', { condition: did('looked_around') })
const asking = Object.keys(graph.steps).filter(id => graph.steps[id]?.kind === 'filter')

describe('what a lead did before', () => {
  it('is asked of who stands in the filter that asks or before it, and not of who is behind it', () => {
    const [filter = ''] = asking
    const entry = graph.edges.find(edge => edge.to === filter)?.from

    expect(stepsBeforePast(graph)).toEqual(new Set([filter, entry]))
  })

  it('is asked of everybody where exits may ask as well', () => {
    const ways = [{ on: 'no-longer-qualifies' }] as unknown as Graph['settings']['exits']['ways']
    const leaving = { ...graph, settings: { ...graph.settings, exits: { ways, when: 'at-once' } } } as Graph

    expect(stepsBeforePast(leaving)).toEqual(new Set(Object.keys(graph.steps)))
  })

  it('is asked of nobody where no condition asks', () => {
    expect(stepsBeforePast(benchCampaign('https://hooks.example.com/in')).size).toBe(0)
  })
})
