/**
 * How many calls a host may have on the wire at once, judged by its answers (after BBR: Cardwell et al., "BBR:
 * Congestion-Based Congestion Control", ACM Queue 2016). A receiver is kept busy by its best rate times its quickest
 * answer, the product of bandwidth and delay. Twice that is let through, so that a rate that the window held down can
 * be seen to rise. A receiver of 50 ms comes to 1,000 calls at once and 10,000 a second in half a second of doubling;
 * one that answers at once never holds more than `LEAST`.
 */

/**
 * A host of which nothing is known: as many as its breaker needs to judge it (rules/breaker.ts), so that a dead host
 * costs few leads an attempt.
 */
export const FIRST = 20
/** A host that answers. Fewer calls make no receiver faster. */
const LEAST = 64
/** The most at once to one host. */
export const MOST_AT_ONCE = 1_024
/**
 * Answers that come during a turn of the engine would leave the wire idle until the next one, so what this host can
 * begin in this time (ms) is handed out ahead. Waiting in the process costs a call nothing, waiting in the database
 * four statements.
 */
const AHEAD_MS = 250
/**
 * The most that is handed out ahead to one host: what has to be taken back, at most, when the verdict on it no longer
 * holds.
 */
const MOST_AHEAD = 4_096
/**
 * The quickest answer and the best rate of this time count (ms). A receiver that has changed is known anew afterwards.
 */
const MEMORY_MS = 10_000
/** Rates are measured over at least this time (ms). */
const STRETCH_MS = 50

/** Watches the answers of one host. Instants are ms, handed in. */
export class Flow {
  atOnce = FIRST
  /** Calls that may be handed out ahead of their turn on the wire: those that will begin within `AHEAD_MS`. */
  ahead = 0
  #quickest = Number.POSITIVE_INFINITY
  #quickestAt = 0
  /** Answers per ms, at its best. */
  #rate = 0
  #rateAt = 0
  #since = 0
  #answers = 0
  #lastAt = 0

  /** The first call after it had none: silence does not count as slowness. */
  starts(now: number): void {
    if (now - this.#lastAt < STRETCH_MS) return
    this.#since = now
    this.#answers = 0
  }

  /**
   * A call was answered, `ms` after its first byte. Answers are reported in bursts, one for each turn of the engine: a
   * stretch ends with the first of the next burst.
   */
  answered(ms: number, now: number): void {
    const took = Math.max(1, ms)
    if (took <= this.#quickest || now - this.#quickestAt > MEMORY_MS) {
      this.#quickest = took
      this.#quickestAt = now
    }
    const length = now - this.#since
    if (this.#answers > 0 && length >= Math.max(STRETCH_MS, this.#quickest)) this.#measure(length, now)
    this.#answers++
    this.#lastAt = now
  }

  #measure(length: number, now: number): void {
    const rate = this.#answers / length
    if (rate >= this.#rate || now - this.#rateAt > MEMORY_MS) {
      this.#rate = rate
      this.#rateAt = now
    }
    this.#since = now
    this.#answers = 0
    this.atOnce = Math.min(MOST_AT_ONCE, Math.max(LEAST, Math.ceil(2 * this.#rate * this.#quickest)))
    this.ahead = Math.min(MOST_AHEAD, Math.floor(this.#rate * AHEAD_MS))
  }

  /**
   * A call did not get through. A host in trouble keeps half its calls, and fewer with each failure, and nothing waits
   * for it in the process.
   */
  failed(): void {
    this.#rate /= 2
    this.atOnce = Math.max(FIRST, Math.floor(this.atOnce / 2))
    this.ahead = 0
  }
}
