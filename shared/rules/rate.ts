import { z } from 'zod'
import { MINUTE } from '../time/units'

/** At most this many calls in any second, or in any minute. */
export const rateLimitSchema = z.object({
  most: z.number().int().min(1).max(500_000),
  per: z.enum(['second', 'minute']),
})
export type RateLimit = z.infer<typeof rateLimitSchema>

const lengths = { second: 1000, minute: MINUTE } as const

/**
 * Remembers when the last `most` calls began, so that no window of the limit's length ever holds more as the receiver
 * sees it (delivery R19, exact: not a bucket that lets twice as many through around its edge). A call that was handed
 * out but has not begun holds its place without a time: what counts is when its first byte left, and before that come a
 * commit, a name server and a handshake. The times are ms, handed in.
 */
export class Rate {
  readonly #window: number
  /** When the last `most` calls began, as a ring; `#next` is the oldest. */
  readonly #begun: Float64Array
  #next = 0
  /** Handed out, and not begun yet. */
  #pending = 0

  /** `from`: what left before it is not known, so nothing leaves until one window after it. */
  constructor(
    readonly limit: RateLimit,
    from = Number.NEGATIVE_INFINITY,
  ) {
    this.#window = lengths[limit.per]
    this.#begun = new Float64Array(limit.most).fill(from)
  }

  /** When the next call may leave: now, or later; Infinity while only a call that has not begun could tell. */
  freeAt(now: number): number {
    const before = this.#begun[(this.#next + this.#pending) % this.#begun.length] ?? 0
    return this.#pending >= this.#begun.length ? Number.POSITIVE_INFINITY : Math.max(now, before + this.#window)
  }

  /** How many calls may leave now; counted up to `enough`. */
  free(now: number, enough: number): number {
    const size = this.#begun.length
    const most = Math.min(enough + this.#pending, size)
    let n = 0
    while (n < most && (this.#begun[(this.#next + n) % size] ?? 0) + this.#window <= now) n++
    return Math.max(0, n - this.#pending)
  }

  /** A call is handed out. One `begin` or one `giveBack` follows. */
  take(): void {
    this.#pending++
  }

  /** The call's first byte left at this moment, or a moment before. */
  begin(now: number): void {
    const size = this.#begun.length
    const last = this.#begun[(this.#next + size - 1) % size] ?? now
    this.#pending--
    // In order even when the clock was set back, because freeAt asks the oldest. A millisecond more, because clocks
    // round down.
    this.#begun[this.#next] = Math.max(last, now + 1)
    this.#next = (this.#next + 1) % size
  }

  /** The call did not leave after all. */
  giveBack(): void {
    this.#pending--
  }
}
