import { plainMs } from '../../time/duration'
import type { Decide, Routing } from '../experiments'
import { banditWeights } from '../statistics/bandit'
import type { CountedShare } from '../statistics/judge'
import { decideWinner } from '../statistics/winner'
import type { StratifiedShare } from './counted'
import type { Split, StoredExperiment } from './split'

/** How an experiment goes on: from what was decided so far, and what was counted, to what is decided now. */

/**
 * An experiment with nothing decided: it began with the first lead, who has just come. undefined while none has come.
 */
export function begun(
  campaignId: string,
  { step, decide: { as } }: Split,
  counted: readonly StratifiedShare[],
  now: number,
): StoredExperiment | undefined {
  if (as === 'keep' || counted.every(({ entered }) => entered === 0)) return undefined
  return freshExperiment(campaignId, step, { sinceVersion: 1, startedAt: now })
}

/** An experiment at its start. */
export function freshExperiment(
  campaignId: string,
  step: string,
  from: Pick<StoredExperiment, 'sinceVersion' | 'startedAt'>,
): StoredExperiment {
  return { campaignId, step, ...from, ...undecided, decidedBy: 'rule', weights: null, weighedAt: null }
}

/** What a row says while nothing is decided. */
export const undecided = { state: 'testing', decidedAt: null, winner: null, ahead: null, seen: null } as const

/** The experiment after this look. What somebody decided by hand stays. */
export function decide(
  known: StoredExperiment | undefined,
  rule: Decide,
  counted: readonly StratifiedShare[],
  { now, window }: { readonly now: number; readonly window: number },
): StoredExperiment | undefined {
  if (known === undefined || known.decidedBy === 'hand') return known
  if (rule.as === 'bandit') return weigh(known, counted, now)
  if (rule.as === 'keep' || known.state === 'mixed') return known
  if (known.state === 'won' && counted.some(({ id }) => id === known.winner)) return known
  const decision = decideWinner(counted, rule, { since: known.startedAt, now, window })
  if (decision.is === 'testing') return { ...known, ...undecided }
  const seen = seenBy(counted)
  return decision.is === 'mixed'
    ? { ...known, ...undecided, state: 'mixed', decidedAt: now, seen }
    : { ...known, state: 'won', decidedAt: now, winner: decision.winner, ahead: decision.ahead, seen }
}

function weigh(known: StoredExperiment, counted: readonly CountedShare[], now: number): StoredExperiment {
  const variants = counted.filter(({ isControl }) => !isControl)
  const playing = variants.filter(({ weight }) => weight > 0)
  const whole = playing.reduce((sum, { weight }) => sum + weight, 0)
  const none = Object.fromEntries(variants.map(({ id }) => [id, 0]))
  const weights = { ...none, ...banditWeights(playing, whole) }
  if (JSON.stringify(weights) === JSON.stringify(known.weights)) return known
  return { ...known, weights, weighedAt: now }
}

/** What a decision saw, kept with it. */
export function seenBy(counted: readonly StratifiedShare[]): NonNullable<StoredExperiment['seen']> {
  return Object.fromEntries(
    counted.map(({ id, entered, conversions, strata }) => [id, { entered, conversions, strata }]),
  )
}

/**
 * When the time of the rule is up, and when the windows of the leads who came until then are over; only while the rule
 * waits for that.
 */
export function endOf(
  { state, decidedBy, startedAt }: StoredExperiment,
  rule: Decide,
  window: number,
): readonly number[] {
  const waits = state === 'testing' && decidedBy === 'rule'
  if (!waits || rule.as !== 'winner' || rule.time === null) return []
  const upAt = startedAt + plainMs(rule.time)
  return [upAt, upAt + window]
}

/** What replaces the weights for leads who come now; undefined when the weights of the config hold. */
export function routeOf(
  { state, decidedBy, decidedAt, startedAt, winner, ahead, weights, weighedAt }: StoredExperiment,
  { decide: { as } }: Split,
): Routing | undefined {
  if (state === 'won' && winner !== null && (decidedBy === 'hand' || as === 'winner'))
    return { is: 'winner', variant: winner, since: decidedAt ?? startedAt, by: decidedBy, ahead }
  if (decidedBy === 'rule' && as === 'bandit' && weights !== null)
    return { is: 'weights', weights, since: weighedAt ?? startedAt }
  return undefined
}
