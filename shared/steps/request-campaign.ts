import { z } from 'zod'
import type { Note } from '../journal'
import { checkProperties, propertiesSchema, renderProperties } from '../render/properties'
import { tokensIn } from '../render/scope'
import { nextDepth, tooDeep } from '../rules/depth'
import { checkNamed, namedSchema, sayNamed, unnamed } from '../rules/named'
import { type Answer, defineStep, next } from './define'

export const requestCampaign = defineStep({
  kind: 'request-campaign',
  version: 1,
  title: 'Request campaign',
  icon: 'M15 3h6v6 M10 14 21 3 M18 13v6a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V8a2 2 0 0 1 2-2h6',
  group: 'data',
  allowedIn: ['trigger', 'batch'],
  help: 'Lets the lead into another trigger campaign, beside this one: nobody waits for it, and its own entry rules apply. That campaign must be live and be entered by requests. This is the lawful way from a batch campaign to a webhook. Marketo calls it Request Campaign, Braze sends leads to a Canvas.',
  config: z.object({ campaign: namedSchema, properties: propertiesSchema }),
  fields: {
    campaign: { as: 'campaign', label: 'Campaign' },
    properties: {
      as: 'properties',
      label: 'Pass on',
      help: 'Read there as {{ event.name_of_it }}. A value may hold Liquid.',
    },
  },
  example: { campaign: { id: 'welcome', name: 'Welcome' }, properties: [{ key: 'from', value: '{{ campaign.id }}' }] },
  fresh: { campaign: unnamed, properties: [] },
  ports: () => [next],
  uses: ({ campaign }) => [{ what: 'campaign', id: campaign.id, path: 'config.campaign', asks: 'request' }],
  summary: ({ campaign }) => `Request ${sayNamed(campaign)}`,
  check: ({ campaign, properties }) => [
    ...checkNamed(campaign, 'campaign', 'config.campaign'),
    ...checkProperties(properties, 'config.properties'),
  ],
  behave: {
    enter: ({ step, config, world, memory, campaign }): Answer => {
      const depth = nextDepth(memory)
      if (depth === undefined) {
        const what = `Did not request ${sayNamed(config.campaign)}: ${tooDeep}.`
        return { notes: [{ is: 'noted', step, what }], leave: 'next' }
      }
      const { values, unclear } = renderProperties(config.properties, tokensIn({ world, memory, campaign }))
      return {
        effects: [{ type: 'campaign.request', step, campaign: config.campaign.id, properties: values, depth }],
        notes: [
          ...unclear.map(
            (key): Note => ({ is: 'noted', step, what: `Left out ${key}: its value could not be worked out.` }),
          ),
          { is: 'noted', step, what: `Asks ${sayNamed(config.campaign)} to let the lead in.` },
        ],
        leave: 'next',
      }
    },
  },
  migrations: [],
})
