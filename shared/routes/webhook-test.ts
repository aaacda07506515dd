import { testSendsQuerySchema, testSendsSchema, webhookTestedSchema, webhookTestSchema } from '../api/webhook-test'
import { routeTable } from './route'

export const webhookTestRoutes = routeTable({
  'post /webhooks/test': {
    tag: 'Webhooks',
    summary:
      'Render a webhook for one lead and really send it, once. Nothing is written to the lead; caps, quiet hours and rates do not count.',
    body: webhookTestSchema,
    answer: { status: 200, schema: webhookTestedSchema },
    refusals: {
      404: 'There is no lead with this id or e-mail address, or no lead at all.',
      409: 'Several leads have this e-mail address.',
      429: 'Too many test sends are on their way.',
    },
  },
  'get /webhooks/tests': {
    tag: 'Webhooks',
    summary: 'Test sends of a campaign or of one of its steps, newest first. The newest 500 of all are kept.',
    query: testSendsQuerySchema,
    answer: { status: 200, schema: testSendsSchema },
  },
  'get /webhooks/tests/{id}': {
    tag: 'Webhooks',
    summary: 'What a test send sent, and what was answered.',
    answer: { status: 200, schema: webhookTestedSchema },
    refusals: { 404: 'There is no such test send any more.' },
  },
})
