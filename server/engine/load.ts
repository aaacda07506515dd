import type { Env } from '../env'
import { type Journey, journeysById } from '../store/journeys'
import { leadsById } from '../store/leads'
import { membershipsOf } from '../store/lists'
import { rotationsOf } from '../store/rotations'
import { countingTouches } from '../store/touches'
import type { Work } from '../store/work'
import type { Changes } from './changes'
import type { Door } from './door'
import { loadHistory } from './history'
import type { Machines, Version } from './machines'
import type { Place } from './place'

/** What every part of a tick shares. */
export interface Turn {
  readonly env: Env
  readonly machines: Machines
  readonly changes: Changes
  readonly door: Door
}

/** Loads journeys with their leads and the facts that the gates will ask for: one statement each, whatever the size of the batch. */
export function* loadJourneys(turn: Turn, ids: readonly number[]): Work<ReadonlyMap<number, Journey>> {
  const journeys = yield* journeysById([...new Set(ids)])
  yield* loadLeads(turn, new Set(journeys.map(j => j.leadId)))
  yield* loadHistory(
    turn,
    journeys.map(journey => ({ leadId: journey.leadId, version: versionOf(turn, journey) })),
  )
  return new Map(journeys.map(j => [j.id, j]))
}

export function* loadLeads(turn: Turn, ids: ReadonlySet<number>): Work<void> {
  turn.changes.knowLeads(yield* leadsById([...ids]))
  yield* loadFacts(turn, [...ids])
}

/** What steps and gates will ask of these leads beside their attributes. Where nobody asks, nothing is read. */
export function* loadFacts(turn: Turn, leadIds: readonly number[]): Work<void> {
  yield* loadTouches(turn, leadIds)
  yield* loadLists(turn, leadIds)
  yield* loadRotations(turn)
  yield* turn.door.knowExecuted(leadIds)
}

export function* loadLists(
  { changes, machines }: Pick<Turn, 'changes' | 'machines'>,
  leadIds: readonly number[],
): Work<void> {
  if (machines.usesLists) changes.knowMembers(yield* membershipsOf(leadIds.filter(id => changes.wantsLists(id))))
}

/** Whose turn it is, once a batch, where leads take turns. */
function* loadRotations({ changes, machines }: Pick<Turn, 'changes' | 'machines'>): Work<void> {
  if (machines.rotating.length > 0 && changes.rotations.wantsCounts())
    changes.rotations.know(yield* rotationsOf(machines.rotating))
}

/** Touches count for caps only; where nobody has caps, nobody asks. */
function* loadTouches(
  { changes, machines }: Pick<Turn, 'changes' | 'machines'>,
  leadIds: readonly number[],
): Work<void> {
  const fresh = machines.capReach === 0 ? [] : leadIds.filter(id => changes.ledger.wants(id))
  changes.ledger.know(yield* countingTouches(fresh, changes.now - machines.capReach))
}

/** The version that a journey walks by now (law 8), this batch included. */
export function versionOf(
  { machines, changes }: Pick<Turn, 'machines' | 'changes'>,
  loaded: Journey,
): Version | undefined {
  const journey = changes.journey(loaded)
  return machines.find(journey.campaignId)?.versions.get(journey.version)
}

/** Where a journey moves: its campaign and the version that it walks by now (law 8), this batch included. */
export function placeOf(turn: Turn, loaded: Journey): Place {
  const { env, machines, changes, door } = turn
  const journey = changes.journey(loaded)
  const campaign = machines.find(journey.campaignId)
  const version = versionOf(turn, journey)
  if (campaign === undefined || version === undefined)
    throw new Error(
      `journey ${journey.id} walks version ${journey.version} of campaign ${journey.campaignId}, which is not there`,
    )
  return { env, machines, changes, door, campaign, version }
}

/**
 * Where a step lies that a journey was in: in the version that it walks, or, when it was migrated since and the step is not there any more, in the newest
 * one before. For dead letters that are sent again.
 */
export function placeOfStep(turn: Turn, journey: Journey, step: string): Place {
  const place = placeOf(turn, journey)
  if (place.version.graph.steps[step] !== undefined) return place
  const before = [...place.campaign.versions.values()].filter(
    v => v.version < place.version.version && v.graph.steps[step] !== undefined,
  )
  const newest = before.reduce((a, b) => (b.version > a.version ? b : a), before[0] ?? place.version)
  return { ...place, version: newest }
}
