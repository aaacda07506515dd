import { z } from 'zod'
import { type NoticeKind, onNote } from '../define'

export const webhookHeld: NoticeKind = {
  name: 'webhook.held',
  version: 1,
  title: 'A webhook is held',
  when: 'Quiet hours or a frequency cap keep a call waiting.',
  pace: 'batched',
  about: 'step',
  data: z.object({
    gate: z.enum(['quiet-hours', 'frequency-cap']),
    until: z.int().nullable().describe('When it is asked again, in ms since 1970.'),
  }),
  example: { gate: 'quiet-hours', until: 1780036800000 },
  hears: [
    onNote('gate', ({ step: stepId, gate, verdict, until }) =>
      verdict === 'hold' && (gate === 'quiet-hours' || gate === 'frequency-cap') ? { stepId, gate, until } : null,
    ),
  ],
}
