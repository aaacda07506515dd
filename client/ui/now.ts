import { useSyncExternalStore } from 'react'

/** One clock for all relative times on the screen, ticking once a second while anything looks at it. */
const TICK_MS = 1_000
const listeners = new Set<() => void>()
let now = Date.now()
let ticking: ReturnType<typeof setInterval> | undefined

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  ticking ??= setInterval(tick, TICK_MS)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(ticking)
    ticking = undefined
  }
}

function tick() {
  now = Date.now()
  for (const listener of listeners) listener()
}

function current(): number {
  // Nobody is listening yet: the last tick may be long ago.
  if (ticking === undefined) now = Date.now()
  return now
}

/**
 * What `read` says about this moment (ms). Draws again only when the answer changes, so `read` should answer text or a
 * number.
 */
export function useNow<T extends string | number | boolean>(read: (now: number) => T): T {
  return useSyncExternalStore(subscribe, () => read(current()))
}
