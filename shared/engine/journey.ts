import type { Effect, EffectOf, Ending } from '../effects'
import type { Graph } from '../graph/schema'
import type { Note } from '../journal'
import { type Exits, type Leaving, sayLeaving, toRemember } from '../rules/exits'
import type { LeadEvent, Memory, Signal, World } from '../world'
import { type Context, compile, END, type Machine, noMemory, nothing, START } from './compile'
import { type Chart, chartOf, walk } from './walk'

/**
 * A lead's run through one campaign version: signal in, next state and effects out. Pure, so the same two functions serve production, the
 * simulator and the browser.
 *
 * Law 1: only `start` and `advance` change a journey, and in the server only engine/run.ts calls them.
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

/** Lets a lead in, and walks to the first step that waits. `event` is what let them in; null for a batch. */
export function start(compiled: Compiled, world: World, event: LeadEvent | null): Moved {
  const because = event === null ? 'the batch entry' : `the event "${event.name}"`
  const moved = step(compiled, { step: START, memory: { ...noMemory, event } }, world, { type: 'begin' })
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

/** What an exit of the campaign does to a journey: it ends here and now, or when its step is over (compile.ts). The first exit that fits counts. */
export function exit(place: Place, leaving: Leaving, when: Exits['when']): Moved {
  if (when === 'at-once') {
    const ended = end(place, 'exited', sayLeaving(leaving))
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
export function end(place: Place, as: Ending, reason: string): Moved {
  const effect: EffectOf<'journey.end'> = { type: 'journey.end', step: place.step, as, reason }
  return {
    ...place,
    effects: [{ type: 'tasks.clear', step: place.step }, effect],
    notes: [{ is: 'ended', step: place.step, as, reason }],
    ended: effect,
  }
}
