import { z } from 'zod'
import { type NoticeKind, onNote } from '../define'

export const conversion: NoticeKind = {
  name: 'conversion',
  version: 1,
  title: 'A lead converts',
  when: 'An event of a lead counts for a goal of a campaign.',
  pace: 'real-time',
  about: 'journey',
  data: z.object({
    goalId: z.string().nullable(),
    event: z.string(),
    eventId: z.string(),
    value: z.number().nullable().describe('In the smallest unit of the currency.'),
    currency: z.string().nullable(),
  }),
  example: { goalId: 'purchase', event: 'bought', eventId: 'e-5577', value: 4900, currency: 'EUR' },
  hears: [
    onNote('converted', ({ goal, event, eventId }) => ({
      goalId: goal?.id ?? null,
      event,
      eventId,
      value: goal?.value ?? null,
      currency: goal?.currency ?? null,
    })),
  ],
}
