import { internalEvents } from '../internal-events'
import { defineWayIn } from './define'

/** Another campaign asks this one to take the lead (marketo-alm rule 4). */
export const requested = defineWayIn({
  on: 'requested',
  title: 'The campaign is requested',
  help: 'By a Request campaign step of another campaign, batches included.',
  config: {},
  fields: {},
  fresh: {},
  example: { config: {}, event: { requested_by: 'welcome' } },
  listensTo: () => internalEvents.requested,
  say: () => 'the campaign is requested',
})
