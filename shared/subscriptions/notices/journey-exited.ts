import { z } from 'zod'
import { type NoticeKind, onNote } from '../define'

export const journeyExited: NoticeKind = {
  name: 'journey.exited',
  version: 1,
  title: 'A lead leaves early',
  when: 'A lead left a campaign before its end: by an exit, by hand, or because somebody stopped it.',
  pace: 'real-time',
  about: 'journey',
  data: z.object({ stepId: z.string().nullable().describe('The step in which it ended.'), reason: z.string() }),
  example: { stepId: 'wait', reason: 'Has bought.' },
  hears: [onNote('ended', note => (note.as === 'exited' ? { stepId: note.step, reason: note.reason } : null))],
}
