import { z } from 'zod'
import type { NoticeKind } from '../define'

export const eventReceived: NoticeKind = {
  name: 'event.received',
  version: 1,
  title: 'An event comes in',
  when: 'An event of a lead came in and was kept. Repeats of the same id tell nothing.',
  pace: 'batched',
  about: 'lead',
  data: z.object({
    event: z.string(),
    eventId: z.string().describe('The id that it came with.'),
    happenedAt: z.int().describe('When it happened, in ms since 1970.'),
  }),
  full: z.object({ properties: z.record(z.string(), z.unknown()) }),
  example: { event: 'signed_up', eventId: 'e-5521', happenedAt: 1780000000000 },
  fullExample: { properties: { plan: 'pro' } },
}
