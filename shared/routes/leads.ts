import { journeysSchema, leadSchema, leadsPageSchema, leadsQuerySchema, putLeadSchema } from '../api'
import { routeTable } from './route'

/** Leads: one, many, and what they walk. */
export const leadRoutes = routeTable({
  'put /leads/{externalId}': {
    tag: 'Leads',
    summary: 'Create a lead, or merge attributes into it. null removes an attribute.',
    body: putLeadSchema,
    answer: { status: 200, schema: leadSchema },
  },
  'get /leads': {
    tag: 'Leads',
    summary: 'List or search leads, newest first.',
    query: leadsQuerySchema,
    answer: { status: 200, schema: leadsPageSchema },
  },
  'get /leads/{externalId}': {
    tag: 'Leads',
    summary: 'One lead.',
    answer: { status: 200, schema: leadSchema },
    refusals: { 404: 'There is no lead with this id.' },
  },
  'get /leads/{externalId}/journeys': {
    tag: 'Journeys',
    summary: 'The journeys of a lead, newest first.',
    answer: { status: 200, schema: journeysSchema },
    refusals: { 404: 'There is no lead with this id.' },
  },
})
