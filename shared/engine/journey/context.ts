import type { Sources } from '../../rules/conditions'
import type { Journey } from '../../store/journeys'
import type { LeadEvent, World } from '../../world'
import { asksPast, type CompiledVersion } from '../campaigns/version'
import type { JourneyContext } from '../turn'

/** Says so when what the conditions of this version ask about a lead was not loaded: they are about to be asked. */
export function checkPast(
  { unit, version }: Pick<JourneyContext, 'unit' | 'version'>,
  { leadId, step }: Pick<Journey, 'leadId' | 'step'>,
): void {
  if (asksPast(version, step) && unit.history.of(leadId) === undefined) unit.wasForgotten('past', leadId)
}

/**
 * The world of this moment, for one lead (law 2). `happenedAt`: when that which moves the journey took place; now, when
 * left out.
 */
export function worldOf(
  { env, unit, registry, campaign, version }: JourneyContext,
  journey: Pick<Journey, 'leadId' | 'enteredAt'>,
  happenedAt = unit.now,
): World {
  const lead = unit.lead(journey.leadId)
  return {
    now: unit.now,
    behind: unit.behind,
    lead,
    zone: lead.zone ?? version.graph.settings.zone,
    zoneFrom: lead.zone === null ? 'campaign' : 'lead',
    system: env.system,
    happenedAt: Math.min(happenedAt, unit.now),
    paused: campaign.status === 'paused',
    lists: registry.usesLists ? unit.listsOf(journey.leadId) : undefined,
    experiments: unit.experimentsIn(campaign.id),
    history: unit.history.of(journey.leadId),
    cut: unit.history.cutOf(journey.leadId),
    enteredAt: journey.enteredAt,
    folder: campaign.folder,
    fields: registry.fields,
    campaignName: campaign.name,
    effort: unit.effort,
  }
}

/** What a condition sees of a lead who asks to enter: no journey yet, perhaps an event. */
export function sourcesAt(
  { unit, registry }: Pick<JourneyContext, 'unit' | 'registry'>,
  { graph }: CompiledVersion,
  leadId: number,
  event: LeadEvent | null,
): Sources {
  const lead = unit.lead(leadId)
  return {
    now: unit.now,
    zone: lead.zone ?? graph.settings.zone,
    lead,
    memory: { event, response: null },
    history: unit.history.of(leadId),
    cut: unit.history.cutOf(leadId),
    lists: registry.usesLists ? unit.listsOf(leadId) : undefined,
  }
}
