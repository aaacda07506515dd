import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { diff, fateOf } from '#shared/graph/diff'
import {
  addStep,
  connect,
  disconnect,
  moveSteps,
  newStepId,
  removeSteps,
  renameStep,
  setConfig,
} from '#shared/graph/edit'
import { defaultSettings, type Graph } from '#shared/graph/schema'
import { plainCap } from '#shared/rules/caps'
import { noExits } from '#shared/rules/exits/index'
import { newGoal } from '#shared/rules/goals'
import { night } from '#shared/rules/quiet'
import { dice } from '#shared/simulate/chance'
import { kindOf } from '#shared/steps/index'
import { graph, posts, randomGraph, step } from '../sim/graphs'

const welcome = graph(
  {
    in: step('trigger'),
    wait: step('delay', { wait: 'P2D' }, 'Pause'),
    call: step('call-webhook', posts('welcome'), 'Tell the CRM'),
    out: step('exit', {}, 'Done'),
  },
  ['in -> wait', 'wait -> call', 'call:succeeded -> out'],
)
const random = fc.integer({ min: 1, max: 100_000 }).map(seed => randomGraph(dice(seed)))
const nothing = { steps: [], ways: [], settings: [] }

describe('the difference of two versions', () => {
  it('is nothing between a graph and itself, whatever the graph', () => {
    fc.assert(
      fc.property(random, g => {
        expect(diff(g, structuredClone(g))).toEqual(nothing)
      }),
      { numRuns: 200 },
    )
  })

  it('is nothing when steps only lie elsewhere on the canvas, or keys stand in another order', () => {
    const moved = moveSteps(welcome, new Map([['wait', { x: 400, y: 80 }]]))
    const turned = { ...moved, steps: Object.fromEntries(Object.entries(moved.steps).reverse()) }

    expect(diff(welcome, turned)).toEqual(nothing)
  })

  it('names what changed in a step by the labels of its form, as it was and as it is', () => {
    const longer = setConfig(welcome, 'wait', { ...welcome.steps['wait']?.config, wait: 'PT36H' })

    expect(diff(welcome, longer)).toEqual({
      ...nothing,
      steps: [
        {
          id: 'wait',
          name: 'Pause',
          kind: 'Delay',
          is: 'changed',
          parts: [{ label: 'Wait for', before: '2 days', after: '36 hours' }],
        },
      ],
    })
  })

  it('says which place of a request is another, down to the value of one pair', () => {
    const { request } = (welcome.steps['call']?.config ?? {}) as { request: { body: { pairs: object[] } } }
    const body = { ...request.body, pairs: [{ key: 'country', value: '{{ lead.country }}' }, ...request.body.pairs] }
    const other = setConfig(welcome, 'call', {
      ...welcome.steps['call']?.config,
      request: { ...request, method: 'PUT', body },
    })

    expect(diff(welcome, other).steps[0]?.parts).toEqual([
      { label: 'Request, method', before: 'POST', after: 'PUT' },
      { label: 'Request, body, pairs, country', before: null, after: 'value {{ lead.country }}' },
    ])
  })

  it('shows a step that was put in: where it leads, and that the way before it leads to it', () => {
    const id = newStepId(welcome, 'delay')
    const added = connect(
      connect(addStep(welcome, { id, kind: 'delay', position: { x: 0, y: 0 } }), {
        from: 'wait',
        port: 'next',
        to: id,
      }),
      { from: id, port: 'next', to: 'call' },
    )

    expect(diff(welcome, added)).toMatchObject({
      steps: [
        { id, name: 'Delay', is: 'added', parts: [{ label: 'Next leads to', before: null, after: 'Tell the CRM' }] },
      ],
      ways: [{ from: 'wait', name: 'Pause', is: 'rerouted', before: 'Tell the CRM', after: 'Delay' }],
    })
  })

  it('shows a step that is gone where it stood, and where the way before it leads now', () => {
    const without = removeSteps(welcome, ['wait'])

    expect(diff(welcome, without)).toMatchObject({
      steps: [{ id: 'wait', is: 'removed' }],
      ways: [{ from: 'in', is: 'rerouted', before: 'Pause', after: 'Tell the CRM' }],
    })
  })

  it('says settings as sentences', () => {
    const settings = {
      ...defaultSettings,
      zone: 'Asia/Seoul',
      quietHours: night,
      caps: [{ ...plainCap, name: 'Weekly' }],
      goals: [{ ...newGoal([]), name: 'Sale', event: 'bought' }],
      exits: { ...noExits, ways: [{ on: 'unsubscribed' as const, attribute: 'optout', reason: '' }] },
      afterPause: { late: 'within' as const, within: 'PT1H', otherwise: 'exit' as const },
    }

    expect(diff(welcome, { ...welcome, settings }).settings).toEqual([
      { label: 'Time zone', before: 'UTC', after: 'Asia/Seoul' },
      { label: 'Quiet hours', before: null, after: '22:00-08:00; webhooks wait' },
      { label: 'Frequency caps', before: null, after: '3 in 1 week by the calendar' },
      {
        label: 'Conversion goals',
        before: null,
        after: 'Sale: "bought", within 7 days after entering, once for each entry',
      },
      { label: 'Leads leave', before: null, after: 'when optout is true; at once' },
      {
        label: 'What falls due during a pause',
        before: 'happens at the resume, however late',
        after: 'happens at most 1 hour late; later, the lead leaves',
      },
    ])
  })

  it('shows exactly the edits that were made, for random graphs and random edits', () => {
    const edited = fc.tuple(random, fc.integer(), fc.constantFrom(...edits))
    fc.assert(
      fc.property(edited, ([g, n, edit]) => {
        const made = edit(g, n)
        if (made === undefined) return
        const found = diff(g, made.after)

        expect(found.steps.map(s => `${s.is} ${s.id}`)).toEqual(made.steps)
        expect(found.ways.map(w => `${w.is} ${w.from}`)).toEqual(made.ways)
        expect(found.settings).toEqual([])
      }),
      { numRuns: 400 },
    )
  })

  it('reads the same each time: along the flow', () => {
    fc.assert(
      fc.property(random, random, (a, b) => {
        expect(JSON.stringify(diff(a, b))).toBe(JSON.stringify(diff(structuredClone(a), structuredClone(b))))
      }),
      { numRuns: 50 },
    )
  })
})

