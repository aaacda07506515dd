import type { LeadEvent, Memory, Planned } from '../world'

/**
 * The run of a schedule that a journey goes by, so that its sends count from when the run was planned
 * (rules/gates/frequency-cap.ts): the run that let the lead into a batch campaign, and the same for the campaigns that
 * this one requests, executes or sets off. Null for leads who came by an event from outside.
 */
export function plannedOf({ event, planned }: Pick<Memory, 'event' | 'planned'>): Planned | null {
  return planned === undefined ? (event?.planned ?? null) : planned
}

/**
 * What a journey remembers once an event moved it on. From there the event says when it sends, and no schedule does
 * unless it also set off the event.
 */
export function takenOnBy(memory: Pick<Memory, 'event' | 'planned'>, event: LeadEvent): Pick<Memory, 'planned'> {
  const planned = event.planned ?? null
  return planned === null && plannedOf(memory) === null ? {} : { planned }
}
