import type { Clock } from '#shared/time/clock'

/** Again and again, until it is cancelled by what this answers. */
export function every(clock: Clock, ms: number, look: () => void): () => void {
  let cancel = () => {}
  const next = () => {
    cancel = clock.after(ms, () => {
      look()
      next()
    })
  }
  next()
  return () => cancel()
}

/** Resolves after so long (ms). */
export function after(clock: Clock, ms: number): Promise<void> {
  return new Promise(resolve => clock.after(ms, resolve))
}
