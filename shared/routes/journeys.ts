import { journeySchema } from '../api'
import { routeTable } from './route'

/** One journey. It is taken out of its campaign by hand in leaving.ts. */
export const journeyRoutes = routeTable({
  'get /journeys/{id}': {
    tag: 'Journeys',
    summary: 'One journey with its journal and every attempt.',
    answer: { status: 200, schema: journeySchema },
    refusals: { 404: 'There is no journey with this id.' },
  },
  'get /journeys/{id}/live': {
    tag: 'Journeys',
    summary: 'Says `event: changed` whenever the journey has moved.',
    answer: { status: 200, type: 'text/event-stream' },
    refusals: { 404: 'There is no journey with this id.' },
  },
})
