import type { JsonObject } from '../../json'
import { nextDepth } from '../../rules/depth'
import { plannedOf } from '../../rules/planned'
import type { Journey } from '../../store/journeys'
import type { LeadEvent } from '../../world'
import type { CampaignRegistry } from '../campaigns/registry'

/**
 * Something that happened inside Hookline, delivered in the turn that emits it. `to`: the only campaign that it is
 * meant for.
 */
export interface InternalEvent {
  readonly leadId: number
  readonly event: LeadEvent
  readonly to: string | null
}

/** What happens inside Hookline in one turn: emitted here, handed out once each to whoever delivers it. */
export class EventBook {
  readonly #epoch: string
  readonly #now: number
  readonly #listeners: Pick<CampaignRegistry, 'hears'>
  readonly #emitted: InternalEvent[] = []
  readonly #queuedForEntry: InternalEvent[] = []
  #count = 0

  constructor(epoch: string, now: number, listeners: Pick<CampaignRegistry, 'hears'>) {
    this.#epoch = epoch
    this.#now = now
    this.#listeners = listeners
  }

  /** False when the chain that `by` is in is too long for one more. Where nobody listens, nothing is made. */
  emit(name: string, leadId: number, by: Journey | null, properties: JsonObject): boolean {
    if (!this.#listeners.hears(name)) return true
    const depth = by === null ? 0 : nextDepth(by.memory)
    if (depth === undefined) return false
    // Unique, and the same in each run of a seed: a journey's revision happens once (law 1), and its events are
    // counted.
    const whose = by === null ? `l${leadId}` : `${by.id}.${by.rev}`
    const id = `${name}:${this.#epoch}.${whose}:${this.#now}.${++this.#count}`
    const planned = by === null ? undefined : (plannedOf(by.memory) ?? undefined)
    this.#emitted.push({ leadId, event: { id, name, at: this.#now, properties, depth, planned }, to: null })
    return true
  }

  /** The next internal events, each handed out once. */
  take(most: number): readonly InternalEvent[] {
    return this.#emitted.splice(0, most)
  }

  /** An entry that was asked for waits for its turn, behind those who came before. */
  queueForEntry(request: InternalEvent & { readonly to: string }): void {
    this.#queuedForEntry.push(request)
  }

  /** Those who have to wait in an entry queue, each handed out once. */
  takeQueuedForEntry(): readonly InternalEvent[] {
    return this.#queuedForEntry.splice(0)
  }
}
