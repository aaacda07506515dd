import { type LeadExport, leadExportSchema } from '#shared/api/leads'
import { attemptsOfTouches } from '#shared/store/attempts'
import { journalOf } from '#shared/store/journal'
import { journeysOfLead } from '#shared/store/journeys'
import { eventsOfLead, listIdsOfLead, touchIdsOfLead } from '#shared/store/lead-data'
import { touchesById } from '#shared/store/touches'
import type { Work } from '#shared/store/work'
import { maskedRequest } from '../mask'
import { leadByAddress, withAliases } from './leads'

const ALL = 1_000_000

/** Everything that is stored about a lead, in plain words: no numbers of ours but those that join the parts. */
export function* leadExport(externalId: string): Work<LeadExport> {
  const lead = yield* leadByAddress(externalId)
  const journeys: object[] = []
  for (const { leadId: _, ...journey } of yield* journeysOfLead(lead.id, ALL))
    journeys.push({ ...journey, journal: yield* journalOf(journey.id) })
  const touches = yield* touchesById(yield* touchIdsOfLead(lead.id))
  const attempts = yield* attemptsOfTouches(touches.map(t => t.id))
  const sends = touches.map(({ leadId: _, request, ...touch }) => ({
    ...touch,
    request: maskedRequest(request),
    attempts: attempts.filter(a => a.touchId === touch.id),
  }))
  const whole = {
    lead: yield* withAliases(lead),
    lists: yield* listIdsOfLead(lead.id),
    events: yield* eventsOfLead(lead.id),
    journeys,
    sends,
  }
  return leadExportSchema.parse(JSON.parse(JSON.stringify(whole)))
}
