import { describe, expect, it } from 'vitest'
import { intakeOf, modeOf } from '#shared/graph/schema'
import { mayLaunch, validate } from '#shared/graph/validate'
import { canWrap, requestedGraph, requestingGraph } from '#shared/graph/wrap'
import { takesRequests } from '#shared/rules/mode'
import { night } from '#shared/rules/quiet'
import { anybody, graph, posts, step } from '../sim/graphs'

const drawn = graph(
  {
    all: step('batch', { audience: anybody, at: '' }),
    which: step('filter'),
    call: step('call-webhook', posts('x')),
    after: step('delay'),
    both: step('exit'),
  },
  ['all -> which', 'which:yes -> call', 'which:no -> both', 'call -> after', 'after -> both'],
  { zone: 'Asia/Seoul', quietHours: night },
)

describe('wrapping in Request campaign (code 1000)', () => {
  it('moves the webhook and what is behind it behind a trigger that is requested', () => {
    const requested = requestedGraph(drawn, 'call')

    expect(Object.keys(requested.steps).sort()).toEqual(['after', 'both', 'call', 'requested'])
    expect(requested.edges).toEqual([
      { from: 'requested', port: 'next', to: 'call' },
      ...['succeeded', 'failed', 'skipped'].map(port => ({ from: 'call', port, to: 'after' })),
      { from: 'after', port: 'next', to: 'both' },
    ])
    expect(modeOf(requested)).toBe('trigger')
    expect(takesRequests(intakeOf(requested)!)).toBe(true)
    expect(mayLaunch(validate(requested))).toBe(true)
  })

  it('keeps zone and quiet hours, and lets a lead be requested every time', () => {
    const { settings } = requestedGraph(drawn, 'call')

    expect(settings).toEqual({ ...drawn.settings, entry: { rule: 'every-time' } })
  })

  it('puts the request in its place; what other ways lead to as well stays', () => {
    const batch = requestingGraph(drawn, 'call', { id: 'weekly-call', name: 'Weekly: call' })

    expect(Object.keys(batch.steps).sort()).toEqual(['all', 'both', 'request-campaign', 'which'])
    expect(batch.edges).toEqual([
      { from: 'all', port: 'next', to: 'which' },
      { from: 'which', port: 'yes', to: 'request-campaign' },
      { from: 'which', port: 'no', to: 'both' },
    ])
    expect(batch.steps['request-campaign']?.config).toMatchObject({ campaign: { id: 'weekly-call' } })
    expect(batch.steps['request-campaign']?.position).toEqual(drawn.steps['call']?.position)
    expect(validate(batch).filter(p => p.severity === 'error')).toEqual([])
  })

  it('leaves the graph that it was given as it was', () => {
    const before = JSON.stringify(drawn)

    requestedGraph(drawn, 'call')

    expect(JSON.stringify(drawn)).toBe(before)
  })

  it('is offered for steps alone that may not stand where they stand', () => {
    const trigger = graph({ in: step('trigger'), call: step('call-webhook', posts('x')) }, ['in -> call'])

    expect(canWrap(drawn, 'call')).toBe(true)
    expect(canWrap(drawn, 'which')).toBe(false)
    expect(canWrap(drawn, 'nobody')).toBe(false)
    expect(canWrap(trigger, 'call')).toBe(false)
  })
})
