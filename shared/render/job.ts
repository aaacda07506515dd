import type { World } from '../world'
import { Purse } from './budget'
import { PATIENCE_MS, STEP_LIMIT, TOO_HARD, TOO_SLOW } from './limits'
import type { Broken } from './rendered'
import type { Tokens } from './scope'

/** The lead to render for, what the renderings of one request share, and the deadline. */
export interface Job {
  readonly tokens: Tokens
  steps: Purse | undefined
  signs: Purse | undefined
  readonly isLate: (() => boolean) | undefined
}

export function jobOf(tokens: Tokens, isLate?: () => boolean): Job {
  return { tokens, steps: undefined, signs: undefined, isLate }
}

const purses = new WeakMap<World, Purse>()

/**
 * Where others wait for the turn, all texts of one move of a journey share a budget: a step with fifty texts may take
 * no more than a step with one.
 */
export function sharing(job: Job): Job {
  const { world } = job.tokens
  if (world.effort === undefined) return job
  const steps = purses.get(world) ?? new Purse(STEP_LIMIT, TOO_HARD)
  if (job.isLate !== undefined) steps.isLate = job.isLate
  purses.set(world, steps)
  job.steps = steps
  return job
}

/** Renders against the clock of the turn, where there is one, and adds the time that it took. */
export function inTime<R extends { readonly is: string }>(
  { world }: Tokens,
  work: (isLate?: () => boolean) => R | Broken,
): R | Broken {
  const { effort } = world
  if (effort === undefined) return work()
  const { clock } = effort
  const start = clock()
  let begun = start
  const isLate = () => clock() - begun > PATIENCE_MS
  let made = work(isLate)
  if (made.is === 'broken' && (made as Broken).reason.includes(TOO_SLOW)) {
    begun = clock()
    made = work(isLate)
  }
  effort.spentMs += clock() - start
  return made
}
