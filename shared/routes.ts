import { z } from 'zod'
import {
  campaignSchema,
  campaignsSchema,
  eventNamesSchema,
  eventPropertiesQuerySchema,
  eventPropertiesSchema,
  eventsAcceptedSchema,
  importQuerySchema,
  importSchema,
  importsSchema,
  journeySchema,
  journeysSchema,
  leadSchema,
  leadsPageSchema,
  leadsQuerySchema,
  postCampaignSchema,
  postEventsSchema,
  putCampaignSchema,
  putLeadSchema,
  reportSchema,
  sandboxSchema,
  sandboxSettingsSchema,
  seenSchema,
  stopSchema,
  tagsSchema,
  versionSchema,
} from './api'

import { accessRoutes } from './routes/access'
import { activityRoutes } from './routes/activity'
import { entryRoutes } from './routes/entries'
import { experimentRoutes } from './routes/experiments'
import { fieldRoutes } from './routes/fields'
import { goalRoutes } from './routes/goals'
import { hostRoutes } from './routes/hosts'
import { leadRoutes } from './routes/leads'
import { leavingRoutes } from './routes/leaving'
import { listRoutes } from './routes/lists'
import { programRoutes } from './routes/programs'
import { receiverRoutes } from './routes/receivers'
import { secretRoutes } from './routes/secrets'
import { versionRoutes } from './routes/versions'
import { webhookTestRoutes } from './routes/webhook-test'
import { webhookRoutes } from './routes/webhooks'

export interface Route {
  readonly method: 'get' | 'put' | 'post' | 'delete'
  /** OpenAPI style: `/leads/{externalId}`. */
  readonly path: string
  readonly tag:
    | 'Leads'
    | 'Events'
    | 'Campaigns'
    | 'Journeys'
    | 'Sandbox'
    | 'Secrets'
    | 'System'
    | 'Activity'
    | 'Settings'
    | 'Lists'
    | 'Webhooks'
    | 'Folders'
  readonly summary: string
  readonly query?: z.ZodObject
  readonly body?: z.ZodType
  /** When the body is not JSON. */
  readonly bodyType?: 'text/csv'
  /** The answer of success. No schema: no content, or the named type. */
  readonly answer: { readonly status: number; readonly schema?: z.ZodType; readonly type?: string }
  /** What may be refused, apart from 400 for a malformed request. */
  readonly refusals?: { readonly [status: number]: string }
}

const unknownCampaign = { 404: 'There is no campaign with this id.' }

