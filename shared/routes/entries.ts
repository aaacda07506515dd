import {
  audiencePartSchema,
  audienceQuerySchema,
  entranceStateSchema,
  entriesAnswerSchema,
  postEntriesSchema,
  refusedEntriesSchema,
} from '../api/entries'
import { routeTable } from './route'

const unknownCampaign = { 404: 'There is no campaign with this id.' }

/** How leads come into campaigns. */
export const entryRoutes = routeTable({
  'post /campaigns/{id}/entries': {
    tag: 'Campaigns',
    summary: 'Let one lead or up to 100 in, with entry properties. Answers for each whether it entered, or why not.',
    body: postEntriesSchema,
    answer: { status: 200, schema: entriesAnswerSchema },
    refusals: { ...unknownCampaign, 409: 'The campaign is not live, or has no way in for the API.' },
  },
  'get /campaigns/{id}/entrance': {
    tag: 'Campaigns',
    summary: 'The runs of a batch campaign, those to come, and requests that wait for their turn.',
    answer: { status: 200, schema: entranceStateSchema },
    refusals: unknownCampaign,
  },
  'post /campaigns/{id}/audience': {
    tag: 'Campaigns',
    summary:
      'Begins to count who matches the audience of the draft, and who would enter now, a part of all leads at a time: gathers the events that the draft asks about, and answers the first part.',
    answer: { status: 200, schema: audiencePartSchema },
    refusals: { ...unknownCampaign, 409: 'The campaign has no audience.' },
  },
  'get /campaigns/{id}/audience': {
    tag: 'Campaigns',
    summary:
      'The next part of such a count: "after" is the "next" of the part before. It may also begin one, where the draft asks about no events.',
    query: audienceQuerySchema,
    answer: { status: 200, schema: audiencePartSchema },
    refusals: { ...unknownCampaign, 409: 'The draft is not a batch campaign.' },
  },
  'get /leads/{externalId}/entries': {
    tag: 'Leads',
    summary: 'Which campaigns the lead did not enter, and why, newest first.',
    answer: { status: 200, schema: refusedEntriesSchema },
    refusals: { 404: 'There is no lead with this id.' },
  },
})
