import { z } from 'zod'
import { type NoticeKind, onNote } from '../define'

export const journeyStarted: NoticeKind = {
  name: 'journey.started',
  version: 1,
  title: 'A journey starts',
  when: 'A campaign let a lead in.',
  pace: 'real-time',
  about: 'journey',
  data: z.object({ eventId: z.string().nullable().describe('The event that let the lead in; null: a batch did.') }),
  example: { eventId: 'e-5521' },
  hears: [onNote('started', ({ event: eventId }) => ({ eventId }))],
}
