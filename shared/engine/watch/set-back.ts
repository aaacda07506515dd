import { bringRetriesBack } from '../../store/tasks'
import { A_LITTLE } from '../../time/standing'
import type { EngineParts } from '../parts'
import { retune } from '../tune'

/**
 * Notices that the wall clock was set back by more than a day (time/standing.ts): time goes back. Nothing is sent twice
 * by that, and what is tried again does not wait for it.
 */
export class SetBack {
  readonly #parts: EngineParts
  /** The time of the last tick, or of a process before this one. */
  #lastSeen = Number.NEGATIVE_INFINITY

  constructor(parts: EngineParts) {
    this.#parts = parts
  }

  /**
   * At every tick; null: nothing is to be done. `lastSeen`: at the start, what the tables say of the process before
   * this one.
   */
  look(lastSeen = this.#lastSeen): Promise<void> | null {
    this.#lastSeen = lastSeen
    if (this.#wentBack() > 0) return this.#goBack()
    this.#lastSeen = this.#parts.env.clock.now()
    return null
  }

  /** By how much the clock was set back since the last tick (ms); 0: it was not. */
  #wentBack(): number {
    const by = this.#lastSeen - this.#parts.env.clock.now()
    return by < A_LITTLE ? 0 : by
  }

  async #goBack(): Promise<void> {
    const { turns, queues } = this.#parts
    await turns.take(
      ({ unit: { now } }) => bringRetriesBack(this.#lastSeen - now, now),
      (_, { unit: { now } }) => {
        queues.hosts.wentBack(this.#lastSeen - now, now)
        this.#lastSeen = now
      },
    )
    await turns.take(
      turn => retune(this.#parts, turn),
      () => {},
    )
    this.#lastSeen = this.#parts.env.clock.now()
  }
}
