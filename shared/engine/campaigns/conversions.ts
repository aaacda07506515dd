import { evaluate } from '../../rules/conditions'
import { judgeConversion, type ReceivedTouch, worthOf } from '../../rules/conversion'
import { type Counter, count } from '../../rules/counters'
import { nameOfGoal } from '../../rules/goals'
import { internalEvents } from '../../rules/internal-events'
import { type Conversion, conversionsOf } from '../../store/conversions'
import { type Journey, journeysSince } from '../../store/journeys'
import { receivedTouches } from '../../store/touches'
import type { Work } from '../../store/work'
import { plainMs } from '../../time/duration'
import type { LeadEvent } from '../../world'
import type { Turn } from '../turn'
import { type Arrived, tookPlace } from '../work/heard'
import type { LiveCampaign, LiveGoal } from './live'

/**
 * Conversions (braze R28): what an event does for the goals of the campaigns that its lead has entered. Journeys that
 * ended count as long as the window is open, and so does control. Goals are those of the live version, for journeys of
 * every version: what is measured belongs to the campaign, not to the way of a journey (law 8).
 */

/** Journeys that events may convert, by lead, and what their receivers took, by journey. */
export interface Candidates {
  readonly journeys: Map<number, readonly Journey[]>
  readonly touches: ReadonlyMap<number, readonly ReceivedTouch[]>
}

/**
 * Reads what is needed to judge events of these leads by these goals, the oldest of which took place at `earliest`:
 * three statements.
 */
export function* loadCandidates(
  { unit }: Turn,
  aims: readonly { readonly campaign: LiveCampaign; readonly goal: LiveGoal }[],
  leadIds: readonly number[],
  earliest: number,
): Work<Candidates> {
  const nobody: Candidates = { journeys: new Map(), touches: new Map() }
  if (aims.length === 0 || leadIds.length === 0) return nobody
  const campaigns = [...new Set(aims.map(aim => aim.campaign.id))]
  // From the last touch on, an entry of any age may convert.
  const isOpen = aims.some(aim => aim.goal.goal.from === 'last-touch')
  const since = isOpen ? 0 : earliest - Math.max(...aims.map(aim => plainMs(aim.goal.goal.within)))
  const stored = yield* journeysSince(leadIds, campaigns, since)
  const journeys = [...stored, ...begunNow(unit, leadIds, campaigns)]
  if (journeys.length === 0) return nobody
  const rows = yield* conversionsOf(
    journeys.map(j => j.id),
    aims.map(aim => aim.goal.key),
  )
  unit.conversions.know(rows)
  const touches = yield* receivedTouches(
    [...new Set(journeys.map(j => j.leadId))],
    campaigns,
    Math.min(...journeys.map(j => j.enteredAt)),
  )
  return { journeys: gather(journeys, j => j.leadId), touches: gather(touches, t => t.journeyId) }
}

/** Journeys that began in this very turn are in no table yet. */
function begunNow(unit: Turn['unit'], leadIds: readonly number[], campaigns: readonly string[]): Journey[] {
  const begun = [...unit.begunJourneys()]
  if (begun.length === 0) return begun
  const [leads, ofThese] = [new Set(leadIds), new Set(campaigns)]
  return begun.filter(({ leadId, campaignId }) => leads.has(leadId) && ofThese.has(campaignId))
}

export interface Credit {
  readonly journey: Journey
  readonly goal: LiveGoal
  readonly touches: readonly ReceivedTouch[]
  /** The variants that the lead had when the event came in, by step. */
  readonly variants: Conversion['variants']
  /** The event was stored before its goal was there: nobody hears of it now. */
  readonly isLate: boolean
}

