import { routeTable } from './route'

/** What describes the API. */
export const documentRoutes = routeTable({
  'get /schema/campaign.json': {
    tag: 'System',
    summary: 'JSON Schema of the campaign graph.',
    answer: { status: 200, type: 'application/schema+json' },
  },
  'get /schema/events/{name}.json': {
    tag: 'System',
    summary: 'JSON Schema of the data of one event of subscriptions, thin and full.',
    answer: { status: 200, type: 'application/schema+json' },
    refusals: { 404: 'There is no event of this name.' },
  },
  'get /asyncapi.json': {
    tag: 'System',
    summary: 'What subscriptions are told, as an AsyncAPI 3 document.',
    answer: { status: 200, type: 'application/json' },
  },
  'get /openapi.json': {
    tag: 'System',
    summary: 'This document.',
    answer: { status: 200, type: 'application/json' },
  },
})
