import { plainMs } from '../../time/duration'
import type { Ahead, Decide } from '../experiments'
import { type CountedShare, controlOf, digitsFor, points, RISK } from './judge'
import { differenceInterval, type Interval } from './sequential'

export type WinnerRule = Extract<Decide, { as: 'winner' }>

/** What the results say at this moment. */
export type Decision =
  | { readonly is: 'testing' }
  | { readonly is: 'won'; readonly winner: string; readonly ahead: Ahead }
  /** The time to decide has come, nobody is significantly ahead, and the rule says to leave it at that. */
  | { readonly is: 'mixed' }

/**
 * Is there a winner? It may be asked after any number of leads, as often as one likes, about those whose goal window is
 * over (shared/rules/cohorts.ts). `since`: when the first lead came, `now`, and how long the `window` is: all ms.
 *
 * A winner is a variant whose always-valid interval (sequential.ts: Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas,
 * "Time-uniform central limit theory and asymptotic confidence sequences", Annals of Statistics 52, 2024) excludes zero
 * against every other group, control included, each at RISK / (groups - 1). Then a variant that is not the best is
 * chosen in at most 5 % of experiments, over all looks together: it would have to be called ahead of one that is at
 * least as good, and with k equal groups that is at most k / 2 one-sided errors of RISK / (k - 1) each. Control never
 * wins: nobody can be sent into it (braze R27).
 */
export function decideWinner(
  all: readonly CountedShare[],
  { leads, time, ifNone }: WinnerRule,
  { since, now, window = 0 }: { readonly since: number; readonly now: number; readonly window?: number },
): Decision {
  const shares = all.filter(({ weight }) => weight > 0)
  const isTooEarly =
    (leads !== null && shares.some(({ entered }) => entered < leads)) || (time !== null && now - since < plainMs(time))
  if (isTooEarly) return { is: 'testing' }
  const alpha = RISK / Math.max(1, shares.length - 1)
  for (const share of shares) {
    if (share.isControl || shares.length < 2) continue
    const ahead = aheadOfAll(share, shares, alpha)
    if (ahead !== undefined) return { is: 'won', winner: share.id, ahead }
  }
  // The leads who came until the time was up are all counted only when their windows are over.
  const isOpen = time !== null && now - since < plainMs(time) + window
  return ifNone === 'keep-mix' && (leads !== null || time !== null) && !isOpen ? { is: 'mixed' } : { is: 'testing' }
}

/**
 * By how much it is ahead: of control, or of the nearest other when there is no control. undefined when it is not ahead
 * of everybody.
 */
function aheadOfAll(share: CountedShare, shares: readonly CountedShare[], alpha: number): Ahead | undefined {
  let nearest: { readonly other: CountedShare; readonly interval: Interval } | undefined
  for (const other of shares) {
    if (other === share) continue
    const interval = differenceInterval(other, share, alpha)
    if (interval === null || interval.low <= 0) return undefined
    if (nearest === undefined || interval.value < nearest.interval.value) nearest = { other, interval }
  }
  const control = controlOf(shares)
  const interval = control?.isControl === true ? differenceInterval(control, share, alpha) : null
  const shown = interval !== null && control !== undefined ? { other: control, interval } : nearest
  return shown && { of: shown.other.isControl ? 'control' : shown.other.label, ...shown.interval }
}

/** `ahead of control by 2.1 points (0.4 to 3.8)`. */
export function sayAhead({ of, value, low, high }: Ahead): string {
  const digits = digitsFor(low)
  return `ahead of ${of} by ${points(value, digits)} points (${points(low, digits)} to ${points(high, digits)})`
}
