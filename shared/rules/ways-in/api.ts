import { internalEvents } from '../internal-events'
import { defineWayIn } from './define'

/** A program lets the lead in by the API. */
export const api = defineWayIn({
  on: 'api',
  title: 'The API lets in',
  help: 'POST /api/v1/campaigns/{id}/entries, with entry properties that templates find under event.',
  config: {},
  fields: {},
  fresh: {},
  example: { config: {}, event: { plan: 'pro' } },
  listensTo: () => internalEvents.entered,
  say: () => 'the API lets in',
})
