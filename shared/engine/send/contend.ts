import type { Work } from '../../store/work'
import { knowTouches } from '../facts'
import { signal } from '../journey/run'
import type { JourneyContext, Turn } from '../turn'
import { decide } from './send'
import type { CappedSend } from './wanted'

/**
 * Calls of one turn that caps may keep back contend for what is left of them. They are gathered while the turn moves
 * journeys, and asked at its end: those of the campaign with the higher priority first, then the one that was due
 * first, then the older journey. All of it is in the transaction of the turn, so that exactly as many are reserved as
 * the caps allow. Answers whether there were any.
 */
export function* contend(turn: Turn): Work<boolean> {
  const { unit } = turn
  const asks = unit.takeAsks()
  yield* knowTouches(
    turn,
    asks.map(({ journey }) => journey.leadId),
  )
  for (const { journey, wanted, giveBack, ...where } of [...asks].sort(inOrder)) {
    giveBack?.()
    const now = unit.journey(journey)
    // Something else of this turn took the lead on: its call goes with the step that it left (law 5).
    if (now.status !== 'active' || now.step !== wanted.step) continue
    const context = contextIn(turn, where)
    const answer = decide(context, now, wanted, { placeIs: giveBack === null ? 'asked for' : 'kept' })
    if (answer !== undefined) signal(context, now, answer)
  }
  return asks.length > 0
}

function contextIn(
  { env, registry, unit, admission }: Turn,
  { campaign, version, late }: Pick<CappedSend, 'campaign' | 'version' | 'late'>,
): JourneyContext {
  const context = { env, registry, unit, admission, campaign, version }
  return late === undefined ? context : { ...context, late }
}

function inOrder(one: CappedSend, other: CappedSend): number {
  return (
    other.campaign.standing.priority - one.campaign.standing.priority ||
    one.wanted.dueAt - other.wanted.dueAt ||
    one.journey.id - other.journey.id
  )
}
