import type { World } from '#shared/world'
import type { Env } from '../env'
import type { Journey } from '../store/journeys'
import type { Changes } from './changes'
import type { LiveCampaign, Version } from './machines'

/** What a move needs to know about where it happens. */
export interface Place {
  readonly env: Env
  readonly changes: Changes
  readonly campaign: LiveCampaign
  readonly version: Version
}

/** The world of this moment, for one lead (law 2). */
export function worldOf({ env, changes, campaign, version }: Place, journey: Pick<Journey, 'leadId'>): World {
  const lead = changes.lead(journey.leadId)
  return {
    now: changes.now,
    lead,
    zone: lead.zone ?? version.graph.settings.zone,
    zoneFrom: lead.zone === null ? 'campaign' : 'lead',
    system: env.system,
    fields: campaign.fields,
  }
}
