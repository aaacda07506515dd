import { causeOf, type Outcome, unreadBecause, type Withdrawal } from '../../call'
import { count } from '../../rules/counters'
import { countsReceipts } from '../../rules/entry'
import { internalEvents } from '../../rules/internal-events'
import { type Judged, judge } from '../../rules/retry'
import { type Journey, journeysById } from '../../store/journeys'
import { headOf, interruptedOnce, type TouchHead } from '../../store/touches'
import type { Work } from '../../store/work'
import type { AnswerText, Reply } from '../../world'
import { contextOf, contextOfStep, know, leadsOf, loadJourneys, nobody, walks } from '../facts'
import { hearLate } from '../journey/late'
import { leavesByOrder, signal } from '../journey/run'
import type { JourneyContext, Turn } from '../turn'
import type { Flight, Landing } from './flights'
import { positionIn } from './position'
import { waiting } from './send'

/**
 * At start: calls that may be made once only, and were on the wire when the process died, end without an answer. They
 * are not made again; each takes the way of what is uncertain.
 */
export function* interrupted(): Work<Landing[]> {
  const touches = yield* interruptedOnce()
  const journeys = new Map((yield* journeysById(touches.map(t => t.journeyId))).map(j => [j.id, j]))
  const message = 'Hookline stopped while the call was under way. Whether it arrived is not known.'
  return touches.flatMap(touch => {
    const journey = journeys.get(touch.journeyId)
    const end: Outcome = { touch: touch.id, ms: 0, is: 'unreachable', cause: 'reset', message, sent: true }
    return journey === undefined
      ? []
      : [{ flight: { touch: headOf(touch), journey, taken: null, givenUp: false }, end }]
  })
}

/**
 * Takes in how calls ended: keeps the attempt, and makes the touch done, due again, or failed. The journey hears of it
 * by the settling of its touch (law 4): when it left the step meanwhile the touch was given up, and the reply dies
 * here. A dead letter that was sent again moves no journey (see late.ts).
 *
 * Every end of a touch comes by `take`, once: whoever wants to hear of calls in the same transaction listens there.
 */
export function* settle(turn: Turn, all: readonly Landing[]): Work<void> {
  // Of a lead that was deleted meanwhile nothing is kept any more (engine/acts/lead-acts).
  const landings = all.filter(({ flight }) => flight.journey.leadId > 0)
  if (landings.length === 0) return
  const journeys = landings.map(l => l.flight.journey)
  yield* know(turn, { leads: leadsOf(journeys), journeys: walks(turn, journeys), entering: nobody })
  const apart = landings.filter(l => l.flight.touch.resent !== null || l.flight.givenUp).map(l => l.flight.journey.id)
  const moved = apart.length === 0 ? undefined : yield* loadJourneys(turn, apart)
  for (const { flight, end } of landings) {
    const journey = moved?.get(flight.journey.id) ?? flight.journey
    if (end.is === 'withdrawn') takeBack(turn, end, flight, journey)
    else take(turn, end, flight, journey)
  }
}

function take(turn: Turn, outcome: Outcome, flight: Flight, loaded: Journey): void {
  const { env, unit } = turn
  const { touch, taken } = flight
  const journey = unit.journey(loaded)
  const context = contextOf(turn, journey)
  const n = touch.attempts + 1
  // Sent again by hand, its retries begin anew, and its old time limit is over.
  const { terms, resent } = touch
  const plan = resent === null ? terms : { ...terms, giveUpAt: null }
  const tried = n - touch.interrupted - (resent?.after ?? 0)
  const judged = judge(outcome, plan, tried, unit.now, env.chance.unit())
  const isAwaited = isWaitedFor(context, journey, flight)
  const isWanted = isAwaited || touch.resent !== null
  const retryAt = judged.is === 'retry' && isWanted ? judged.at : null
  keep(turn, outcome, touch, journey, n, retryAt)
  tellReceiver(turn, outcome, { touch, taken }, journey)
  const received = judged.is === 'received'
  const ended = { attempts: n, lastStatus: statusOf(outcome), cause: received ? null : causeOf(outcome) }
  if (retryAt !== null) {
    const { campaignId } = journey
    unit.touches.countAttempt(touch, ended)
    const state = waiting(context.campaign.status)
    unit.tasks.add({
      journeyId: journey.id,
      campaignId,
      step: touch.step,
      type: 'call',
      state,
      touchId: touch.id,
      revision: null,
      dueAt: retryAt,
      lane: null,
      ...positionIn(context, journey, retryAt),
    })
    return
  }
  const lost = judged.is === 'uncertain' ? 'uncertain' : 'failed'
  unit.touches.settle(touch, received ? 'received' : isWanted ? lost : 'abandoned', ended)
  if (isAwaited) unit.touches.hasItsAnswer(touch)
  if (!received) unit.mayBeFree(journey.leadId)
  if (received && countsReceipts(context.campaign.live.graph.settings.entry)) unit.receive(journey)
  if (unit.hears(internalEvents.webhookCalled)) tellCalled(turn, outcome, touch, journey, { n, received })
  const reply = replyOf(outcome, judged)
  if (resent !== null) hearLate(contextOfStep(turn, journey, touch.step), journey, touch, reply)
  else if (isAwaited) signal(context, journey, { type: 'reply', reply })
  // The journey is gone, and the receiver has it all the same.
  else if (received) unit.count(journey, '', count.received)
}

