import { z } from 'zod'
import type { NoticeKind } from '../define'

export const endpointSwitchedOn: NoticeKind = {
  name: 'endpoint.switched_on',
  version: 1,
  title: 'An endpoint is switched on',
  when: 'Somebody switched an address on again.',
  pace: 'real-time',
  about: 'installation',
  data: z.object({ address: z.string() }),
  example: { address: 'https://crm.example.com/leads' },
}
