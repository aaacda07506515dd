import { error, type Problem, type Repair, warning } from '../problems'
import { type MovedShare, movedBetween, type Share } from '../rules/assignment'
import { CONTROL } from '../rules/experiments'
import { kindOf } from '../steps'
import type { Graph, Step } from './schema'

/**
 * What is wrong with steps that split leads, beyond what a step alone can tell: a decision without a goal, and what a
 * launch would change for leads who know the live version. Leads are drawn by slices of a hash, so who would move is
 * counted exactly.
 */
export function checkSplits(graph: Graph, live: Graph | null): Problem[] {
  return Object.entries(graph.steps).flatMap(([id, step]) => {
    const split = splitOf(step)
    if (split === undefined) return []
    const before = live === null ? undefined : splitOf(live.steps[id])
    const findings = [
      ...(split.decide.as !== 'keep' && graph.settings.goals.length === 0 ? [noGoal] : []),
      ...(before === undefined ? [] : checkControl(before.shares, split.shares)),
      ...(before === undefined || split.draw !== 'sticky' ? [] : checkMoves(before.shares, split.shares)),
    ]
    return findings.map(finding => ({ ...finding, step: id }))
  })
}

function splitOf(step: Step | undefined) {
  if (step === undefined) return undefined
  const { shares, experiment } = kindOf(step.kind)
  if (shares === undefined || experiment === undefined) return undefined
  return { shares: shares(step.config), ...experiment(step.config) }
}

const noGoal = error(
  'variants.no-goal',
  'The campaign has no goal, so no variant can be the better one.',
  'Set a conversion goal in the settings of the campaign, or keep the split as it is.',
  'config.decide',
)

/**
 * braze R27: control may only be lowered after a launch. A larger one would take in leads who have received something.
 */
function checkControl(before: readonly Share[], after: readonly Share[]): Omit<Problem, 'step'>[] {
  const [was, is] = [controlOf(before), controlOf(after)]
  if (is <= was) return []
  return [
    {
      ...error(
        'variants.control-raised',
        `Control is ${was} % in the live version and would be ${is} %: leads who have received something would come into it.`,
        'Lower it, or split in a new step, whose control begins with nobody.',
        'config.control',
      ),
      repair: { label: `Back to ${was} %`, set: backTo(was, before, after) },
    },
  ]
}

/**
 * Control as it was, and variants that fill the rest: as in the live version where they are the same, else each with
 * the same part of the rest as before.
 */
function backTo(was: number, before: readonly Share[], after: readonly Share[]): Repair['set'] {
  const [old, now] = [before, after].map(shares => shares.filter(({ id }) => id !== CONTROL))
  const variants = now ?? []
  const isSame = old?.length === variants.length && variants.every(({ id }, i) => id === old[i]?.id)
  const rest = variants.reduce((sum, { weight }) => sum + weight, 0)
  const parts = variants.map(({ weight }) => Math.round((weight / (rest || 1)) * (100 - was) * 100) / 100)
  const left = Math.round((100 - was - parts.slice(1).reduce((sum, part) => sum + part, 0)) * 100) / 100
  const weights = isSame ? old.map(({ weight }) => weight) : parts.with(0, left)
  return [
    { path: 'config.control', value: was },
    ...weights.map((value, i) => ({ path: `config.variants.${i}.weight`, value })),
  ]
}

function controlOf(shares: readonly Share[]): number {
  return shares.find(({ id }) => id === CONTROL)?.weight ?? 0
}

/** braze R27: changing percentages may move leads. */
function checkMoves(before: readonly Share[], after: readonly Share[]): Omit<Problem, 'step'>[] {
  const isWhole = (shares: readonly Share[]) => Math.abs(shares.reduce((sum, s) => sum + s.weight, 0) - 100) < 1e-6
  // A split that does not add up to 100 % is an error of its own, and cannot be launched.
  const moved = isWhole(before) && isWhole(after) ? movedBetween(before, after) : []
  if (moved.length === 0) return []
  const whole = moved.reduce((sum, { part }) => sum + part, 0)
  return [
    warning(
      'variants.moves',
      `Other weights than in the live version: of the leads who come again, ${percent(whole)} change sides (${sayMoves(moved)}).`,
      'Keep the old ones when everybody must stay. Launched, start the experiment anew in the report, so that only leads of one split are compared.',
      'config.variants',
    ),
  ]
}

/** `10 % from A to B, 5 % from Control to B`, at most four of them. */
function sayMoves(moved: readonly MovedShare[]): string {
  const said = moved.slice(0, MOST).map(({ from, to, part }) => `${percent(part)} from ${from.label} to ${to.label}`)
  return [...said, ...(moved.length > MOST ? ['and others'] : [])].join(', ')
}
const MOST = 4

/** Buckets are hundredths of a percent, so two digits are exact. */
function percent(part: number): string {
  return `${Math.round(part * 10_000) / 100} %`
}
