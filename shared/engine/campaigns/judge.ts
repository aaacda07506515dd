import { splitsOf, splitsOfStep } from '../../graph/experiments'
import { byGoal, closedOf, countedShares, windowOf } from '../../rules/experiments/counted'
import { begun, decide, endOf } from '../../rules/experiments/decide'
import { cohortsOf } from '../../store/cohorts'
import { allExperiments, saveExperiment, shareCounts } from '../../store/experiments'
import type { Work } from '../../store/work'
import type { Turn } from '../turn'
import type { Book } from '../turns'
import type { CampaignRegistry } from './registry'

/**
 * Looks at running experiments and decides: who has won, or how a bandit weighs its variants. In a transaction of its
 * own between two ticks, from the counters that were committed; never for a single lead. What is decided is a row, and
 * from then on a fact for the leads who come: a crash in between leaves it undecided, and the next look decides the
 * same.
 */

/**
 * A campaign is looked at no more often than this (ms): what is decided is valid however often one looks, so this is
 * about work alone.
 */
const EVERY = 10_000

/** What one look brought. */
interface Looked {
  readonly decided: boolean
  readonly campaigns: ReadonlyMap<string, Running>
}
interface Running {
  /** Before the first lead it is looked at after every tick, so that the experiment begins with it. */
  readonly hasBegun: boolean
  /** When the time of a rule is up; null when no rule waits for time. */
  readonly timeUp: number | null
}

/** Which campaigns are to be looked at, and when. In memory: after a start all of them are. */
export class Judge implements Book<Turn> {
  readonly #registry: CampaignRegistry
  readonly #touched = new Set<string>()
  readonly #lookedAt = new Map<string, number>()
  readonly #timesUp = new Map<string, number>()
  /** What the open turn saw. */
  #looked: Looked | undefined

  constructor(registry: CampaignRegistry) {
    this.#registry = registry
  }

  /** A committed tick changed something in these campaigns. */
  touched(campaigns: Iterable<string>): void {
    if (this.#registry.experimenting.size === 0) return
    for (const id of campaigns) if (this.#registry.experimenting.has(id)) this.#touched.add(id)
  }

  /** When there is something to look at (ms); null while there is nothing. */
  nextDue(): number | null {
    if (this.#touched.size + this.#timesUp.size === 0) return null
    return Math.min(...[...this.#touched].map(id => this.#mayLookAt(id)), ...this.#timesUp.values())
  }

  /** Looks at those whose turn has come, and writes down what it finds. */
  *look(now: number): Work<Looked> {
    const ids = new Set([...this.#touched].filter(id => this.#mayLookAt(id) <= now))
    for (const [id, at] of this.#timesUp) if (at <= now) ids.add(id)
    const rows = yield* allExperiments()
    const begins = yield* shareCounts([...ids])
    const cohorts = yield* cohortsOf([...ids])
    const campaigns = new Map<string, Running>()
    let decided = false
    for (const id of ids) {
      let hasBegun = false
      const ends: number[] = []
      const campaign = this.#registry.find(id)
      const mine = begins.filter(c => c.campaignId === id)
      const primary = campaign?.goals[0]
      const { closed, nextAt } = closedOf(
        cohorts.filter(c => c.campaignId === id),
        primary?.goal,
        now,
      )
      const question = { converted: byGoal(primary?.key ?? null) }
      for (const split of splitsOf(campaign?.live)) {
        const known = rows.find(row => row.campaignId === id && row.step === split.step)
        const splits = splitsOfStep(split.step, campaign?.versions.values() ?? [])
        const since = known?.sinceVersion ?? 0
        const began = known ?? begun(id, split, countedShares(split, splits, mine, { ...question, since }), now)
        const counted = countedShares(split, splits, closed, { ...question, since })
        const next = decide(began, split.decide, counted, { now, window: windowOf(primary?.goal) })
        if (next === undefined) continue
        hasBegun = true
        // A window that closes brings news without an event.
        if (nextAt !== null && next.state === 'testing' && next.decidedBy === 'rule') ends.push(nextAt)
        ends.push(...endOf(next, split.decide, windowOf(primary?.goal)).filter(end => end > now))
        if (JSON.stringify(next) === JSON.stringify(known)) continue
        yield* saveExperiment(next)
        decided = true
      }
      campaigns.set(id, { hasBegun, timeUp: ends.length === 0 ? null : Math.min(...ends) })
    }
    this.#looked = { decided, campaigns }
    return this.#looked
  }

  committed({ unit: { now } }: Turn): void {
    const { campaigns } = this.#looked ?? { campaigns: [] }
    this.#looked = undefined
    for (const [id, { hasBegun, timeUp }] of campaigns) {
      this.#touched.delete(id)
      if (hasBegun) this.#lookedAt.set(id, now)
      if (timeUp === null) this.#timesUp.delete(id)
      else this.#timesUp.set(id, timeUp)
    }
  }

  rolledBack(): void {
    this.#looked = undefined
  }

  #mayLookAt(id: string): number {
    return (this.#lookedAt.get(id) ?? 0) + EVERY
  }
}
