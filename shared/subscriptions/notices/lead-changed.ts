import { z } from 'zod'
import type { NoticeKind } from '../define'

export const leadChanged: NoticeKind = {
  name: 'lead.changed',
  version: 1,
  title: 'A lead changes',
  when: 'Attributes of a lead have changed: by the API, by an import, by a step, or by what a webhook answered.',
  pace: 'real-time',
  about: 'lead',
  data: z.object({ fields: z.array(z.string()).describe('The attributes that are others now, and `zone`.') }),
  full: z.object({ before: z.record(z.string(), z.unknown()).describe('What those fields were before.') }),
  example: { fields: ['country', 'visits'] },
  fullExample: { before: { country: 'Nepal', visits: 2 } },
}
