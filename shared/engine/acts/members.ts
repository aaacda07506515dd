import { listEvents } from '../../rules/internal-events'
import { deleteMembers, insertMembers, membersAmong } from '../../store/lists'
import { insertInOutbox, type OutboxItem } from '../../store/outbox'
import type { Work } from '../../store/work'
import { listNotices } from '../subscriptions/notices'
import type { Turn } from '../turn'

export interface MembersChange {
  readonly list: string
  /** Leads by our own number. */
  readonly leadIds: readonly number[]
  readonly change: 'added' | 'removed'
}

/**
 * Puts leads on a list, or takes them off, for a person or a file; steps do it by their effect. Who listens for it
 * hears of each lead whose membership really changed. Answers how many that are.
 */
export function* changeMembers(
  { env: { ids, clock, epoch }, registry, unit }: Turn,
  { list, leadIds, change }: MembersChange,
): Work<number> {
  const now = clock.now()
  const already = yield* membersAmong(list, leadIds)
  const changed = [...new Set(leadIds)].filter(id => already.has(id) === (change === 'removed'))
  const memberships = changed.map(leadId => ({ listId: list, leadId }))
  if (change === 'added') yield* insertMembers(memberships, now)
  else yield* deleteMembers(memberships)
  for (const leadId of changed) unit.notices?.tell(listNotices[change], { lead: leadId }, { listId: list })
  const name = listEvents[change]
  if (registry.listensFor(name)) yield* insertInOutbox(changed.map(itemOf))
  return changed.length

  function itemOf(leadId: number): OutboxItem {
    const id = ids.outboxItem()
    // Items of the outbox are deleted, and their ids may be used again after a restart: the instant tells two events
    // apart.
    const event = { id: `$${epoch}.${list}.${leadId}.${id}.${now}`, name, at: now, properties: { list } }
    return { id, leadId, asker: null, askedAt: now, type: 'event', event }
  }
}
