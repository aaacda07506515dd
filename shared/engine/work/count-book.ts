import type { Counter } from '../../rules/counters'
import { addCounts, type Count } from '../../store/counts'
import type { Work } from '../../store/work'
import { within } from '../../values/within'

/** What one batch adds to the counters of reports, written at its end. */
export class CountBook {
  /** By campaign, version, step, and what is counted: no keys are glued together for eight counts a lead. */
  readonly #counts = new Map<string, Map<number, Map<string, Map<Counter, number>>>>()

  add(campaignId: string, version: number, step: string, what: Counter, by: number): void {
    const ofStep = within(within(within(this.#counts, campaignId), version), step)
    ofStep.set(what, (ofStep.get(what) ?? 0) + by)
  }

  *write(): Work<void> {
    yield* addCounts(this.#all())
  }

  #all(): Count[] {
    return [...this.#counts].flatMap(([campaignId, versions]) =>
      [...versions].flatMap(([version, steps]) =>
        [...steps].flatMap(([step, counts]) =>
          [...counts].map(([what, n]) => ({ campaignId, version, step, what, n })),
        ),
      ),
    )
  }
}
