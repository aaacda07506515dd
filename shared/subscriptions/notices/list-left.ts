import { z } from 'zod'
import type { NoticeKind } from '../define'

export const listLeft: NoticeKind = {
  name: 'list.left',
  version: 1,
  title: 'A lead leaves a list',
  when: 'A lead was taken off a list by hand, by a file or by a step.',
  pace: 'real-time',
  about: 'lead',
  data: z.object({ listId: z.string() }),
  example: { listId: 'newsletter' },
}
