import { z } from 'zod'
import { type NoticeKind, onNote } from '../define'

export const webhookSucceeded: NoticeKind = {
  name: 'webhook.succeeded',
  version: 1,
  title: 'A webhook arrives',
  when: 'The receiver of a step answered a call with 2xx.',
  pace: 'real-time',
  about: 'step',
  data: z.object({
    touch: z.int().describe('Our number of the send.'),
    attempt: z.int(),
    status: z.int().nullable().describe('The status of the answer; null: none came.'),
    ms: z.int().describe('How long it took.'),
  }),
  example: { touch: 40021, attempt: 1, status: 202, ms: 48 },
  hears: [
    onNote('attempt', ({ step: stepId, touch, n: attempt, status, ms }) =>
      status !== null && status >= 200 && status <= 299 ? { stepId, touch, attempt, status, ms } : null,
    ),
  ],
}
