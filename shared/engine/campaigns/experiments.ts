import { judgesFirstEntries } from '../../graph/experiments'
import { isClosed } from '../../rules/cohorts'
import type { Decide, Draw, Experiments, Route } from '../../rules/experiments'
import type { Goal } from '../../rules/goals'
import { banditWeights } from '../../rules/statistics/bandit'
import type { Counted, Stratum } from '../../rules/statistics/judge'
import { decideWinner } from '../../rules/statistics/winner'
import { kindOf } from '../../steps/index'
import { type CohortCount, cohortsOf, hoursIn } from '../../store/cohorts'
import {
  allExperiments,
  type ShareCount,
  type StoredExperiment,
  saveExperiment,
  shareCounts,
} from '../../store/experiments'
import type { Work } from '../../store/work'
import { plainMs } from '../../time/duration'
import type { Turn } from '../facts'
import type { Book } from '../turns'
import { within } from '../work/within'
import type { CampaignRegistry, CompiledVersion } from './registry'

/**
 * Looks at running experiments and decides: who has won, or how a bandit weighs its variants. In a transaction of its own between two ticks, from the counters that
 * were committed; never for a single lead. What is decided is a row, and from then on a fact for the leads who come: a crash in between leaves it undecided, and the
 * next look decides the same.
 */

/** A campaign is looked at no more often than this (ms): what is decided is valid however often one looks, so this is about work alone. */
const EVERY = 10_000

/** A step that splits leads, as a version draws it. */
export interface Split {
  readonly step: string
  readonly shares: readonly Pick<Counted, 'id' | 'label' | 'weight' | 'isControl'>[]
  readonly draw: Draw
  readonly decide: Decide
  /** Leads may come again: the first entry of each counts, because entries of one lead are not independent of each other. */
  readonly countsFirst: boolean
}

/** The splits of a version; none where there is no version. */
export function splitsOf(version: Pick<CompiledVersion, 'graph'> | undefined): readonly Split[] {
  const countsFirst = version !== undefined && judgesFirstEntries(version.graph)
  return Object.entries(version?.graph.steps ?? {}).flatMap(([step, { kind, config }]) => {
    const { shares, experiment } = kindOf(kind)
    if (shares === undefined || experiment === undefined) return []
    return [{ step, shares: shares(config), ...experiment(config), countsFirst }]
  })
}

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

/** A step that splits leads in each version of its campaign, by version. */
export function splitsOfStep(
  step: string,
  versions: Iterable<Pick<CompiledVersion, 'version' | 'graph'>>,
): ReadonlyMap<number, Split> {
  const splits = [...versions].map(v => [v.version, splitsOf(v).find(s => s.step === step)] as const)
  return new Map(splits.flatMap(([version, split]) => (split === undefined ? [] : [[version, split]])))
}

/** What is asked of the counters: since which version, and which of them says that leads of a share, or first entries of theirs, converted (store/counts.ts). */
export interface Question {
  readonly since: number
  readonly converted: (share: string, which: 'all' | 'first') => string
}

/** Conversions by a goal; null: there is none. */
export function byGoal(key: number | null): Question['converted'] {
  return (share, which) => (key === null ? '' : `goal:${key}:${which === 'all' ? 'converted' : 'first'}:${share}`)
}

/**
 * The counters of a campaign's experiments, of those cohorts alone whose goal window is over (shared/rules/cohorts.ts), added up over the cohorts; and when the next one
 * closes by time alone (ms), null when nothing waits for that. Everything that is said of an experiment is said of these: winner, verdicts, bandit and sample ratio.
 */
export function closedOf(
  rows: readonly CohortCount[],
  goal: Goal | undefined,
  now: number,
): { readonly closed: readonly ShareCount[]; readonly nextAt: number | null } {
  const hours = hoursIn(rows)
  const isOver = isClosed(goal, hours, now)
  const sums = new Map<string, { -readonly [P in keyof ShareCount]: ShareCount[P] }>()
  const ended = goal?.from === 'last-touch' ? hours.filter(h => h.over >= h.entered) : []
  let nextAt = Math.min(
    Number.POSITIVE_INFINITY,
    ...ended.map(({ lastEnd }) => lastEnd + windowOf(goal)).filter(at => at > now),
  )
  for (const { campaignId, version, step, what, until, n } of rows) {
    if (step === '') continue
    if (!isOver(until)) {
      const at = until + windowOf(goal)
      if (at > now && at < nextAt) nextAt = at
      continue
    }
    const key = `${version}\n${step}\n${what}`
    const known = sums.get(key)
    if (known === undefined) sums.set(key, { campaignId, version, step, what, n })
    else known.n += n
  }
  return { closed: [...sums.values()], nextAt: nextAt === Number.POSITIVE_INFINITY ? null : nextAt }
}

function windowOf(goal: Goal | undefined): number {
  return goal === undefined ? 0 : plainMs(goal.within)
}

export type StratifiedShare = Counted & { readonly strata: readonly Stratum[] }

/**
 * The shares of a split with what was counted for them, in all and apart for each weighting (statistics/strata.ts): versions with the same weights are one stratum. Leads of versions whose
 * weights learn are left out, unless they learn now. The one door to the counters for winners, verdicts and the report. `splits`: the step in each version.
 */
