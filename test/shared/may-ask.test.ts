import { describe, expect, it } from 'vitest'
import { factsOfGraph } from '#shared/graph/conditions'
import { defaultSettings, type Graph, type Settings } from '#shared/graph/schema'
import { validate } from '#shared/graph/validate'
import { always, type Condition, checkCondition, type MayAsk, mayAsk, type Rule } from '#shared/rules/conditions'
import { newGoal } from '#shared/rules/goals'
import { kindOf } from '#shared/steps/index'
import { graph, step } from '../sim/graphs'

// Every place where a condition stands: what the editor offers there is what the check lets pass, and what is loaded for it.

const did: Rule = { did: 'bought', times: { op: 'at-least', n: 1 }, within: null, where: always }
const onList: Rule = { list: { id: 'vip', name: 'VIP' }, is: 'on' }
const scopes = ['lead', 'event', 'response', 'journey'] as const
const fieldOf = (scope: string): Rule => ({
  field: scope === 'journey' ? 'journey.entered_at' : `${scope}.x`,
  op: 'exists',
})
const that = (...rules: Rule[]): Condition => ({ match: 'all', rules })

const entry = { in: step('trigger', { event: 'signed_up', where: always }) }
const behind = (kind: string, config: Record<string, unknown>): Graph =>
  graph({ ...entry, ask: step(kind, config) }, ['in -> ask'])
const settled = (settings: Partial<Settings>): Graph =>
  graph({ ...entry, out: step('exit') }, ['in -> out'], { ...defaultSettings, ...settings })
const branch = (where: Condition) => ({ id: 'a', label: 'A', event: 'opened', where, same: [] })

/** Each place as a campaign has it. */
const places: readonly (readonly [name: string, may: MayAsk, graph: (condition: Condition) => Graph])[] = [
  ['a filter', mayAsk.step, condition => behind('filter', { condition })],
  [
    'an audience path',
    mayAsk.step,
    condition => behind('audience-paths', { groups: [{ id: 'a', label: 'A', condition }] }),
  ],
  ['a wait for an event', mayAsk.heard, where => behind('wait-for-event', { branches: [branch(where)] })],
  [
    'a way in',
    mayAsk.wayIn,
    where => graph({ in: step('trigger', { event: 'signed_up', where }), out: step('exit') }, ['in -> out']),
  ],
  [
    'a batch',
    mayAsk.audience,
    audience => graph({ in: step('batch', { audience }), out: step('exit') }, ['in -> out']),
  ],
  [
    'the entry audience',
    mayAsk.entrance,
    audience => settled({ entrance: { ...defaultSettings.entrance, audience } as Settings['entrance'] }),
  ],
  [
    'an exit event',
    mayAsk.heard,
    where => settled({ exits: { when: 'at-once', ways: [{ on: 'event', event: 'bought', where, reason: '' }] } }),
  ],
  [
    'an exit condition',
    mayAsk.exit,
    where => settled({ exits: { when: 'at-once', ways: [{ on: 'condition', where, reason: '' }] } }),
  ],
  ['a goal', mayAsk.goal, where => settled({ goals: [{ ...newGoal([]), event: 'bought', where }] })],
]

const errors = (drawn: Graph) =>
  validate(drawn)
    .filter(({ code }) => String(code).startsWith('condition.'))
    .map(({ code }) => code)

describe.each(places)('%s', (_, may, drawn) => {
  it.each(scopes)(`lets a rule look at "%s" only if it is offered`, scope => {
    expect(errors(drawn(that(fieldOf(scope)))).length === 0).toBe(may.scopes.includes(scope))
  })

  it('lets a rule ask about lists and the past only if it is offered', () => {
    for (const rule of [did, onList]) expect(errors(drawn(that(rule)))).toEqual(may.past ? [] : ['condition.not-here'])
  })

  it('has what it asks about the past loaded', () => {
    expect(factsOfGraph(drawn(that(did))).events.has('bought')).toBe(may.past)
  })
})

it('the form of a step offers what its check lets pass', () => {
  const offered = ['filter', 'audience-paths', 'batch'].flatMap(kind =>
    Object.values(kindOf(kind).fields).flatMap(field => ('may' in field ? [[kind, field.may]] : [])),
  )

  expect(offered).toEqual([
    ['filter', mayAsk.step],
    ['audience-paths', mayAsk.step],
    ['batch', mayAsk.audience],
  ])
})

it('a rule about an event of the past asks about that event alone', () => {
  const asks = (rule: Rule) => checkCondition(that({ ...did, where: that(rule) }), 'config.condition', mayAsk.step)

  for (const scope of scopes)
    expect(asks(fieldOf(scope)).length === 0).toBe(mayAsk.pastEvent.scopes.includes(scope as never))
  for (const rule of [did, onList]) expect(asks(rule).map(f => f.code)).toEqual(['condition.not-here'])
})
