import { z } from 'zod'
import type { NoticeKind } from '../define'

export const leadDeleted: NoticeKind = {
  name: 'lead.deleted',
  version: 1,
  title: 'A lead is deleted',
  when: 'A lead was deleted with all that was stored about them.',
  pace: 'real-time',
  about: 'lead',
  data: z.object({}),
  example: {},
}
