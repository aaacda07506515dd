import {
  campaignSchema,
  campaignsSchema,
  postCampaignSchema,
  putCampaignSchema,
  reportSchema,
  seenSchema,
  stopSchema,
  tagsSchema,
  versionSchema,
} from '../api'
import { routeTable } from './route'

const unknownCampaign = { 404: 'There is no campaign with this id.' }

/** Campaigns: their drafts, what is live of them, and their counts. */
export const campaignRoutes = routeTable({
  'get /tags': {
    tag: 'Campaigns',
    summary: 'Tags in use, by name.',
    answer: { status: 200, schema: tagsSchema },
  },
  'get /campaigns': {
    tag: 'Campaigns',
    summary: 'All campaigns, newest first.',
    answer: { status: 200, schema: campaignsSchema },
  },
  'post /campaigns': {
    tag: 'Campaigns',
    summary: 'Create a campaign as a draft.',
    body: postCampaignSchema,
    answer: { status: 201, schema: campaignSchema },
  },
  'post /campaigns/sample': {
    tag: 'Campaigns',
    summary: 'Create the sample campaign and its sample leads.',
    answer: { status: 201, schema: campaignSchema },
  },
  'get /campaigns/{id}': {
    tag: 'Campaigns',
    summary: 'A campaign with its draft.',
    answer: { status: 200, schema: campaignSchema },
    refusals: unknownCampaign,
  },
  'put /campaigns/{id}': {
    tag: 'Campaigns',
    summary: 'Save the draft (name, graph, or both).',
    body: putCampaignSchema,
    answer: { status: 200, schema: campaignSchema },
    refusals: { ...unknownCampaign, 409: 'The draft was changed by somebody else since `revision`.' },
  },
  'delete /campaigns/{id}': {
    tag: 'Campaigns',
    summary: 'Delete a campaign that was never launched.',
    answer: { status: 204 },
    refusals: { ...unknownCampaign, 409: 'The campaign was launched; stop it instead.' },
  },
  'get /campaigns/{id}/versions/{version}': {
    tag: 'Campaigns',
    summary: 'A published version.',
    answer: { status: 200, schema: versionSchema },
    refusals: unknownCampaign,
  },
  'post /campaigns/{id}/pause': {
    tag: 'Campaigns',
    summary: 'Nobody enters, nobody moves, nothing is lost.',
    answer: { status: 200, schema: campaignSchema },
    refusals: { ...unknownCampaign, 409: 'Only a live campaign can be paused.' },
  },
  'post /campaigns/{id}/resume': {
    tag: 'Campaigns',
    summary:
      'Go on after a pause; what fell due meanwhile happens now, unless `afterPause` of its settings says otherwise.',
    answer: { status: 200, schema: campaignSchema },
    body: seenSchema,
    refusals: {
      ...unknownCampaign,
      409: 'Only a paused campaign can be resumed; or it was changed since `revision` or `liveVersion`.',
    },
  },
  'post /campaigns/{id}/stop': {
    tag: 'Campaigns',
    summary: 'Nobody enters any more; leads inside walk on, or leave now.',
    body: stopSchema,
    answer: { status: 200, schema: campaignSchema },
    refusals: { ...unknownCampaign, 409: 'Only a live or paused campaign can be stopped.' },
  },
  'get /campaigns/{id}/report': {
    tag: 'Campaigns',
    summary: 'Counts, conversions and rates.',
    answer: { status: 200, schema: reportSchema },
    refusals: unknownCampaign,
  },
  'get /campaigns/{id}/live': {
    tag: 'Campaigns',
    summary:
      'Server-sent events, at most one of each a second: `event: campaign` (revision, live version, status) and `event: counts`.',
    answer: { status: 200, type: 'text/event-stream' },
    refusals: unknownCampaign,
  },
})
