import { z } from 'zod'
import { error, type Problem } from '../problems'
import { kindOf } from '../steps'
import { type Graph, stepIdSchema } from './schema'

/**
 * What becomes of leads who are under way when a version is published: a choice for each step of each earlier version
 * in which they wait. Leads without a choice finish on the version that they began (law 8).
 */
const place = { version: z.int().min(1), step: stepIdSchema }
export const choiceSchema = z.discriminatedUnion('as', [
  /** Finishes on the version that the lead began. */
  z.object({ ...place, as: z.literal('finish') }),
  /**
   * Keeps waiting for what it waits for, then goes on by the new version (braze R30). The step must be there, of the
   * same kind.
   */
  z.object({ ...place, as: z.literal('stay') }),
  /** Enters a step of the new version as if it arrived there: a delay starts anew. */
  z.object({ ...place, as: z.literal('move'), to: stepIdSchema }),
  z.object({ ...place, as: z.literal('exit'), reason: z.string().max(200).default('') }),
])
export type Choice = z.infer<typeof choiceSchema>
export const planSchema = z.array(choiceSchema).max(2000).meta({ id: 'MigrationPlan' })
export type Plan = readonly Choice[]

/** The choice for leads in this step of this version. */
export function choiceFor(plan: Plan, version: number, step: string): Choice {
  return plan.find(c => c.version === version && c.step === step) ?? { version, step, as: 'finish' }
}

/** Does the plan move or end anybody? */
export function changesAnything(plan: Plan): boolean {
  return plan.some(choice => choice.as !== 'finish')
}

/** May leads in this step keep waiting for what they wait for in `after`? */
export function mayStay(before: Graph, after: Graph, step: string): boolean {
  const kind = before.steps[step]?.kind
  return kind !== undefined && after.steps[step]?.kind === kind
}

/** May leads be moved to this step? Nobody is moved to a step where leads come in. */
export function mayMoveTo(after: Graph, step: string): boolean {
  const target = after.steps[step]
  return target !== undefined && kindOf(target.kind).entry === undefined
}

/**
 * What is wrong with a plan. `versions`: the graphs that leads walk, by version; `after`: the graph of the version that
 * they may be moved to.
 */
export function checkPlan(plan: Plan, versions: ReadonlyMap<number, Graph>, after: Graph): Problem[] {
  const seen = new Set<string>()
  return plan.flatMap((choice, i): Problem[] => {
    const { version, step } = choice
    const at = `migration.${i}`
    const before = versions.get(version)
    if (before === undefined)
      return [error('migration.no-version', `There is no earlier version ${version}.`, 'Load the dialog again.', at)]
    const name = sayStep(before, step)
    if (before.steps[step] === undefined)
      return [error('migration.no-step', `Version ${version} has no step "${step}".`, 'Load the dialog again.', at)]
    const key = `${version} ${step}`
    if (seen.has(key))
      return [error('migration.twice', `Leads in ${name} have two choices.`, 'Keep one of the two.', at)]
    seen.add(key)
    if (choice.as === 'stay' && !mayStay(before, after, step))
      return [
        error(
          'migration.cannot-stay',
          `${name} is not in the new version, so nobody can keep waiting in it.`,
          'Move those leads to another step, let them finish on their version, or let them leave.',
          at,
        ),
      ]
    if (choice.as === 'move' && after.steps[choice.to] === undefined)
      return [
        error(
          'migration.no-target',
          `The new version has no step "${choice.to}", where leads in ${name} are to go.`,
          'Choose a step of the new version.',
          `${at}.to`,
        ),
      ]
    if (choice.as === 'move' && !mayMoveTo(after, choice.to))
      return [
        error(
          'migration.into-entry',
          `Leads in ${name} cannot be moved to "${after.steps[choice.to]?.name || choice.to}", where leads come in.`,
          'Choose a step behind it.',
          `${at}.to`,
        ),
      ]
    return []
  })
}

function sayStep({ steps }: Graph, id: string): string {
  const step = steps[id]
  return `"${step === undefined ? id : step.name.trim() || kindOf(step.kind).title}"`
}
