import { z } from 'zod'
import type { NoticeKind } from '../define'

export const breakerOpened: NoticeKind = {
  name: 'breaker.opened',
  version: 1,
  title: 'A host is left alone',
  when: 'Most calls to a host failed within a minute: nothing is sent to it for a while.',
  pace: 'real-time',
  about: 'installation',
  data: z.object({ host: z.string() }),
  example: { host: 'https://crm.example.com' },
}
