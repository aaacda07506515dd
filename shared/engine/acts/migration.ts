import { type Choice, changesAnything, checkPlan, choiceFor, type Plan } from '../../graph/migration'
import type { Graph } from '../../graph/schema'
import { error, type Problem } from '../../problems'
import { insideBy } from '../../rules/counters'
import { insertMigration, latestMigration, openMigration, saveMigration } from '../../store/campaign-migrations'
import { type Count, countsByVersion } from '../../store/counts'
import { activeAfter, type Journey, lastJourneyId } from '../../store/journeys'
import type { Work } from '../../store/work'
import type { LiveCampaign } from '../campaigns/live'
import type { CompiledVersion } from '../campaigns/version'
import { contextOf, know, leadsOf, nobody } from '../facts'
import { leaveNow, migrateTo } from '../journey/run'
import type { Turn } from '../turn'

/**
 * Brings leads who are under way to a newer version of their campaign, by a plan that somebody made when it was
 * published (law 8). Some hundreds a tick, each in the transaction that journals it; how far it has come is stored with
 * what it did, so a crash goes on where it stopped. Each journey has one turn: where it stands at that moment decides.
 */

/** Where leads wait: by version, by step, how many. From the counters, which add up (laws of the simulator). */
export type WaitingByVersion = ReadonlyMap<number, ReadonlyMap<string, number>>

export function waitingIn(counts: readonly Count[]): WaitingByVersion {
  const waiting = new Map<number, Map<string, number>>()
  for (const row of counts) {
    const { version, step } = row
    const sign = insideBy(row)
    if (step === '' || sign === 0) continue
    const ofVersion = waiting.get(version) ?? new Map<string, number>()
    waiting.set(version, ofVersion.set(step, (ofVersion.get(step) ?? 0) + sign * row.n))
  }
  return waiting
}

/** How many leads walk this version. */
export function insideOf(waiting: WaitingByVersion, version: number): number {
  return [...(waiting.get(version)?.values() ?? [])].reduce((sum, n) => sum + n, 0)
}

/** What is wrong with a plan that brings leads of earlier versions to `to`. */
export function* judgePlan(
  campaign: LiveCampaign | undefined,
  plan: Plan,
  to: Pick<CompiledVersion, 'version' | 'graph'>,
): Work<Problem[]> {
  if (plan.length === 0) return []
  const problems = checkPlan(plan, earlierGraphs(campaign, to.version), to.graph)
  const latest = campaign && (yield* latestMigration(campaign.id))
  if (latest?.status !== 'running' || !changesAnything(plan)) return problems
  const message = `Leads are still being moved to version ${latest.to}.`
  return [...problems, error('migration.running', message, 'Wait until that is done, or stop it.', 'migration')]
}

/** The graphs of the versions before `to`, by version. */
export function earlierGraphs(campaign: LiveCampaign | undefined, to: number): ReadonlyMap<number, Graph> {
  const versions = [...(campaign?.versions.values() ?? [])].filter(v => v.version < to)
  return new Map(versions.map(v => [v.version, v.graph]))
}

/** Begins to bring leads to a version that is published. A plan that lets everybody finish needs no work. */
export function* beginMigration(id: string, to: number, plan: Plan, now: number): Work<void> {
  if (!changesAnything(plan)) return
  const waiting = waitingIn(yield* countsByVersion(id))
  const total = [...waiting.keys()].filter(v => v < to).reduce((sum, v) => sum + insideOf(waiting, v), 0)
  yield* insertMigration({
    campaignId: id,
    to,
    plan,
    status: 'running',
    after: 0,
    last: yield* lastJourneyId(),
    total,
    moved: 0,
    exited: 0,
    finishing: 0,
    begunAt: now,
    endedAt: null,
  })
}

/** Stops one that runs. Who was moved stays moved; the others finish on the version they began. */
export function* cancelMigration({ unit }: Turn, id: string): Work<void> {
  const latest = yield* latestMigration(id)
  if (latest?.status === 'running') yield* saveMigration({ ...latest, status: 'cancelled', endedAt: unit.now })
}

/**
 * The next `max` journeys of the oldest migration that is not done. First in its tick, so that journeys stand where the
 * tables say. Answers whether there may be more to do.
 */
export function* continueMigration(turn: Turn, max: number): Work<boolean> {
  const open = yield* openMigration()
  if (open === undefined) return false
  const { unit, registry } = turn
  const campaign = registry.find(open.campaignId)
  const to = campaign?.versions.get(open.to)
  const journeys = yield* activeAfter(open.campaignId, { after: open.after, upTo: open.last }, max)
  const older = journeys.filter(j => j.version < open.to)
  const choices = older.map(journey => ({ journey, choice: choiceFor(open.plan, journey.version, journey.step) }))
  const bound = choices.filter(({ choice }) => choice.as !== 'finish')
  const leads = leadsOf(bound.map(({ journey }) => journey))
  yield* know(turn, { leads, journeys: leads.map(leadId => ({ leadId, version: to })), entering: nobody })
  if (to !== undefined) for (const { journey, choice } of bound) carryOut(turn, journey, choice, to, open.id)
  const exited = bound.filter(({ choice }) => choice.as === 'exit').length
  const isDone = journeys.length < max
  unit.touchedCampaigns.add(open.campaignId)
  yield* saveMigration({
    ...open,
    after: journeys.at(-1)?.id ?? open.after,
    moved: open.moved + bound.length - exited,
    exited: open.exited + exited,
    finishing: open.finishing + older.length - bound.length,
    status: isDone ? 'done' : 'running',
    endedAt: isDone ? unit.now : null,
  })
  return true
}

/** Does what was chosen for one journey. The same code in a tick and in a dry run. */
export function carryOut(turn: Turn, journey: Journey, choice: Choice, to: CompiledVersion, migration: number): void {
  const context = contextOf(turn, journey)
  if (choice.as === 'move' || choice.as === 'stay') migrateTo(context, journey, to, choice, migration)
  if (choice.as !== 'exit') return
  const name = context.version.graph.steps[journey.step]?.name || journey.step
  const said = `Version ${to.version} was published, and leads in "${name}" were to leave.`
  leaveNow(context, journey, 'version', choice.reason.trim() || said)
}
