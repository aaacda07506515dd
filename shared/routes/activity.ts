import {
  activityPageSchema,
  activityQuerySchema,
  activitySummarySchema,
  activityViewSchema,
  exportQuerySchema,
  resendAllSchema,
  resendingSchema,
  resendingsSchema,
  resendSchema,
  summaryQuerySchema,
} from '../api/activity'
import { alertSchema, alertsSchema } from '../api/alerts'
import { settingsSchema } from '../api/settings'
import { routeTable } from './route'

const unknownSend = { 404: 'There is no send with this id.' }

/** Every send, dead letters and their resends, alerts, and the settings of the installation. */
export const activityRoutes = routeTable({
  'get /activity': {
    tag: 'Activity',
    summary: 'Sends of all leads, newest first. A page may be empty and have a next.',
    query: activityQuerySchema,
    answer: { status: 200, schema: activityPageSchema },
  },
  'get /activity/summary': {
    tag: 'Activity',
    summary: 'What is held, and dead letters by cause.',
    query: summaryQuerySchema,
    answer: { status: 200, schema: activitySummarySchema },
  },
  'get /activity/export': {
    tag: 'Activity',
    summary: 'All sends that match, as CSV (safe for spreadsheets) or NDJSON.',
    query: exportQuerySchema,
    answer: { status: 200, type: 'text/csv' },
  },
  'get /activity/live': {
    tag: 'Activity',
    summary: 'Says `event: changed` when something was sent or answered, at most once a second.',
    answer: { status: 200, type: 'text/event-stream' },
  },
  'get /activity/resends': {
    tag: 'Activity',
    summary: 'Resends of many, newest first, with their progress.',
    answer: { status: 200, schema: resendingsSchema },
  },
  'post /activity/resends': {
    tag: 'Activity',
    summary: 'Send all dead letters again that match. Answers at once; follow the progress with GET.',
    body: resendAllSchema,
    answer: { status: 202, schema: resendingSchema },
    refusals: { 409: 'No dead letter matches, or another resend of many is still running.' },
  },
  'delete /activity/resends/{id}': {
    tag: 'Activity',
    summary: 'Stop a resend of many. What was sent already stays so.',
    answer: { status: 200, schema: resendingSchema },
    refusals: { 404: 'There is no resend with this id.' },
  },
  'get /activity/{id}': {
    tag: 'Activity',
    summary: 'One send with its request, every attempt, what its gates said, and why it waits.',
    answer: { status: 200, schema: activityViewSchema },
    refusals: unknownSend,
  },
  'post /activity/{id}/resend': {
    tag: 'Activity',
    summary: 'Send a dead letter again, under the same webhook-id; edited, if you like.',
    body: resendSchema,
    answer: { status: 200, schema: activityViewSchema },
    refusals: {
      ...unknownSend,
      409: 'It is no dead letter (any more), or its request was deleted.',
      422: 'The edited request has problems; nothing was sent.',
    },
  },
  'get /alerts': {
    tag: 'Activity',
    summary: 'Alerts, newest first.',
    answer: { status: 200, schema: alertsSchema },
  },
  'post /alerts/{id}/acknowledge': {
    tag: 'Activity',
    summary: 'Say that you have seen an alert.',
    answer: { status: 200, schema: alertSchema },
    refusals: { 404: 'There is no alert with this id.' },
  },
  'get /settings': {
    tag: 'Settings',
    summary: 'What holds for the whole installation.',
    answer: { status: 200, schema: settingsSchema },
  },
  'put /settings': {
    tag: 'Settings',
    summary: 'Change what holds for the whole installation.',
    body: settingsSchema,
    answer: { status: 200, schema: settingsSchema },
    refusals: { 422: 'A cap names a folder that is not there.' },
  },
})
