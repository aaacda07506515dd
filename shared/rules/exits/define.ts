import { z } from 'zod'
import type { Finding } from '../../problems'
import type { PartField } from '../../steps/fields'
import type { Condition } from '../conditions'

/** What an exit holds beside `on`, its name, and `reason`, the marketer's own words. */
type Config<S extends z.ZodRawShape> = z.infer<z.ZodObject<S>>

/**
 * When conditions about the lead are asked: because the lead has changed or did something, or because a step is over or a call was held.
 */
export type Asked = 'change' | 'step'

/** When an exit is asked what it wants to know of the lead. */
export interface Moment {
  readonly asked: Asked
  /** When leads leave by the exits of this campaign. */
  readonly when: 'at-once' | 'end-of-step'
  /** The entry audience; no rules: everybody. */
  readonly audience: Condition
}

/** The event by which a lead left. */
export type LeftBy = { readonly name: string; readonly id: string } | null

/**
 * The contract of an exit of a whole campaign: one file in this folder plus one line in index.ts. What the editor, the validator, the engine
 * and the reports know about it stands here. `test/contracts/exits.test.ts` looks at each registered one.
 */
export interface ExitKind<K extends string, S extends z.ZodRawShape> {
  readonly on: K
  /** In the list of the editor: `An event happens`. */
  readonly title: string
  /** When it is asked, and what a marketer might expect otherwise. */
  readonly help: string
  readonly config: S
  /** How its form is drawn: a field for each key of `config`, or it does not compile. */
  readonly fields: { readonly [F in keyof Config<S>]-?: PartField }
  /** What a new one starts with; may be incomplete, must parse. */
  readonly fresh: Config<S>
  /** A sound config, for the contract test. */
  readonly example: Config<S>
  /** Set where an event sends leads out: its name, and what is asked about it and the lead at that moment. */
  readonly hears?: (way: Config<S>) => { readonly event: string; readonly where: Condition }
  /** Set where what the lead is like sends it out: the condition of this moment; undefined: nothing is asked now. */
  readonly asks?: (way: Config<S>, moment: Moment) => Condition | undefined
  /** Leads leave when the condition does not hold. Absent: when it holds. */
  readonly leavesUnless?: true
  /** Begins a line of the report: `The event "bought"`. */
  readonly say: (way: Config<S>) => string
  /** The same as a fragment of a difference of versions: `when "bought" happens`. */
  readonly sayWhen: (way: Config<S>) => string
  /** Why a lead left, as a fragment, where the marketer gave no reason: `the event "bought" arrived`. */
  readonly sayLeft: (event: LeftBy) => string
  /** Set where the inspector says what was seen in place of `sayLeft`; elsewhere it stands behind it, in brackets. */
  readonly sawSaysIt?: true
  /** What a marketer left open. `path` is where the exit stands in the graph. */
  readonly check: (way: Config<S>, path: string, audience: Condition) => readonly Finding[]
}

/** An exit with its schema: `on` first and `reason` last, as graphs have always stored it. Exits are counted under a hash of that text. */
export function defineExit<const K extends string, S extends z.ZodRawShape>(kind: ExitKind<K, S>) {
  return { ...kind, schema: z.object({ on: z.literal(kind.on), ...kind.config, reason: z.string().max(200) }) }
}

/** The registry's view of an exit, when the type of its config does not matter. */
export type AnyExitKind = ExitKind<string, z.ZodRawShape>
