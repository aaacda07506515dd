import { lateness, sayLate } from '../../rules/after-pause'
import type { Journey } from '../../store/journeys'
import type { Task } from '../../store/tasks'
import type { JourneyContext } from '../turn'
import { leaveNow } from './run'

/**
 * What a pause made late (rules/after-pause.ts). As for the rate, the newest version decides, also for those who walk
 * an older one: it is about the running of the campaign, and a marketer may choose it during the pause.
 */

/**
 * The context of a move that a task makes; when it fell due during a pause, the journal says so and the gates will
 * know.
 */
export function contextLate(context: JourneyContext, loaded: Journey, { dueAt, step }: Task): JourneyContext {
  const { unit, campaign } = context
  const late = lateness(campaign.live.graph.settings.afterPause, campaign.pause, dueAt)
  if (late === undefined) return context
  unit.note(unit.journey(loaded), { is: 'late', step, ...late })
  return { ...context, late }
}

/** True when it is so late that the lead leaves the campaign (braze R30). */
export function leaveLate(context: JourneyContext, journey: Journey): boolean {
  if (context.late?.outcome !== 'exits') return false
  leaveNow(context, journey, 'late', sayLate)
  return true
}
