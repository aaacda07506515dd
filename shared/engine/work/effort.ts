import type { Effort } from '../../world'

/**
 * Templates render inside of a turn, and everybody waits for its end. What they take is measured on the clock that is never set: a turn that has used up its share
 * renders no further call, which waits in the line of its host, and the turn behind it pulls less.
 */

/** ms that templates may take of one turn. */
const SHARE_MS = 25
/** Pulled at least, however heavy the templates are. */
const LEAST = 8

/** Has this turn rendered so long that what is left waits for the next? */
export function isSpent({ spentMs }: Effort): boolean {
  return spentMs > SHARE_MS
}

/**
 * How many of the calls that wait for their hosts the next turn takes up, by what templates took of the last one: who is taken up and finds the turn spent only goes
 * back into the line. In the simulator, where time stands still in a turn, always the most.
 */
export function nextPulled(pulled: number, { spentMs }: Effort, most: number): number {
  if (spentMs > SHARE_MS) return Math.max(LEAST, Math.floor((pulled * SHARE_MS) / spentMs))
  return Math.min(most, pulled * 2)
}

/** How much the next turn pulls of everything else. Less only when the templates of steps, which nothing puts off, have made the turn long. */
export function nextSize(size: number, { spentMs }: Effort, most: number): number {
  const long = 4 * SHARE_MS
  return spentMs > long ? Math.max(LEAST, Math.floor((size * long) / spentMs)) : Math.min(most, size * 2)
}
