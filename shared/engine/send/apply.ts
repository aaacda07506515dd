import type { Effect, EffectOf, EffectType } from '../../effects'
import { type JsonObject, own } from '../../json'
import { nextDepth } from '../../rules/depth'
import { internalEvents, listEvents } from '../../rules/internal-events'
import { plannedOf } from '../../rules/planned'
import type { Journey } from '../../store/journeys'
import type { Task } from '../../store/tasks'
import type { Signal } from '../../world'
import { execute } from '../journey/execute'
import { listNotices } from '../subscriptions/notices'
import type { JourneyContext } from '../turn'
import { send, waiting } from './send'

/** Performs one effect in the unit of work. What it answers is a signal that the journey hears at once. */
type Perform<T extends EffectType> = (
  context: JourneyContext,
  journey: Journey,
  effect: EffectOf<T>,
  dueAt: number,
) => Signal | undefined

/** One performer for each effect: complete, or it does not compile. */
const performers: { readonly [T in EffectType]: Perform<T> } = {
  'timer.set': ({ unit, campaign }, journey, { step, at }) => {
    unit.tasks.add({
      ...taskOf(journey, step),
      type: 'timer',
      state: waiting(campaign.status),
      dueAt: at,
      ...inNoLine,
    })
    return undefined
  },
  'webhook.call': (context, journey, { step, webhook }, dueAt) =>
    send(context, journey, { step, webhook, dueAt, from: null, deferredAt: null }),
  'lead.update': ({ unit }, journey, { set, clear }) => {
    const lead = unit.lead(journey.leadId)
    const attributes = Object.fromEntries(
      Object.entries({ ...lead.attributes, ...set }).filter(([field]) => !clear.includes(field)),
    )
    const unchanged =
      Object.keys(set).every(field => own(lead.attributes, field) === set[field]) &&
      !clear.some(field => own(lead.attributes, field) !== undefined)
    if (!unchanged) {
      const changed = { ...lead, attributes }
      unit.changeLead(changed)
      unit.attributesChanged(lead, changed, journey)
    }
    return undefined
  },
  'event.await': ({ unit }, journey, { events }) => {
    unit.awaited.add(journey, events)
    return undefined
  },
  'event.emit': (context, journey, { step, event: name, properties, depth }) => {
    const event = { ...eventOf(context, journey, step, name, properties), depth }
    context.unit.addToOutbox({ ...outboxItemOf(context, journey, step), type: 'event', event })
    return undefined
  },
  'campaign.request': (context, journey, { step, campaign: campaignId, properties, depth }) => {
    const event = { ...eventOf(context, journey, step, internalEvents.requested, properties), depth }
    context.unit.addToOutbox({ ...outboxItemOf(context, journey, step), type: 'request', campaignId, event })
    return undefined
  },
  'campaign.execute': (context, journey, { step, campaign, properties, tokens }) =>
    execute(context, journey, {
      campaign,
      tokens,
      event: eventOf(context, journey, step, internalEvents.executed, properties),
    }),
  'campaign.leave': (context, journey, { step, campaign: campaignId, reason }) => {
    context.unit.addToOutbox({ ...outboxItemOf(context, journey, step), type: 'leave', campaignId, reason })
    return undefined
  },
  'list.change': (context, journey, { step, list, change }) => {
    const { unit, registry } = context
    const told = listEvents[change]
    const depth = nextDepth(journey.memory)
    if (!unit.lists.change(journey.leadId, list, change)) return undefined
    unit.notices?.tell(listNotices[change], { lead: journey.leadId }, { listId: list })
    if (depth === undefined || !registry.listensFor(told)) return undefined
    const event = { ...eventOf(context, journey, step, told, { list }), depth }
    unit.addToOutbox({ ...outboxItemOf(context, journey, step), type: 'event', event })
    return undefined
  },
  'rotation.advance': ({ unit }, { campaignId }, { step, rotation, share }) => {
    unit.rotations.advance(campaignId, step, rotation, share)
    return undefined
  },
  'tasks.clear': ({ unit, version }, journey, { step }) => {
    unit.clearStep(journey, step)
    if (version.hears.steps.has(step)) unit.awaited.stop(journey)
    return undefined
  },
  /** Written down by run.ts with the journey itself; a way that ends by itself has nothing under way. */
  'journey.end': () => undefined,
}

/** `dueAt`: when that which moved the journey took place. */
export function perform(context: JourneyContext, journey: Journey, effect: Effect, dueAt: number): Signal | undefined {
  return (performers[effect.type] as Perform<EffectType>)(context, journey, effect, dueAt)
}

/** An event that a journey makes. Its id is derived, never drawn: the same move makes the same event. */
function eventOf(context: JourneyContext, journey: Journey, step: string, name: string, properties: JsonObject) {
  const { env, unit, version } = context
  const id = `$${env.epoch}.${journey.id}.${journey.rev}.${step}`
  const isOfBatch = version.admits.mode === 'batch' || journey.memory.event?.batch === true
  const planned = plannedOf(journey.memory)
  return {
    id,
    name,
    at: unit.now,
    properties,
    ...(isOfBatch ? ({ batch: true } as const) : {}),
    ...(planned === null ? {} : { planned }),
  }
}

/** Timers wait for their instant alone. */
const inNoLine = { level: 0, rank: 0 }

function outboxItemOf({ unit }: JourneyContext, { id, leadId }: Journey, step: string) {
  return { leadId, asker: { journeyId: id, step }, askedAt: unit.now }
}

function taskOf(
  journey: Journey,
  step: string,
): Pick<Task, 'journeyId' | 'campaignId' | 'step' | 'touchId' | 'revision' | 'lane'> {
  return { journeyId: journey.id, campaignId: journey.campaignId, step, touchId: null, revision: null, lane: null }
}
