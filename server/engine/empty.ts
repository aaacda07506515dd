import { setStatus } from '../store/campaigns'
import { activeJourneys } from '../store/journeys'
import { leadsById } from '../store/leads'
import type { Work } from '../store/work'
import { placeOf, type Turn } from './load'
import { leaveNow } from './run'

/** After "stop, and let nobody finish": ends the next `max` journeys of one such campaign. Answers whether there is more to do. */
export function* emptyStopped(turn: Turn, max: number): Work<boolean> {
  const campaign = [...turn.machines.all()].find(c => c.status === 'stopped' && c.emptying)
  if (campaign === undefined) return false
  const journeys = yield* activeJourneys(campaign.id, max)
  turn.changes.knowLeads(yield* leadsById([...new Set(journeys.map(j => j.leadId))]))
  for (const journey of journeys) leaveNow(placeOf(turn, journey), journey, 'exited', 'The campaign was stopped.')
  if (journeys.length < max) {
    yield* setStatus(campaign.id, 'stopped', false, turn.changes.now)
    yield* turn.machines.refresh()
  }
  return true
}
