import { z } from 'zod'
import type { NoticeKind } from '../define'

export const campaignFinished: NoticeKind = {
  name: 'campaign.finished',
  version: 1,
  title: 'A run of a batch campaign is over',
  when: 'A run of the schedule of a campaign has let in everybody whom it was to let in.',
  pace: 'real-time',
  about: 'campaign',
  data: z.object({
    plannedAt: z.int().describe('When the run was planned, in ms since 1970.'),
    entered: z.int().describe('Leads that it let in.'),
  }),
  example: { plannedAt: 1780000000000, entered: 4120 },
}
