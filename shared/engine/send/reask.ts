import { deleteReask, heldCalls, makeDue, openReask, saveReask } from '../../store/reasks'
import { resumingCampaigns } from '../../store/tasks'
import type { Work } from '../../store/work'
import type { Turn } from '../turn'

/**
 * A call that quiet hours or a cap hold waits for the instant at which they end. When what they saw changes before (a
 * holiday is taken back, a cap raised, a campaign published anew), the held calls are asked again, some hundreds a turn
 * (found A5). A single lead's are asked at once: see `UnitOfWork.mayBeFree`.
 */

/** Asks the next held calls of the oldest reask again. Answers whether there may be more. */
export function* continueReasking({ unit: { now } }: Turn, most: number): Work<boolean> {
  const open = yield* openReask()
  if (open === undefined) return false
  // Those that a resume has not reached yet would be passed over.
  if (open.campaignId !== null && (yield* resumingCampaigns()).includes(open.campaignId)) return true
  const tasks = yield* heldCalls(open, most)
  yield* makeDue(tasks, now)
  if (tasks.length < most) yield* deleteReask(open.id)
  else yield* saveReask({ id: open.id, afterTask: tasks.at(-1) ?? open.lastTask })
  return true
}
