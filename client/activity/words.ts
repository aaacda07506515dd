import type { ActivityOutcome } from '#shared/api/activity'
import { outcomeLooks } from './outcome'

/** Outcomes to choose from. Dead letters and held calls have tabs of their own. */
export const activityOutcomeWords = (Object.keys(outcomeLooks) as ActivityOutcome[])
  .filter(outcome => outcome !== 'failed' && outcome !== 'held')
  .map(value => ({ value, label: outcomeLooks[value].word }))
