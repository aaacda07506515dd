import type { LeadEvent, Memory, Planned } from '../world'

/**
 * The run of a schedule that a journey goes by, so that what it sends counts from when that was planned (rules/gates/frequency-cap.ts): the run that let the lead into
 * a batch campaign, and for the campaigns that this one requests, executes or sets off, the same. Null for who came by an event from outside.
 */
export function plannedOf({ event, planned }: Pick<Memory, 'event' | 'planned'>): Planned | null {
  return planned === undefined ? (event?.planned ?? null) : planned
}

/** What a journey remembers that an event took on: from there the event says when it sends, and no schedule unless it set off the event as well. */
export function takenOnBy(memory: Pick<Memory, 'event' | 'planned'>, event: LeadEvent): Pick<Memory, 'planned'> {
  const planned = event.planned ?? null
  return planned === null && plannedOf(memory) === null ? {} : { planned }
}
