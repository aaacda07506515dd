import { evaluate } from '#shared/rules/conditions'
import { mayEnter } from '#shared/rules/entry'
import { openBatches, saveBatch } from '../store/batches'
import { lastEntries } from '../store/journeys'
import { lastLeadId, leadsAfter } from '../store/leads'
import type { Work } from '../store/work'
import { loadFacts, type Turn } from './load'
import { enter } from './run'

/**
 * Lets in the next leads of a batch campaign that has fallen due: at most `max` leads are looked at. How far it has come is stored with what it did, so a crash
 * goes on where it stopped. Answers whether there is more to do.
 */
export function* admitBatch(turn: Turn, max: number): Work<boolean> {
  const { env, machines, changes } = turn
  const batch = (yield* openBatches()).find(b => b.due_at <= changes.now)
  const campaign = batch && machines.find(batch.campaign_id)
  const version = batch && campaign?.versions.get(batch.version)
  if (batch === undefined || campaign === undefined || version?.admits.mode !== 'batch') return false
  const { audience } = version.admits
  const lastLead = batch.last_lead ?? (yield* lastLeadId())
  const leads = yield* leadsAfter(batch.after_lead, lastLead, max)
  changes.knowLeads(leads)
  const ids = leads.map(l => l.id)
  yield* loadFacts(turn, ids)
  const entries = new Map((yield* lastEntries(ids, [campaign.id])).map(e => [e.lead_id, e.at]))
  let entered = 0
  for (const lead of leads) {
    if (!evaluate(audience, { lead, memory: { event: null, response: null } }).result) continue
    if (mayEnter(version.graph.settings.entry, entries.get(lead.id) ?? null, changes.now).is !== 'enter') continue
    enter({ env, machines, changes, campaign, version }, lead.id, null)
    entered++
  }
  const done = leads.length < max
  changes.touchedCampaigns.add(campaign.id)
  yield* saveBatch({
    ...batch,
    status: done ? 'done' : 'running',
    after_lead: ids.at(-1) ?? batch.after_lead,
    last_lead: lastLead,
    entered: batch.entered + entered,
  })
  return true
}
