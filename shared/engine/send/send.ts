import { renderRequest } from '../../render'
import { withTrust } from '../../rules/auth'
import { isCapped } from '../../rules/caps'
import { originOf } from '../../rules/check-request'
import { asProfile } from '../../rules/content-type'
import { termsOf } from '../../rules/delivery'
import type { Verdict } from '../../rules/gates/gate'
import type { Answered } from '../../rules/gates/index'
import { inLanguage } from '../../rules/languages'
import { plannedOf } from '../../rules/planned'
import type { Webhook } from '../../rules/webhook'
import type { Journey } from '../../store/journeys'
import type { Task, TaskState } from '../../store/tasks'
import type { Signal } from '../../world'
import { worldOf } from '../journey/context'
import type { JourneyContext } from '../turn'
import { isSpent } from '../work/effort'
import { askHostGates, askToSend } from './gates'
import type { Host } from './hosts'
import { positionIn } from './position'
import type { CappedSend, Wanted } from './wanted'

/**
 * A call that caps may keep back is decided with the others of the turn (contend.ts); any other at once. Two roads on
 * purpose, to one decision (`decide`):
 *
 * - All at once would give a cap's last place to whoever moves first, and not to the campaign with the higher priority.
 * - All at the end would change what leads get. A call without caps is reserved in the move that comes to it, so that
 *   an event which takes the lead on later in the same turn finds it sent, and a verdict that skips it lets the journey
 *   go on before the next event of the turn is heard. It would also keep an object for every call of the turn and sort
 *   them, on the way of leads that no cap speaks of.
 */
export function send(context: JourneyContext, journey: Journey, wanted: Wanted): Signal | undefined {
  const { unit } = context
  const { step, webhook, from } = wanted
  if (!mayBeCapped(context, step)) return decide(context, journey, wanted, { placeIs: 'asked for' })
  if (from?.lane == null) {
    unit.ask(cappedSend(context, journey, wanted, null))
    return undefined
  }
  // Who was pulled because it is its turn gets its place now, in the order of the queue, and keeps it: a newcomer that
  // no cap speaks of would take it.
  const host = hostOf(context, journey, webhook)
  if (unit.hasRoom(host, webhook.delivery.repeat))
    unit.ask(cappedSend(context, journey, wanted, unit.queues.keepPlace(host)))
  else wait(context, journey, wanted, { ...from, lane: host.queue, dueAt: unit.now, heldBy: null })
  return undefined
}

function cappedSend(
  { campaign, version, late }: JourneyContext,
  journey: Journey,
  wanted: Wanted,
  giveBack: CappedSend['giveBack'],
): CappedSend {
  return { campaign, version, late, journey, wanted, giveBack }
}

/** Does any rule speak of this send? Where there are no caps at all, nothing is looked at. */
function mayBeCapped({ registry, campaign, version }: JourneyContext, step: string): boolean {
  if (registry.capReach === 0) return false
  return isCapped(registry.cappingOf(campaign, version, step))
}

/**
 * The one way to a send (law 7): asks every gate, then reserves the touch and fixes its bytes in this transaction. The
 * call leaves after the commit, at once, because there is a place for it: who finds none waits in the queue of the
 * host, and all gates are asked when its turn comes (law 14). Rendering here and not after the commit is what makes a
 * resend after a crash the same bytes under the same id. `placeIs`: whether its place at the host was kept for it in
 * this turn, or is asked for now.
 */
