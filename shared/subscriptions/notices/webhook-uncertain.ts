import { z } from 'zod'
import { type NoticeKind, onNote } from '../define'

export const webhookUncertain: NoticeKind = {
  name: 'webhook.uncertain',
  version: 1,
  title: 'A webhook may have arrived',
  when: 'A call that may be made once only left, and nobody knows whether it arrived.',
  pace: 'real-time',
  about: 'step',
  data: z.object({ reason: z.string() }),
  example: { reason: 'The connection was reset.' },
  hears: [onNote('replied', ({ step: stepId, reply, reason }) => (reply === 'uncertain' ? { stepId, reason } : null))],
}
