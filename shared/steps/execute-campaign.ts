import { z } from 'zod'
import type { Note } from '../journal'
import { checkProperties, propertiesSchema, renderProperties } from '../render/properties'
import { tokensIn } from '../render/scope'
import { checkNamed, namedSchema, sayNamed, unnamed } from '../rules/named'
import { defineStep } from './define'

/**
 * Runs another campaign for the lead, from its first step to its last, before this one goes on (marketo-alm rule 3).
 */
export const executeCampaign = defineStep({
  kind: 'execute-campaign',
  version: 2,
  title: 'Execute campaign',
  icon: 'M8 3H7a2 2 0 0 0-2 2v5a2 2 0 0 1-2 2 2 2 0 0 1 2 2v5c0 1.1.9 2 2 2h1 M16 21h1a2 2 0 0 0 2-2v-5c0-1.1.9-2 2-2a2 2 0 0 1-2-2V5a2 2 0 0 0-2-2h-1',
  group: 'logic',
  allowedIn: ['trigger', 'batch'],
  help: 'Runs another campaign for the lead, whole, and then goes on: what it writes is there for the next step. That campaign must be live and be entered when it is executed; its own audience and entry rules decide whether the lead qualifies. It waits for nothing and calls no webhook, and campaigns execute one another three levels deep at most. Marketo calls it Execute Campaign; to start a campaign beside this one, use Request campaign.',
  config: z.object({
    campaign: namedSchema,
    /** Whose My Tokens and entry properties the executed campaign reads (marketo-alm rule 17). */
    tokens: z.enum(['parent', 'own']),
    properties: propertiesSchema,
  }),
  fields: {
    campaign: { as: 'campaign', label: 'Campaign' },
    tokens: {
      as: 'select',
      label: 'Its tokens come from',
      options: [
        {
          value: 'parent',
          label: 'This campaign',
          help: 'My Tokens of this folder, and the event that let the lead in here.',
        },
        { value: 'own', label: 'Its own folder' },
      ],
    },
    properties: {
      as: 'properties',
      label: 'Pass on',
      help: 'Read there as {{ event.name_of_it }}. A value may hold Liquid.',
    },
  },
  example: { campaign: { id: 'scoring', name: 'Scoring' }, tokens: 'parent', properties: [] },
  fresh: { campaign: unnamed, tokens: 'parent', properties: [] },
  ports: () => [
    { id: 'executed', label: 'Executed' },
    { id: 'refused', label: 'Did not qualify' },
  ],
  uses: ({ campaign }) => [{ what: 'campaign', id: campaign.id, path: 'config.campaign', asks: 'execution' }],
  summary: ({ campaign }) => `Execute ${sayNamed(campaign)}`,
  check: ({ campaign, properties }) => [
    ...checkNamed(campaign, 'campaign', 'config.campaign'),
    ...checkProperties(properties, 'config.properties'),
  ],
  behave: {
    enter: ({ step, config, world, memory, campaign }) => {
      const { values, unclear } = renderProperties(config.properties, tokensIn({ world, memory, campaign }))
      const inherited = config.tokens === 'parent' ? memory.event?.properties : {}
      const properties = { ...inherited, ...values }
      return {
        effects: [{ type: 'campaign.execute', step, campaign: config.campaign.id, properties, tokens: config.tokens }],
        notes: unclear.map(
          (key): Note => ({ is: 'noted', step, what: `Left out ${key}: its value could not be worked out.` }),
        ),
      }
    },
    on: {
      executed: ({ step, config }, { qualified, reason }) => ({
        notes: [{ is: 'executed', step, campaign: config.campaign.name || config.campaign.id, qualified, reason }],
        leave: qualified ? 'executed' : 'refused',
      }),
    },
  },
  migrations: [
    // Before, leads who did not qualify went on by Executed wherever nobody had drawn another way.
    { to: 2, up: config => config, ways: { refused: 'executed' } },
  ],
})
