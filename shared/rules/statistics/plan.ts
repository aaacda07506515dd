import { sampleSize } from './fixed-horizon'
import { controlOf, POWER, RISK } from './judge'
import { sequentialSize } from './sequential'

interface Planned {
  readonly id: string
  /** Percent. */
  readonly weight: number
  readonly isControl: boolean
}

/**
 * Leads who must come to an experiment, over all its groups, until a relative lift of every variant over control is
 * found in 80 % of tries: with the always-valid verdict of the report (`anytime`), and with one look at the end
 * (`oneLook`). Each comparison bears its part of the 5 % risk. null when a rate, a lift or a weight leaves nothing to
 * compare.
 */
export function planExperiment(
  shares: readonly Planned[],
  { baseline, lift }: { readonly baseline: number; readonly lift: number },
): { readonly anytime: number; readonly oneLook: number } | null {
  const control = controlOf(shares)
  const others = shares.filter(share => share !== control)
  if (control === undefined || others.length === 0 || shares.some(({ weight }) => weight <= 0)) return null
  // The smallest variant takes longest.
  const ratio = Math.min(...others.map(({ weight }) => weight)) / control.weight
  const plan = { baseline, lift, alpha: RISK / others.length, power: POWER, ratio }
  const [anytime, oneLook] = [sequentialSize(plan), sampleSize(plan)]
  if (anytime === null || oneLook === null) return null
  return { anytime: leadsInAll(anytime, control.weight), oneLook: leadsInAll(oneLook, control.weight) }
}

/** Leads in all groups when a group with this weight has so many. */
function leadsInAll(inGroup: number, weight: number): number {
  return Math.ceil((inGroup * 100) / weight)
}
