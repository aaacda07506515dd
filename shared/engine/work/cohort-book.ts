import type { CohortCount } from '../../rules/cohorts'
import { addCohorts } from '../../store/cohorts'
import type { Work } from '../../store/work'

/** What one batch adds to the cohorts of experiments, written at its end. */
export class CohortBook {
  readonly #counts = new Map<string, { -readonly [P in keyof CohortCount]: CohortCount[P] }>()

  add(count: CohortCount): void {
    const { campaignId, version, step, what, until, n } = count
    const key = `${campaignId}\n${version}\n${step}\n${what}\n${until}`
    const known = this.#counts.get(key)
    if (known === undefined) this.#counts.set(key, { campaignId, version, step, what, until, n })
    else known.n = what === 'last-end' ? Math.max(known.n, n) : known.n + n
  }

  *write(): Work<void> {
    if (this.#counts.size > 0) yield* addCohorts([...this.#counts.values()])
  }
}
