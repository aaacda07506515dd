import { routeTable } from './route'

/** What describes the API. */
export const documentRoutes = routeTable({
  'get /schema/campaign.json': {
    tag: 'System',
    summary: 'JSON Schema of the campaign graph.',
    answer: { status: 200, type: 'application/schema+json' },
  },
  'get /openapi.json': {
    tag: 'System',
    summary: 'This document.',
    answer: { status: 200, type: 'application/json' },
  },
})
