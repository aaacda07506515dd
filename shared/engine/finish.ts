import type { Work } from '../store/work'
import { deliver } from './entry/deliver'
import { joinEntryQueue } from './entry/entry-queue'
import { lookBack } from './entry/past'
import { askChanged } from './journey/exits'
import { contend } from './send/contend'
import type { Turn } from './turn'

/**
 * The end of every turn: what happened in it is delivered, calls that caps may keep back are decided, and all of it is
 * written down. Answers whether something is left for the next.
 */
export function* finish(turn: Turn): Work<boolean> {
  yield* lookBack(turn)
  let left = yield* deliver(turn)
  yield* askChanged(turn)
  // What is decided now may set off more, which is delivered in this turn, too.
  while (yield* contend(turn)) {
    left = (yield* deliver(turn)) || left
    yield* askChanged(turn)
  }
  const isQueued = yield* joinEntryQueue(turn)
  yield* turn.unit.write()
  yield* turn.admission.write()
  return left || isQueued
}
