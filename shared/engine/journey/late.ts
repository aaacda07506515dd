import { lateReply } from '../../journey/late'
import { count } from '../../rules/counters'
import type { Journey } from '../../store/journeys'
import type { TouchHead } from '../../store/touches'
import type { Reply } from '../../world'
import { perform } from '../send/apply'
import type { JourneyContext } from '../turn'
import { worldOf } from './context'

/**
 * The answer to a dead letter that was sent again. The journey left the step when the touch failed, so it stays where
 * it is (laws 1 and 4); what the answer says about the lead is kept, and the numbers of the campaign are put right.
 */
export function hearLate(context: JourneyContext, journey: Journey, touch: TouchHead, reply: Reply): void {
  const { unit } = context
  const { step } = touch
  if (reply.is === 'skipped' || reply.is === 'exited' || reply.is === 'aborted') return
  const reason = reply.is === 'received' ? `status ${reply.status}` : reply.reason
  unit.note(journey, {
    is: 'resend-ended',
    step,
    touch: touch.id,
    as: reply.is === 'received' ? 'received' : 'failed',
    reason,
  })
  if (reply.is !== 'received') return
  unit.count(journey, '', count.received)
  unit.count(journey, '', count.undelivered, -1)
  try {
    const world = worldOf(context, journey)
    const { effects, notes } = lateReply(context.version.compiled, step, { world, memory: journey.memory }, reply)
    unit.note(journey, ...notes)
    for (const effect of effects) perform(context, journey, effect, unit.now)
  } catch (error) {
    // Law 11: the call was received, whatever the step makes of its answer.
    context.env.log.error({ journey: journey.id, step, err: error }, 'a late answer could not be read')
    const what = `The answer could not be read: ${error instanceof Error ? error.message : String(error)}`
    unit.note(journey, { is: 'noted', step, what })
  }
}
