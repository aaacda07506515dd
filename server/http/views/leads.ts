import { type LeadView, leadAddressSchema } from '#shared/api'
import type { FoundLeads } from '#shared/store/lead-search'
import { aliasesOf, findLead, type StoredLead } from '#shared/store/leads'
import type { Work } from '#shared/store/work'
import { notThere, refuse } from '../problem'
import { parse } from '../request/parse'

/** A lead of a search, with the id before a merge by which it was found. */
export function toFoundView(lead: StoredLead, formerly: FoundLeads['formerly']): LeadView {
  const mergedFrom = formerly.get(lead.id)
  return { ...toLeadView(lead), ...(mergedFrom !== undefined && { mergedFrom }) }
}

/**
 * The lead that an address names, by its own id or that of a lead that was merged into it. Throws a 404 when nobody has
 * this id.
 */
export function* leadByAddress(externalId: string): Work<StoredLead> {
  const lead = yield* findLead(parse(leadAddressSchema, externalId, 'address'))
  if (lead === undefined) throw notThere('lead', externalId)
  return lead
}

/** A lead as the API shows it: without our own number. */
export function toLeadView({ externalId, attributes, zone, createdAt, updatedAt }: StoredLead): LeadView {
  return { externalId, attributes, zone, createdAt, updatedAt }
}

/** The lead at an address, as its own page shows it. */
export function* leadView(externalId: string): Work<LeadView> {
  return yield* withAliases(yield* leadByAddress(externalId))
}

/** A lead as its own page shows it: with the ids of those who were merged into it. */
export function* withAliases(lead: StoredLead): Work<LeadView> {
  return { ...toLeadView(lead), aliases: [...(yield* aliasesOf(lead.id))] }
}

/** The `after` of a page of leads. Throws a 400. */
export function parseAfter(after: string | undefined): number | null {
  if (after === undefined || after === '') return null
  if (!/^\d{1,15}$/.test(after))
    throw refuse(400, 'query.after', '"after" is not the "next" of a page.', 'Pass "next" of the page before.')
  return Number(after)
}
