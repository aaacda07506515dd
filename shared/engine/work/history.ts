import type { Cut } from '../../rules/conditions/seen'
import type { PastMoments } from '../../store/history'
import type { LeadEvent, PastEvent } from '../../world'

/**
 * What leads did before, as one batch knows it, for conditions that ask. Loaded once a lead, and only where a condition
 * of the campaign asks; what comes in with the batch is added when its turn comes, so that a decision sees what came
 * before it and nothing else, however the events were batched.
 */
export class History {
  readonly #ofLead = new Map<number, Map<string, PastEvent[]>>()
  readonly #cuts = new Map<number, Map<string, Cut>>()

  /** By the name of the event; undefined for a lead for whom nobody asks. */
  of(leadId: number): ReadonlyMap<string, readonly PastEvent[]> | undefined {
    return this.#ofLead.get(leadId)
  }

  /** Names of which a part is known only; undefined where all is, which is nearly always. */
  cutOf(leadId: number): ReadonlyMap<string, Cut> | undefined {
    return this.#cuts.get(leadId)
  }

  /** The lead did something more, and it is in the tables by the end of the batch. */
  add(leadId: number, event: LeadEvent): void {
    this.#ofLead.get(leadId)?.get(event.name)?.push(event)
  }

  know(leadIds: readonly number[], names: readonly string[], { moments, events, cuts }: Past): void {
    for (const id of leadIds) this.#ofLead.set(id, new Map(names.map(name => [name, []])))
    for (const { leadId, name, ats } of moments) {
      const known = this.#ofLead.get(leadId)?.get(name)
      for (const at of ats) known?.push({ name, at, properties: nothing })
    }
    for (const { leadId, ...event } of events) this.#ofLead.get(leadId)?.get(event.name)?.push(event)
    for (const { leadId, name, why } of cuts)
      this.#cuts.set(leadId, (this.#cuts.get(leadId) ?? new Map<string, Cut>()).set(name, why))
  }
}

/** Nobody asks what they were like. */
const nothing: PastEvent['properties'] = {}

/** What was read of some leads, and of which names it is a part only. */
export interface Past {
  /** Of names whose events are counted only. */
  readonly moments: readonly PastMoments[]
  readonly events: readonly (PastEvent & { readonly leadId: number })[]
  readonly cuts: readonly { readonly leadId: number; readonly name: string; readonly why: Cut }[]
}

export const noPast: Past = { moments: [], events: [], cuts: [] }
