/**
 * Where a lead falls among 10,000 buckets: a hash of campaign, step and lead (braze R27), never chance, so that a lead sees the same variant at
 * every re-entry and a cloned campaign splits independently. FNV-1a, then murmur3's finaliser, because FNV alone clusters in its low bits.
 */
export function bucketOf(campaign: string, step: string, externalId: string): number {
  let hash = 0x811c9dc5
  for (const char of `${campaign}\n${step}\n${externalId}`)
    hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) % BUCKETS
}

export const BUCKETS = 10_000

export interface Share {
  readonly id: string
  readonly label: string
  /** Percent, 0 to 100; the shares of one step add to 100. */
  readonly weight: number
}

/** The share whose slice holds the bucket; slices lie in the order of the list. The last share takes what rounding leaves. */
export function shareOf(
  bucket: number,
  shares: readonly Share[],
): { readonly share: Share; readonly range: readonly [number, number] } {
  let from = 0
  for (const [i, share] of shares.entries()) {
    const to = i === shares.length - 1 ? BUCKETS : from + Math.round(share.weight * (BUCKETS / 100))
    if (bucket < to) return { share, range: [from, to] }
    from = to
  }
  throw new RangeError(`no share for bucket ${bucket} among ${shares.length} shares`)
}
