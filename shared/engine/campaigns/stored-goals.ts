import type { Graph } from '../../graph/schema'
import { definitionOf, type Goal } from '../../rules/goals'
import type { Conversion } from '../../store/conversions'
import { countByGoal } from '../../store/counts'
import { eventsBetween, stretchOfEvents } from '../../store/events'
import { goalsOf, insertGoal, openGoal, type StoredGoal, saveGoal } from '../../store/goals'
import { assignmentsOf } from '../../store/journal'
import type { Journey } from '../../store/journeys'
import { leadsById } from '../../store/leads'
import type { Work } from '../../store/work'
import type { Turn } from '../turn'
import { tookPlace } from '../work/heard'
import { credit, gather, loadCandidates } from './conversions'
import type { LiveCampaign, LiveGoal } from './live'

/**
 * Goals that are added (or changed) while leads are inside count as if they had been there from the beginning: in the
 * background the stored events are gone through by their ids, some hundreds a tick. How far it has come is stored with
 * what it found, so a crash goes on where it stopped. Events that come in meanwhile are counted as they come; one that
 * the walk meets again is known by its id.
 */

/** Events that are looked at in a tick, and ids that are counted in one: a few ms each. */
const STRETCH = 1000
const COUNTED = 20_000

/** At a launch: what is to be counted from now on. `before`: the version that was live until now. */
export function* beginGoals(campaignId: string, graph: Graph, before: Graph | undefined, now: number): Work<void> {
  const goals = graph.settings.goals
  const old = before?.settings.goals ?? []
  const stored = yield* goalsOf(campaignId)
  const keys: number[] = []
  for (const goal of goals) {
    const row = stored.find(s => isRowOf(s, goal))
    const isNew = !old.some(other => other.id === goal.id && definitionOf(other) === definitionOf(goal))
    // Nobody is inside before the first launch.
    const status = before === undefined ? 'done' : 'counting'
    const begun = { status, afterEvent: '', total: 0, looked: 0, found: 0, begunAt: now, endedAt: null } as const
    if (row === undefined) {
      const definition = definitionOf(goal)
      keys.push(yield* insertGoal({ campaignId, goal: goal.id, definition, ...begun }))
    } else {
      keys.push(row.id)
      if (isNew) yield* saveGoal({ ...row, ...begun })
    }
  }
  const [first] = old
  const wasPrimary = first && stored.find(s => isRowOf(s, first))?.id
  if (before !== undefined && wasPrimary !== keys[0]) yield* countByGoal(campaignId, keys[0] ?? null)
}

function isRowOf(row: StoredGoal, goal: Goal): boolean {
  return row.goal === goal.id && row.definition === definitionOf(goal)
}

/**
 * The next stretch of events for the oldest goal that is not through, in the transaction of the tick. Answers whether
 * there may be more to do.
 */
export function* continueGoals(turn: Turn): Work<boolean> {
  const open = yield* openGoal()
  if (open === undefined) return false
  const campaign = turn.registry.find(open.campaignId)
  const goal = campaign?.goals.find(g => g.key === open.id)
  if (campaign === undefined || goal === undefined) {
    // It is not live any more; it begins anew when it comes back.
    yield* saveGoal({ ...open, status: 'cancelled', endedAt: turn.unit.now })
    return true
  }
  turn.unit.touchedCampaigns.add(campaign.id)
  yield* saveGoal(open.status === 'counting' ? yield* countEvents(open) : yield* walk(turn, campaign, goal, open))
  return true
}

/**
 * Stops one that runs, or lets one that was stopped go on from there; else nothing changes. What was found stays.
 * Answers how it stands.
 */
export function* steerGoal({ unit }: Turn, row: StoredGoal, to: 'cancelled' | 'running'): Work<StoredGoal> {
  const may = to === 'running' ? ['cancelled'] : ['counting', 'running']
  if (!may.includes(row.status)) return row
  unit.touchedCampaigns.add(row.campaignId)
  const steered = to === 'running' ? goingOn(row) : ({ ...row, status: to, endedAt: unit.now } as const)
  yield* saveGoal(steered)
  return steered
}

/** Stopped while it was counting, it does not know yet how many there are, and counts anew. */
function goingOn(row: StoredGoal): StoredGoal {
  return row.looked > 0
    ? { ...row, status: 'running', endedAt: null }
    : { ...row, status: 'counting', afterEvent: '', total: 0, endedAt: null }
}

/** How many there are, for the progress; a table of millions is counted in pieces, so that nobody waits for it. */
function* countEvents(open: StoredGoal): Work<StoredGoal> {
  const { n, last } = yield* stretchOfEvents(open.afterEvent, COUNTED)
  const total = open.total + n
  return n < COUNTED || last === null
    ? { ...open, total, status: 'running', afterEvent: '' }
    : { ...open, total, afterEvent: last }
}

function* walk(turn: Turn, campaign: LiveCampaign, goal: LiveGoal, open: StoredGoal): Work<StoredGoal> {
  const { unit } = turn
  const { n, last } = yield* stretchOfEvents(open.afterEvent, STRETCH)
  const events = last === null ? [] : yield* eventsBetween(goal.goal.event, open.afterEvent, last)
  const leadIds = [...new Set(events.map(e => e.leadId))]
  unit.knowLeads(yield* leadsById(leadIds))
  const earliest = Math.min(...events.map(tookPlace))
  const { journeys, touches } = yield* loadCandidates(turn, [{ campaign, goal }], leadIds, earliest)
  const variants = yield* variantsOf([...journeys.values()].flat())
  let found = 0
  for (const arrived of events)
    for (const loaded of journeys.get(arrived.leadId) ?? []) {
      const journey = unit.journey(loaded)
      const isCounted = credit(turn, arrived, {
        journey,
        goal,
        touches: touches.get(journey.id) ?? [],
        variants: variants(journey, arrived.receivedAt),
        isLate: true,
      })
      if (isCounted) found++
    }
  const isDone = n < STRETCH
  return {
    ...open,
    afterEvent: last ?? open.afterEvent,
    looked: open.looked + n,
    found: open.found + found,
    status: isDone ? 'done' : 'running',
    endedAt: isDone ? unit.now : null,
  }
}

/** Which variants a journey had at an instant: its journal says when each was given. */
function* variantsOf(journeys: readonly Journey[]): Work<(journey: Journey, at: number) => Conversion['variants']> {
  const split = journeys.filter(j => Object.keys(j.memory.variants).length > 0).map(j => j.id)
  const given = gather(yield* assignmentsOf(split), g => g.journeyId)
  return (journey, at) =>
    Object.fromEntries((given.get(journey.id) ?? []).filter(g => g.at <= at).map(g => [g.step, g.variant]))
}
