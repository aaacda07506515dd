import type { Act } from '#shared/engine/acts/lifecycle'
import { notThere, Refused, refuse } from '../problem'

/** Passes an act that was done, and throws for any other. */
export function refuseAct(id: string, act: Act): void {
  if (act.is === 'unknown') throw notThere('campaign', id)
  if (act.is === 'refused') throw new Refused(422, 'The campaign has problems; nothing was published.', act.problems)
  if (act.is === 'moved-on')
    throw refuse(
      409,
      'campaign.changed-elsewhere',
      `The campaign was changed since you looked at it. ${act.changes}`,
      'Nothing was done. Load the campaign again, look at what it is now, and do it then.',
    )
  if (act.is === 'wrong-state')
    throw refuse(
      409,
      'campaign.wrong-state',
      `The campaign is ${found[act.found]}.`,
      'Load the campaign again to see what can be done.',
    )
}

export const found = {
  draft: 'a draft: it was never launched',
  live: 'live',
  paused: 'paused',
  stopped: 'stopped',
} as const
