import type { Effect, EffectOf, Ending, ExitCause } from '../effects'
import { nameOf } from '../graph/names'
import type { Graph } from '../graph/schema'
import type { Note } from '../journal'
import { causeOf, type Exits, sayLeaving, toRemember } from '../rules/exits'
import type { Leaving } from '../rules/leaving'
import { findKind, kindOf } from '../steps'
import { type LeadEvent, type Memory, noMemory, type Planned, type Signal, type World } from '../world'
import { type Context, compile, END, type Machine, nothing, START } from './compile'
import { arrive, type Chart, chartOf, walk } from './walk'

/**
 * A lead's run through one campaign version: signal in, next state and effects out. Pure, so the same functions serve production, the
 * simulator and the browser.
 *
 * Law 1: only `start`, `advance` and `migrate` change a journey, and in the server only engine/journey/run.ts calls them.
 * Law 2: the world is an argument; it is stamped on the machine's context for one transition and taken off again.
 */

/** Where a journey stands: the step, and what it remembers. This and nothing else is stored. */
export interface Place {
  readonly step: string
  readonly memory: Memory
}

export interface Moved extends Place {
  /** Asked of the world, in order. */
  readonly effects: readonly Effect[]
  /** For the journal, in order. */
  readonly notes: readonly Note[]
  /** How it ended, when it did. */
  readonly ended: EffectOf<'journey.end'> | null
}

/** The machine of one campaign version, and its chart, which journeys walk. Build it once a version (50 steps: 2 ms) and keep it. */
export interface Compiled {
  readonly graph: Graph
  readonly campaign: string
  readonly machine: Machine
  readonly chart: Chart
}

/** Compiles a graph for the campaign with this id. Throws when the graph has no entry step, or an edge that leads nowhere. */
export function prepare(graph: Graph, campaign: string): Compiled {
  const machine = compile(graph, campaign)
  return { graph, campaign, machine, chart: chartOf(machine) }
}

/** Lets a lead in, and walks to the first step that waits. `event` is what let them in; null for a batch, and `planned` is its run then. */
export function start(
  compiled: Compiled,
  world: World,
  event: LeadEvent | null,
  planned: Planned | null = null,
): Moved {
  const because = event === null ? 'the batch entry' : `the event "${event.name}"`
  const memory = planned === null ? { ...noMemory, event } : { ...noMemory, event, planned }
  const moved = step(compiled, { step: START, memory }, world, { type: 'begin' })
  if (moved === undefined) throw new Error('the machine did not begin')
  return { ...moved, notes: [{ is: 'started', because, event: event?.id ?? null }, ...moved.notes] }
}

/** Gives a signal to a waiting journey. Undefined when no step hears it: nothing changed, nothing is to be written. */
export function advance(compiled: Compiled, place: Place, world: World, signal: Signal): Moved | undefined {
  return step(compiled, place, world, signal)
}

function step({ chart }: Compiled, place: Place, world: World, signal: Signal): Moved | undefined {
  const before: Context = { memory: place.memory, world, out: nothing }
  const after = walk(chart, place.step, before, signal)
  if (after === undefined) return undefined
  const { memory, out } = after.context
  // A step heard the signal and had nothing to do with it.
  if (memory === place.memory && out.effects.length + out.notes.length === 0) return undefined
  return movedTo(after)
}

/** What a walk came to, as it is stored and told. */
function movedTo(after: ReturnType<typeof arrive>): Moved {
  const { memory, out } = after.context
  const ended = out.effects.find(effect => effect.type === 'journey.end') ?? null
  const closing: Note[] = ended === null ? [] : [{ is: 'ended', step: ended.step, as: ended.as, reason: ended.reason }]
  return {
    step: after.state === END && ended !== null ? ended.step : after.state,
    memory,
    effects: out.effects,
    notes: [...out.notes, ...closing],
    ended,
  }
}

/** How a lead comes into another version of the campaign: keeps waiting where it stands, or enters a step as if it arrived there. */
export type Crossing = { readonly as: 'stay' } | { readonly as: 'move'; readonly to: string }