/** Counts an event for one journey by one goal, when it counts: row, counters and story. Answers whether it did. */
export function credit(turn: Turn, arrived: Arrived, { journey, goal, touches, variants, isLate }: Credit): boolean {
  const { unit, env } = turn
  const { event, receivedAt } = arrived
  const known = unit.conversions.of(journey.id, goal.key)
  const at = tookPlace(arrived)
  const judged = judgeConversion({
    goal: goal.goal,
    journey: { enteredAt: journey.enteredAt, entryEvent: journey.memory.event?.id ?? null },
    event: { id: event.id, at, receivedAt },
    touches,
    known,
  })
  if (judged.is === 'nothing') return false
  const lead = unit.lead(journey.leadId)
  const zone = lead.zone ?? turn.registry.find(journey.campaignId)?.live.graph.settings.zone ?? 'UTC'
  const sources = { now: receivedAt, zone, lead, memory: { event, response: null } }
  if (!evaluate(goal.goal.where, sources).result) return false

  const { touch, instead } = judged
  if (instead !== null) {
    unit.conversions.drop(instead)
    countConversion(turn, journey, goal, instead, { others: [], by: -1 })
  }
  const worth = worthOf(goal.goal.value, event.properties)
  const money = worth === null || 'refused' in worth ? null : worth
  const row: Conversion = {
    id: env.ids.conversion(),
    journeyId: journey.id,
    goal: goal.key,
    eventId: event.id,
    at,
    receivedAt,
    value: money?.minor ?? null,
    currency: money?.currency ?? null,
    touchId: touch?.id ?? null,
    step: touch?.step ?? null,
    variants,
  }
  countConversion(turn, journey, goal, row, { others: instead === null ? known : [], by: 1 })
  unit.conversions.add(row)
  unit.note(journey, {
    is: 'converted',
    event: event.name,
    eventId: event.id,
    variants: Object.values(variants),
    goal: {
      id: goal.goal.id,
      name: nameOfGoal(goal.goal),
      within: goal.goal.within,
      from: goal.goal.from,
      credit: row.step,
      value: row.value,
      currency: row.currency,
      refused: worth !== null && 'refused' in worth ? worth.refused : null,
      isLate,
      instead: instead?.eventId ?? null,
    },
  })
  // What gave way was heard of: the journey converts once.
  if (!isLate && instead === null) emit(turn, journey, goal, event)
  return true
}

/** Other campaigns may listen for a conversion. */
function emit({ unit }: Turn, journey: Journey, { goal }: LiveGoal, event: LeadEvent): void {
  if (!unit.hears(internalEvents.converted)) return
  unit.emit(internalEvents.converted, journey.leadId, journey, {
    campaign: journey.campaignId,
    goal: goal.id,
    goal_name: nameOfGoal(goal),
    event: event.name,
    event_id: event.id,
  })
}

/**
 * The counters of a conversion (rules/counters.ts lists them). `others`: what the journey was credited with by this goal
 * beside it; a journey converts once, however often it is counted. `by`: -1 takes back what gives way.
 */
function countConversion(
  { unit, registry }: Turn,
  journey: Journey,
  { key, isPrimary }: LiveGoal,
  { value, currency, step: credited, variants }: Conversion,
  { others, by }: { readonly others: readonly Conversion[]; readonly by: 1 | -1 },
): void {
  const mine = count.ofGoal(key)
  const cohort = registry.find(journey.campaignId)?.cohort ?? null
  const worth = value === null || currency === null || value === 0 ? undefined : { currency, n: by * value }
  if (others.length === 0) {
    unit.count(journey, '', mine.converted(), by)
    if (isPrimary) unit.count(journey, '', count.converted, by)
  }
  unit.count(journey, '', mine.times(), by)
  if (worth !== undefined) unit.count(journey, '', mine.value(worth.currency), worth.n)
  for (const [step, variant] of Object.entries(variants)) {
    // A lead who was moved converts in the version whose weights drew it.
    const version = journey.memory.drawnIn?.[step]?.[variant] ?? journey.version
    const drawn = { campaignId: journey.campaignId, version, enteredAt: journey.enteredAt }
    const inBoth = (what: Counter) => {
      unit.count(drawn, step, what, by)
      unit.countInCohort(drawn, cohort, { step, what, by })
    }
    if (!others.some(other => other.variants[step] === variant)) {
      inBoth(mine.converted(variant))
      if (isPrimary) unit.count(drawn, step, count.convertedBy(variant), by)
      if (journey.isFirst) {
        inBoth(mine.first(variant))
        if (isPrimary) unit.count(drawn, step, count.convertedFirst(variant), by)
      }
    }
    unit.count(drawn, step, mine.times(variant), by)
    if (worth !== undefined) unit.count(drawn, step, mine.value(worth.currency, variant), worth.n)
  }
  if (credited === null) return
  unit.count(journey, credited, mine.credit(), by)
  if (worth !== undefined) unit.count(journey, credited, mine.creditValue(worth.currency), worth.n)
}

/** Rows by a key of theirs, in their order. */
export function gather<T>(rows: readonly T[], keyOf: (row: T) => number): Map<number, readonly T[]> {
  const groups = new Map<number, T[]>()
  for (const row of rows) {
    const known = groups.get(keyOf(row))
    if (known === undefined) groups.set(keyOf(row), [row])
    else known.push(row)
  }
  return groups
}
