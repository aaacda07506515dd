import { type Journey, journeysById } from '../store/journeys'
import { leadsById } from '../store/leads'
import { membershipsOf } from '../store/lists'
import { rotationsOf } from '../store/rotations'
import { touchesAmong, touchesToCount } from '../store/touches'
import type { Work } from '../store/work'
import type { Lead } from '../world'
import type { CompiledVersion } from './campaigns/version'
import type { Applicant, JourneyContext, Turn } from './turn'
import { loadHistory, type Walk } from './work/load-history'

/**
 * Whom a part of a turn is about to decide on. Each of the three is to be thought of, so that nothing is forgotten:
 * `nobody` says that there is none.
 */
export interface Subjects {
  /** Who moves or enters, by our number, or as they were read already: what steps and gates ask about them. */
  readonly leads: readonly (number | Lead)[]
  /**
   * Journeys that may move, by the version that they walk by then: what its conditions ask about the past of their
   * leads, who are known.
   */
  readonly journeys: readonly Walk[]
  /** Leads who may be let in, and where: what their admission asks. */
  readonly entering: readonly Applicant[]
}
export const nobody: readonly never[] = []

/**
 * The one loader (law 2): whatever moves or lets in leads says here whom it is about, and all that will be asked about
 * them is read at once, with a constant number of statements. Where nobody asks, nothing is read.
 */
export function* know(turn: Turn, { leads, journeys, entering }: Subjects): Work<void> {
  const { unit, admission } = turn
  if (leads.length > 0) unit.knowLeads(yield* leadsById(leads.filter(lead => typeof lead === 'number')))
  // Some are about no lead, and are asked about those who are new in this batch as well.
  yield* loadFacts(
    turn,
    leads.map(lead => (typeof lead === 'number' ? lead : lead.id)),
  )
  if (journeys.length > 0) yield* loadHistory(turn, journeys)
  if (entering.length > 0) yield* admission.know(entering)
}

/**
 * What an audience asks about these leads, who are known: of many, most are not let through, and nothing else is read
 * about those.
 */
export function* knowAudience(turn: Turn, version: CompiledVersion, leads: readonly Lead[]): Work<void> {
  turn.unit.knowLeads(leads)
  yield* loadLists(
    turn,
    leads.map(l => l.id),
  )
  yield* loadHistory(
    turn,
    leads.map(({ id: leadId }) => ({ leadId, version })),
  )
}

/**
 * What caps count of leads who are about to be sent to. Nobody else needs it, and a past of 100 sends costs more than all
 * else that happens to its lead: it is read when the calls of a turn contend, and not for whoever only moves.
 */
export function* knowTouches({ unit, registry }: Turn, leadIds: readonly number[]): Work<void> {
  const { ledger } = unit
  const wanted = [...new Set(leadIds)].filter(id => !ledger.knows(id))
  if (wanted.length === 0) return
  const since = unit.now - registry.capReach
  const { changed } = ledger
  const told = changed.length === 0 ? [] : yield* touchesAmong(changed, wanted, since)
  const others = yield* touchesToCount(
    wanted,
    since,
    told.map(touch => touch.id),
  )
  ledger.know(wanted, told, others)
}

/** Reads journeys, and what their moves will ask. */
export function* loadJourneys(turn: Turn, ids: readonly number[]): Work<ReadonlyMap<number, Journey>> {
  const journeys = yield* journeysById([...new Set(ids)])
  yield* know(turn, { leads: leadsOf(journeys), journeys: walks(turn, journeys), entering: nobody })
  return new Map(journeys.map(j => [j.id, j]))
}

/** The leads of journeys, each once. */
export function leadsOf(journeys: readonly Pick<Journey, 'leadId'>[]): readonly number[] {
  return [...new Set(journeys.map(j => j.leadId))]
}

/** Journeys as they walk by now, this batch included. */
export function walks(turn: Turn, journeys: readonly Journey[]): readonly Walk[] {
  return journeys.map(journey => ({
    leadId: journey.leadId,
    version: versionOf(turn, journey),
    step: turn.unit.journey(journey).step,
  }))
}

function* loadFacts(turn: Turn, leadIds: readonly number[]): Work<void> {
  yield* loadLists(turn, leadIds)
  yield* loadRotations(turn)
  yield* turn.admission.knowExecuted(leadIds)
}

function* loadLists({ unit, registry }: Pick<Turn, 'unit' | 'registry'>, leadIds: readonly number[]): Work<void> {
  if (registry.usesLists) unit.lists.know(yield* membershipsOf(leadIds.filter(id => unit.lists.wants(id))))
}

/** Whose turn it is, once a batch, where leads take turns. */
function* loadRotations({ unit, registry }: Pick<Turn, 'unit' | 'registry'>): Work<void> {
  if (registry.rotating.length > 0 && unit.rotations.wantsCounts())
    unit.rotations.know(yield* rotationsOf(registry.rotating))
}

/** The version that a journey walks by now (law 8), this batch included. */
function versionOf({ registry, unit }: Pick<Turn, 'registry' | 'unit'>, loaded: Journey): CompiledVersion | undefined {
  const journey = unit.journey(loaded)
  return registry.find(journey.campaignId)?.versions.get(journey.version)
}

/** Where a journey moves: its campaign and the version that it walks by now (law 8), this batch included. */
export function contextOf(turn: Turn, loaded: Journey): JourneyContext {
  const { env, registry, unit, admission } = turn
  const journey = unit.journey(loaded)
  const campaign = registry.find(journey.campaignId)
  const version = versionOf(turn, journey)
  if (campaign === undefined || version === undefined)
    throw new Error(
      `journey ${journey.id} walks version ${journey.version} of campaign ${journey.campaignId}, which is not there`,
    )
  return { env, registry, unit, admission, campaign, version }
}

/**
 * Where a step lies that a journey was in: in the version that it walks, or, when it was migrated since and the step is
 * not there any more, in the newest one before. For dead letters that are sent again.
 */
export function contextOfStep(turn: Turn, journey: Journey, step: string): JourneyContext {
  const context = contextOf(turn, journey)
  if (context.version.graph.steps[step] !== undefined) return context
  const before = [...context.campaign.versions.values()].filter(
    v => v.version < context.version.version && v.graph.steps[step] !== undefined,
  )
  const newest = before.reduce((a, b) => (b.version > a.version ? b : a), before[0] ?? context.version)
  return { ...context, version: newest }
}
