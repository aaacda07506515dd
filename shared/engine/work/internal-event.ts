import type { LeadEvent } from '../../world'

/**
 * Something that happened inside Hookline, delivered in the turn that emits it. `to`: the only campaign that it is meant
 * for.
 */
export interface InternalEvent {
  readonly leadId: number
  readonly event: LeadEvent
  readonly to: string | null
}
