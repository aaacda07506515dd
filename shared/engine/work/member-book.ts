import { deleteMembers, insertMembers, type Membership } from '../../store/lists'
import type { Work } from '../../store/work'

/** The lists that leads are on by now, as one turn knows and changes them. Only where a step may change lists. */
export class MemberBook {
  readonly #onLists = new Map<number, Set<string>>()
  readonly #changed = new Map<string, Membership & { readonly change: 'added' | 'removed' }>()

  /** True the first time: a lead's lists are loaded once a turn. */
  wants(leadId: number): boolean {
    if (this.#onLists.has(leadId)) return false
    this.#onLists.set(leadId, new Set())
    return true
  }

  know(memberships: readonly Membership[]): void {
    for (const { listId, leadId } of memberships) this.#onLists.get(leadId)?.add(listId)
  }

  /** Undefined for a lead whose lists nobody loaded. */
  of(leadId: number): ReadonlySet<string> | undefined {
    return this.#onLists.get(leadId)
  }

  /** Puts the lead on a list or takes it off. False when nothing changed by that. */
  change(leadId: number, listId: string, change: 'added' | 'removed'): boolean {
    const lists = this.#onLists.get(leadId) ?? new Set()
    this.#onLists.set(leadId, lists)
    if (lists.has(listId) === (change === 'added')) return false
    if (change === 'added') lists.add(listId)
    else lists.delete(listId)
    this.#changed.set(`${leadId} ${listId}`, { listId, leadId, change })
    return true
  }

  *write(now: number): Work<void> {
    const changed = [...this.#changed.values()]
    yield* deleteMembers(changed.filter(m => m.change === 'removed'))
    yield* insertMembers(
      changed.filter(m => m.change === 'added'),
      now,
    )
  }
}
