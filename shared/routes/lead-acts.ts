import { leadSchema } from '../api'
import { leadExportSchema, mergeLeadSchema } from '../api/leads'
import { routeTable } from './route'

const unknownLead = { 404: 'There is no lead with this id.' }

/** What is done to a whole lead. */
export const leadActRoutes = routeTable({
  'post /leads/{externalId}/merge': {
    tag: 'Leads',
    summary:
      'Make this lead part of another. Events, sends and journeys move; this lead is gone. Answers the lead that stays.',
    body: mergeLeadSchema,
    answer: { status: 200, schema: leadSchema },
    refusals: { ...unknownLead, 409: 'A lead cannot be merged into itself.' },
  },
  'get /leads/{externalId}/export': {
    tag: 'Leads',
    summary:
      'Everything that is stored about a lead: attributes, events, journeys with their stories, sends with their attempts.',
    answer: { status: 200, schema: leadExportSchema },
    refusals: unknownLead,
  },
  'delete /leads/{externalId}': {
    tag: 'Leads',
    summary:
      'Delete a lead with everything that is stored about them. Running journeys end; the counts of campaigns stay.',
    answer: { status: 204 },
    refusals: unknownLead,
  },
})