export function countedShares(
  split: Split,
  splits: ReadonlyMap<number, Split>,
  counts: readonly Omit<ShareCount, 'campaignId'>[],
  { since, converted }: Question,
): readonly StratifiedShare[] {
  const strata = new Map<string, Map<string, Stratum>>()
  for (const [version, drawn] of splits) {
    if (version < since || !isJudged(drawn, split)) continue
    const mine = new Map(
      counts.filter(c => c.version === version && c.step === split.step).map(({ what, n }) => [what, n]),
    )
    if (mine.size === 0) continue
    const which = drawn.countsFirst ? 'first' : 'all'
    const weights = JSON.stringify(drawn.shares.map(({ id, weight }) => [id, weight]))
    const cells = within(strata, weights)
    for (const { id, weight } of drawn.shares) {
      const cell = cells.get(id) ?? nobody
      const entered = mine.get(which === 'first' ? `assigned-first:${id}` : `assigned:${id}`) ?? 0
      // Leads who were moved before their draw was remembered convert in the version that they came to: never more conversions than leads.
      const conversions = Math.min(entered, mine.get(converted(id, which)) ?? 0)
      cells.set(id, { weight, entered: cell.entered + entered, conversions: cell.conversions + conversions })
    }
  }
  return split.shares.map(({ id, label, weight, isControl }) => {
    const cells = [...strata.values()].map(ofStratum => ofStratum.get(id) ?? nobody)
    const sum = (n: 'entered' | 'conversions') => cells.reduce((total, cell) => total + cell[n], 0)
    return { id, label, weight, isControl, entered: sum('entered'), conversions: sum('conversions'), strata: cells }
  })
}
const nobody: Stratum = { weight: 0, entered: 0, conversions: 0 }

/** Do leads who were drawn by this split count for the one that is live? */
export function isJudged(drawn: Split, live: Split): boolean {
  return drawn.decide.as !== 'bandit' || live.decide.as === 'bandit'
}

/** An experiment with nothing decided: it began with the first lead, who has just come. undefined while none has. */
function begun(
  campaignId: string,
  { step, decide: { as } }: Split,
  counted: readonly StratifiedShare[],
  now: number,
): StoredExperiment | undefined {
  if (as === 'keep' || counted.every(({ entered }) => entered === 0)) return undefined
  return freshExperiment(campaignId, step, { sinceVersion: 1, startedAt: now })
}

/** An experiment at its start. */
export function freshExperiment(
  campaignId: string,
  step: string,
  from: Pick<StoredExperiment, 'sinceVersion' | 'startedAt'>,
): StoredExperiment {
  return { campaignId, step, ...from, ...undecided, decidedBy: 'rule', weights: null, weighedAt: null }
}

/** What a row says while nothing is decided. */
export const undecided = { state: 'testing', decidedAt: null, winner: null, ahead: null, seen: null } as const

/** The experiment as it is after this look. What somebody decided by hand stays. */
function decide(
  known: StoredExperiment | undefined,
  rule: Decide,
  counted: readonly StratifiedShare[],
  { now, window }: { readonly now: number; readonly window: number },
): StoredExperiment | undefined {
  if (known === undefined || known.decidedBy === 'hand') return known
  if (rule.as === 'bandit') return weigh(known, counted, now)
  if (rule.as === 'keep' || known.state === 'mixed') return known
  if (known.state === 'won' && counted.some(({ id }) => id === known.winner)) return known
  const decision = decideWinner(counted, rule, { since: known.startedAt, now, window })
  if (decision.is === 'testing') return { ...known, ...undecided }
  const seen = seenBy(counted)
  return decision.is === 'mixed'
    ? { ...known, ...undecided, state: 'mixed', decidedAt: now, seen }
    : { ...known, state: 'won', decidedAt: now, winner: decision.winner, ahead: decision.ahead, seen }
}

function weigh(known: StoredExperiment, counted: readonly Counted[], now: number): StoredExperiment {
  const variants = counted.filter(({ isControl }) => !isControl)
  const playing = variants.filter(({ weight }) => weight > 0)
  const whole = playing.reduce((sum, { weight }) => sum + weight, 0)
  const none = Object.fromEntries(variants.map(({ id }) => [id, 0]))
  const weights = { ...none, ...banditWeights(playing, whole) }
  if (JSON.stringify(weights) === JSON.stringify(known.weights)) return known
  return { ...known, weights, weighedAt: now }
}

/** What a decision saw, to be kept with it. */
export function seenBy(counted: readonly StratifiedShare[]): NonNullable<StoredExperiment['seen']> {
  return Object.fromEntries(
    counted.map(({ id, entered, conversions, strata }) => [id, { entered, conversions, strata }]),
  )
}

/** When the time of the rule is up, and when the windows of the leads who came until then are over; while that is what it waits for. */
function endOf({ state, decidedBy, startedAt }: StoredExperiment, rule: Decide, window: number): readonly number[] {
  const waits = state === 'testing' && decidedBy === 'rule'
  if (!waits || rule.as !== 'winner' || rule.time === null) return []
  const upAt = startedAt + plainMs(rule.time)
  return [upAt, upAt + window]
}

/** What stands in the place of the weights for those who come now; undefined when the weights of the config do. */
export function routeOf(
  { state, decidedBy, decidedAt, startedAt, winner, ahead, weights, weighedAt }: StoredExperiment,
  { decide: { as } }: Split,
): Route | undefined {
  if (state === 'won' && winner !== null && (decidedBy === 'hand' || as === 'winner'))
    return { is: 'winner', variant: winner, since: decidedAt ?? startedAt, by: decidedBy, ahead }
  if (decidedBy === 'rule' && as === 'bandit' && weights !== null)
    return { is: 'weights', weights, since: weighedAt ?? startedAt }
  return undefined
}

/** What was decided in the experiments of a campaign, by step; null for nothing. */
export function decidedIn(rows: readonly StoredExperiment[], live: CompiledVersion): Experiments | null {
  const routes = splitsOf(live).flatMap(split => {
    const row = rows.find(r => r.step === split.step)
    const route = row && routeOf(row, split)
    return route === undefined ? [] : [[split.step, { route }] as const]
  })
  return routes.length === 0 ? null : new Map(routes)
}