/** Between which versions, and by which migration of the campaign. */
export interface Passage {
  readonly from: { readonly version: number; readonly graph: Graph }
  readonly to: { readonly version: number; readonly compiled: Compiled }
  readonly migration: number
}

/**
 * Brings a waiting journey into another version of its campaign (law 8). What it remembers is kept: its entry event, its variants by step id, the last answer.
 * `stay` keeps what it waits for too (braze R30): the end of its delay, its call. What was pending in a step that is left by `move` is the caller's to delete (law 5).
 */
export function migrate({ from, to, migration }: Passage, place: Place, world: World, how: Crossing): Moved {
  const { graph, chart } = to.compiled
  const kept = rememberDraws(place.memory, from.version)
  const target = how.as === 'stay' ? place.step : how.to
  const note: Note = {
    is: 'migrated',
    step: place.step,
    how: how.as,
    from: { version: from.version, name: nameOf(place.step, from) },
    to: { version: to.version, step: target, name: nameOf(target, { graph }) },
    gaveUpCall: how.as === 'move' && callsIn(from.graph, place.step),
    migration,
  }
  if (how.as === 'stay') {
    const { events, memory } = listening(graph, { ...place, memory: kept })
    return { step: place.step, memory, effects: events, notes: [note], ended: null }
  }
  const memory: Memory = { ...kept, wait: undefined }
  const context: Context = { memory, world, out: { ...nothing, notes: [note] } }
  return movedTo(arrive(chart, target, context, { type: 'begin' }))
}

/** Keeps in mind that the variants which are not from another version already were drawn in this one. */
function rememberDraws(memory: Memory, version: number): Memory {
  const steps = Object.entries(memory.variants)
  if (steps.length === 0) return memory
  const drawnIn = steps.map(([step, variant]) => [step, { [variant]: version, ...memory.drawnIn?.[step] }] as const)
  return { ...memory, drawnIn: { ...memory.drawnIn, ...Object.fromEntries(drawnIn) } }
}

function callsIn(graph: Graph, step: string): boolean {
  return findKind(graph.steps[step]?.kind ?? '')?.behave.on?.reply !== undefined
}

/** A wait for events goes on with the events of the new version; a way that happened already and is not there any more has not happened. */
function listening(graph: Graph, { step, memory }: Place): { events: readonly Effect[]; memory: Memory } {
  const { kind = '', config = {} } = graph.steps[step] ?? {}
  const events = findKind(kind)?.listens?.(config)
  if (events === undefined || memory.wait === undefined) return { events: [], memory }
  const { port } = memory.wait
  const isThere = kindOf(kind)
    .ports(config)
    .some(p => p.id === port)
  return {
    events: [{ type: 'event.await', step, events }],
    memory: isThere ? memory : { ...memory, wait: { ...memory.wait, port: null } },
  }
}

/** What an exit of the campaign does to a journey: it ends here and now, or when its step is over (compile.ts). The first exit that fits counts. */
export function exit(place: Place, leaving: Leaving, when: Exits['when']): Moved {
  if (when === 'at-once') {
    const ended = end(place, 'exited', sayLeaving(leaving), causeOf(leaving))
    return { ...ended, notes: [{ is: 'exits', step: place.step, when: 'now', ...leaving }, ...ended.notes] }
  }
  return {
    step: place.step,
    memory: { ...place.memory, exit: toRemember(leaving) },
    effects: [],
    notes: [{ is: 'exits', step: place.step, when: 'end-of-step', ...leaving }],
    ended: null,
  }
}

/** What ends a journey from outside: a stop, a removal, a fault. Everything pending is deleted with it. */
export function end(place: Place, as: Ending, reason: string, cause?: ExitCause): Moved {
  const why = cause === undefined ? {} : { cause }
  const effect: EffectOf<'journey.end'> = { type: 'journey.end', step: place.step, as, reason, ...why }
  return {
    ...place,
    effects: [{ type: 'tasks.clear', step: place.step }, effect],
    notes: [{ is: 'ended', step: place.step, as, reason }],
    ended: effect,
  }
}
