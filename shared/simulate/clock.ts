import type { Clock } from '../time/clock'

/** A timer that somebody set. `at` is an instant of the monotonic clock. */
interface Timer {
  readonly at: number
  readonly run: () => void
}

/**
 * The clock of a simulated machine. It stands still until it is told how much time passed; then it jumps. Its wall clock can be set, in both
 * directions, and its monotonic clock then goes on as if nothing had happened.
 */
export class JumpingClock implements Clock {
  #now: number
  #monotonic = 0
  readonly #timers = new Set<Timer>()

  /** `start`: what the wall clock shows at first (ms since the epoch). */
  constructor(start: number) {
    this.#now = start
  }

  // Own properties, because clocks are copied with what is added to them (keepClock).
  readonly now = () => this.#now
  readonly monotonic = () => this.#monotonic
  readonly behind = () => 0
  readonly after = (ms: number, run: () => void) => {
    const timer = { at: this.#monotonic + ms, run }
    this.#timers.add(timer)
    return () => void this.#timers.delete(timer)
  }

  /** So much time passes (ms). Nobody is woken: see `ring`. */
  pass(ms: number): void {
    this.#now += ms
    this.#monotonic += ms
  }

  /** The wall clock is set to this instant; no time passes. */
  set(now: number): void {
    this.#now = now
  }

  /** How long it is until the first timer rings (ms; 0: now, or it should have rung); null: none is set. */
  untilTimer(): number | null {
    const first = this.#first()
    return first === undefined ? null : Math.max(0, first.at - this.#monotonic)
  }

  /** The first timer rings if its time has come. */
  ring(): void {
    const first = this.#first()
    if (first === undefined || first.at > this.#monotonic) return
    this.#timers.delete(first)
    first.run()
  }

  /** Of several for the same instant, the one that was set first. */
  #first(): Timer | undefined {
    let first: Timer | undefined
    for (const timer of this.#timers) if (first === undefined || timer.at < first.at) first = timer
    return first
  }
}
