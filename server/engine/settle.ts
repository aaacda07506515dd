import { causeOf, type Outcome } from '#shared/call'
import { happenings } from '#shared/rules/happenings'
import { judge } from '#shared/rules/retry'
import type { Reply } from '#shared/world'
import type { Journey } from '../store/journeys'
import type { TouchHead } from '../store/touches'
import type { Work } from '../store/work'
import { waiting } from './apply'
import { hearLate } from './late'
import { loadJourneys, loadLeads, placeOf, type Turn } from './load'
import { signal } from './run'

/**
 * A call on the wire: its touch, which nothing changes meanwhile, and its journey as the last commit left it. Kept in memory because nobody else writes
 * them; after a crash both are read again from their tables.
 */
export interface Flight {
  readonly touch: TouchHead
  /** Of a call that was sent again by hand it may be out of date: its journey goes its own way, and is read when the call lands. */
  journey: Journey
}

/** How a flight ended. */
export interface Landing {
  readonly flight: Flight
  readonly outcome: Outcome
}

/**
 * Takes in how calls ended: keeps the attempt, and makes the touch done, due again, or failed. The journey hears of it by the settling of its touch (law 4): when
 * it left the step meanwhile the touch was given up, and the reply dies here. A dead letter that was sent again moves no journey (see late.ts).
 *
 * Every end of a touch comes by `take`, once: whoever wants to hear of calls in the same transaction listens there.
 */
export function* settle(turn: Turn, landings: readonly Landing[]): Work<void> {
  if (landings.length === 0) return
  yield* loadLeads(turn, new Set(landings.map(l => l.flight.journey.leadId)))
  const resent = landings.filter(l => l.flight.touch.resent !== null).map(l => l.flight.journey.id)
  const moved = resent.length === 0 ? undefined : yield* loadJourneys(turn, resent)
  for (const { flight, outcome } of landings)
    take(turn, outcome, flight.touch, moved?.get(flight.journey.id) ?? flight.journey)
}

function take(turn: Turn, outcome: Outcome, touch: TouchHead, loaded: Journey): void {
  const { env, changes } = turn
  const journey = changes.journey(loaded)
  const place = placeOf(turn, journey)
  const n = touch.attempts + 1
  const judged = judge(outcome, touch.retry, n - (touch.resent?.after ?? 0), changes.now, env.chance.unit())
  // Campaigns have no circles: a journey that stands in the touch's step waits for this touch and no other.
  const isAwaited = journey.status === 'active' && journey.step === touch.step
  const isWanted = isAwaited || touch.resent !== null
  const retryAt = judged.is === 'retry' && isWanted ? judged.at : null
  keep(turn, outcome, touch, journey, n, retryAt)
  const received = judged.is === 'received'
  const ended = { attempts: n, lastStatus: statusOf(outcome), cause: received ? null : causeOf(outcome) }
  if (retryAt !== null) {
    const { campaignId } = journey
    changes.countAttempt(touch, ended)
    const state = waiting(place.campaign.status)
    changes.addTask({
      journeyId: journey.id,
      campaignId,
      step: touch.step,
      type: 'call',
      state,
      dueAt: retryAt,
      touchId: touch.id,
      webhook: null,
    })
    return
  }
  changes.settleTouch(touch, received ? 'received' : isWanted ? 'failed' : 'abandoned', ended)
  if (changes.hears(happenings.webhookCalled)) tellCalled(turn, outcome, touch, journey, { n, received })
  const reply = replyOf(outcome, received ? '' : judged.reason)
  if (touch.resent !== null) hearLate(place, journey, touch, reply)
  else if (isAwaited) signal(place, journey, { type: 'reply', reply })
  // The journey is gone, and the receiver has it all the same.
  else if (received) changes.count(journey, '', 'received')
}

/** As much of an answer as a trigger looks at. */
const SHOWN = 10_000

/** "Webhook is called" (marketo-alm rule 18): once a send, when nothing more is tried. */
function tellCalled(
  { changes }: Turn,
  outcome: Outcome,
  touch: TouchHead,
  journey: Journey,
  { n, received }: { n: number; received: boolean },
): void {
  changes.happen(happenings.webhookCalled, journey.leadId, journey, {
    campaign: journey.campaignId,
    step: touch.step,
    outcome: received ? 'received' : 'failed',
    status: outcome.is === 'answered' ? outcome.status : null,
    attempts: n,
    response: outcome.is === 'answered' ? outcome.body.slice(0, SHOWN) : '',
  })
}

function keep(
  { changes }: Turn,
  outcome: Outcome,
  touch: TouchHead,
  journey: Journey,
  n: number,
  retryAt: number | null,
): void {
  const status = statusOf(outcome)
  const said = outcome.is === 'answered' ? `status ${outcome.status}` : `${outcome.cause}: ${outcome.message}`
  const response = outcome.is === 'answered' ? { headers: outcome.headers, body: outcome.body, cut: outcome.cut } : null
  const startedAt = changes.now - Math.round(outcome.ms)
  changes.addAttempt({ touchId: touch.id, n, startedAt, ms: outcome.ms, status, outcome: said, response })
  changes.note(journey, {
    is: 'attempt',
    step: touch.step,
    touch: touch.id,
    n,
    status,
    outcome: said,
    ms: Math.round(outcome.ms),
    retryAt,
  })
}

function statusOf(outcome: Outcome): number | null {
  return outcome.is === 'answered' ? outcome.status : null
}

function replyOf(outcome: Outcome, reason: string): Reply {
  if (outcome.is === 'answered' && reason === '')
    return {
      is: 'received',
      status: outcome.status,
      body: outcome.body,
      contentType: outcome.headers['content-type'] ?? '',
    }
  return { is: 'failed', status: statusOf(outcome), reason }
}
