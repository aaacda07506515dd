import { leadsById, type StoredLead } from '#shared/store/leads'
import { findList, pageOfMembers, type StoredList } from '#shared/store/lists'
import type { Work } from '#shared/store/work'
import { notThere } from '../problem'
import { toLeadView } from './leads'

/** The list that an address names. Throws a 404 when there is none. */
export function* listById(id: string): Work<StoredList> {
  const list = yield* findList(id)
  if (list === undefined) throw notThere('list', id)
  return list
}

/** Who is on a list, the newest first, with the `next` of the page. */
export function* membersPage(id: string, before: number | null, limit: number) {
  const { members: total } = yield* listById(id)
  // One more than asked for, to see whether there is a next page.
  const rows = yield* pageOfMembers(id, before, limit + 1)
  const shown = rows.slice(0, limit)
  const leads = new Map<number, StoredLead>((yield* leadsById(shown.map(r => r.leadId))).map(l => [l.id, l]))
  const members = shown.flatMap(({ leadId, addedAt }) => {
    const lead = leads.get(leadId)
    return lead === undefined ? [] : [{ lead: toLeadView(lead), addedAt }]
  })
  return { members, next: rows.length > limit ? String(shown.at(-1)?.leadId) : null, total }
}