export function decide(
  context: JourneyContext,
  journey: Journey,
  wanted: Wanted,
  { placeIs }: { readonly placeIs: 'kept' | 'asked for' },
): Signal | undefined {
  const { unit, campaign } = context
  const { step, webhook, from, deferredAt } = wanted
  const host = hostOf(context, journey, webhook)
  const { level, rank } = from ?? positionIn(context, journey, unit.now)
  // Who has waited in a queue was pulled because it is its turn.
  const first = from?.lane == null ? unit.queues.before(host, level) : null
  if (first !== null) unit.note(journey, { is: 'queued', step, host: host.name, level, first })
  const hasPlace = placeIs === 'kept' || unit.hasRoom(host, webhook.delivery.repeat)
  if (first !== null || !hasPlace || isSpent(unit.effort)) {
    wait(context, journey, wanted, { lane: host.queue, dueAt: unit.now, level, rank, heldBy: null })
    return undefined
  }
  const answered = askToSend(context, journey, step, { retry: false, deferredAt })
  if (isRefused(answered)) return refusal(answered)
  const { verdict, until } = answered
  if (verdict.is === 'hold') {
    const dueAt = verdict.until ?? unit.now
    const since = verdict.deferredAt ?? deferredAt
    const position = positionIn(context, journey, dueAt)
    const heldBy = verdict.until === null ? null : answered.gate
    const state = verdict.until === null ? 'parked' : waiting(campaign.status)
    wait(context, journey, { ...wanted, deferredAt: since }, { lane: null, dueAt, ...position, heldBy }, state)
    return undefined
  }
  const rendered = renderRequest(asProfile(webhook.request, webhook.profile), {
    world: worldOf(context, journey),
    memory: journey.memory,
    campaign: { id: campaign.id, name: campaign.name },
  })
  if (rendered.is === 'aborted') return { type: 'reply', reply: { is: 'aborted', reason: rendered.reason } }
  if (rendered.is === 'broken') return { type: 'reply', reply: { is: 'failed', status: null, reason: rendered.reason } }
  const queue = askHostGates(context, journey, step, { host, request: rendered.request, from: from?.lane ?? null })
  if (queue !== null) {
    wait(context, journey, wanted, { lane: queue, dueAt: unit.now, level, rank, heldBy: null })
    return undefined
  }
  const touch = unit.touches.add({
    webhookId: `hl_${context.env.epoch}_${journey.id}_${journey.rev}`,
    journeyId: journey.id,
    leadId: journey.leadId,
    campaignId: journey.campaignId,
    step,
    reservedAt: unit.now,
    plannedAt: plannedOf(journey.memory)?.at ?? null,
    status: 'reserved',
    attempts: 0,
    interrupted: 0,
    terms: termsOf(webhook, unit.now),
    request: withTrust(rendered.request, webhook),
    resent: null,
  })
  for (const what of rendered.notes ?? []) unit.note(journey, { is: 'noted', step, what })
  unit.note(journey, { is: 'calls', step, touch: touch.id, webhookId: touch.webhookId, profile: webhook.profile })
  unit.call(touch, journey, host, until)
  return undefined
}

/**
 * Where a webhook goes for this lead, before it is rendered: the host of an address never comes from a lead (delivery
 * R33).
 */
function hostOf({ unit, env }: JourneyContext, { leadId }: Journey, { request }: Webhook): Host {
  const { url } = inLanguage(request, unit.lead(leadId).attributes)
  return unit.queues.host(originOf(url.trim(), env.system.sandbox).origin)
}

/**
 * A call that may not leave yet: nothing is reserved, and all gates are asked again when its instant or its turn has
 * come.
 */
function wait(
  { unit, campaign, version }: JourneyContext,
  journey: Journey,
  { step, deferredAt, from }: Wanted,
  { lane, dueAt, level, rank, heldBy = null }: Pick<Task, 'lane' | 'dueAt' | 'level' | 'rank' | 'heldBy'>,
  state: TaskState = waiting(campaign.status),
): void {
  const revision = version.takes.get(step)?.revision ?? null
  if (from !== null) {
    unit.tasks.move(from, { state, dueAt, lane, level, rank, revision, deferredAt, heldBy })
    return
  }
  // A plain literal: by spreads it took 9 us a call instead of 1.
  unit.tasks.add({
    journeyId: journey.id,
    campaignId: journey.campaignId,
    step,
    type: 'call',
    state,
    dueAt,
    touchId: null,
    revision,
    lane,
    level,
    rank,
    deferredAt,
    heldBy,
  })
}

/** What the journey hears of a verdict after which nothing is sent. */
export function refusal({ gate, verdict: { is, reason } }: Refused): Signal {
  return { type: 'reply', reply: { is: is === 'skip' ? 'skipped' : 'exited', reason, gate } }
}

/** A gate, and its answer that nothing is sent. */
export type Refused = Answered & { readonly verdict: Extract<Verdict, { is: 'skip' | 'exit' }> }

export function isRefused(answered: Answered): answered is Refused {
  return answered.verdict.is === 'skip' || answered.verdict.is === 'exit'
}

/** While the campaign is paused, what falls due waits for the resume. */
export function waiting(status: 'live' | 'paused' | 'stopped'): TaskState {
  return status === 'paused' ? 'parked' : 'ready'
}
