import type { Memory } from '../world'

/**
 * An event from outside has depth 0, and what a journey sends because of it has one more. Beyond this nothing is sent:
 * two campaigns that set each other off would never end.
 */
export const MAX_DEPTH = 5

/** How many campaigns that execute one another may stand below the one that nobody executed (marketo-alm rule 3). */
export const MOST_LEVELS = 3

/** The depth of a journey with this memory: that of the deepest event that let it in or moved it. */
export function depthOf({ event, depth = 0 }: Pick<Memory, 'event' | 'depth'>): number {
  return Math.max(event?.depth ?? 0, depth)
}

/** The depth of what a journey with this memory sends; undefined when it has gone too far. */
export function nextDepth(memory: Pick<Memory, 'event' | 'depth'>): number | undefined {
  const next = depthOf(memory) + 1
  return next > MAX_DEPTH ? undefined : next
}

/** Why nothing was sent, as a fragment of a sentence. */
export const tooDeep = `the lead came here through a chain of ${MAX_DEPTH} events that campaigns sent each other, and a longer one may never end`
