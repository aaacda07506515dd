import type { HeardEvent } from '../../store/history'
import type { LeadEvent } from '../../world'

/** An event with the instant at which it came in (ms). */
export interface Arrived {
  readonly event: LeadEvent
  readonly receivedAt: number
}

/** When it counts as having happened: clocks of senders may run ahead. */
export function tookPlace({ event, receivedAt }: Arrived): number {
  return Math.min(event.at, receivedAt)
}

/**
 * What leads have done since some moment, as one batch read it; by lead, in the order of time. What comes in with the
 * batch is not in it.
 */
export class Heard {
  readonly #byLead = new Map<number, { readonly since: number; readonly events: readonly HeardEvent[] }>()

  /** Is everything known that this lead has done since? */
  covers(leadId: number, since: number): boolean {
    const known = this.#byLead.get(leadId)
    return known !== undefined && known.since <= since
  }

  know(leadId: number, since: number, events: readonly HeardEvent[]): void {
    this.#byLead.set(leadId, { since, events })
  }

  /** What this lead did after an instant (ms, exclusive). */
  after(leadId: number, at: number): readonly HeardEvent[] {
    const events = this.#byLead.get(leadId)?.events ?? []
    return events.length === 0 ? events : events.filter(e => tookPlace(e) > at)
  }
}
