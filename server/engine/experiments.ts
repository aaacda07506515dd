import { judgesFirstEntries } from '#shared/graph/experiments'
import type { Decide, Draw, Experiments, Route } from '#shared/rules/experiments'
import { banditWeights } from '#shared/rules/statistics/bandit'
import type { Counted } from '#shared/rules/statistics/judge'
import { decideWinner } from '#shared/rules/statistics/winner'
import { kindOf } from '#shared/steps/index'
import { plainMs } from '#shared/time/duration'
import {
  allExperiments,
  type ShareCount,
  type StoredExperiment,
  saveExperiment,
  shareCounts,
} from '../store/experiments'
import type { Work } from '../store/work'
import type { Machines, Version } from './machines'

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
export function splitsOf(version: Pick<Version, 'graph'> | undefined): readonly Split[] {
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
export class Judge {
  readonly #machines: Machines
  readonly #touched = new Set<string>()
  readonly #lookedAt = new Map<string, number>()
  readonly #timesUp = new Map<string, number>()

  constructor(machines: Machines) {
    this.#machines = machines
  }

  /** A committed tick changed something in these campaigns. */
  touched(campaigns: Iterable<string>): void {
    if (this.#machines.experimenting.size === 0) return
    for (const id of campaigns) if (this.#machines.experimenting.has(id)) this.#touched.add(id)
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
    const counts = yield* shareCounts([...ids])
    const campaigns = new Map<string, Running>()
    let decided = false
    for (const id of ids) {
      let hasBegun = false
      const ends: number[] = []
      for (const split of splitsOf(this.#machines.find(id)?.live)) {
        const known = rows.find(row => row.campaignId === id && row.step === split.step)
        const counted = countedShares(
          split,
          counts.filter(c => c.campaignId === id),
          known?.sinceVersion ?? 0,
        )
        const next = decide(known ?? begun(id, split, counted, now), split.decide, counted, now)
        if (next === undefined) continue
        hasBegun = true
        ends.push(...endOf(next, split.decide).filter(end => end > now))
        if (JSON.stringify(next) === JSON.stringify(known)) continue
        yield* saveExperiment(next)
        decided = true
      }
      campaigns.set(id, { hasBegun, timeUp: ends.length === 0 ? null : Math.min(...ends) })
    }
    return { decided, campaigns }
  }

  /** After the commit of a look. */
  keep({ campaigns }: Looked, now: number): void {
    for (const [id, { hasBegun, timeUp }] of campaigns) {
      this.#touched.delete(id)
      if (hasBegun) this.#lookedAt.set(id, now)
      if (timeUp === null) this.#timesUp.delete(id)
      else this.#timesUp.set(id, timeUp)
    }
  }

  #mayLookAt(id: string): number {
    return (this.#lookedAt.get(id) ?? 0) + EVERY
  }
}

/** The shares of a split with what was counted for them since a version. */
export function countedShares(
  { step, shares, countsFirst }: Split,
  counts: readonly Omit<ShareCount, 'campaignId'>[],
  sinceVersion: number,
): readonly Counted[] {
  const mine = counts.filter(c => c.step === step && c.version >= sinceVersion)
  const which = countsFirst ? '-first' : ''
  const sum = (what: string) => mine.filter(c => c.what === what).reduce((total, { n }) => total + n, 0)
  return shares.map(({ id, label, weight, isControl }) => ({
    id,
    label,
    weight,
    isControl,
    entered: sum(`assigned${which}:${id}`),
    conversions: sum(`converted${which}:${id}`),
  }))
}

/** An experiment with nothing decided: it began with the first lead, who has just come. undefined while none has. */
function begun(
  campaignId: string,
  { step, decide: { as } }: Split,
  counted: readonly Counted[],
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
  counted: readonly Counted[],
  now: number,
): StoredExperiment | undefined {
  if (known === undefined || known.decidedBy === 'hand') return known
  if (rule.as === 'bandit') return weigh(known, counted, now)
  if (rule.as === 'keep' || known.state === 'mixed') return known
  if (known.state === 'won' && counted.some(({ id }) => id === known.winner)) return known
  const decision = decideWinner(counted, rule, { since: known.startedAt, now })
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
export function seenBy(counted: readonly Counted[]): NonNullable<StoredExperiment['seen']> {
  return Object.fromEntries(counted.map(({ id, entered, conversions }) => [id, { entered, conversions }]))
}

/** When the time of the rule is up, while that is what it waits for. */
function endOf({ state, decidedBy, startedAt }: StoredExperiment, rule: Decide): readonly number[] {
  const waits = state === 'testing' && decidedBy === 'rule'
  return waits && rule.as === 'winner' && rule.time !== null ? [startedAt + plainMs(rule.time)] : []
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
export function decidedIn(rows: readonly StoredExperiment[], live: Version): Experiments | null {
  const routes = splitsOf(live).flatMap(split => {
    const row = rows.find(r => r.step === split.step)
    const route = row && routeOf(row, split)
    return route === undefined ? [] : [[split.step, { route }] as const]
  })
  return routes.length === 0 ? null : new Map(routes)
}
