import { sayMs } from '../../time/say'
import { sayMostLate } from '../after-pause'
import { type Gate, pass } from './gate'

/** What a pause made too late is not sent (rules/after-pause.ts), nor what comes right behind it without another wait. */
export const afterPause: Gate = {
  name: 'after-pause',
  title: 'After pause',
  by: 'a pause that made them late',
  ask: ({ late = null }) => {
    if (late === null || late.outcome === 'happens') return pass
    const { dueAt, by, within } = late
    return {
      is: 'skip',
      saw: { dueAt, lateSeconds: by / 1000, mostSeconds: (within ?? 0) / 1000 },
      reason: 'too late after a pause',
    }
  },
  sayPass: () => 'it is not too late',
  sayStop: ({ saw }) => {
    const late = `it fell due ${sayMs(Number(saw['lateSeconds']) * 1000)} before the resume`
    return `${late}, and ${sayMostLate(Number(saw['mostSeconds']) * 1000)}`
  },
}
