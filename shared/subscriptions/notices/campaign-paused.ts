import { z } from 'zod'
import type { NoticeKind } from '../define'

export const campaignPaused: NoticeKind = {
  name: 'campaign.paused',
  version: 1,
  title: 'A campaign is paused',
  when: 'Somebody paused a campaign: nobody enters, nobody moves.',
  pace: 'real-time',
  about: 'campaign',
  data: z.object({}),
  example: {},
}
