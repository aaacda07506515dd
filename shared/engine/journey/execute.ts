import { explainRefusal } from '../../explain/entry'
import { depthOf, MOST_LEVELS } from '../../rules/depth'
import { takesExecution } from '../../rules/mode'
import type { Journey } from '../../store/journeys'
import type { LeadEvent, Signal } from '../../world'
import type { JourneyContext } from '../turn'

/**
 * What a step wants executed. `event`: what the other campaign's journey will know as the event that let the lead in.
 */
interface Execution {
  readonly campaign: string
  readonly tokens: 'parent' | 'own'
  readonly event: LeadEvent
}

/**
 * Runs another campaign for the lead, in series: its journey begins and ends inside this move, because nothing in such
 * a campaign waits. Its own audience and entry rules are asked; they are loaded (`Admission.knowExecuted`). The answer
 * is the signal by which the step goes on (marketo-alm rule 3).
 */
export function execute(
  { registry, admission, unit, campaign }: JourneyContext,
  journey: Journey,
  wanted: Execution,
): Signal {
  const refused = (reason: string): Signal => ({ type: 'executed', qualified: false, reason })
  const found = registry.find(wanted.campaign)
  if (found === undefined) return refused('it was never launched')
  if (found.status !== 'live') return refused(`it is ${found.status}`)
  if (!takesExecution(found.live.admits)) return refused('it is not entered when it is executed')
  const level = (journey.memory.event?.level ?? 0) + 1
  if (level > MOST_LEVELS) return refused(`campaigns execute one another ${MOST_LEVELS} levels deep at most`)
  const executed = wanted.tokens === 'parent' ? { ...found, folder: campaign.folder } : found
  // What it sends is a link more of the chain that its parent is in, or two campaigns that set each other off would
  // never end.
  const depth = depthOf(journey.memory)
  const answer = admission.letIn(executed, found.live, journey.leadId, { ...wanted.event, level, depth })
  if (!('id' in answer)) return refused(explainRefusal(answer, { zone: found.live.graph.settings.zone, at: unit.now }))
  const { status } = unit.journey(answer)
  return {
    type: 'executed',
    qualified: true,
    reason: status === 'active' ? 'it goes on beside this one' : `it ${status}`,
  }
}
