import type { Lateness } from '../../rules/after-pause'
import type { Sources } from '../../rules/conditions'
import type { Journey } from '../../store/journeys'
import type { LeadEvent, World } from '../../world'
import type { CampaignRegistry, CompiledVersion, LiveCampaign } from '../campaigns/registry'
import type { Admission } from '../entry/admission'
import type { Env } from '../env'
import type { Changes } from '../work/changes'

/** What a move needs to know about where it happens. */
export interface Place {
  readonly env: Env
  readonly changes: Changes
  readonly registry: CampaignRegistry
  /** For a step that executes another campaign. */
  readonly admission: Admission
  readonly campaign: LiveCampaign
  readonly version: CompiledVersion
  /** That which moves the journey fell due during a pause. */
  readonly late?: Lateness
}

/** Says so when what the conditions of this version ask about a lead was not loaded: they are about to be asked. */
export function checkPast({ changes, version }: Pick<Place, 'changes' | 'version'>, leadId: number): void {
  if (version.facts.events.size > 0 && changes.history.of(leadId) === undefined) changes.wasForgotten('past', leadId)
}

/** The world of this moment, for one lead (law 2). `happenedAt`: when that which moves the journey took place; now, when left out. */
export function worldOf(
  { env, changes, registry, campaign, version }: Place,
  journey: Pick<Journey, 'leadId' | 'enteredAt'>,
  happenedAt = changes.now,
): World {
  const lead = changes.lead(journey.leadId)
  return {
    now: changes.now,
    behind: changes.behind,
    lead,
    zone: lead.zone ?? version.graph.settings.zone,
    zoneFrom: lead.zone === null ? 'campaign' : 'lead',
    system: env.system,
    happenedAt: Math.min(happenedAt, changes.now),
    paused: campaign.status === 'paused',
    lists: registry.usesLists ? changes.listsOf(journey.leadId) : undefined,
    experiments: changes.experimentsIn(campaign.id),
    history: changes.history.of(journey.leadId),
    cut: changes.history.cutOf(journey.leadId),
    enteredAt: journey.enteredAt,
    program: campaign.program,
    fields: registry.fields,
    campaignName: campaign.name,
    effort: changes.effort,
  }
}

/** What a condition sees of a lead who asks to enter: no journey yet, perhaps an event. */
export function sourcesAt(
  { changes, registry }: Pick<Place, 'changes' | 'registry'>,
  { graph }: CompiledVersion,
  leadId: number,
  event: LeadEvent | null,
): Sources {
  const lead = changes.lead(leadId)
  return {
    now: changes.now,
    zone: lead.zone ?? graph.settings.zone,
    lead,
    memory: { event, response: null },
    history: changes.history.of(leadId),
    cut: changes.history.cutOf(leadId),
    lists: registry.usesLists ? changes.listsOf(leadId) : undefined,
  }
}
