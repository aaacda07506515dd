import { z } from 'zod'
import { durationSchema } from '../time/duration'
import { BUCKETS, bucketOf, type Share, shareOf } from './assignment'
import { nextInRotation, rotationKey, type TurnsTaken } from './rotation'

/**
 * How a lead is drawn. Control is always drawn by the hash of the lead, because who is in control stays there (braze
 * R27).
 */
export const drawSchema = z.enum(['sticky', 'each-entry', 'rotation'])
export type Draw = z.infer<typeof drawSchema>

/** What becomes of the split once results come in. */
export const decideSchema = z.discriminatedUnion('as', [
  z.object({ as: z.literal('keep') }),
  z.object({
    as: z.literal('winner'),
    /** Not before each group, control included, has had this many leads; null: as soon as there is a winner. */
    leads: z.int().min(1).max(100_000_000).nullable(),
    /** Not before this much time has gone by since the first lead. */
    time: durationSchema.nullable(),
    /** When no variant is significantly ahead by then. */
    ifNone: z.enum(['keep-mix', 'go-on']),
  }),
  z.object({ as: z.literal('bandit') }),
])
export type Decide = z.infer<typeof decideSchema>

/**
 * By how much the winner was ahead when it was found: percentage points as fractions, valid however often it was looked
 * at.
 */
export const aheadSchema = z.object({ of: z.string(), value: z.number(), low: z.number(), high: z.number() })
export type Ahead = z.infer<typeof aheadSchema>

/** What replaces the weights of the config. `since`: ms. */
export type Routing =
  | {
      readonly is: 'winner'
      readonly variant: string
      readonly since: number
      readonly by: 'rule' | 'hand'
      readonly ahead: Ahead | null
    }
  /** Percent by variant, from the results so far. */
  | { readonly is: 'weights'; readonly weights: Readonly<Record<string, number>>; readonly since: number }

/** What the server knows of an experiment when a lead comes to its step. */
export interface ExperimentFacts {
  readonly route?: Routing
  /** For an exact rotation: who has had how many, by rotation key. */
  readonly rotations?: ReadonlyMap<string, TurnsTaken>
}
/** By step. */
export type Experiments = ReadonlyMap<string, ExperimentFacts>

/** Why a lead was drawn as it was; absent for the hash of the lead. */
export type AssignedBy =
  | { readonly is: 'winner'; readonly since: number; readonly by: 'rule' | 'hand'; readonly ahead: Ahead | null }
  | { readonly is: 'weights'; readonly since: number }
  /** `turn`: the number of the lead in this rotation. */
  | { readonly is: 'rotation'; readonly turn: number }
  | { readonly is: 'entry' }
  /** The lead had this variant in this journey already, and was brought back to the step in another version. */
  | { readonly is: 'kept' }

export interface Drawn {
  readonly share: Share
  readonly bucket: number
  readonly range: readonly [number, number]
  readonly by?: AssignedBy
  /** The rotation to count this lead in. */
  readonly rotation?: string
}

/** The id of the control group. It stands last, and so holds the upper end of the buckets. */
export const CONTROL = 'control'

export interface Drawing {
  readonly shares: readonly Share[]
  readonly draw: Draw
  readonly facts: ExperimentFacts | undefined
  readonly campaign: string
  readonly step: string
  readonly lead: string
  /** What tells this entry of the lead from the others. */
  readonly entry: string
  /** What the lead was given at this step earlier in its journey. */
  readonly held?: string | undefined
}

/**
 * Draws a lead. First comes what the lead holds from before in this journey; then control, by the hash of the lead
 * (R27); then what was decided from the results; then the way that the marketer chose. Derived from ids and facts,
 * never from chance (law 9).
 */
