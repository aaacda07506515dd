import {
  eventNamesSchema,
  eventPropertiesQuerySchema,
  eventPropertiesSchema,
  eventsAcceptedSchema,
  postEventsSchema,
} from '../api'
import { routeTable } from './route'

/** Events come in here; names and properties are for completion. */
export const eventRoutes = routeTable({
  'post /events': {
    tag: 'Events',
    summary: 'Send one event or many. Answered after they are on disk.',
    body: postEventsSchema,
    answer: { status: 202, schema: eventsAcceptedSchema },
  },
  'get /events/names': {
    tag: 'Events',
    summary: 'Names of events that were seen or are used, for completion.',
    answer: { status: 200, schema: eventNamesSchema },
  },
  'get /events/properties': {
    tag: 'Events',
    summary: 'What came with the events of a name lately, for completion.',
    query: eventPropertiesQuerySchema,
    answer: { status: 200, schema: eventPropertiesSchema },
  },
})
