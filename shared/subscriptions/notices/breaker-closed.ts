import { z } from 'zod'
import type { NoticeKind } from '../define'

export const breakerClosed: NoticeKind = {
  name: 'breaker.closed',
  version: 1,
  title: 'A host does well again',
  when: 'Trial calls to a host did well: it gets its calls again.',
  pace: 'real-time',
  about: 'installation',
  data: z.object({ host: z.string() }),
  example: { host: 'https://crm.example.com' },
}