export function drawShare(drawing: Drawing): Drawn {
  const { shares, draw, facts, campaign, step, lead, held } = drawing
  const bucket = bucketOf(campaign, step, lead)
  const byHash = { bucket, ...shareOf(bucket, shares) }
  const kept = shares.find(({ id }) => id === held)
  if (kept !== undefined) return { ...byHash, share: kept, by: { is: 'kept' } }
  const route = facts?.route
  if (byHash.share.id === CONTROL || (route === undefined && draw === 'sticky')) return byHash
  if (route?.is === 'winner') return toWinner(drawing, bucket, route) ?? byWay(drawing, byHash)
  if (route?.is === 'weights') {
    const weighted = withWeights(shares, route.weights)
    const drawn = byWay({ ...drawing, shares: weighted }, { bucket, ...shareOf(bucket, weighted) })
    return weighted === shares ? drawn : { ...drawn, by: { is: 'weights', since: route.since } }
  }
  return byWay(drawing, byHash)
}

type WinnerRoute = Extract<Routing, { is: 'winner' }>

function toWinner({ shares }: Drawing, bucket: number, { variant, since, by, ahead }: WinnerRoute): Drawn | undefined {
  const share = shares.find(({ id }) => id === variant && id !== CONTROL)
  return share && { bucket, share, range: [0, controlFrom(shares)], by: { is: 'winner', since, by, ahead } }
}

function byWay(drawing: Drawing, byHash: Drawn): Drawn {
  if (drawing.draw === 'rotation') return inTurn(drawing, byHash)
  return drawing.draw === 'each-entry' ? anew(drawing) : byHash
}

function inTurn({ shares, facts }: Drawing, byHash: Drawn): Drawn {
  const variants = shares.filter(({ id }) => id !== CONTROL)
  const rotation = rotationKey(variants)
  const taken = facts?.rotations?.get(rotation) ?? new Map<string, number>()
  const share = nextInRotation(variants, taken)
  if (share === undefined) return byHash
  const turn = [...taken.values()].reduce((sum, n) => sum + n, 1)
  return { bucket: byHash.bucket, share, range: [0, controlFrom(shares)], by: { is: 'rotation', turn }, rotation }
}

/** A second hash, over this entry of the lead, among leads who are not in control. */
function anew({ shares, campaign, step, lead, entry }: Drawing): Drawn {
  const drawn = bucketOf(campaign, step, `${lead}\n${entry}`)
  const bucket = Math.floor((drawn * controlFrom(shares)) / BUCKETS)
  return { bucket, ...shareOf(bucket, shares), by: { is: 'entry' } }
}

/** The first bucket that is control's; all buckets lie below it when there is no control. */
function controlFrom(shares: readonly Share[]): number {
  const { share, range } = shareOf(BUCKETS - 1, shares)
  return share.id === CONTROL ? range[0] : BUCKETS
}

/**
 * The shares with other weights for the variants; unchanged when the weights belong to other variants, or to another
 * control.
 */
function withWeights(shares: readonly Share[], weights: Readonly<Record<string, number>>): readonly Share[] {
  const variants = shares.filter(({ id }) => id !== CONTROL)
  const sum = variants.reduce((total, { id }) => total + (weights[id] ?? Number.NaN), 0)
  const whole = variants.reduce((total, { weight }) => total + weight, 0)
  if (variants.length !== Object.keys(weights).length || !(Math.abs(sum - whole) < 1e-6)) return shares
  return shares.map(share => ({ ...share, weight: weights[share.id] ?? share.weight }))
}

/** The shares that new leads meet now: the percent of each, once what was decided is taken into account. */
export function currentShares(shares: readonly Share[], route: Routing | undefined): readonly Share[] {
  if (route === undefined) return shares
  if (route.is === 'weights') return withWeights(shares, route.weights)
  if (!shares.some(({ id }) => id === route.variant && id !== CONTROL)) return shares
  const control = shares.find(({ id }) => id === CONTROL)?.weight ?? 0
  return shares.map(share =>
    share.id === CONTROL ? share : { ...share, weight: share.id === route.variant ? 100 - control : 0 },
  )
}
