import type { CountedTouch } from '../../store/touches'
import { drop } from './drop'

/**
 * The touches that caps may count, by lead, as a batch knows them by now: those in the tables, and what it has
 * reserved, settled and taken back itself.
 */
export class Ledger {
  readonly #byLead = new Map<number, Counted[]>()
  readonly #byId = new Map<number, Counted>()

  /** True the first time: a lead's touches are loaded once a batch. */
  wants(leadId: number): boolean {
    if (this.#byLead.has(leadId)) return false
    this.#byLead.set(leadId, [])
    return true
  }

  /** What the tables say of leads that were wanted. */
  know(touches: readonly CountedTouch[]): void {
    for (const touch of touches) this.add(touch)
  }

  /** The touches of a lead; undefined for one whose touches nobody loaded. */
  of(leadId: number): readonly CountedTouch[] | undefined {
    return this.#byLead.get(leadId)
  }

  add(touch: CountedTouch): void {
    const entry: Counted = { ...touch }
    const ofLead = this.#byLead.get(touch.leadId)
    if (ofLead === undefined) this.#byLead.set(touch.leadId, [entry])
    else ofLead.push(entry)
    this.#byId.set(touch.id, entry)
  }

  /**
   * What this batch has found out about a touch counts at once: a slot that is free again is free for the rest of the
   * batch.
   */
  recount(id: number, status: CountedTouch['status']): void {
    const entry = this.#byId.get(id)
    if (entry !== undefined) entry.status = status
  }

  /** It has never left, and never will: no cap counts it. */
  forget(id: number): void {
    const entry = this.#byId.get(id)
    if (entry === undefined) return
    this.#byId.delete(id)
    drop(this.#byLead.get(entry.leadId) ?? [], other => other === entry)
  }
}

type Counted = { -readonly [P in keyof CountedTouch]: CountedTouch[P] }
