import { z } from 'zod'
import type { NoticeKind } from '../define'

export const leadCreated: NoticeKind = {
  name: 'lead.created',
  version: 1,
  title: 'A lead is created',
  when: 'A lead was made: by the API, by an import, or because an event named somebody new.',
  pace: 'real-time',
  about: 'lead',
  data: z.object({}),
  example: {},
}
