import type { PastEvent } from '../../world'
import { fits } from './evaluate'
import type { AskedOf, HistoryQuestion } from './facts'

/**
 * On whose calendar, and when. `zone`: the lead's; null while it is not known, when each question brings its
 * campaign's.
 */
export interface Asking {
  readonly now: number
  readonly zone: string | null
}

interface Open extends HistoryQuestion {
  found: number
}

/**
 * Looks through what a lead did under one name, from the newest back, while some question is open. A question is
 * decided when so many events fit that more of them change nothing, or when the rest is older than it looks back. Only
 * events that some question needs are kept, which bounds how much of a long past is held at once.
 */
export class Search {
  readonly #asking: Asking
  #open: readonly Open[]

  constructor({ questions }: AskedOf, asking: Asking) {
    this.#asking = asking
    this.#open = questions.map(question => ({ ...question, found: 0 }))
  }

  /** Is it worthwhile to look at older events? */
  get isOpen(): boolean {
    return this.#open.length > 0
  }

  /** Looks at the next ones, newest first. Returns those that a question needs. */
  look(events: readonly PastEvent[]): readonly PastEvent[] {
    const needed: PastEvent[] = []
    for (const event of events) {
      this.#open = this.#open.filter(({ reach }) => reach === null || event.at >= this.#asking.now - reach)
      if (this.#open.length === 0) break
      const asking = this.#open.filter(question => this.#fits(question, event))
      if (asking.length === 0) continue
      needed.push(event)
      for (const question of asking) question.found++
      this.#open = this.#open.filter(({ found, enough }) => found < enough)
    }
    return needed
  }

  #fits({ where, zone }: HistoryQuestion, event: PastEvent): boolean {
    return fits(where, event, { ...this.#asking, zone: this.#asking.zone ?? zone })
  }
}
