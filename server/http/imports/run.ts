import type { Clock } from '#shared/time/clock'

/** An import that this process reads. */
export interface Run {
  readonly id: string
  ended: Promise<void>
  /** Why it waits, and what ends the waiting. */
  waits: string | null
  wake: () => void
  isCancelled: boolean
}

/** Resolves after so long (ms), or when somebody wakes the import. */
export function rest(run: Run, clock: Clock, ms: number): Promise<void> {
  return new Promise(resolve => {
    const cancel = clock.after(ms, resolve)
    run.wake = () => {
      cancel()
      resolve()
    }
  })
}
