import { z } from 'zod'
import { type NoticeKind, onNote } from '../define'

export const journeyWaiting: NoticeKind = {
  name: 'journey.waiting',
  version: 1,
  title: 'A lead waits in a step',
  when: 'A lead began to wait in a step.',
  pace: 'batched',
  about: 'step',
  data: z.object({ until: z.int().describe('When the wait ends at the latest, in ms since 1970.') }),
  example: { until: 1780086400000 },
  hears: [onNote('waits', ({ step: stepId, until }) => ({ stepId, until }))],
}
