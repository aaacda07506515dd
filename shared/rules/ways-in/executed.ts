import { internalEvents } from '../internal-events'
import { defineWayIn } from './define'

/** Another campaign walks the lead through this one, and waits for the end (marketo-alm rule 3). */
export const executed = defineWayIn({
  on: 'executed',
  title: 'The campaign is executed',
  help: 'By an Execute campaign step of another campaign, which continues when this one is through. Nothing in it may wait or call a webhook.',
  config: {},
  fields: {},
  fresh: {},
  example: { config: {}, event: { plan: 'pro' } },
  listensTo: () => internalEvents.executed,
  say: () => 'the campaign is executed',
})
