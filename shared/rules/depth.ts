import type { Memory } from '../world'

/** An event from outside has depth 0; what a journey sends on its account has one more. Beyond this nothing is sent: two campaigns that set each other off would never end. */
export const MAX_DEPTH = 5

/** Campaigns that execute one another: as many stand below the one that nobody executed (marketo-alm rule 3). */
export const MOST_LEVELS = 3

/** The depth of what a journey with this memory sends; undefined when it has come too far. */
export function nextDepth({ event, depth = 0 }: Pick<Memory, 'event' | 'depth'>): number | undefined {
  const next = Math.max(event?.depth ?? 0, depth) + 1
  return next > MAX_DEPTH ? undefined : next
}

/** Why nothing was sent, as a fragment of a sentence. */
export const tooDeep = `the lead came here through a chain of ${MAX_DEPTH} events that campaigns sent each other, and a longer one may never end`
