import { type MergeChoice, mergeLeads } from '../../rules/merge'
import { journeysOfLead } from '../../store/journeys'
import { forgetLead, moveToLead } from '../../store/lead-data'
import type { Work } from '../../store/work'
import type { Lead } from '../../world'
import { contextOf } from '../facts'
import { leaveNow } from '../journey/run'
import type { Turn } from '../turn'

/**
 * What is done to a whole lead by hand, in one transaction (`Engine.does`). Journeys end by the one door (law 1), with
 * what they left pending (law 5); the rows are moved or wiped after all of that is written, and calls on the wire
 * follow their lead (flights.ts).
 */

/** More journeys than any lead has. */
const ALL = 1_000_000

/**
 * `merged` becomes part of `kept`. Where both are under way in one campaign, the journey of the kept lead goes on and
 * the other leaves, so that one person is not written to twice; a campaign that lets leads in every time may hold
 * several journeys of one lead, and there both go on.
 */
export function* mergeInto(turn: Turn, kept: Lead, merged: Lead, choice: MergeChoice): Work<void> {
  const { unit, registry } = turn
  unit.knowLeads([kept, merged])
  const mine = (yield* journeysOfLead(kept.id, ALL)).filter(j => j.status === 'active')
  const theirs = (yield* journeysOfLead(merged.id, ALL)).filter(j => j.status === 'active')
  for (const journey of theirs) {
    const isThere = mine.some(j => j.campaignId === journey.campaignId)
    const rule = registry.find(journey.campaignId)?.versions.get(journey.version)?.graph.settings.entry.rule
    const said = `"${merged.externalId}" was merged into "${kept.externalId}"`
    if (isThere && rule !== 'every-time')
      leaveNow(contextOf(turn, journey), journey, 'merged', `${said}, who is in this campaign already.`)
    else unit.note(journey, { is: 'noted', step: journey.step, what: `${said}, whose journey this is from now on.` })
  }
  unit.changeLead(mergeLeads(kept, merged, choice))
  unit.leadBecomes(merged.id, kept.id)
  unit.notices?.tell('lead.merged', { lead: merged }, { intoLeadId: kept.externalId })
  unit.atLast(() => moveToLead(merged.id, kept.id, unit.now))
  registry.oneWasMerged()
}

/**
 * Deletes a lead with all that is stored about them. Running journeys end; what is on the wire is let go, and its
 * answer is not kept.
 */
export function* deleteLead(turn: Turn, lead: Lead): Work<void> {
  const { unit } = turn
  unit.knowLeads([lead])
  for (const journey of yield* journeysOfLead(lead.id, ALL))
    if (journey.status === 'active') leaveNow(contextOf(turn, journey), journey, 'deleted', 'The lead was deleted.')
  unit.leadBecomes(lead.id, null)
  unit.notices?.tell('lead.deleted', { lead: { ...lead, attributes: {}, zone: null } })
  unit.atLast(() => forgetLead(lead.id, unit.now))
}
