import { z } from 'zod'
import type { NoticeKind } from '../define'

export const campaignPublished: NoticeKind = {
  name: 'campaign.published',
  version: 1,
  title: 'A campaign is published',
  when: 'A version of a campaign went live.',
  pace: 'real-time',
  about: 'campaign',
  data: z.object({ campaignVersion: z.int() }),
  example: { campaignVersion: 3 },
}