describe('what became of a step', () => {
  it('is "changed" when its ways lead elsewhere, "removed" when it is gone, else "same"', () => {
    const rerouted = diff(welcome, connect(welcome, { from: 'wait', port: 'next', to: 'out' }))

    expect(['in', 'wait', 'call'].map(id => fateOf(rerouted, id))).toEqual(['same', 'changed', 'same'])
    expect(fateOf(diff(welcome, removeSteps(welcome, ['wait'])), 'wait')).toBe('removed')
  })
})

interface Made {
  readonly after: Graph
  readonly steps: readonly string[]
  readonly ways: readonly string[]
}
type Edit = (graph: Graph, n: number) => Made | undefined

/** One edit each, with what it must be told as. Undefined where the graph has no room for it. */
const edits: readonly Edit[] = [
  (g, n) => {
    const id = some(Object.keys(g.steps), n)
    return id === undefined ? undefined : { after: renameStep(g, id, 'Renamed'), steps: [`changed ${id}`], ways: [] }
  },
  g => {
    const id = newStepId(g, 'delay')
    return { after: addStep(g, { id, kind: 'delay', position: { x: 9, y: 9 } }), steps: [`added ${id}`], ways: [] }
  },
  (g, n) => {
    const edge = g.edges[Math.abs(n) % Math.max(1, g.edges.length)]
    return edge && { after: disconnect(g, edge), steps: [], ways: [`removed ${edge.from}`] }
  },
  (g, n) => {
    const leaf = some(
      Object.keys(g.steps).filter(
        id => !g.edges.some(e => e.from === id) && kindOf(g.steps[id]?.kind ?? '').entry === undefined,
      ),
      n,
    )
    const before = g.edges.filter(e => e.to === leaf)
    return leaf && before.length > 0
      ? { after: removeSteps(g, [leaf]), steps: [`removed ${leaf}`], ways: before.map(e => `removed ${e.from}`) }
      : undefined
  },
  (g, n) => {
    const id = some(
      Object.keys(g.steps).filter(step => g.steps[step]?.kind === 'delay'),
      n,
    )
    return id
      ? { after: setConfig(g, id, { ...g.steps[id]?.config, wait: 'P13D' }), steps: [`changed ${id}`], ways: [] }
      : undefined
  },
]

function some(ids: readonly string[], n: number): string | undefined {
  return ids[Math.abs(n) % Math.max(1, ids.length)]
}
