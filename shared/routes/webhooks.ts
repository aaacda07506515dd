import {
  libraryWebhookSchema,
  libraryWebhooksSchema,
  postWebhookSchema,
  putWebhookSchema,
  webhookUsesSchema,
} from '../api/webhooks'
import { routeTable } from './route'

const unknown = { 404: 'There is no webhook with this id.' }

/** The webhook library. */
export const webhookRoutes = routeTable({
  'get /webhooks': {
    tag: 'Webhooks',
    summary: 'The webhook library, each with the steps that use it.',
    answer: { status: 200, schema: libraryWebhooksSchema },
  },
  'post /webhooks': {
    tag: 'Webhooks',
    summary: 'Add a webhook to the library.',
    body: postWebhookSchema,
    answer: { status: 201, schema: libraryWebhookSchema },
  },
  'get /webhooks/{id}': {
    tag: 'Webhooks',
    summary: 'One webhook of the library.',
    answer: { status: 200, schema: libraryWebhookSchema },
    refusals: unknown,
  },
  'put /webhooks/{id}': {
    tag: 'Webhooks',
    summary: 'Change a webhook. Live campaigns that use it send by the change from now on.',
    body: putWebhookSchema,
    answer: { status: 200, schema: libraryWebhookSchema },
    refusals: {
      ...unknown,
      409: 'Somebody else saved since `revision`.',
      422: 'It has problems, and live campaigns use it.',
    },
  },
  'delete /webhooks/{id}': {
    tag: 'Webhooks',
    summary: 'Take a webhook out of the library. Drafts keep their copy.',
    answer: { status: 204 },
    refusals: { ...unknown, 409: 'Live campaigns use it.' },
  },
  'get /webhooks/{id}/uses': {
    tag: 'Webhooks',
    summary: 'Campaigns and steps that use a webhook, and whether they are live.',
    answer: { status: 200, schema: webhookUsesSchema },
    refusals: unknown,
  },
})
