import { z } from 'zod'

/** At most this many calls in any second, or in any minute. */
export const rateLimitSchema = z.object({
  most: z.number().int().min(1).max(500_000),
  per: z.enum(['second', 'minute']),
})
export type RateLimit = z.infer<typeof rateLimitSchema>

const lengths = { second: 1000, minute: 60_000 } as const

/**
 * Remembers when the last `most` calls left, so that no window of the limit's length ever holds more (delivery R19, exact: not a bucket that lets twice as
 * many through around its edge). The times are ms, handed in, and never go back.
 */
export class Rate {
  readonly #window: number
  readonly #sent: Float64Array
  #next = 0

  /** `from`: whatever left before it is not known, so that nothing leaves until one window after it. */
  constructor(
    readonly limit: RateLimit,
    from = Number.NEGATIVE_INFINITY,
  ) {
    this.#window = lengths[limit.per]
    this.#sent = new Float64Array(limit.most).fill(from)
  }

  /** When the next call may leave: now, or later. */
  freeAt(now: number): number {
    return Math.max(now, (this.#sent[this.#next] ?? 0) + this.#window)
  }

  /** How many calls may leave now; counted up to `enough`. */
  free(now: number, enough: number): number {
    const most = Math.min(enough, this.#sent.length)
    let n = 0
    while (n < most && (this.#sent[(this.#next + n) % this.#sent.length] ?? 0) + this.#window <= now) n++
    return n
  }

  /** Counts a call that leaves now. Answers how to take it back, while nothing was counted after it. */
  take(now: number): () => void {
    const at = this.#next
    const before = this.#sent[at] ?? 0
    this.#sent[at] = now
    this.#next = (at + 1) % this.#sent.length
    return () => {
      this.#sent[at] = before
      this.#next = at
    }
  }
}
