import type { ExitCause } from '../../effects'
import { entryOf } from '../../graph/schema'
import { advance, type Crossing, end, exit, type Moved, migrate, start } from '../../journey/journey'
import { count } from '../../rules/counters'
import { entryTime } from '../../rules/entry'
import type { Exits } from '../../rules/exits'
import type { Leaving } from '../../rules/leaving'
import type { Journey } from '../../store/journeys'
import { type LeadEvent, noMemory, type Planned, type Signal, type World } from '../../world'
import type { CompiledVersion } from '../campaigns/version'
import { perform } from '../send/apply'
import type { JourneyContext } from '../turn'
import { checkPast, worldOf } from './context'

/**
 * The only caller of `start`, `advance` and `migrate` (law 1). What a move asks for is performed at once by apply.ts; a
 * gate that answers on the spot (skipped, broken template) comes back as a signal, and the journey goes on in the same
 * batch.
 *
 * Law 11: a lead whose decision throws is parked as failed, with its error in the journal; the batch goes on.
 */

/** How a lead comes in, beside the event. */
export type Entry = Pick<Journey, 'entryKey' | 'isFirst'> & {
  /** The run that lets the lead in, of a batch. */
  readonly planned: Planned | null
}

/** Lets a lead into a campaign version. The entry rules have been asked. */
export function enter(
  context: JourneyContext,
  leadId: number,
  event: LeadEvent | null,
  { entryKey, isFirst, planned }: Entry,
): Journey {
  const { env, unit, campaign, version } = context
  const journey: Journey = {
    id: env.ids.journey(),
    campaignId: campaign.id,
    version: version.version,
    leadId,
    step: entryOf(version.graph)?.[0] ?? '',
    memory: { ...noMemory, event },
    status: 'active',
    rev: 0,
    enteredAt: entryTime(event, unit.now),
    plannedAt: planned?.at ?? null,
    endedAt: null,
    entryKey,
    isFirst,
  }
  unit.addJourney(journey)
  unit.count(journey, '', count.entered)
  follow(context, journey, world => start(version.compiled, world, event, planned), event?.at)
  return unit.journey(journey)
}

/**
 * Gives a signal to a journey. False when nothing hears it any more: late signals die here (law 4). `happenedAt`: when
 * a timer was due. In a campaign that is aborted nobody goes on: who is moved leaves, also before their turn has come
 * (engine/acts/remove.ts).
 */
export function signal(context: JourneyContext, loaded: Journey, heard: Signal, happenedAt?: number): boolean {
  const journey = context.unit.journey(loaded)
  if (journey.status !== 'active') return false
  if (leavesByOrder(context, journey)) return true
  const at = heard.type === 'event' ? heard.event.at : happenedAt
  return follow(context, journey, world => advance(context.version.compiled, journey, world, heard), at)
}

/**
 * Its campaign is aborted, or somebody takes it out with many others, and its turn in that has not come: it leaves now,
 * and is sent nothing any more (law 14). True when it did.
 */
export function leavesByOrder(context: JourneyContext, loaded: Journey): boolean {
  const { unit, campaign, registry } = context
  const journey = unit.journey(loaded)
  if (campaign.emptying) {
    leaveNow(context, journey, 'abort', sayStopped(campaign.stopReason))
    return true
  }
  const removal = registry.removalOf(journey)
  if (removal === undefined || journey.status !== 'active') return false
  unit.leftEarly(removal.id)
  leaveNow(context, journey, 'by-hand', sayRemoved('by hand', removal.reason))
  return true
}

/** Ends a journey from outside: its campaign was stopped, say. Everything pending goes with it. */
export function leaveNow(context: JourneyContext, loaded: Journey, cause: ExitCause, reason: string): void {
  const journey = context.unit.journey(loaded)
  if (journey.status !== 'active') return
  goOn(context, journey, end(journey, 'exited', reason, cause), undefined)
}

/**
 * Brings a journey into another version of its campaign (law 8), and walks it to the first step that waits there. It is
 * counted out of the one and into the other. `migration`: the id of the plan that asked for it.
 */
export function migrateTo(
  context: JourneyContext,
  loaded: Journey,
  to: CompiledVersion,
  how: Crossing,
  migration: number,
): void {
  const { unit, version: from } = context
  const journey = unit.journey(loaded)
  if (journey.status !== 'active') return
  const { exit: leaving } = journey.memory
  // The step is over, and with that the lead leaves who was to leave at its end (braze R29).
  if (how.as === 'move' && leaving !== undefined) {
    leaveBy(context, journey, leaving, 'at-once')
    return
  }
  // Law 5 in the words of the version that is left: only there is it known what the step may have left pending.
  if (how.as === 'move') perform(context, journey, { type: 'tasks.clear', step: journey.step }, unit.now)
  else {
    if (from.hears.steps.has(journey.step)) unit.awaited.stop(journey)
    unit.asksAnew(journey.leadId)
  }
  const arrived = { ...journey, version: to.version }
  unit.changeVersion(arrived, to.version, how.as === 'move' ? journey.step : null)
  for (const step of ['', journey.step]) {
    unit.count(journey, step, count.moved)
    unit.count(arrived, step, count.moved, -1)
  }
  const passage = { from, to, migration }
  follow({ ...context, version: to }, arrived, world => migrate(passage, journey, world, how))
}

