import type { Condition } from './conditions'

/** How a campaign is entered; derived from its entry step, never stored. */
export type Mode = Admission['mode']

/** Whom an entry step lets in: who does an event, or all who match, once, at an instant (ms; null: as soon as it is launched). */
export type Admission =
  | { readonly mode: 'trigger'; readonly event: string; readonly where: Condition }
  | { readonly mode: 'batch'; readonly audience: Condition; readonly at: number | null }
