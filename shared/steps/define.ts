import type { z } from 'zod'
import type { Effect } from '../effects'
import type { Note } from '../journal'
import type { Finding } from '../problems'
import type { Share } from '../rules/assignment'
import type { Condition } from '../rules/conditions'
import type { Decide, Draw } from '../rules/experiments'
import type { Intake, Mode } from '../rules/mode'
import type { QuietChoice } from '../rules/quiet'
import type { Memory, Signal, World } from '../world'
import type { Field, Tool } from './fields'

/**
 * A named way out. One rule holds for all kinds: a lead who takes a way that nobody connected is at the end of the
 * journey. `fallback` is the port that this one is a special case of (Timed out is a way to fail): while not connected,
 * it leads where that one leads. Never from a mishap to a success.
 */
export interface Port {
  readonly id: string
  readonly label: string
  readonly fallback?: string
}

/** What a step is given when it decides: its id, its config, the world of this moment and the journey's memory. */
export interface Ask<C> {
  readonly step: string
  readonly config: C
  readonly world: World
  readonly memory: Memory
  /** Campaign id: variants hash it, so that a cloned campaign splits independently. */
  readonly campaign: string
  /** The zone of the campaign, also for a lead who has one of their own (that is in `world`). */
  readonly campaignZone: string
}

/** What a step answers: effects, notes for the journal, what to remember, and the port to leave by (none: it waits). */
export interface Answer {
  readonly effects?: readonly Effect[]
  readonly notes?: readonly Note[]
  readonly remember?: Partial<Memory>
  readonly leave?: string
}

type Hearing<C, S extends Signal['type']> = (ask: Ask<C>, signal: Extract<Signal, { type: S }>) => Answer

export interface Behaviour<C> {
  /** On entering. A step that answers without `leave` stays until it hears a signal. */
  readonly enter: (ask: Ask<C>) => Answer
  readonly on?: { readonly [S in Exclude<Signal['type'], 'begin'>]?: Hearing<C, S> }
}

/**
 * Something outside the graph that a step needs: it must exist at the launch, and stay while leads walk. `path`:
 * `config.list`.
 */
export interface Use {
  readonly what: 'list' | 'campaign'
  readonly id: string
  readonly path: string
  /** A campaign that is to let the lead in: it has to have such a way in. */
  readonly asks?: 'request' | 'execution'
}

/** A condition that a step asks, and where it stands: `config.condition`. */
export interface Asks {
  readonly condition: Condition
  readonly path: string
}

export type Group = 'entry' | 'logic' | 'time' | 'webhook' | 'experiment' | 'data' | 'end'

/**
 * The contract of a step kind: one file in this folder plus one line in index.ts. Everything that the editor, the
 * validator and the engine know about a kind stands here. `test/contracts/steps.test.ts` looks at each registered kind.
 */
export interface StepKind<K extends string, S extends z.ZodObject> {
  readonly kind: K
  readonly version: number
  readonly title: string
  /** The path of a 24 x 24 line drawing (SVG `d`), so that a new kind brings its own. Ours are lucide's (ISC). */
  readonly icon: string
  readonly group: Group
  /** Only for kinds that let leads in: whom. It gives the campaign its mode. */
  readonly entry?: (config: z.infer<S>) => Intake
  readonly allowedIn: readonly Mode[]
  /** What it does, what a lead sees, what can go wrong: two or three sentences for the head of the panel. */
  readonly help: string
  readonly config: S
  /** One field per key: a config key without a field does not compile. */
  readonly fields: { readonly [F in keyof z.infer<S>]-?: Field }
  /** What its form offers beside the fields, in tabs of their own. */
  readonly tools?: readonly Tool[]
  /** A sound config: what a fresh test campaign uses, and what the contract tests run. */
  readonly example: z.infer<S>
  /** What a newly dropped step starts with. It may be incomplete, but must parse. */
  readonly fresh: z.infer<S>
  readonly ports: (config: z.infer<S>) => readonly Port[]
  /**
   * Only for kinds that split leads by hash: the ways that the report compares, by the id that their `assigned` note
   * carries.
   */
  readonly shares?: (config: z.infer<S>) => readonly (Share & { readonly isControl: boolean })[]
  /** Goes with `shares`: how a lead is drawn, and what is decided once results come in. */
  readonly experiment?: (config: z.infer<S>) => { readonly draw: Draw; readonly decide: Decide }
  /** Only for kinds that hear events while a lead waits in them: the names. */
  readonly listens?: (config: z.infer<S>) => readonly string[]
  /** Only for kinds that name a list or another campaign: which, and where in the config. */
  readonly uses?: (config: z.infer<S>) => readonly Use[]
  /** Only for kinds that send and may have quiet hours of their own: whose the step keeps. */
  readonly quiet?: (config: z.infer<S>) => QuietChoice
  /** Only for kinds that send and may ignore frequency caps: does this one keep to them? */
  readonly caps?: (config: z.infer<S>) => 'obey' | 'ignore'
  /** Only for kinds that ask conditions: all of them. It decides which facts are loaded and which lists are kept. */
  readonly conditions?: (config: z.infer<S>) => readonly Asks[]
  /** A sentence fragment for the card: `Wait 2 days`. */
  readonly summary: (config: z.infer<S>) => string
  readonly check: (config: z.infer<S>) => readonly Finding[]
  /**
   * Only for kinds that may call a webhook of the library: the id that a config names (empty: none), and whether a part
   * of the config is taken from there.
   */
  readonly library?: {
    readonly uses: (config: z.infer<S>) => string
    readonly borrows: (config: z.infer<S>, part: string) => boolean
  }
  readonly behave: Behaviour<z.infer<S>>
  /**
   * From an older version of the config to `to`, one step at a time; graph/migrate.ts calls them. The meaning stays.
   * The config may come from a request and hold anything: pass on what is there, and read nothing that you have not
   * checked.
   */
  readonly migrations: readonly {
    readonly to: number
    readonly up: (config: Record<string, unknown>) => Record<string, unknown>
    /**
     * Ports that fell back to another port, until this version, where nobody had connected them: `{ failed: 'succeeded'
     * }`. The migration draws these ways.
     */
    readonly ways?: Readonly<Record<string, string>>
  }[]
}

export function defineStep<const K extends string, S extends z.ZodObject>(kind: StepKind<K, S>): StepKind<K, S> {
  return kind
}

/** A kind as the registry sees it, when its config type does not matter. */
export type AnyKind = StepKind<string, z.ZodObject>

/** The only port of steps that just go on. */
export const next: Port = { id: 'next', label: 'Next' }
