import type { Clock } from '../../time/clock'

/**
 * The wall clock is looked at again at least this often while something is due by it: it may be set, and machines sleep
 * and wake (ms).
 */
const LOOK_MS = 1000

/**
 * What wakes the engine. It sleeps on the monotonic clock, the only one that a timer keeps, and watches the wall clock
 * meanwhile: an instant is due when the wall clock shows it, however it came there (found A2).
 */
export class Bell {
  readonly #clock: Clock
  readonly #ring: () => void
  /** By the monotonic clock: when it rings whatever the wall clock shows. */
  #restUntil = Number.POSITIVE_INFINITY
  /** By the wall clock; null: nothing is due by it. */
  #dueAt: number | null = null
  #timerAt = Number.POSITIVE_INFINITY
  #cancel: (() => void) | undefined

  /** `ring` is called once for what was asked for; whoever still waits asks again. */
  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock
    this.#ring = ring
  }

  /** Rings in `ms`, unless it rings earlier anyway. */
  in(ms: number): void {
    this.#restUntil = Math.min(this.#restUntil, this.#clock.monotonic() + ms)
    this.#sleep()
  }

  /**
   * Rings when the wall clock shows this instant (ms), in the place of the one that was asked for before; null: none.
   */
  at(instant: number | null): void {
    this.#dueAt = instant
    this.#sleep()
  }

  /** Never rings again for what was asked for. */
  silence(): void {
    this.#cancel?.()
    this.#cancel = undefined
    this.#timerAt = Number.POSITIVE_INFINITY
    this.#restUntil = Number.POSITIVE_INFINITY
    this.#dueAt = null
  }

  #sleep(): void {
    const now = this.#clock.monotonic()
    const left = this.#dueAt === null ? Number.POSITIVE_INFINITY : this.#dueAt - this.#clock.now()
    const wakeAt = Math.min(this.#restUntil, now + Math.min(LOOK_MS, Math.max(0, left)))
    const isNeeded = this.#restUntil < Number.POSITIVE_INFINITY || this.#dueAt !== null
    if (!isNeeded || wakeAt >= this.#timerAt) return
    this.#cancel?.()
    this.#timerAt = wakeAt
    this.#cancel = this.#clock.after(Math.max(0, wakeAt - now), () => this.#look())
  }

  #look(): void {
    this.#cancel = undefined
    this.#timerAt = Number.POSITIVE_INFINITY
    const isRested = this.#clock.monotonic() >= this.#restUntil
    const isDue = this.#dueAt !== null && this.#clock.now() >= this.#dueAt
    if (!isRested && !isDue) {
      this.#sleep()
      return
    }
    this.silence()
    this.#ring()
  }
}
