import type { Signal } from '../world'
import type { Context, Machine } from './compile'

/**
 * Walks one of our machines without XState's interpreter. compile.ts makes flat charts on purpose: `assign` on entry and on signals, `always` by
 * guard, one final state, and nothing else. XState's general `transition` spends 50 us a lead (five steps of the bench campaign) on what such a chart cannot have (nested and
 * parallel states, histories, actors); this walk of the very same machine takes 7.
 *
 * The machine stays XState's: its states, guards and actions are read from it, once a version, and a machine that uses more of XState than this walk
 * knows is refused by `chartOf`. XState's own `transition` is the judge: test/shared/journey.test.ts walks random campaigns and signals through both.
 */
export interface Chart {
  readonly states: ReadonlyMap<string, State>
}

interface State {
  readonly key: string
  readonly entry: readonly Assignment[]
  readonly on: ReadonlyMap<string, Transition>
  readonly always: readonly Way[]
}
type Assignment = (args: { context: Context; event: Signal }) => Context
type Guard = (args: { context: Context; event: Signal }) => boolean
interface Transition {
  readonly assign: readonly Assignment[]
  readonly target: string | null
}
interface Way {
  readonly guard: Guard
  readonly target: string
}

/** Reads a machine into what `walk` needs. Throws when it uses a part of XState that flat charts do not have. */
export function chartOf(machine: Machine): Chart {
  return { states: new Map(Object.values(machine.states).map(node => [node.key, stateOf(node)])) }
}

/** Where a walk came to rest. */
interface Walked {
  readonly state: string
  readonly context: Context
}

/**
 * Gives a signal to the state with this key and goes on until no `always` applies. Undefined when the state does not hear the signal. Throws
 * what a guard or an assignment throws.
 */
export function walk({ states }: Chart, from: string, before: Context, event: Signal): Walked | undefined {
  const state = found(states, from)
  const heard = state.on.get(event.type)
  if (heard === undefined) return undefined
  const context = run(heard.assign, before, event)
  const target = heard.target ?? chosen(state, context, event)
  return target === null ? { state: state.key, context } : arrive({ states }, target, context, event)
}

/** Enters the state with this key, whatever came before, and goes on until no `always` applies. Throws what a guard or an assignment throws. */
export function arrive({ states }: Chart, at: string, before: Context, event: Signal): Walked {
  let state = found(states, at)
  let context = run(state.entry, before, event)
  for (let target = chosen(state, context, event); target !== null; target = chosen(state, context, event)) {
    state = found(states, target)
    context = run(state.entry, context, event)
  }
  return { state: state.key, context }
}

function run(assignments: readonly Assignment[], context: Context, event: Signal): Context {
  let now = context
  for (const assignment of assignments) now = assignment({ context: now, event })
  return now
}

/** Document order: the first whose guard agrees. */
function chosen(state: State, context: Context, event: Signal): string | null {
  for (const { guard, target } of state.always) if (guard({ context, event })) return target
  return null
}

function found(states: Chart['states'], key: string): State {
  const state = states.get(key)
  if (state === undefined) throw new Error(`the machine has no state "${key}"`)
  return state
}

type Node = Machine['states'][string]
type Defined = Node['always'] extends readonly (infer T)[] | undefined ? T : never

function stateOf(node: Node): State {
  const { key, type, exit, invoke, history } = node
  const isFlat =
    (type === 'atomic' || type === 'final') && exit.length === 0 && invoke.length === 0 && history === false
  if (!isFlat) throw new Error(`the state "${key}" is not flat`)
  return {
    key,
    entry: node.entry.map(action => assignmentOf(key, action)),
    on: new Map([...node.transitions].map(([event, defined]) => [event, transitionOf(key, defined)])),
    always: (node.always ?? []).map(defined => wayOf(key, defined)),
  }
}

function transitionOf(key: string, [only, ...others]: readonly Defined[]): Transition {
  if (only === undefined || others.length > 0 || only.guard !== undefined)
    throw new Error(`"${key}" must hear each signal in one way`)
  return { assign: only.actions.map(action => assignmentOf(key, action)), target: targetOf(key, only) }
}

function wayOf(key: string, defined: Defined): Way {
  const target = targetOf(key, defined)
  if (typeof defined.guard !== 'function' || defined.actions.length > 0 || target === null)
    throw new Error(`a way out of "${key}" must be a guard and a target`)
  return { guard: defined.guard as unknown as Guard, target } // an inline guard of ours: it looks at context and event alone
}

function targetOf(key: string, { target, reenter }: Defined): string | null {
  if (target === undefined && !reenter) return null
  const [only, ...others] = target ?? []
  if (only === undefined || others.length > 0 || only.key === key)
    throw new Error(`a way out of "${key}" must lead elsewhere`)
  return only.key
}

/** XState keeps the function of an `assign` beside its resolver. */
function assignmentOf(key: string, action: unknown): Assignment {
  const { type, assignment } = action as { type?: unknown; assignment?: unknown }
  if (type !== 'xstate.assign' || typeof assignment !== 'function') throw new Error(`"${key}" does more than assign`)
  return assignment as Assignment
}
