import { z } from 'zod'
import { type NoticeKind, onNote } from '../define'

export const webhookSent: NoticeKind = {
  name: 'webhook.sent',
  version: 1,
  title: 'A webhook is sent',
  when: 'All gates let a call of a step pass, and its first attempt leaves.',
  pace: 'batched',
  about: 'step',
  data: z.object({
    touch: z.int().describe('Our number of the send.'),
    webhookId: z.string().describe('The id that the receiver sees in the header webhook-id.'),
  }),
  example: { touch: 40021, webhookId: 'hl_3f_20871_4' },
  hears: [onNote('calls', ({ step: stepId, touch, webhookId }) => ({ stepId, touch, webhookId }))],
}
