import { rankOf } from '../../rules/queue'
import { endsWhatWasTried } from '../../rules/receiver'
import type { Webhook } from '../../rules/webhook'
import type { Journey } from '../../store/journeys'
import type { Task } from '../../store/tasks'
import { type Touch, touchesById } from '../../store/touches'
import type { Work } from '../../store/work'
import { contextOf, contextOfStep, loadJourneys } from '../facts'
import { askHostGates, askToSend } from '../send/gates'
import { seenOff } from '../send/receivers'
import { isRefused, type Refused, refusal, send, waiting } from '../send/send'
import type { JourneyContext, Turn } from '../turn'
import { leavesBeforeSend } from './exits'
import { contextLate, leaveLate } from './lateness'
import { signal } from './run'

/**
 * Takes tasks that fell due: timers that ended, calls that were held, calls that are tried again. Ends of waits for
 * events are left to `ends`.
 */
export function* wake(turn: Turn, due: readonly Task[], ends: Ends): Work<void> {
  if (due.length === 0) return
  const touches = new Map((yield* touchesById(due.flatMap(t => t.touchId ?? []))).map(t => [t.id, t]))
  const journeys = yield* loadJourneys(
    turn,
    due.map(t => t.journeyId),
  )
  for (const task of due) {
    const journey = journeys.get(task.journeyId)
    if (journey === undefined)
      throw new Error(`task ${task.id} belongs to journey ${task.journeyId}, which is not there`)
    const touch = task.touchId === null ? undefined : touches.get(task.touchId)
    if (touch?.resent == null && isVoid(turn, journey, task)) continue
    const context = touch?.resent == null ? contextOf(turn, journey) : contextOfStep(turn, journey, task.step)
    if (task.type === 'timer' && context.version.hears.steps.has(task.step)) ends.add(context, journey, task)
    else if (task.type === 'timer') fire(context, journey, task)
    else if (touch === undefined) askAgain(context, journey, task)
    else callAgain(context, journey, task, touch)
  }
}

/** Law 5: this batch has ended the journey, or taken it out of the step, before its task is looked at. */
function isVoid({ unit }: Turn, loaded: Journey, { step }: Task): boolean {
  const journey = unit.journey(loaded)
  return journey.status !== 'active' || journey.step !== step || unit.wasMigratedFrom(journey.id, step)
}

/** Law 4: the signal is delivered by deleting the task. */
function fire(onTime: JourneyContext, journey: Journey, task: Task): void {
  const context = contextLate(onTime, journey, task)
  context.unit.tasks.delete(task.id)
  if (leaveLate(context, journey)) return
  signal(context, journey, { type: 'timer' }, task.dueAt)
}

/**
 * Waits for events that end in this batch. They end in the order of time with the events that came in with them: an
 * event at the very end, or before it, is heard first; one after it finds the lead a step further.
 */
export class Ends {
  readonly #byLead = new Map<
    number,
    { readonly context: JourneyContext; readonly journey: Journey; readonly task: Task }[]
  >()

  add(context: JourneyContext, journey: Journey, task: Task): void {
    const ofLead = this.#byLead.get(journey.leadId)
    if (ofLead === undefined) this.#byLead.set(journey.leadId, [{ context, journey, task }])
    else ofLead.push({ context, journey, task })
  }

  /** When the first wait of this lead ended (ms). */
  first(leadId: number): number | undefined {
    const ofLead = this.#byLead.get(leadId)
    return ofLead && Math.min(...ofLead.map(({ task }) => task.dueAt))
  }

  /** The waits of this lead that ended before this instant. Answers whether there may have been any. */
  before(leadId: number, at: number): boolean {
    const ofLead = this.#byLead.get(leadId)
    if (ofLead === undefined) return false
    const over = ofLead.filter(({ task }) => task.dueAt < at)
    this.#byLead.set(
      leadId,
      ofLead.filter(({ task }) => task.dueAt >= at),
    )
    this.#fire(over)
    return over.length > 0
  }

  /** All that are left. */
  rest(): void {
    for (const ofLead of this.#byLead.values()) this.#fire(ofLead)
    this.#byLead.clear()
  }

  #fire(over: readonly { readonly context: JourneyContext; readonly journey: Journey; readonly task: Task }[]): void {
    for (const { context, journey, task } of over) {
      const now = context.unit.journey(journey)
      // An event of this batch took the lead on, and the task with it (law 5).
      if (now.status === 'active' && now.step === task.step) fire(context, journey, task)
    }
  }
}

/**
 * A call that a gate held: all gates are asked again, at its instant, for the webhook as it is by now. Nothing of it
 * was fixed yet.
 */
