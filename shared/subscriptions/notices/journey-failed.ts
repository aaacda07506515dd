import { z } from 'zod'
import { type NoticeKind, onNote } from '../define'

export const journeyFailed: NoticeKind = {
  name: 'journey.failed',
  version: 1,
  title: 'A journey fails',
  when: 'A journey could not go on.',
  pace: 'real-time',
  about: 'journey',
  data: z.object({ stepId: z.string().nullable().describe('The step in which it ended.'), reason: z.string() }),
  example: { stepId: 'score', reason: 'Could not go on: the step has no number.' },
  hears: [onNote('ended', note => (note.as === 'failed' ? { stepId: note.step, reason: note.reason } : null))],
}
