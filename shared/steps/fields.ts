import type { MayAsk } from '../rules/conditions'

/**
 * How one key of a step's config is edited. The editor draws a step's form from these, and knows no kinds. A new sort
 * of field is a line here and a component in client/forms/fields/.
 */
export type Field = FieldLook & {
  readonly label: string
  readonly help?: string
  readonly placeholder?: string
  /** Shown only while the config says so: a field of one choice among several. Left out: always. */
  readonly when?: (config: Readonly<Record<string, unknown>>) => boolean
  /** The tab of the form that it stands in. Fields without one stand above the tabs. */
  readonly tab?: string
}

type FieldLook =
  /** `max`: characters; 200 when absent. */
  | { readonly as: 'text'; readonly max?: number }
  /** A whole number. Its label says of what. */
  | { readonly as: 'number'; readonly min: number; readonly max: number }
  | { readonly as: 'duration' }
  | { readonly as: 'time' }
  | { readonly as: 'weekdays' }
  | { readonly as: 'event-name' }
  | { readonly as: 'instant' }
  /** A date and a time, on a clock whose zone is given elsewhere: `2026-05-04T09:00`, or empty. */
  | { readonly as: 'date-time' }
  | {
      readonly as: 'select'
      readonly options: readonly { readonly value: string; readonly label: string; readonly help?: string }[]
      /** A small list on one line with the next field. */
      readonly isNarrow?: boolean
    }
  /** `may`: what the condition may ask about in its place. */
  | { readonly as: 'condition'; readonly may: MayAsk }
  | { readonly as: 'variants' }
  /** What is decided from the results of an experiment. */
  | { readonly as: 'decide' }
  | { readonly as: 'changes' }
  | { readonly as: 'request' }
  | { readonly as: 'mappings' }
  /** A lead attribute, completed from those that leads have. `max`: characters; 100 when absent. */
  | { readonly as: 'attribute'; readonly max?: number }
  /** Names with values that may hold Liquid: the properties of an event. */
  | { readonly as: 'properties' }
  | { readonly as: 'list' }
  | { readonly as: 'campaign' }
  /** The id of a campaign; empty: any. */
  | { readonly as: 'any-campaign' }
  /** Ways with a condition each, asked from the top. */
  | { readonly as: 'groups'; readonly may: MayAsk }
  /** Ways with an event each. */
  | { readonly as: 'event-branches' }
  /** Which product's habits are followed where nothing else is said. */
  | { readonly as: 'profile' }
  | { readonly as: 'delivery' }
  | { readonly as: 'auth' }
  | { readonly as: 'signing' }
  /** Quiet hours of the step: the campaign's, none, or its own. */
  | { readonly as: 'quiet' }
  /** A webhook of the library, and which parts of it are the step's own. */
  | { readonly as: 'webhook' }
  /** Kept, and not shown. */
  | { readonly as: 'hidden' }
  /** The ways into a trigger campaign. */
  | { readonly as: 'ways-in' }
  /** When a batch campaign runs. */
  | { readonly as: 'schedule' }
  /** A whole number from 1 on, or null for none. */
  | { readonly as: 'limit' }

/** A field of a way in or an exit: any but the one that is made of such parts itself. */
export type PartField = Exclude<Field, { readonly as: 'ways-in' }>

/** A part of a step's form that edits nothing. A new sort is a line here and a component in client/forms/tools/. */
export interface Tool {
  readonly as: 'test-send' | 'plan-test'
  readonly tab: string
}
