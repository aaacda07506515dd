import { hostSchema, hostsSchema, putHostSchema } from '../api/hosts'
import { routeTable } from './route'

/** The hosts that webhooks go to: how each fares, and what it may be sent. */
export const hostRoutes = routeTable({
  'get /hosts': {
    tag: 'Activity',
    summary: 'Hosts that were called since the start, or have a limit: those in trouble first, at most 500.',
    answer: { status: 200, schema: hostsSchema },
  },
  'put /hosts': {
    tag: 'Activity',
    summary: 'Limit the calls to a host, at once and in a second or minute. Acts at once; null takes a limit away.',
    body: putHostSchema,
    answer: { status: 200, schema: hostSchema },
  },
})
