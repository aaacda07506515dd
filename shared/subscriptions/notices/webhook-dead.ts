import { z } from 'zod'
import { type NoticeKind, onNote } from '../define'

export const webhookDead: NoticeKind = {
  name: 'webhook.dead',
  version: 1,
  title: 'A webhook is given up',
  when: 'Nothing more is tried for a call: it lies among the dead letters.',
  pace: 'real-time',
  about: 'step',
  data: z.object({ reason: z.string() }),
  example: { reason: 'status 500, after 8 attempts' },
  hears: [
    onNote('replied', ({ step: stepId, reply, reason }) =>
      reply === 'failed' || reply === 'timed-out' ? { stepId, reason } : null,
    ),
  ],
}
