import { assign, createMachine } from 'xstate'
import type { Effect } from '../effects'
import { factsOfGraph } from '../graph/conditions'
import { exitRulesOf } from '../graph/exits'
import { entryOf, type Graph, type Step } from '../graph/schema'
import { targetOf, type Way } from '../graph/way'
import type { Note } from '../journal'
import { sourcesOf } from '../rules/conditions'
import { causeOf, type ExitRules, exitOnLead, sayLeaving } from '../rules/exits'
import type { Leaving } from '../rules/leaving'
import { kindOf } from '../steps'
import type { Answer, Ask } from '../steps/define'
import { type Memory, noMemory, type Signal, type World } from '../world'
import { END_OF_WAY } from './end-of-way'

/**
 * Turns a graph into a state machine: one flat state a step. The only file that knows state charts.
 *
 * Who may use it: journey.ts alone. What must stay true:
 * - A step decides in one place: on entering, or on a signal that it hears. Its answer names a port; `always` takes the edge of that port.
 * - The world is on the context for one transition only (law 2). What the steps ask for and say is collected beside it, in `out`.
 * - Leaving a step that may have left something pending emits `tasks.clear` (law 5), here, for all kinds.
 * - When a step is over the campaign's exits are asked, here, for all kinds: the lead leaves there instead of going on.
 * - No invoke, no `after`: a wait is a stored instant (a restored `after` never fires), and no step acts by itself.
 */

/** Before the first step. Steps cannot be called so: their ids are `[a-z0-9-]`. */
export const START = '(start)'
/** Behind the last one. */
export const END = '(end)'

export interface Out {
  readonly effects: readonly Effect[]
  readonly notes: readonly Note[]
  /** The port by which the current step is being left. */
  readonly port: string | null
}

/** The context of the machine. Only `memory` is stored; `world` and `out` live for one transition. */
export interface Context {
  readonly memory: Memory
  readonly world: World | null
  readonly out: Out
}

export const nothing: Out = { effects: [], notes: [], port: null }

type At = { context: Context; event: Signal }

/** The machine of one campaign version. `campaign` is the campaign's id: variants hash it. */
export function compile(graph: Graph, campaign: string) {
  const entry = entryOf(graph)
  const { steps: asked } = factsOfGraph(graph)
  if (entry === undefined) throw new Error('the graph has no entry step')
  const rules = exitRulesOf(graph)
  return createMachine({
    types: {} as { context: Context; events: Signal },
    context: { memory: noMemory, world: null, out: nothing },
    initial: START,
    states: {
      [START]: { on: { begin: { target: entry[0] } } },
      [END]: { type: 'final', entry: assign(({ context }: At) => finish(context)) },
      ...Object.fromEntries(
        Object.entries(graph.steps).map(([id, step]) => [
          id,
          stateOf(graph, campaign, id, step, { rules, isAsked: asked.has(id) }),
        ]),
      ),
    },
  })
}

export type Machine = ReturnType<typeof compile>

function stateOf(graph: Graph, campaign: string, id: string, step: Step, about: Pick<Exits, 'rules' | 'isAsked'>) {
  const kind = kindOf(step.kind)
  const { enter, on = {} } = kind.behave
  const ways = new Map(kind.ports(step.config).map(({ id: port }) => [port, targetOf(graph, id, port)]))
  const exits: Exits = { step: id, ways, mayHavePending: Object.keys(on).length > 0, ...about }
  const askOf = (context: Context): Ask<Step['config']> => ({
    step: id,
    config: step.config,
    world: worldOf(context),
    memory: context.memory,
    campaign,
    campaignZone: graph.settings.zone,
  })
  const hear = (type: Exclude<Signal['type'], 'begin'>) =>
    assign(({ context, event }: At) => absorb(context, exits, [], on[type]?.(askOf(context), event as never) ?? {}))
  return {
    entry: assign(({ context }: At) => absorb(context, exits, [{ is: 'entered', step: id }], enter(askOf(context)))),
    on: Object.fromEntries((Object.keys(on) as (keyof typeof on)[]).map(type => [type, { actions: hear(type) }])),
    always: [...ways].map(([port, { to }]) => ({
      guard: ({ context }: At) => context.out.port === port,
      target: to ?? END,
    })),
  }
}