/** An exit of the campaign fits: the journey ends, or will when its step is over (braze R29). */
export function leaveBy(context: JourneyContext, loaded: Journey, leaving: Leaving, when: Exits['when']): void {
  const journey = context.unit.journey(loaded)
  if (journey.status === 'active') goOn(context, journey, exit(journey, leaving, when), undefined)
}

/** Why a journey ended that somebody took out: `by hand`, or by a campaign. */
export function sayRemoved(by: string, reason: string): string {
  return `Removed ${by}${reason === '' ? '' : `: ${reason}`}`
}

/** Why leads leave who are inside when their campaign is aborted. */
export function sayStopped(reason: string): string {
  return reason === '' ? 'The campaign was stopped.' : `The campaign was stopped: ${reason}`
}

type Move = (world: World) => Moved | undefined

/** Makes a move, and all that follow from it at once. False when it moved nobody. */
function follow(context: JourneyContext, journey: Journey, move: Move, happenedAt?: number): boolean {
  const made = attempt(context, journey, move, happenedAt)
  if (made === undefined) return false
  goOn(context, journey, made, happenedAt)
  return true
}

function goOn(context: JourneyContext, from: Journey, first: Moved, happenedAt: number | undefined): void {
  let journey = from
  let made: Moved | undefined = first
  while (made !== undefined) {
    journey = record(context, journey, made)
    const dueAt = happenedAt ?? context.unit.now
    const answer = made.effects.map(effect => perform(context, journey, effect, dueAt)).find(a => a !== undefined)
    if (answer === undefined) return
    made = attempt(context, journey, world => advance(context.version.compiled, journey, world, answer), happenedAt)
  }
}

function attempt(context: JourneyContext, journey: Journey, move: Move, happenedAt?: number): Moved | undefined {
  checkPast(context, journey)
  try {
    return move(worldOf(context, journey, happenedAt))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    context.env.log.error({ journey: journey.id, step: journey.step, err: error }, 'a journey was parked')
    context.unit.note(journey, { is: 'parked', step: journey.step, reason })
    const parked = end(journey, 'failed', `Could not go on: ${reason}`)
    // A journey that could not even begin stands in its entry step: say that it came there, so that the numbers add up.
    return journey.rev > 0 ? parked : { ...parked, notes: [{ is: 'entered', step: journey.step }, ...parked.notes] }
  }
}

/** Saves where the journey stands now, writes the story and counts. */
function record({ unit, campaign }: JourneyContext, journey: Journey, { step, memory, notes, ended }: Moved): Journey {
  // A plain literal: see UnitOfWork.addTouch.
  const saved: Journey = {
    id: journey.id,
    campaignId: journey.campaignId,
    version: journey.version,
    leadId: journey.leadId,
    step,
    memory,
    status: ended?.as ?? 'active',
    rev: journey.rev + 1,
    enteredAt: journey.enteredAt,
    plannedAt: journey.plannedAt,
    endedAt: ended === null ? null : unit.now,
    entryKey: journey.entryKey,
    isFirst: journey.isFirst,
  }
  unit.saveJourney(saved)
  unit.note(saved, ...notes)
  if (!isSplit(journey) && isSplit(saved)) unit.countHour(saved, 'entered')
  for (const note of notes) {
    if (note.is === 'entered') unit.count(saved, note.step, count.entered)
    if (note.is === 'left') unit.count(saved, note.step, count.left(note.port))
    if (note.is === 'left' && note.instead !== undefined)
      unit.count(saved, note.step, count.instead(note.instead, note.port))
    // Who keeps its variant was counted when it got it.
    if (note.is === 'assigned' && note.by?.is !== 'kept') {
      const { step, variant } = note
      for (const counter of saved.isFirst ? [count.assigned, count.assignedFirst] : [count.assigned]) {
        const what = counter(variant)
        unit.count(saved, step, what)
        unit.countInCohort(saved, campaign.cohort, { step, what })
      }
    }
    if (note.is === 'migrated' && note.how === 'move') unit.count(saved, note.step, count.moved)
    if (note.is === 'replied') {
      const what = countOfReply[note.reply]
      unit.count(saved, '', count[what])
      if (what === 'skipped') unit.count(saved, note.step, count.unsent(note.reply, note.gate ?? 'template'))
    }
  }
  if (ended !== null) {
    if (isSplit(saved)) unit.countHour(saved, 'over')
    unit.count(saved, '', count[ended.as])
    if (ended.as === 'exited') unit.count(saved, '', count.exit(ended.cause ?? `step:${ended.step}`))
    const fellOff = notes.some(note => note.is === 'left' && note.to === null)
    if (!fellOff) unit.count(saved, step, count.ended)
  }
  return saved
}

/** Was it given a variant anywhere? */
function isSplit({ memory: { variants } }: Journey): boolean {
  for (const _ in variants) return true
  return false
}

/** What the report adds up: received, not received in spite of trying, not sent. */
const countOfReply = {
  received: 'received',
  failed: 'undelivered',
  'timed-out': 'undelivered',
  uncertain: 'undelivered',
  skipped: 'skipped',
  exited: 'skipped',
  aborted: 'skipped',
} as const
