import { z } from 'zod'
import type { NoticeKind } from '../define'

export const endpointSwitchedOff: NoticeKind = {
  name: 'endpoint.switched_off',
  version: 1,
  title: 'An endpoint is switched off',
  when: 'An address that webhooks go to was switched off: by hand, because it only failed, or because it said so.',
  pace: 'real-time',
  about: 'installation',
  data: z.object({ address: z.string(), by: z.enum(['failures', 'gone', 'asked', 'hand']) }),
  example: { address: 'https://crm.example.com/leads', by: 'failures' },
}
