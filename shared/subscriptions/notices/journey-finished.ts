import { z } from 'zod'
import { type NoticeKind, onNote } from '../define'

export const journeyFinished: NoticeKind = {
  name: 'journey.finished',
  version: 1,
  title: 'A journey finishes',
  when: 'A lead came to the end of a campaign.',
  pace: 'real-time',
  about: 'journey',
  data: z.object({ stepId: z.string().nullable().describe('The step in which it ended.'), reason: z.string() }),
  example: { stepId: 'notify', reason: 'The way ends here.' },
  hears: [onNote('ended', note => (note.as === 'finished' ? { stepId: note.step, reason: note.reason } : null))],
}