/** Every route below `/api/v1`. The OpenAPI document and the contract test both walk this list. */
export const routes: readonly Route[] = [
  {
    method: 'put',
    path: '/leads/{externalId}',
    tag: 'Leads',
    summary: 'Create a lead, or merge attributes into it. null removes an attribute.',
    body: putLeadSchema,
    answer: { status: 200, schema: leadSchema },
  },
  {
    method: 'get',
    path: '/leads',
    tag: 'Leads',
    summary: 'List or search leads, newest first.',
    query: leadsQuerySchema,
    answer: { status: 200, schema: leadsPageSchema },
  },
  {
    method: 'get',
    path: '/leads/{externalId}',
    tag: 'Leads',
    summary: 'One lead.',
    answer: { status: 200, schema: leadSchema },
    refusals: { 404: 'There is no lead with this id.' },
  },
  {
    method: 'get',
    path: '/leads/{externalId}/journeys',
    tag: 'Journeys',
    summary: 'The journeys of a lead, newest first.',
    answer: { status: 200, schema: journeysSchema },
    refusals: { 404: 'There is no lead with this id.' },
  },
  {
    method: 'post',
    path: '/leads/import',
    tag: 'Leads',
    summary:
      'Import leads from CSV. Answers when the file has arrived and is on disk; from then on it is read to its end, over restarts. Follow the progress with GET.',
    query: importQuerySchema,
    body: z.string(),
    bodyType: 'text/csv',
    answer: { status: 202, schema: importSchema },
  },
  {
    method: 'get',
    path: '/imports',
    tag: 'Leads',
    summary: 'Imports that run, and those that ended, newest first: the last 50, as long as requests are kept.',
    answer: { status: 200, schema: importsSchema },
  },
  {
    method: 'get',
    path: '/leads/import/{id}',
    tag: 'Leads',
    summary: 'How far an import has come.',
    answer: { status: 200, schema: importSchema },
    refusals: { 404: 'There is no import with this id.' },
  },
  {
    method: 'delete',
    path: '/leads/import/{id}',
    tag: 'Leads',
    summary: 'Cancel an import. Rows that were already stored stay.',
    answer: { status: 200, schema: importSchema },
    refusals: { 404: 'There is no import with this id.' },
  },
  {
    method: 'get',
    path: '/leads/import/{id}/rejected',
    tag: 'Leads',
    summary: 'The rows that were refused, with a reason each, as CSV.',
    answer: { status: 200, type: 'text/csv' },
    refusals: { 404: 'There is no import with this id.' },
  },
  {
    method: 'post',
    path: '/events',
    tag: 'Events',
    summary: 'Send one event or many. Answered after they are on disk.',
    body: postEventsSchema,
    answer: { status: 202, schema: eventsAcceptedSchema },
  },
  {
    method: 'get',
    path: '/events/names',
    tag: 'Events',
    summary: 'Names of events that were seen or are used, for completion.',
    answer: { status: 200, schema: eventNamesSchema },
  },
  {
    method: 'get',
    path: '/events/properties',
    tag: 'Events',
    summary: 'What came with the events of a name lately, for completion.',
    query: eventPropertiesQuerySchema,
    answer: { status: 200, schema: eventPropertiesSchema },
  },
  {
    method: 'get',
    path: '/tags',
    tag: 'Campaigns',
    summary: 'Tags in use, by name.',
    answer: { status: 200, schema: tagsSchema },
  },
  {
    method: 'get',
    path: '/campaigns',
    tag: 'Campaigns',
    summary: 'All campaigns, newest first.',
    answer: { status: 200, schema: campaignsSchema },
  },
  {
    method: 'post',
    path: '/campaigns',
    tag: 'Campaigns',
    summary: 'Create a campaign as a draft.',
    body: postCampaignSchema,
    answer: { status: 201, schema: campaignSchema },
  },
  {
    method: 'post',
    path: '/campaigns/sample',
    tag: 'Campaigns',
    summary: 'Create the sample campaign and its sample leads.',
    answer: { status: 201, schema: campaignSchema },
  },
  {
    method: 'get',
    path: '/campaigns/{id}',
    tag: 'Campaigns',
    summary: 'A campaign with its draft.',
    answer: { status: 200, schema: campaignSchema },
    refusals: unknownCampaign,
  },
  {
    method: 'put',
    path: '/campaigns/{id}',
    tag: 'Campaigns',
    summary: 'Save the draft (name, graph, or both).',
    body: putCampaignSchema,
    answer: { status: 200, schema: campaignSchema },
    refusals: { ...unknownCampaign, 409: 'The draft was changed by somebody else since `revision`.' },
  },
  {
    method: 'delete',
    path: '/campaigns/{id}',
    tag: 'Campaigns',
    summary: 'Delete a campaign that was never launched.',
    answer: { status: 204 },
    refusals: { ...unknownCampaign, 409: 'The campaign was launched; stop it instead.' },
  },
  {
    method: 'get',
    path: '/campaigns/{id}/versions/{version}',
    tag: 'Campaigns',
    summary: 'A published version.',
    answer: { status: 200, schema: versionSchema },
    refusals: unknownCampaign,
  },
  {
    method: 'post',
    path: '/campaigns/{id}/pause',
    tag: 'Campaigns',
    summary: 'Nobody enters, nobody moves, nothing is lost.',
    answer: { status: 200, schema: campaignSchema },
    refusals: { ...unknownCampaign, 409: 'Only a live campaign can be paused.' },
  },
  {
    method: 'post',
    path: '/campaigns/{id}/resume',
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
  {
    method: 'post',
    path: '/campaigns/{id}/stop',
    tag: 'Campaigns',
    summary: 'Nobody enters any more; leads inside walk on, or leave now.',
    body: stopSchema,
    answer: { status: 200, schema: campaignSchema },
    refusals: { ...unknownCampaign, 409: 'Only a live or paused campaign can be stopped.' },
  },
  {
    method: 'get',
    path: '/campaigns/{id}/report',
    tag: 'Campaigns',
    summary: 'Counts, conversions and rates.',
    answer: { status: 200, schema: reportSchema },
    refusals: unknownCampaign,
  },
  {
    method: 'get',
    path: '/campaigns/{id}/live',
    tag: 'Campaigns',
    summary:
      'Server-sent events, at most one of each a second: `event: campaign` (revision, live version, status) and `event: counts`.',
    answer: { status: 200, type: 'text/event-stream' },
    refusals: unknownCampaign,
  },
  {
    method: 'get',
    path: '/journeys/{id}',
    tag: 'Journeys',
    summary: 'One journey with its journal and every attempt.',
    answer: { status: 200, schema: journeySchema },
    refusals: { 404: 'There is no journey with this id.' },
  },
  {
    method: 'get',
    path: '/journeys/{id}/live',
    tag: 'Journeys',
    summary: 'Says `event: changed` whenever the journey has moved.',
    answer: { status: 200, type: 'text/event-stream' },
    refusals: { 404: 'There is no journey with this id.' },
  },
  {
    method: 'get',
    path: '/sandbox',
    tag: 'Sandbox',
    summary: 'What arrived at the sandbox receiver, newest first, and how it answers.',
    answer: { status: 200, schema: sandboxSchema },
  },
  {
    method: 'put',
    path: '/sandbox',
    tag: 'Sandbox',
    summary: 'Choose how the sandbox receiver answers.',
    body: sandboxSettingsSchema,
    answer: { status: 200, schema: sandboxSchema },
  },
  {
    method: 'delete',
    path: '/sandbox',
    tag: 'Sandbox',
    summary: 'Forget the calls that arrived.',
    answer: { status: 200, schema: sandboxSchema },
  },
  {
    method: 'get',
    path: '/sandbox/live',
    tag: 'Sandbox',
    summary: 'Calls as they arrive (`event: call`).',
    answer: { status: 200, type: 'text/event-stream' },
  },
  {
    method: 'get',
    path: '/schema/campaign.json',
    tag: 'System',
    summary: 'JSON Schema of the campaign graph.',
    answer: { status: 200, type: 'application/schema+json' },
  },
  {
    method: 'get',
    path: '/openapi.json',
    tag: 'System',
    summary: 'This document.',
    answer: { status: 200, type: 'application/json' },
  },
  ...activityRoutes,
  ...fieldRoutes,
  ...leadRoutes,
  ...leavingRoutes,
  ...listRoutes,
  ...secretRoutes,
  ...entryRoutes,
  ...goalRoutes,
  ...experimentRoutes,
  ...hostRoutes,
  ...receiverRoutes,
  ...webhookRoutes,
  ...programRoutes,
  ...webhookTestRoutes,
  ...versionRoutes,
  ...accessRoutes,
]
