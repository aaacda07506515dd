import type { Journey } from '../../store/journeys'
import type { Turn } from '../facts'
import type { JourneyContext } from '../journey/context'
import { signal } from '../journey/run'
import { decide, type Wanted } from './apply'

/** A call that caps may keep back, and whose it is. */
export interface Ask {
  readonly context: JourneyContext
  readonly journey: Journey
  readonly wanted: Wanted
  /** Gives back the place at its host that was kept for it; null: none was. */
  readonly giveBack: (() => void) | null
}

/**
 * Calls of one turn that caps may keep back contend for what is left of them. They are gathered while the turn moves journeys, and asked at its end: those of the
 * campaign with the higher priority first, then the one that was due first, then the older journey. All of it is in the transaction of the turn, so that
 * exactly as many are reserved as the caps allow. Answers whether there were any.
 */
export function contend({ unit }: Turn): boolean {
  const asks = unit.takeAsks()
  for (const { context, journey, wanted, giveBack } of [...asks].sort(inOrder)) {
    giveBack?.()
    const now = unit.journey(journey)
    // Something else of this turn took the lead on: its call goes with the step that it left (law 5).
    if (now.status !== 'active' || now.step !== wanted.step) continue
    const answer = decide(context, now, wanted, { placeIs: giveBack === null ? 'asked for' : 'kept' })
    if (answer !== undefined) signal(context, now, answer)
  }
  return asks.length > 0
}

function inOrder(one: Ask, other: Ask): number {
  return (
    other.context.campaign.standing.priority - one.context.campaign.standing.priority ||
    one.wanted.dueAt - other.wanted.dueAt ||
    one.journey.id - other.journey.id
  )
}
