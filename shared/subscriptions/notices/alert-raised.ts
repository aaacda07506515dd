import { z } from 'zod'
import type { NoticeKind } from '../define'

export const alertRaised: NoticeKind = {
  name: 'alert.raised',
  version: 1,
  title: 'An alert is raised',
  when: 'The calls of a step fail often, a receiver only fails, or a subscription does not get through.',
  pace: 'real-time',
  about: 'installation',
  data: z.object({
    alertId: z.int(),
    campaignId: z.string().nullable(),
    stepId: z.string().nullable(),
    receiver: z.string().nullable(),
    failed: z.int(),
    calls: z.int(),
  }),
  example: { alertId: 12, campaignId: 'welcome', stepId: 'notify', receiver: null, failed: 31, calls: 40 },
}
