import { z } from 'zod'
import type { NoticeKind } from '../define'

export const listJoined: NoticeKind = {
  name: 'list.joined',
  version: 1,
  title: 'A lead joins a list',
  when: 'A lead was put on a list by hand, by a file or by a step, and was not on it before.',
  pace: 'real-time',
  about: 'lead',
  data: z.object({ listId: z.string() }),
  example: { listId: 'newsletter' },
}
