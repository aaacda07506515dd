import { webhookTestedSchema, webhookTestSchema } from '../api/webhook-test'
import type { Route } from '../routes'

export const webhookTestRoutes: readonly Route[] = [
  {
    method: 'post',
    path: '/webhooks/test',
    tag: 'Webhooks',
    summary:
      'Render a webhook for one lead and really send it, once. Nothing is stored or written; caps, quiet hours and rates do not count.',
    body: webhookTestSchema,
    answer: { status: 200, schema: webhookTestedSchema },
    refusals: {
      404: 'There is no lead with this id, or no lead at all.',
      429: 'Too many test sends are on their way.',
    },
  },
]