function askAgain(onTime: JourneyContext, loaded: Journey, task: Task): void {
  const { unit, version } = onTime
  const journey = unit.journey(loaded)
  unit.tasks.delete(task.id)
  // Only steps that call webhooks hold calls, and their config is one: it was parsed by its kind's schema.
  const webhook = version.graph.steps[task.step]?.config as (Webhook & { readonly webhook: string }) | undefined
  if (journey.status !== 'active' || webhook === undefined) return
  if (leavesBeforeSend(onTime, journey, { begun: false })) return
  const context = contextLate(onTime, journey, task)
  if (leaveLate(context, journey)) return
  const now = version.takes.get(task.step)
  // In the version that it was brought to meanwhile, the step may have a webhook of its own.
  if (webhook.webhook !== '' && task.revision !== null && task.revision !== now?.revision)
    unit.note(journey, { is: 'noted', step: task.step, what: sayChanged(now) })
  const { step, dueAt, deferredAt = null } = task
  const answer = send(context, journey, { step, webhook, dueAt, from: task, deferredAt })
  if (answer !== undefined) signal(context, journey, answer)
}

function sayChanged(now: { readonly name: string; readonly revision: number } | undefined): string {
  return now === undefined
    ? 'The library webhook was deleted while this call was held: it is sent by the copy that the step holds.'
    : `The webhook "${now.name}" was changed while this call was held: it is sent as it is now (revision ${now.revision}).`
}

/**
 * A retry, a dead letter that is sent again, or a call that was under way when the process died: the same bytes under
 * the same id, unless it is night by now.
 */
function callAgain(onTime: JourneyContext, loaded: Journey, task: Task, touch: Touch): void {
  const { unit, campaign } = onTime
  const journey = unit.journey(loaded)
  const isResent = touch.resent !== null
  if (!isResent && leavesBeforeSend(onTime, journey, { begun: touch.attempts > 0 })) return
  const context = isResent ? onTime : contextLate(onTime, journey, task)
  if (leaveLate(context, journey)) return
  const answered = askToSend(context, journey, task.step, { retry: true, sendNow: touch.resent?.sendNow ?? false })
  const { verdict, until } = answered
  if (verdict.is === 'hold') {
    const state = verdict.until === null ? 'parked' : waiting(campaign.status)
    const dueAt = verdict.until ?? task.dueAt
    const heldBy = verdict.until === null ? null : answered.gate
    unit.tasks.move(task, { ...task, state, dueAt, lane: null, rank: rankOf(task.level, dueAt), heldBy })
    return
  }
  if (isRefused(answered)) {
    keptHere(context, journey, task, touch, answered)
    return
  }
  const shut = unit.queues.receivers.shutFor(touch.request)
  if (shut !== null && !isResent && touch.attempts > 0 && endsWhatWasTried(shut.failing.off)) {
    giveUp(context, journey, task, touch, `${seenOff(shut).receiver} was switched off after the last attempt`)
    return
  }
  const host = unit.queues.host(touch.request.url)
  const queue = askHostGates(context, journey, task.step, { host, request: touch.request, from: task.lane })
  if (queue !== null || !unit.hasRoom(host, touch.terms.repeat)) {
    const behind = queue ?? host.queue
    if (behind === task.lane) unit.queues.wait(behind, task.level)
    else unit.tasks.move(task, { ...task, state: waiting(campaign.status), dueAt: unit.now, lane: behind })
    return
  }
  unit.tasks.delete(task.id)
  unit.call(touch, journey, host, until)
}

/**
 * A gate refused what was tried before. Nothing is on the wire: the touch ends here, or nobody would ever settle it.
 * One that was sent again by hand is what it was, failed or uncertain: no attempt was made since that could tell
 * otherwise.
 */
function keptHere(
  context: JourneyContext,
  journey: Journey,
  task: Task,
  touch: Touch,
  { gate, verdict }: Refused,
): void {
  const { unit } = context
  const { id, step, attempts, resent } = touch
  unit.tasks.delete(task.id)
  if (resent !== null) {
    unit.touches.restore(touch, resent.from)
    unit.note(journey, {
      is: 'resend-ended',
      step,
      touch: id,
      as: 'skipped',
      reason: verdict.reason,
      still: resent.from,
    })
    return
  }
  unit.touches.settle(touch, 'failed', { attempts, lastStatus: null, cause: 'skipped' })
  unit.mayBeFree(journey.leadId)
  unit.touches.hasItsAnswer(touch)
  signal(context, journey, refusal({ gate, verdict: { ...verdict, reason: sayTried(verdict.reason, attempts) } }))
}

/** Its receiver will not be called again: the lead came before it was switched off, and does not wait for it. */
function giveUp(context: JourneyContext, journey: Journey, task: Task, touch: Touch, reason: string): void {
  const { unit } = context
  const { attempts } = touch
  unit.tasks.delete(task.id)
  unit.touches.settle(touch, 'failed', { attempts, lastStatus: null, cause: 'switched-off' })
  unit.mayBeFree(journey.leadId)
  unit.touches.hasItsAnswer(touch)
  signal(context, journey, { type: 'reply', reply: { is: 'failed', status: null, reason: sayTried(reason, attempts) } })
}

/** Whoever reads "not sent" must know that something may have arrived all the same. */
function sayTried(reason: string, attempts: number): string {
  if (attempts === 0) return reason
  return `${reason}; before that ${attempts === 1 ? 'one attempt was' : `${attempts} attempts were`} made, and may have arrived`
}
