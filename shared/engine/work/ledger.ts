import type { CountedTouch, PastSends } from '../../store/touches'
import { drop } from './drop'

/** A touch as caps look at it, whichever it is. */
export type LedgerTouch = Omit<CountedTouch, 'id' | 'leadId'>

/**
 * The touches that caps may count, by lead, as a batch knows them by now: those in the tables, which are read when
 * somebody is about to be sent to, and what the batch has reserved, settled and taken back itself.
 */
export class Ledger {
  /** Of the tables, with what this batch has found out about them. */
  readonly #stored = new Map<number, readonly LedgerTouch[]>()
  readonly #reserved = new Map<number, Counted[]>()
  readonly #byId = new Map<number, Counted>()
  /** What this batch has found out about touches that were reserved before it; null: it has never left. */
  readonly #changed = new Map<number, CountedTouch['status'] | null>()

  knows(leadId: number): boolean {
    return this.#stored.has(leadId)
  }

  /** Touches of earlier batches that are others by now than their tables say. */
  get changed(): readonly number[] {
    return [...this.#changed.keys()]
  }

  /** What the tables say of these leads. `told`: of touches that this batch has changed; `others`: of all the others. */
  know(leadIds: readonly number[], told: readonly CountedTouch[], others: readonly PastSends[]): void {
    const found = new Map<number, LedgerTouch[]>(leadIds.map(id => [id, []]))
    for (const { leadId, campaignId, plannedAt, status, ats } of others) {
      const ofLead = found.get(leadId)
      for (const at of ats) ofLead?.push({ campaignId, at, plannedAt, status })
    }
    for (const { id, leadId, campaignId, at, plannedAt } of told) {
      const status = this.#changed.get(id)
      if (status != null) found.get(leadId)?.push({ campaignId, at, plannedAt, status })
    }
    for (const [leadId, touches] of found) this.#stored.set(leadId, touches)
  }

  /** The touches of a lead; undefined for one whose touches nobody loaded. */
  of(leadId: number): readonly LedgerTouch[] | undefined {
    const stored = this.#stored.get(leadId)
    const reserved = this.#reserved.get(leadId)
    return stored === undefined || reserved === undefined ? stored : [...stored, ...reserved]
  }

  /** This batch has reserved one. */
  add({ id, leadId, campaignId, at, plannedAt, status }: CountedTouch): void {
    const entry: Counted = { campaignId, at, plannedAt, status }
    const ofLead = this.#reserved.get(leadId)
    if (ofLead === undefined) this.#reserved.set(leadId, [entry])
    else ofLead.push(entry)
    this.#byId.set(id, entry)
  }

  /**
   * What this batch has found out about a touch counts at once: a slot that is free again is free for the rest of the
   * batch.
   */
  recount(id: number, status: CountedTouch['status']): void {
    const entry = this.#byId.get(id)
    if (entry === undefined) this.#change(id, status)
    else entry.status = status
  }

  /** It has never left, and never will: no cap counts it. */
  forget(id: number): void {
    const entry = this.#byId.get(id)
    if (entry === undefined) {
      this.#change(id, null)
      return
    }
    this.#byId.delete(id)
    for (const ofLead of this.#reserved.values()) drop(ofLead, other => other === entry)
  }

  /** Whose touch it is, is not known here: all are read again who are sent to after that, which is hardly anybody. */
  #change(id: number, status: CountedTouch['status'] | null): void {
    this.#changed.set(id, status)
    this.#stored.clear()
  }
}

type Counted = { -readonly [P in keyof LedgerTouch]: LedgerTouch[P] }