/** How a step may be left. */
interface Exits {
  readonly step: string
  readonly ways: ReadonlyMap<string, Way>
  /** Kinds that hear signals may leave a task behind. */
  readonly mayHavePending: boolean
  /** What takes leads out of the campaign; undefined: nothing. */
  readonly rules: ExitRules | undefined
  /** A condition asks by which way the step was left, so it is remembered. */
  readonly isAsked: boolean
}

/**
 * Takes a step's answer into the context; a written attribute is visible to the very next step. An answer that names a port leaves the step
 * (said here and not in an exit action: one assign a step less, 10 % of a transition).
 */
function absorb(context: Context, exits: Exits, before: readonly Note[], answer: Answer): Context {
  const { effects = [], notes = [], remember, leave: port } = answer
  const { out } = context
  const memory = keepOutcome(exits, port, remember === undefined ? context.memory : { ...context.memory, ...remember })
  const world = effects.length === 0 ? context.world : effects.reduce(apply, worldOf(context))
  const exit = port === undefined ? undefined : exitBy(exits, port, memory, world)
  const left = port === undefined ? none : exit === undefined ? leave(exits, port) : leaveCampaign(exits, exit)
  return {
    memory,
    world,
    out: {
      effects: [...out.effects, ...effects, ...left.effects],
      notes: [...out.notes, ...before, ...notes, ...left.notes],
      port: exit === undefined ? (port ?? null) : null,
    },
  }
}

const none: Pick<Out, 'effects' | 'notes'> = { effects: [], notes: [] }

function keepOutcome({ step, isAsked }: Exits, port: string | undefined, memory: Memory): Memory {
  return isAsked && port !== undefined ? { ...memory, outcomes: { ...memory.outcomes, [step]: port } } : memory
}

/** Law 5: what the step may have left pending is deleted, for all kinds. */
function leave({ step, ways, mayHavePending }: Exits, port: string): Pick<Out, 'effects' | 'notes'> {
  const way = ways.get(port)
  if (way === undefined) throw new Error(`"${step}" has no way out called "${port}"`)
  const { port: by, to } = way
  return {
    effects: mayHavePending ? [{ type: 'tasks.clear', step }] : [],
    notes: [by === port ? { is: 'left', step, port: by, to } : { is: 'left', step, port: by, to, instead: port }],
  }
}

/**
 * The exit by which the lead leaves the campaign now that the step is over: one that an event chose before (braze R29), or one whose condition holds at
 * this moment. At the end of the way nobody is asked any more.
 */
function exitBy({ rules, ways }: Exits, port: string, memory: Memory, world: World | null): Leaving | undefined {
  if (rules === undefined || memory.exit !== undefined || world === null) return memory.exit
  if (ways.get(port)?.to === null) return undefined
  return exitOnLead(rules, sourcesOf(world, memory), 'step')
}

function leaveCampaign({ step, mayHavePending }: Exits, exit: Leaving): Pick<Out, 'effects' | 'notes'> {
  const end: Effect = { type: 'journey.end', step, as: 'exited', reason: sayLeaving(exit), cause: causeOf(exit) }
  return {
    effects: mayHavePending ? [{ type: 'tasks.clear', step }, end] : [end],
    notes: [{ is: 'exits', step, when: 'now', ...exit }],
  }
}

function apply(world: World, effect: Effect): World {
  if (effect.type === 'list.change') {
    const lists = new Set(world.lists)
    if (effect.change === 'added') lists.add(effect.list)
    else lists.delete(effect.list)
    return { ...world, lists }
  }
  if (effect.type !== 'lead.update') return world
  const kept = Object.entries({ ...world.lead.attributes, ...effect.set }).filter(
    ([field]) => !effect.clear.includes(field),
  )
  return { ...world, lead: { ...world.lead, attributes: Object.fromEntries(kept) } }
}

function finish(context: Context): Context {
  const last = context.out.notes.findLast(note => note.is === 'left')
  const effect: Effect = {
    type: 'journey.end',
    step: last?.step ?? '',
    as: 'finished',
    reason: END_OF_WAY,
  }
  return { ...context, out: { ...context.out, effects: [...context.out.effects, effect], port: null } }
}

function worldOf({ world }: Context): World {
  if (world === null) throw new Error('a journey moved without a world')
  return world
}
