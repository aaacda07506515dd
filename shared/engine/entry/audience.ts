import type { AudiencePart } from '../../api/entries'
import { conditionsOf, factsOfGraph } from '../../graph/conditions'
import { type Graph, intakeOf } from '../../graph/schema'
import { evaluate, rulesIn, type Sources } from '../../rules/conditions'
import { countsReceipts, mayEnter } from '../../rules/entry'
import type { StoredCampaign } from '../../store/campaigns'
import { journeysInside, lastEntries } from '../../store/journeys'
import { countLeads, lastLeadId, leadsAfter } from '../../store/leads'
import { membershipsOf } from '../../store/lists'
import { lastReceipts } from '../../store/touches'
import type { Work } from '../../store/work'
import type { Lead } from '../../world'
import { History, noPast } from '../work/history'
import { readHistory } from '../work/load-history'

/** Leads that one part looks at: some 20 ms, so that nobody else waits for long. */
const PART = 2000

/**
 * Counts who of the next leads matches the draft's audience, and who would enter now; volume limits are left aside,
 * because they depend on who comes first. Undefined when the draft is no batch. What the draft asks about the past must
 * be kept already (store/history.ts).
 */
export function* countAudience(campaign: StoredCampaign, after: number, now: number): Work<AudiencePart | undefined> {
  const admits = intakeOf(campaign.draft)
  if (admits?.mode !== 'batch') return undefined
  const { entry: rule, entrance, zone } = campaign.draft.settings
  const leads = yield* leadsAfter(after, yield* lastLeadId(), PART)
  const sourcesOf = yield* snapshots(campaign.draft, leads, now)
  const matching = leads.filter(lead => evaluate(admits.audience, sourcesOf(lead)).result)
  const ids = matching.map(l => l.id)
  const before = yield* (countsReceipts(rule) ? lastReceipts : lastEntries)(ids, [campaign.id])
  const last = new Map<number, number>()
  for (const { lead_id, at } of before) last.set(lead_id, Math.max(at, last.get(lead_id) ?? at))
  const inside = new Set((yield* journeysInside(ids, [campaign.id])).map(j => j.leadId))
  const entering = matching.filter(lead => {
    const sources = sourcesOf(lead)
    const [before, isInside] = [last.get(lead.id) ?? null, inside.has(lead.id)]
    const ask = { rule, entrance, zone, now, at: now, sources, last: before, inside: isInside, volume: null }
    return mayEnter(ask).is === 'enter'
  })
  return {
    looked: leads.length,
    matching: matching.length,
    entering: entering.length,
    next: leads.length < PART ? null : (leads.at(-1)?.id ?? null),
    total: yield* countLeads(),
  }
}

/** What the conditions of the draft see of each of these leads. */
function* snapshots(draft: Graph, leads: readonly Lead[], now: number): Work<(lead: Lead) => Sources> {
  const ids = leads.map(l => l.id)
  const { events } = factsOfGraph(draft)
  const history = new History()
  const zones = new Map(leads.map(l => [l.id, l.zone]))
  const reading = { now, zoneOf: (id: number) => zones.get(id) ?? null }
  history.know(ids, [...events.keys()], events.size === 0 ? noPast : yield* readHistory(ids, events, reading))
  const lists = new Map<number, Set<string>>(ids.map(id => [id, new Set()]))
  if (asksForLists(draft)) for (const { leadId, listId } of yield* membershipsOf(ids)) lists.get(leadId)?.add(listId)
  return lead => ({
    now,
    zone: lead.zone ?? draft.settings.zone,
    lead,
    memory: { event: null, response: null },
    history: history.of(lead.id),
    lists: lists.get(lead.id),
  })
}

function asksForLists(graph: Graph): boolean {
  return conditionsOf(graph).some(({ condition, path }) => rulesIn(condition, path).some(({ rule }) => 'list' in rule))
}
