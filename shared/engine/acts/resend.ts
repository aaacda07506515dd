import type { RenderedRequest } from '../../rules/webhook-request'
import { type ActivityFilter, activityPage, countDead } from '../../store/activity'
import { findResending, insertResending, openResending, saveResending } from '../../store/resends'
import { purgedTouches } from '../../store/retention'
import { type Touch, type TouchStatus, touchesById } from '../../store/touches'
import type { Work } from '../../store/work'
import { contextOf, loadJourneys } from '../facts'
import { positionIn } from '../send/position'
import { waiting } from '../send/send'
import type { Turn } from '../turn'

/**
 * Dead letters go out again by hand. In one transaction a touch turns from failed to reserved and gets a task: from
 * there on it is a call like any other, asked for by the loop, past the gates, out by the one door (law 7), found again
 * after a crash. A second click finds it reserved, and is refused.
 *
 * Caps do not count it twice: the touch was counted when it was first reserved. A pause holds it, and quiet hours do
 * unless `sendNow`.
 */
export interface ResendHow {
  readonly sendNow: boolean
  /** What to send instead, already checked; null: the same bytes. */
  readonly request: RenderedRequest | null
}

/** `refused` names what the touch is instead of a dead letter. */
export type Resend =
  | { readonly is: 'done' }
  | { readonly is: 'unknown' }
  | { readonly is: 'refused'; readonly found: Exclude<TouchStatus, 'failed' | 'uncertain'> | 'purged' }

/**
 * Sends one dead letter again; or one whose arrival is uncertain, which may then arrive twice: whoever asks for it has
 * been told.
 */
export function* resendOne(turn: Turn, id: number, how: ResendHow): Work<Resend> {
  const [touch] = yield* touchesById([id])
  if (touch === undefined) return { is: 'unknown' }
  if (touch.status !== 'failed' && touch.status !== 'uncertain') return { is: 'refused', found: touch.status }
  const sent = yield* resend(turn, [touch], how)
  return sent === 0 ? { is: 'refused', found: 'purged' } : { is: 'done' }
}

/**
 * Begins to send all dead letters again that match, each once: one that dies anew behind it is left alone. Answers the
 * id to follow it by.
 */
export function* beginResending(turn: Turn, filter: ActivityFilter, sendNow: boolean): Work<number> {
  return yield* insertResending({
    filter,
    sendNow,
    status: 'running',
    below: Number.MAX_SAFE_INTEGER,
    total: yield* countDead(filter),
    resent: 0,
    refused: 0,
    begunAt: turn.unit.now,
    endedAt: null,
  })
}

/** Stops one that runs. What was sent again already stays so. */
export function* cancelResending(turn: Turn, id: number): Work<void> {
  const found = yield* findResending(id)
  if (found?.status === 'running') yield* saveResending({ ...found, status: 'cancelled', endedAt: turn.unit.now })
}

/**
 * The next `max` dead letters of the oldest resend that is not done, in the transaction of the tick. Answers whether
 * there may be more to do.
 */
export function* continueResending(turn: Turn, max: number): Work<boolean> {
  const open = yield* openResending()
  if (open === undefined) return false
  const { now } = turn.unit
  const { rows, next } = yield* activityPage(open.filter, { outcome: 'failed', below: open.below, limit: max, now })
  const touches = yield* touchesById(rows.map(row => row.id))
  const sent = yield* resend(turn, touches, { sendNow: open.sendNow, request: null })
  const isDone = next === null
  yield* saveResending({
    ...open,
    below: next ?? 0,
    resent: open.resent + sent,
    refused: open.refused + touches.length - sent,
    status: isDone ? 'done' : 'running',
    endedAt: isDone ? now : null,
  })
  return true
}

/** Answers how many could be: those whose request was purged cannot. */
function* resend(turn: Turn, touches: readonly Touch[], { sendNow, request }: ResendHow): Work<number> {
  const { unit } = turn
  const gone = yield* purgedTouches(touches.map(t => t.id))
  const journeys = yield* loadJourneys(
    turn,
    touches.map(t => t.journeyId),
  )
  let sent = 0
  for (const touch of touches) {
    const journey = journeys.get(touch.journeyId)
    if (journey === undefined || gone.has(touch.id)) continue
    const { id, step, webhookId, attempts, interrupted, status } = touch
    const from = status === 'uncertain' ? status : 'failed'
    const context = contextOf(turn, journey)
    const { campaign } = context
    unit.touches.resend({ id, resent: { at: unit.now, after: attempts - interrupted, sendNow, from }, request })
    unit.note(journey, { is: 'resent', step, touch: id, webhookId, edited: request !== null, sendNow })
    unit.tasks.add({
      journeyId: journey.id,
      campaignId: journey.campaignId,
      step,
      type: 'call',
      state: waiting(campaign.status),
      dueAt: unit.now,
      touchId: id,
      revision: null,
      lane: null,
      ...positionIn(context, journey, unit.now),
    })
    sent++
  }
  return sent
}
