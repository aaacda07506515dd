import { describe, expect, it } from 'vitest'
import { type AnyMachineSnapshot, assign, createMachine, transition } from 'xstate'
import { type Machine, nothing, START } from '#shared/journey/compile'
import { advance, prepare, start } from '#shared/journey/journey'
import { chartOf } from '#shared/journey/walk'
import { dice } from '#shared/simulate/chance'
import { noMemory, type Reply, type Signal, type World } from '#shared/world'
import { anybody, eventNames, graph, posts, randomGraph, step } from '../sim/graphs'

const world: World = {
  now: Date.parse('2026-05-04T09:00:00Z'),
  lead: { id: 1, externalId: 'ada', attributes: { country: 'India', score: 3 }, zone: 'Asia/Seoul' },
  zone: 'Asia/Seoul',
  zoneFrom: 'lead',
  system: { sandbox: 'http://127.0.0.1:3000/sandbox/in' },
}
const event = { id: 'e1', name: 'signed_up', at: world.now, properties: {} }
/** All that random campaigns may ask for. */
const whole: World = {
  ...world,
  enteredAt: world.now,
  lists: new Set(['vip']),
  history: new Map([...eventNames, 'echo'].map(name => [name, name === 'bought' ? [event] : []])),
}

const welcome = graph(
  {
    in: step('trigger', { event: 'signed_up', where: anybody }),
    score: step('update-lead', { changes: [{ field: 'score', do: 'set', value: 7 }] }),
    good: step('filter', { condition: { match: 'all', rules: [{ field: 'lead.score', op: 'is', value: 7 }] } }),
    wait: step('delay', { wait: 'PT1H' }),
    call: step('call-webhook', posts('welcome')),
  },
  ['in -> score', 'score -> good', 'good:yes -> wait', 'wait -> call'],
)

describe('a journey', () => {
  it('walks from its event to the first step that waits, and says what it did', () => {
    const moved = start(prepare(welcome, 'c'), world, event)

    expect(moved.step).toBe('wait')
    expect(moved.effects.map(e => e.type)).toEqual(['lead.update', 'timer.set'])
    expect(moved.notes.map(n => n.is)).toEqual([
      'started',
      'entered',
      'left',
      'entered',
      'updated',
      'left',
      'entered',
      'decided',
      'left',
      'entered',
      'waits',
    ])
  })

  it('sees an attribute that the step before has just written', () => {
    const { notes } = start(prepare(welcome, 'c'), world, event)

    expect(notes.find(n => n.is === 'decided')).toMatchObject({ port: 'yes' })
  })

  it('does not hear what its step does not listen to', () => {
    const compiled = prepare(welcome, 'c')
    const waiting = start(compiled, world, event)

    expect(
      advance(compiled, waiting, world, { type: 'reply', reply: { is: 'skipped', reason: '', gate: 'quiet-hours' } }),
    ).toBeUndefined()
  })

  it('leaves nothing pending behind when it goes on (law 5)', () => {
    const compiled = prepare(welcome, 'c')
    const waiting = start(compiled, world, event)

    const moved = advance(compiled, waiting, world, { type: 'timer' })

    expect(moved?.effects.map(e => e.type)).toEqual(['tasks.clear', 'webhook.call'])
  })

  it('finishes where a way is not connected, whether that of a success or of a failure', () => {
    const compiled = prepare(welcome, 'c')
    const place = { step: 'call', memory: { event, variants: {}, response: null } }

    const hears = (reply: Reply) => advance(compiled, place, world, { type: 'reply', reply })

    const failed = hears({ is: 'failed', status: 404, reason: 'status 404' })
    const late = hears({ is: 'timed-out', reason: 'no answer' } as Reply)

    expect(failed?.ended).toMatchObject({ as: 'finished' })
    expect(failed?.notes.find(n => n.is === 'left')).toMatchObject({ port: 'failed', to: null })
    expect(late?.notes.find(n => n.is === 'left')).toMatchObject({ port: 'failed', instead: 'timed-out', to: null })
  })

  it('keeps no world and no effects in what is stored (law 2)', () => {
    const { memory } = start(prepare(welcome, 'c'), world, event)

    expect(Object.keys(memory).sort()).toEqual(['event', 'response', 'variants'])
  })
})

