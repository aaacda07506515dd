import type { CohortCount } from '../cohorts'
import type { Ahead, Decide, Draw } from '../experiments'
import type { CountedShare } from '../statistics/judge'

/** A step that splits leads, as a version draws it. */
export interface Split {
  readonly step: string
  readonly shares: readonly Pick<CountedShare, 'id' | 'label' | 'weight' | 'isControl'>[]
  readonly draw: Draw
  readonly decide: Decide
  /** Leads may come again: only the first entry of each counts, because entries of one lead are not independent. */
  readonly countsFirst: boolean
}

/** Do leads who were drawn by this split count for the live one? */
export function isJudged(drawn: Split, live: Split): boolean {
  return drawn.decide.as !== 'bandit' || live.decide.as === 'bandit'
}

/** What was decided about an experiment: a step of a campaign that splits leads. Instants are ms. */
export interface StoredExperiment {
  readonly campaignId: string
  readonly step: string
  /** The first version whose leads count. */
  readonly sinceVersion: number
  readonly startedAt: number
  readonly state: 'testing' | 'won' | 'mixed'
  readonly decidedBy: 'rule' | 'hand'
  readonly decidedAt: number | null
  readonly winner: string | null
  readonly ahead: Ahead | null
  /** What the decision saw. */
  readonly seen: SeenShares | null
  /** Of a bandit: percent by variant. */
  readonly weights: Readonly<Record<string, number>> | null
  readonly weighedAt: number | null
}
export interface SeenShares {
  /**
   * `strata`: apart for each weighting, in the same order for all shares. Decisions from before there were strata have
   * none.
   */
  readonly [share: string]: SeenShare & { readonly strata?: readonly (SeenShare & { readonly weight: number })[] }
}

interface SeenShare {
  readonly entered: number
  readonly conversions: number
}

/** One counter of a share, over the leads of one version. */
export interface ShareCount {
  readonly campaignId: string
  readonly version: number
  readonly step: string
  readonly what: CohortCount['what']
  readonly n: number
}
