import { campaignSchema } from '../api'
import {
  differenceQuerySchema,
  latestMigrationSchema,
  launchSchema,
  migrateSchema,
  pendingChangeSchema,
  rehearsalSchema,
  rehearseSchema,
  versionsSchema,
} from '../api/versions'
import { routeTable } from './route'

const unknownCampaign = { 404: 'There is no campaign with this id.' }
const neverLaunched = 'The campaign was never launched: nobody is under way.'

/** Versions of a campaign, and how leads get from one to another. */
export const versionRoutes = routeTable({
  'post /campaigns/{id}/launch': {
    tag: 'Campaigns',
    summary:
      'Publish the draft as the next version and go live. Leads who are under way finish on their version, unless `migration` says otherwise.',
    body: launchSchema,
    answer: { status: 200, schema: campaignSchema },
    refusals: {
      ...unknownCampaign,
      409: 'It was changed since `revision` or `liveVersion`; the problem says what changed.',
      422: 'The draft or the plan has problems; nothing was published.',
    },
  },
  'get /campaigns/{id}/versions': {
    tag: 'Campaigns',
    summary: 'Every published version, what is different in each, and how many leads walk it.',
    answer: { status: 200, schema: versionsSchema },
    refusals: unknownCampaign,
  },
  'get /campaigns/{id}/difference': {
    tag: 'Campaigns',
    summary: 'What the draft changes, and where leads of earlier versions wait.',
    query: differenceQuerySchema,
    answer: { status: 200, schema: pendingChangeSchema },
    refusals: unknownCampaign,
  },
  'post /campaigns/{id}/migration/rehearsal': {
    tag: 'Campaigns',
    summary:
      'Try a migration plan out: what it would do, and what would come next for some leads. Writes and sends nothing.',
    body: rehearseSchema,
    answer: { status: 200, schema: rehearsalSchema },
    refusals: { ...unknownCampaign, 409: neverLaunched, 422: 'The draft or the plan has problems.' },
  },
  'post /campaigns/{id}/migration': {
    tag: 'Campaigns',
    summary: 'Bring leads of earlier versions to the live one, by a plan.',
    body: migrateSchema,
    answer: { status: 202, schema: latestMigrationSchema },
    refusals: { ...unknownCampaign, 409: neverLaunched, 422: 'The plan has problems; nobody was moved.' },
  },
  'get /campaigns/{id}/migration': {
    tag: 'Campaigns',
    summary: 'How far the latest migration has come.',
    answer: { status: 200, schema: latestMigrationSchema },
    refusals: unknownCampaign,
  },
  'delete /campaigns/{id}/migration': {
    tag: 'Campaigns',
    summary: 'Stop a migration. Who was moved stays moved; the others finish on their version.',
    answer: { status: 200, schema: latestMigrationSchema },
    refusals: unknownCampaign,
  },
})
