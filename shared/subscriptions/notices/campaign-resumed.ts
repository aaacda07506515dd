import { z } from 'zod'
import type { NoticeKind } from '../define'

export const campaignResumed: NoticeKind = {
  name: 'campaign.resumed',
  version: 1,
  title: 'A campaign goes on',
  when: 'Somebody resumed a paused campaign.',
  pace: 'real-time',
  about: 'campaign',
  data: z.object({}),
  example: {},
}
