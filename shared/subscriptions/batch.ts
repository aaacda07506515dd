import { SECOND } from '../time/units'
import type { Pace } from './define'
import { MOST_BYTES } from './subscription'

/** One event that waits to be told, oldest first. */
export interface Waiting {
  readonly at: number
  readonly pace: Pace
  /** What it takes in a request, about (characters of its data). */
  readonly size: number
}

/** For how long batched events may wait for others, and for how many. */
export interface Batching {
  readonly seconds: number
  readonly events: number
}

/** Around the data of an event stand its id, its name and its time. */
const AROUND = 400

/**
 * How many of these leave now, in one request; else, when they do (ms). One in real time takes along whatever stands
 * before it, so that the order is kept; batched ones
 * leave when they are enough, or the oldest has waited long enough. `most` is the envelope's.
 */
export function leaves(
  waiting: readonly Waiting[],
  { most, batching, now }: { readonly most: number; readonly batching: Batching; readonly now: number },
): { readonly count: number } | { readonly at: number } {
  const first = waiting[0]
  if (first === undefined) return { count: 0 }
  const count = fitting(waiting, most)
  const isFull = waiting.length >= batching.events || (most > 1 && count < waiting.length)
  const until = first.at + batching.seconds * SECOND
  if (isFull || until <= now || waiting.some(({ pace }) => pace === 'real-time')) return { count }
  return { at: until }
}

/** How many fit into one request, one at the least. */
function fitting(waiting: readonly Waiting[], most: number): number {
  let bytes = 0
  for (const [i, { size }] of waiting.entries()) {
    bytes += size + AROUND
    if (i >= most || (i > 0 && bytes > MOST_BYTES)) return i
  }
  return waiting.length
}
