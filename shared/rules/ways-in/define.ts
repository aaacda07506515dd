import { z } from 'zod'
import type { JsonObject } from '../../json'
import type { Finding } from '../../problems'
import type { PartField } from '../../steps/fields'
import type { LeadEvent } from '../../world'
import { conditionSchema } from '../conditions'

/** What a way in holds beside `on`, its name, and `where`, the condition that every way in may have on top. */
type Config<S extends z.ZodRawShape> = z.infer<z.ZodObject<S>>

/** A list that a way in names, and where in it. */
export interface NamesList {
  readonly id: string
  readonly path: string
}

/**
 * The contract of a way into a trigger campaign: one file in this folder plus one line in index.ts. What the editor, the validator and the
 * engine know about it stands here. `test/contracts/ways-in.test.ts` looks at each registered one.
 */
export interface WayInKind<K extends string, S extends z.ZodRawShape> {
  readonly on: K
  /** In the list of the editor: `An event happens`. */
  readonly title: string
  /** What it is, under the list. Empty where the title says it all. */
  readonly help: string
  readonly config: S
  /** How its form is drawn: a field for each key of `config`, or it does not compile. */
  readonly fields: { readonly [F in keyof Config<S>]-?: PartField }
  /** What a new one starts with; may be incomplete, must parse. */
  readonly fresh: Config<S>
  /** A sound config, and the properties of an event that comes in by it. */
  readonly example: { readonly config: Config<S>; readonly event: JsonObject }
  /** The name of the event that it listens to. */
  readonly listensTo: (way: Config<S>) => string
  /** Set where the event must agree with what the way in names. Its condition is asked apart. */
  readonly agrees?: (way: Config<S>, properties: LeadEvent['properties']) => boolean
  /** A fragment behind "when": `signed_up happens`. */
  readonly say: (way: Config<S>) => string
  /** What a marketer left open. `path` is where the way in stands in the step's config. */
  readonly check?: (way: Config<S>, path: string) => readonly Finding[]
  /** Set where a list is named: it must be there at the launch. */
  readonly list?: (way: Config<S>) => NamesList
}

/** A way in with its schema: `on` first and `where` last, as graphs have always stored it. */
export function defineWayIn<const K extends string, S extends z.ZodRawShape>(kind: WayInKind<K, S>) {
  return { ...kind, schema: z.object({ on: z.literal(kind.on), ...kind.config, where: conditionSchema }) }
}

/** The registry's view of a way in, when the type of its config does not matter. */
export type AnyWayInKind = WayInKind<string, z.ZodRawShape>
