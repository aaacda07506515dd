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
import type { Route } from '../routes'

const unknownSend = { 404: 'There is no send with this id.' }

/** Every send, dead letters and their resends, alerts, and the settings of the installation. */
export const activityRoutes: readonly Route[] = [
  {
    method: 'get',
    path: '/activity',
    tag: 'Activity',
    summary: 'Sends of all leads, newest first. A page may be empty and have a next.',
    query: activityQuerySchema,
    answer: { status: 200, schema: activityPageSchema },
  },
  {
    method: 'get',
    path: '/activity/summary',
    tag: 'Activity',
    summary: 'What is held, and dead letters by cause.',
    query: summaryQuerySchema,
    answer: { status: 200, schema: activitySummarySchema },
  },
  {
    method: 'get',
    path: '/activity/export',
    tag: 'Activity',
    summary: 'All sends that match, as CSV (safe for spreadsheets) or NDJSON.',
    query: exportQuerySchema,
    answer: { status: 200, type: 'text/csv' },
  },
  {
    method: 'get',
    path: '/activity/live',
    tag: 'Activity',
    summary: 'Says `event: changed` when something was sent or answered, at most once a second.',
    answer: { status: 200, type: 'text/event-stream' },
  },
  {
    method: 'get',
    path: '/activity/resends',
    tag: 'Activity',
    summary: 'Resends of many, newest first, with their progress.',
    answer: { status: 200, schema: resendingsSchema },
  },
  {
    method: 'post',
    path: '/activity/resends',
    tag: 'Activity',
    summary: 'Send all dead letters again that match. Answers at once; follow the progress with GET.',
    body: resendAllSchema,
    answer: { status: 202, schema: resendingSchema },
    refusals: { 409: 'No dead letter matches, or another resend of many is still running.' },
  },
  {
    method: 'delete',
    path: '/activity/resends/{id}',
    tag: 'Activity',
    summary: 'Stop a resend of many. What was sent already stays so.',
    answer: { status: 200, schema: resendingSchema },
    refusals: { 404: 'There is no resend with this id.' },
  },
  {
    method: 'get',
    path: '/activity/{id}',
    tag: 'Activity',
    summary: 'One send with its request, every attempt, what its gates said, and why it waits.',
    answer: { status: 200, schema: activityViewSchema },
    refusals: unknownSend,
  },
  {
    method: 'post',
    path: '/activity/{id}/resend',
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
  {
    method: 'get',
    path: '/alerts',
    tag: 'Activity',
    summary: 'Alerts, newest first.',
    answer: { status: 200, schema: alertsSchema },
  },
  {
    method: 'post',
    path: '/alerts/{id}/acknowledge',
    tag: 'Activity',
    summary: 'Say that you have seen an alert.',
    answer: { status: 200, schema: alertSchema },
    refusals: { 404: 'There is no alert with this id.' },
  },
  {
    method: 'get',
    path: '/settings',
    tag: 'Settings',
    summary: 'What holds for the whole installation.',
    answer: { status: 200, schema: settingsSchema },
  },
  {
    method: 'put',
    path: '/settings',
    tag: 'Settings',
    summary: 'Change what holds for the whole installation.',
    body: settingsSchema,
    answer: { status: 200, schema: settingsSchema },
    refusals: { 422: 'A cap names a folder that is not there.' },
  },
]
