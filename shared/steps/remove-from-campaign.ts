import { z } from 'zod'
import { checkNamed, namedSchema, sayNamed, unnamed } from '../rules/named'
import { defineStep, next } from './define'

export const removeFromCampaign = defineStep({
  kind: 'remove-from-campaign',
  version: 1,
  title: 'Leave a campaign',
  icon: 'M16 21v-2a4 4 0 0 0-4-4H6a4 4 0 0 0-4 4v2 M5 7a4 4 0 1 0 8 0a4 4 0 1 0 -8 0 M17 8l5 5 M22 8l-5 5',
  group: 'data',
  allowedIn: ['trigger', 'batch'],
  help: 'Ends whatever the lead is doing in another campaign, at once: waits are dropped, and a webhook that was sent there no longer moves anybody. For this campaign it ends the other journeys of the lead, not this one; use Exit for that. Marketo calls it Remove from Flow.',
  config: z.object({ campaign: namedSchema, reason: z.string().max(200) }),
  fields: {
    campaign: { as: 'campaign', label: 'Campaign' },
    reason: { as: 'text', label: 'Reason', placeholder: 'Bought already', help: 'Shown in the inspector. Optional.' },
  },
  example: { campaign: { id: 'welcome', name: 'Welcome' }, reason: 'Bought already' },
  fresh: { campaign: unnamed, reason: '' },
  ports: () => [next],
  uses: ({ campaign }) => [{ what: 'campaign', id: campaign.id, path: 'config.campaign' }],
  summary: ({ campaign }) => `Remove from ${sayNamed(campaign)}`,
  check: ({ campaign }) => checkNamed(campaign, 'campaign', 'config.campaign'),
  behave: {
    enter: ({ step, config: { campaign, reason } }) => ({
      effects: [{ type: 'campaign.leave', step, campaign: campaign.id, reason }],
      leave: 'next',
    }),
  },
  migrations: [],
})
