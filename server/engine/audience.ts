import type { AudiencePart } from '#shared/api/entries'
import { admissionOf } from '#shared/graph/schema'
import { evaluate } from '#shared/rules/conditions'
import { countsReceipts, mayEnter } from '#shared/rules/entry'
import type { StoredCampaign } from '../store/campaigns'
import { journeysInside, lastEntries } from '../store/journeys'
import { countLeads, lastLeadId, leadsAfter } from '../store/leads'
import { lastReceipts } from '../store/touches'
import type { Work } from '../store/work'

/** Leads that one part looks at: some 20 ms, so that nobody else waits for long. */
const PART = 2000

/**
 * Counts who of the next leads matches the draft's audience, and who would enter now; volume limits are left aside, because they depend on who comes first. Undefined
 * when the draft is no batch.
 */
export function* countAudience(campaign: StoredCampaign, after: number, now: number): Work<AudiencePart | undefined> {
  const admits = admissionOf(campaign.draft)
  if (admits?.mode !== 'batch') return undefined
  const { entry: rule, entrance, zone } = campaign.draft.settings
  const leads = yield* leadsAfter(after, yield* lastLeadId(), PART)
  const memory = { event: null, response: null }
  const matching = leads.filter(lead => evaluate(admits.audience, { lead, memory }).result)
  const ids = matching.map(l => l.id)
  const before = yield* (countsReceipts(rule) ? lastReceipts : lastEntries)(ids, [campaign.id])
  const last = new Map<number, number>()
  for (const { lead_id, at } of before) last.set(lead_id, Math.max(at, last.get(lead_id) ?? at))
  const inside = new Set((yield* journeysInside(ids, [campaign.id])).map(j => j.leadId))
  const entering = matching.filter(lead => {
    const sources = { lead, memory }
    const ask = { rule, entrance, zone, now, sources, last: last.get(lead.id) ?? null, inside: inside.has(lead.id) }
    return mayEnter({ ...ask, volume: null }).is === 'enter'
  })
  return {
    looked: leads.length,
    matching: matching.length,
    entering: entering.length,
    next: leads.length < PART ? null : (leads.at(-1)?.id ?? null),
    total: yield* countLeads(''),
  }
}
