import type { Share } from './assignment'

/** How many leads each share of a rotation got so far, by id. */
export type TurnsTaken = ReadonlyMap<string, number>

/**
 * Whose turn it is in an exact rotation: after any number of leads each share has had its part of them to within one
 * lead; two equal shares never differ by more than one (marketo-alm B4). Among the shares that are behind, the one that
 * would be late first: Tijdeman, "The chairman assignment problem", Discrete Mathematics 32 (1980), which keeps every
 * share within 1 - 1/(2k - 2) of its part. Shares of weight 0 have no turn. undefined when no share has a weight.
 */
export function nextInRotation<S extends Pick<Share, 'id' | 'weight'>>(
  shares: readonly S[],
  taken: TurnsTaken,
): S | undefined {
  const turning = shares.filter(({ weight }) => weight > 0)
  if (turning.length < 2) return turning[0]
  const whole = turning.reduce((sum, { weight }) => sum + weight, 0)
  const leads = turning.reduce((sum, { id }) => sum + (taken.get(id) ?? 0), 0) + 1
  const least = 1 / (2 * turning.length - 2)
  let chosen: S | undefined
  let soonest = Number.POSITIVE_INFINITY
  for (const share of turning) {
    const part = share.weight / whole
    const behind = part * leads - (taken.get(share.id) ?? 0)
    // The sums are of fractions: a share that is behind by exactly the least has its turn.
    if (behind < least - 1e-9) continue
    const late = (1 - least - behind) / part
    if (late < soonest - 1e-9) [chosen, soonest] = [share, late]
  }
  return chosen
}

/** What a rotation is counted under. Another set of weights is another rotation, which begins anew. */
export function rotationKey(shares: readonly Pick<Share, 'id' | 'weight'>[]): string {
  return shares.map(({ id, weight }) => `${id}:${weight}`).join(' ')
}
