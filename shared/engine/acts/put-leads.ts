import { type LeadInput, putLeads } from '../../store/leads'
import type { Work } from '../../store/work'
import type { Turn } from '../turn'

/** Creates or merges leads, and lets whoever listens hear what changed: one transaction with what it brings about. */
export function* putAll(
  { env, unit, registry }: Turn,
  inputs: readonly LeadInput[],
): Work<{ readonly created: number; readonly updated: number }> {
  const put = yield* putLeads(inputs, env.ids.lead, unit.now, registry.names)
  for (const lead of put.after) {
    const before = put.before.get(lead.externalId) ?? null
    unit.attributesChanged(before, lead, null)
    if (before !== null && before.zone !== lead.zone) unit.leadMoved(lead.id)
  }
  return { created: put.created, updated: put.updated }
}
