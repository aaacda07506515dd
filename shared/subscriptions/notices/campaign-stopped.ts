import { z } from 'zod'
import type { NoticeKind } from '../define'

export const campaignStopped: NoticeKind = {
  name: 'campaign.stopped',
  version: 1,
  title: 'A campaign is stopped',
  when: 'Somebody stopped a campaign, or it said that it cannot go on.',
  pace: 'real-time',
  about: 'campaign',
  data: z.object({ reason: z.string() }),
  example: { reason: 'The offer is over.' },
}