/**
 * Does the journey wait for this call? Campaigns have no circles, and who is migrated away gives its call up: a journey
 * that stands in the touch's step waits for this touch and no other. In a campaign that is aborted it leaves here, as
 * does who is being taken out.
 */
function isWaitedFor(context: JourneyContext, journey: Journey, { touch, givenUp }: Flight): boolean {
  const { unit } = context
  const isGivenUp = givenUp || unit.wasMigratedFrom(journey.id, touch.step)
  leavesByOrder(context, journey)
  return !isGivenUp && unit.journey(journey).status === 'active' && journey.step === touch.step
}

/** How long a call waits that a fault of our own kept here, unless it says so itself (ms). */
const OURS_MS = 5_000

/**
 * A call came back of which nothing has left (law 14). No attempt was made and no cap counts it. Who still waits for it
 * asks all gates again; one that was tried before stays the same send.
 */
function takeBack(turn: Turn, { why, message, inMs = OURS_MS }: Withdrawal, flight: Flight, loaded: Journey): void {
  const { unit } = turn
  const { touch } = flight
  const journey = unit.journey(loaded)
  const context = contextOf(turn, journey)
  const isAwaited = isWaitedFor(context, journey, flight)
  const isWanted = isAwaited || touch.resent !== null
  const neverTried = touch.attempts === 0 && touch.resent === null
  unit.note(journey, { is: 'taken-back', step: touch.step, touch: touch.id, why: isWanted ? why : 'left', message })
  if (neverTried) unit.touches.undo(touch)
  unit.mayBeFree(journey.leadId)
  if (!isWanted) {
    const { attempts } = touch
    if (!neverTried) unit.touches.settle(touch, 'abandoned', { attempts, lastStatus: null, cause: null })
    return
  }
  const dueAt = unit.now + (why === 'ours' ? inMs : 0)
  unit.tasks.add({
    journeyId: journey.id,
    campaignId: journey.campaignId,
    step: touch.step,
    type: 'call',
    state: waiting(context.campaign.status),
    dueAt,
    touchId: neverTried ? null : touch.id,
    revision: context.version.takes.get(touch.step)?.revision ?? null,
    lane: null,
    ...positionIn(context, journey, dueAt),
  })
}

/** The receiver is told how its call ended. One that our own end interrupted says nothing about it (delivery R20). */
function tellReceiver(
  { unit }: Turn,
  outcome: Outcome,
  { touch, taken }: Pick<Flight, 'touch' | 'taken'>,
  { campaignId }: Journey,
): void {
  if (taken === null) return
  const { receiver, step, terms } = touch
  unit.queues.receivers.landed({ receiver, campaignId, step, answers: terms.answers }, outcome, unit.now)
}

/** As much of an answer as a trigger looks at. */
const SHOWN = 10_000

/** "Webhook is called" (marketo-alm rule 18): once a send, when nothing more is tried. */
function tellCalled(
  { unit }: Turn,
  outcome: Outcome,
  touch: TouchHead,
  journey: Journey,
  { n, received }: { n: number; received: boolean },
): void {
  unit.emit(internalEvents.webhookCalled, journey.leadId, journey, {
    campaign: journey.campaignId,
    step: touch.step,
    outcome: received ? 'received' : 'failed',
    status: outcome.is === 'answered' ? outcome.status : null,
    attempts: n,
    response: outcome.is === 'answered' ? outcome.body.slice(0, SHOWN) : '',
  })
}

function keep(
  { unit }: Turn,
  outcome: Outcome,
  touch: TouchHead,
  journey: Journey,
  n: number,
  retryAt: number | null,
): void {
  const status = statusOf(outcome)
  const said = outcome.is === 'answered' ? `status ${outcome.status}` : `${outcome.cause}: ${outcome.message}`
  const response = outcome.is === 'answered' ? { headers: outcome.headers, body: outcome.body, cut: outcome.cut } : null
  const startedAt = unit.now - Math.round(outcome.ms)
  unit.touches.addAttempt({ touchId: touch.id, n, startedAt, ms: outcome.ms, status, outcome: said, response })
  unit.note(journey, {
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

function replyOf(outcome: Outcome, judged: Judged): Reply {
  if (judged.is === 'uncertain') return { is: 'uncertain', reason: judged.reason }
  if (outcome.is === 'unreachable') {
    const reason = judged.is === 'received' ? outcome.message : judged.reason
    return judged.is === 'failed' && judged.timedOut
      ? { is: 'timed-out', reason }
      : { is: 'failed', status: null, reason }
  }
  const { status } = outcome
  if (judged.is === 'received') return { is: 'received', status, ...textOf(outcome) }
  return { is: 'failed', status, reason: judged.reason, ...textOf(outcome) }
}

function textOf(answered: Extract<Outcome, { is: 'answered' }>): AnswerText {
  const { body, headers } = answered
  const unread = unreadBecause(answered)
  return { body, contentType: headers['content-type'] ?? '', ...(unread !== undefined && { unread }) }
}
