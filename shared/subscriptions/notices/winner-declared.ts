import { z } from 'zod'
import type { NoticeKind } from '../define'

export const winnerDeclared: NoticeKind = {
  name: 'winner.declared',
  version: 1,
  title: 'A winner is declared',
  when: 'An A/B test was decided: new leads go to one variant.',
  pace: 'real-time',
  about: 'campaign',
  data: z.object({ stepId: z.string(), variant: z.string() }),
  example: { stepId: 'ab', variant: 'b' },
}
