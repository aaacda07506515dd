import { journeySchema } from '../api'
import {
  postRemovalSchema,
  previewRemovalSchema,
  removalPreviewSchema,
  removalSchema,
  removalsSchema,
  removedLeadSchema,
  removeJourneySchema,
  removeLeadSchema,
} from '../api/leaving'
import { routeTable } from './route'

const unknownCampaign = { 404: 'There is no campaign with this id.' }

/** How leads are taken out of campaigns by hand. */
export const leavingRoutes = routeTable({
  'post /journeys/{id}/remove': {
    tag: 'Journeys',
    summary: 'Take one lead out: the journey ends at once, with all that it waited for.',
    body: removeJourneySchema,
    answer: { status: 200, schema: journeySchema },
    refusals: { 404: 'There is no journey with this id.', 409: 'The journey has ended before.' },
  },
  'post /leads/{externalId}/remove': {
    tag: 'Leads',
    summary: 'Take a lead out of a campaign: all of their journeys in it end. Answers how many.',
    body: removeLeadSchema,
    answer: { status: 200, schema: removedLeadSchema },
    refusals: { 404: 'There is no such lead, or no such campaign.', 409: 'The lead is not in this campaign.' },
  },
  'get /campaigns/{id}/removals': {
    tag: 'Campaigns',
    summary: 'Removals of many and aborts, newest first, with their progress.',
    answer: { status: 200, schema: removalsSchema },
    refusals: unknownCampaign,
  },
  'post /campaigns/{id}/removals': {
    tag: 'Campaigns',
    summary:
      'Take out all who are inside, who stand in a step, or who are named. Answers at once; follow the progress with GET.',
    body: postRemovalSchema,
    answer: { status: 202, schema: removalSchema },
    refusals: {
      ...unknownCampaign,
      409: 'Nobody is there to be taken out, or another removal of this campaign is still running.',
      422: 'A step or a lead that is named is not known; nobody was taken out.',
    },
  },
  'post /campaigns/{id}/removals/preview': {
    tag: 'Campaigns',
    summary: 'What taking out these leads would do: who is known, and who is inside. Takes out nobody.',
    body: previewRemovalSchema,
    answer: { status: 200, schema: removalPreviewSchema },
    refusals: unknownCampaign,
  },
  'delete /removals/{id}': {
    tag: 'Campaigns',
    summary: 'Stop a removal of many. Who was taken out stays so.',
    answer: { status: 200, schema: removalSchema },
    refusals: { 404: 'There is no removal with this id.', 409: 'It is an abort, which cannot be stopped.' },
  },
})