describe('the walk of a chart', () => {
  it("comes out where xstate's own transition() does, over random campaigns and signals", () => {
    const rolls = dice(42)
    let moves = 0
    for (let n = 0; n < 300; n++) {
      const compiled = prepare(randomGraph(rolls), 'c')
      let place = start(compiled, whole, event)
      const begun = slowly(compiled, { step: START, memory: { ...noMemory, event } }, { type: 'begin' })
      expect(place.effects).toEqual(begun.context['out'].effects)
      expect(place.notes.slice(1, begun.context['out'].notes.length + 1)).toEqual(begun.context['out'].notes)
      expect(place.memory).toEqual(begun.context['memory'])
      for (let i = 0; i < 8; i++) {
        const signal = randomSignal(rolls)
        const slow = slowly(compiled, place, signal)
        const fast = advance(compiled, place, whole, signal)
        expect(fast?.effects ?? []).toEqual(slow.context['out'].effects)
        if (fast === undefined) continue
        moves++
        expect(fast.memory).toEqual(slow.context['memory'])
        expect(fast.notes.slice(0, slow.context['out'].notes.length)).toEqual(slow.context['out'].notes)
        if (slow.status === 'done') expect(fast.ended).not.toBeNull()
        if (fast.ended === null) expect(fast.step).toBe(slow.value)
        place = fast
      }
    }
    expect(moves).toBeGreaterThan(100)
  })
})

function slowly({ machine }: ReturnType<typeof prepare>, place: { step: string; memory: unknown }, signal: Signal) {
  const context = { memory: place.memory, world: whole, out: nothing }
  const before = machine.resolveState({ value: place.step, context: context as never })
  const [after] = transition(machine, before, signal)
  return after as AnyMachineSnapshot
}

function randomSignal(rolls: ReturnType<typeof dice>): Signal {
  return rolls.oneOf<Signal>([
    { type: 'timer' },
    {
      type: 'reply',
      reply: { is: 'received', status: 200, body: '{"contact":{"id":"x"}}', contentType: 'application/json' },
    },
    { type: 'reply', reply: { is: 'failed', status: 500, reason: 'status 500' } },
    { type: 'reply', reply: { is: 'skipped', reason: 'capped', gate: 'quiet-hours' } },
  ])
}

describe('a chart', () => {
  const odd = (states: Record<string, unknown>) =>
    createMachine({ initial: 'a', states } as never) as unknown as Machine
  const way = { guard: () => true, target: 'b' }

  it.each<[string, Record<string, unknown>]>([
    ['states in states', { a: { initial: 'x', states: { x: {} } } }],
    ['an action on leaving', { a: { exit: assign({}) }, b: {} }],
    ['an action that is no assign', { a: { entry: () => {} } }],
    ['a wait of its own', { a: { after: { 1000: 'b' } }, b: {} }],
    ['two answers to a signal', { a: { on: { timer: [way, { target: 'b' }] } }, b: {} }],
    ['a guard on a signal', { a: { on: { timer: way } }, b: {} }],
    ['a way without a guard', { a: { always: { target: 'b' } }, b: {} }],
    ['a way that acts', { a: { always: { ...way, actions: assign({}) } }, b: {} }],
    ['a way back to itself', { a: { always: { ...way, target: 'a', reenter: true } } }],
    ['an actor', { a: { invoke: { src: 'x' } } }],
  ])('is refused when the machine has %s', (_, states) => {
    expect(() => chartOf(odd(states))).toThrow()
  })

  it('is read from a flat one', () => {
    expect(chartOf(odd({ a: { always: way }, b: { type: 'final' } })).states.size).toBe(2)
  })
})
