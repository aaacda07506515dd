import { type Gate, pass } from './gate'

/** What a pause made too late is not sent (rules/after-pause.ts), nor what comes right behind it without another wait. */
export const afterPause: Gate = {
  name: 'after-pause',
  ask: ({ late = null }) => {
    if (late === null || late.outcome === 'happens') return pass
    const { dueAt, by, within } = late
    return {
      is: 'skip',
      saw: { dueAt, lateSeconds: by / 1000, mostSeconds: (within ?? 0) / 1000 },
      reason: 'too late after a pause',
    }
  },
}
