import { z } from 'zod'
import { type NoticeKind, onNote } from '../define'

export const webhookFailed: NoticeKind = {
  name: 'webhook.failed',
  version: 1,
  title: 'An attempt fails',
  when: 'One attempt of a call brought no 2xx. It may be tried again.',
  pace: 'batched',
  about: 'step',
  data: z.object({
    touch: z.int().describe('Our number of the send.'),
    attempt: z.int(),
    status: z.int().nullable().describe('The status of the answer; null: none came.'),
    ms: z.int().describe('How long it took.'),
    retryAt: z.int().nullable().describe('When it is tried again; null: it is not.'),
  }),
  example: { touch: 40021, attempt: 1, status: 503, ms: 48, retryAt: 1780000005000 },
  hears: [
    onNote('attempt', ({ step: stepId, touch, n: attempt, status, ms, retryAt }) =>
      status !== null && status >= 200 && status <= 299 ? null : { stepId, touch, attempt, status, ms, retryAt },
    ),
  ],
}
