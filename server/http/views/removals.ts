import type { RemovalPreview, RemovalView } from '#shared/api/leaving'
import { journeysIn } from '#shared/store/journeys'
import { leadsCalled } from '#shared/store/leads'
import { findRemoval, type Removal } from '#shared/store/removals'
import type { Work } from '#shared/store/work'
import { notThere } from '../problem'

/** What a removal of these leads would do. */
export function* removalPreview(campaignId: string, named: readonly string[]): Work<RemovalPreview> {
  const ids = [...new Set(named)]
  const found = yield* leadsCalled(ids)
  const leads = new Set([...found.values()].map(lead => lead.id))
  const journeys = yield* journeysIn([...leads], [campaignId])
  return {
    known: leads.size,
    inside: new Set(journeys.map(j => j.leadId)).size,
    journeys: journeys.length,
    unknown: ids.filter(id => !found.has(id)),
  }
}

/** Throws a 404 when there is none. */
export function* removalById(id: string | number): Work<Removal> {
  const found = /^\d{1,9}$/.test(String(id)) ? yield* findRemoval(Number(id)) : undefined
  if (found === undefined) throw notThere('removal', String(id))
  return found
}

/** A removal without our own bookkeeping. */
export function toRemoval({ lastJourney: _last, after: _after, leads, ...rest }: Removal): RemovalView {
  return { ...rest, named: leads?.length ?? null }
}
