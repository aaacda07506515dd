import { z } from 'zod'
import type { NoticeKind } from '../define'

export const leadMerged: NoticeKind = {
  name: 'lead.merged',
  version: 1,
  title: 'Two leads become one',
  when: 'A lead was merged into another, and goes on under that id.',
  pace: 'real-time',
  about: 'lead',
  data: z.object({ intoLeadId: z.string().describe('The lead that it is part of by now.') }),
  example: { intoLeadId: 'lead-77' },
}
