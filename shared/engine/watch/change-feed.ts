/** What changed in a committed turn: what live screens listen to. */
export interface Changed {
  readonly campaigns: ReadonlySet<string>
  readonly journeys: ReadonlySet<number>
}

/** Tells whoever listens what a turn has changed, once it is committed. */
export class ChangeFeed {
  readonly #listeners = new Set<(changed: Changed) => void>()

  /** Answers how to stop listening. */
  onChange(listener: (changed: Changed) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  announce(changed: Changed): void {
    if (changed.campaigns.size + changed.journeys.size > 0) for (const listener of this.#listeners) listener(changed)
  }
}
