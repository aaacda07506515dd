/**
 * Where a lead falls among 10,000 buckets: a hash of campaign, step and lead (braze R27), never chance, so that a lead
 * sees the same variant at every re-entry and a cloned campaign splits independently.
 */
export function bucketOf(campaign: string, step: string, externalId: string): number {
  return hashOf(`${campaign}\n${step}\n${externalId}`) % BUCKETS
}

/** A text to 32 bits: FNV-1a, then murmur3's finaliser, because FNV alone clusters in its low bits. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (const char of text) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

export const BUCKETS = 10_000

export interface Share {
  readonly id: string
  readonly label: string
  /** Percent, 0 to 100; the shares of one step add to 100. */
  readonly weight: number
}

/** A share with its part of the buckets: from `from` on, below `to`. */
export interface Slice {
  readonly share: Share
  readonly range: readonly [number, number]
}

/**
 * The share whose slice holds the bucket. Slices lie in the order of the list. Borders are rounded sums, so that the
 * last share begins where its own weight says, whatever the others weigh: control, which is last, only ever shrinks
 * into itself (braze R27).
 */
export function shareOf(bucket: number, shares: readonly Share[]): Slice {
  let percent = 0
  let from = 0
  for (const [i, share] of shares.entries()) {
    percent += share.weight
    const to = i === shares.length - 1 ? BUCKETS : Math.round(percent * (BUCKETS / 100))
    if (bucket < to) return { share, range: [from, to] }
    from = to
  }
  throw new RangeError(`no share for bucket ${bucket} among ${shares.length} shares`)
}

/**
 * How many of the buckets (0 to 1) change hands between two splits, and from whom to whom, the largest first. Exact: it
 * compares the slices.
 */
export function movedBetween(before: readonly Share[], after: readonly Share[]): readonly MovedShare[] {
  const moved = new Map<string, MovedShare>()
  for (let bucket = 0; bucket < BUCKETS; ) {
    const [was, is] = [shareOf(bucket, before), shareOf(bucket, after)]
    const end = Math.min(was.range[1], is.range[1])
    if (was.share.id !== is.share.id) {
      const key = `${was.share.id} ${is.share.id}`
      const part = (moved.get(key)?.part ?? 0) + (end - bucket) / BUCKETS
      moved.set(key, { from: was.share, to: is.share, part })
    }
    bucket = end
  }
  return [...moved.values()].sort((a, b) => b.part - a.part)
}

export interface MovedShare {
  readonly from: Share
  readonly to: Share
  /** Of all leads, 0 to 1. */
  readonly part: number
}
