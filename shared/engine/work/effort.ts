import type { Effort } from '../../world'

/**
 * How much a turn does, so that nobody else waits long. Templates render inside of a turn, and everybody waits for its
 * end. What they take is measured on the clock that is never set: a turn that has used up its share renders no further
 * call, which waits in the queue of its host, and the turn behind it pulls less.
 */

/** ms that templates may take of one turn. */
const SHARE_MS = 25
/** Pulled at least, however heavy the templates are. */
const LEAST = 8
/**
 * ms that a turn should take, without its commit: whoever asks for something meanwhile waits for its end, and sometimes
 * for the end of the next.
 */
const TURN_MS = 60
/**
 * Pulled at least, however long turns take for other reasons: what takes the same time for few and for many is not to
 * be done once for each.
 */
const FEW = 100

/** Has this turn rendered so long that what is left waits for the next? */
export function isSpent({ spentMs }: Effort): boolean {
  return spentMs > SHARE_MS
}

/**
 * How many of the calls that wait for their hosts the next turn takes up, by what templates took of the last one: who
 * is taken up and finds the turn spent only goes back into the queue. In the simulator, where time stands still in a
 * turn, always the most.
 */
export function nextPulled(pulled: number, { spentMs }: Effort, most: number): number {
  if (spentMs > SHARE_MS) return Math.max(LEAST, Math.floor((pulled * SHARE_MS) / spentMs))
  return Math.min(most, pulled * 2)
}

/**
 * How much the next turn pulls of everything else: less when the last one took longer than a turn should (`tookMs`,
 * without its commit, which a slow disk makes long whatever is in it); least when it was by the templates of steps,
 * which nothing puts off.
 */
export function nextSize(size: number, { spentMs }: Effort, tookMs: number, most: number): number {
  if (spentMs > 4 * SHARE_MS) return Math.max(LEAST, Math.floor((size * 4 * SHARE_MS) / spentMs))
  const fits = tookMs > 0 ? (size * TURN_MS) / tookMs : most
  if (fits < size) return Math.min(size, Math.max(FEW, Math.floor(fits)))
  return Math.min(most, size * 2, Math.floor(fits))
}
