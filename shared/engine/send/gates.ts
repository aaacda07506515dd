import type { Note } from '../../journal'
import { isCapped, type PastTouch } from '../../rules/caps'
import { type Answered, askGates, hostGates, leadGates } from '../../rules/gates/index'
import { plannedOf } from '../../rules/planned'
import type { RenderedRequest } from '../../rules/webhook-request'
import type { Journey } from '../../store/journeys'
import { queueOfReceiver } from '../../store/queues'
import { factsOf } from '../campaigns/registry'
import { worldOf } from '../journey/context'
import type { JourneyContext } from '../turn'
import { type Host, queueOfCampaign } from './hosts'

/**
 * The answer that decides, and of those who passed: until when all of them hold (ms); null: for longer than a call is
 * on its way.
 */
export interface Asked extends Answered {
  readonly until: number | null
}

/**
 * Facts in, verdict out: asks every gate for one journey that wants to send, and writes each answer into its journal.
 * The last answer decides.
 */
export function askToSend(
  context: JourneyContext,
  journey: Journey,
  step: string,
  { retry, sendNow = false, deferredAt = null }: { retry: boolean; sendNow?: boolean; deferredAt?: number | null },
): Asked {
  const { unit, registry, campaign, version } = context
  const facts = factsOf(registry, campaign, version, step)
  const ask = {
    world: worldOf(context, journey),
    campaign: facts,
    touches: retry || !isCapped(facts.capping) ? nothingSent : pastOf(context, journey.leadId),
    retry,
    sendNow,
    deferredAt,
    planned: plannedOf(journey.memory),
    late: context.late ?? null,
    host: null,
  }
  const answers = askGates(ask, leadGates)
  unit.note(journey, ...answers.flatMap(answer => noteOf(step, answer)))
  const { gate, verdict } = answers.at(-1) ?? { gate: '', verdict: { is: 'pass' } }
  return { gate, verdict, until: holdsUntil(answers) }
}

function holdsUntil(answers: readonly Answered[]): number | null {
  let first: number | null = null
  for (const { verdict } of answers)
    if (verdict.is === 'pass' && verdict.until !== undefined) first = Math.min(first ?? verdict.until, verdict.until)
  return first
}

/**
 * The last gates, when it is known which host the request goes to. Answers the queue in which it has to wait; null: it
 * may leave. One that comes from that very queue and has to wait on says nothing.
 */
export function askHostGates(
  context: JourneyContext,
  journey: Journey,
  step: string,
  { host, request, from }: { readonly host: Host; readonly request: RenderedRequest; readonly from: string | null },
): string | null {
  const { unit, registry, campaign, version } = context
  const { queues } = unit
  const shut = queues.receivers.shutFor(request)
  const facts = queues.factsOf(host, campaign.id, campaign.live.graph.settings.rate ?? null, shut, unit.now)
  if (facts === null) return null
  const world = worldOf(context, journey)
  const ask = { world, campaign: factsOf(registry, campaign, version, step), touches: [], retry: false, host: facts }
  const answer = askGates(ask, hostGates).at(-1)
  if (answer === undefined || answer.verdict.is === 'pass') return null
  const ofCampaign = answer.verdict.saw['of'] === 'campaign'
  const queue = shut !== null ? queueOfReceiver(shut.address) : ofCampaign ? queueOfCampaign(campaign.id) : host.queue
  if (queue !== from) unit.note(journey, ...noteOf(step, answer))
  return queue
}

/** The sends that caps may count, each with what its campaign says now (braze R23). */
function pastOf({ unit, registry }: JourneyContext, leadId: number): readonly PastTouch[] {
  return unit.touchesOf(leadId).map(({ at, plannedAt, status, campaignId }) => ({
    at,
    plannedAt,
    status,
    by: registry.standingOf(campaignId),
  }))
}
const nothingSent: readonly PastTouch[] = []

/** A gate that had nothing to ask stays silent. */
export function noteOf(step: string, { gate, verdict }: Answered): Note[] {
  if (verdict.saw === undefined) return []
  const until = verdict.is === 'hold' ? verdict.until : null
  const code = verdict.is === 'skip' ? (verdict.code ?? null) : null
  return [{ is: 'gate', step, gate, verdict: verdict.is, until, code, saw: verdict.saw }]
}
