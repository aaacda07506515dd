import { z } from 'zod'
import type { NoticeKind } from '../define'

export const importFinished: NoticeKind = {
  name: 'import.finished',
  version: 1,
  title: 'An import finishes',
  when: 'A file of leads was read to its end.',
  pace: 'real-time',
  about: 'installation',
  data: z.object({ importId: z.string(), rows: z.int(), created: z.int(), updated: z.int(), rejected: z.int() }),
  example: { importId: 'im-9f', rows: 60000, created: 59000, updated: 990, rejected: 10 },
}
