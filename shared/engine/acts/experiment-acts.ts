import type { ExperimentAct } from '../../api/experiments'
import { splitsOf, splitsOfStep } from '../../graph/experiments'
import { byGoal, closedOf, countedShares } from '../../rules/experiments/counted'
import { freshExperiment, seenBy, undecided } from '../../rules/experiments/decide'
import type { Split } from '../../rules/experiments/split'
import {
  findCampaign,
  findVersion,
  publish,
  type StoredCampaign,
  type StoredVersion,
  setStatus,
  versionsOf,
} from '../../store/campaigns'
import { cohortsOf } from '../../store/cohorts'
import { findExperiment, saveExperiment } from '../../store/experiments'
import { liveGoalsOf } from '../../store/goals'
import { adoptRuns } from '../../store/runs'
import type { Work } from '../../store/work'

/** How a decision by hand went. What was not done has changed nothing. */
export type Decided =
  | { readonly is: 'done' | 'not-running' | 'no-split' }
  /** `variants`: those that there are. */
  | { readonly is: 'no-variant'; readonly variants: readonly string[] }

/** What somebody decides about an experiment of the live version. The registry is to be refreshed behind it. */
export function* decideByHand(id: string, step: string, act: ExperimentAct, now: number): Work<Decided> {
  const campaign = yield* findCampaign(id)
  const live = campaign?.liveVersion == null ? undefined : yield* findVersion(id, campaign.liveVersion)
  if (campaign === undefined || live === undefined || campaign.status === 'stopped') return { is: 'not-running' }
  const split = splitsOf(live).find(s => s.step === step)
  if (split === undefined) return { is: 'no-split' }
  if (act.do === 'start-anew') return yield* startAnew(campaign, live, step, now)
  const known = (yield* findExperiment(id, step)) ?? freshExperiment(id, step, { sinceVersion: 1, startedAt: now })
  if (act.do === 'go-on-testing') {
    yield* saveExperiment({ ...known, ...undecided, decidedBy: 'hand' })
    return { is: 'done' }
  }
  return yield* sendTo(live, split, known, act.variant, now)
}

/** Everybody but control; nobody can be sent into control (braze R27). */
function* sendTo(
  { graph }: StoredVersion,
  split: Split,
  known: ReturnType<typeof freshExperiment>,
  winner: string,
  now: number,
): Work<Decided> {
  const variants = split.shares.filter(({ isControl }) => !isControl).map(({ id }) => id)
  if (!variants.includes(winner)) return { is: 'no-variant', variants }
  const splits = splitsOfStep(split.step, yield* versionsOf(known.campaignId))
  const [primary] = yield* liveGoalsOf(known.campaignId, graph)
  const { closed } = closedOf(yield* cohortsOf([known.campaignId]), graph.settings.goals[0], now)
  const question = { since: known.sinceVersion, converted: byGoal(primary?.id ?? null) }
  const seen = seenBy(countedShares(split, splits, closed, question))
  yield* saveExperiment({ ...known, state: 'won', decidedBy: 'hand', decidedAt: now, winner, ahead: null, seen })
  return { is: 'done' }
}

/**
 * Publishes the live graph once more: counters are kept by version, so leads who entered before, and what they convert
 * to later, stay out of the new count.
 */
function* startAnew(
  { id, status }: StoredCampaign,
  { version, graph }: StoredVersion,
  step: string,
  now: number,
): Work<Decided> {
  const next = version + 1
  yield* publish({ campaignId: id, version: next, graph, publishedAt: now })
  yield* setStatus(id, status, false, now)
  yield* adoptRuns(id, next)
  yield* saveExperiment(freshExperiment(id, step, { sinceVersion: next, startedAt: now }))
  return { is: 'done' }
}
