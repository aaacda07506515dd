import { z } from 'zod'
import { renderText } from '../render'
import { checkTemplate } from '../render/check-templates'
import { tokensIn } from '../render/scope'
import { defineStep } from './define'

export const exit = defineStep({
  kind: 'exit',
  version: 1,
  title: 'Exit',
  icon: 'M16 17l5-5-5-5 M21 12H9 M9 21H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2h4',
  group: 'end',
  allowedIn: ['trigger', 'batch'],
  help: 'Ends the journey here. The report counts the lead as finished, or as left early, whichever you choose.',
  config: z.object({ as: z.enum(['finished', 'exited']), reason: z.string().max(200) }),
  fields: {
    as: {
      as: 'select',
      label: 'Count the lead as',
      options: [
        { value: 'finished', label: 'Finished', help: 'The lead went the whole way.' },
        { value: 'exited', label: 'Left early', help: 'The lead was sorted out on the way.' },
      ],
    },
    reason: {
      as: 'text',
      label: 'Reason',
      placeholder: 'Not in our market',
      help: 'Shown in the inspector. May hold Liquid, like {{ lead.country }}. Optional.',
    },
  },
  example: { as: 'finished', reason: 'Welcomed' },
  fresh: { as: 'finished', reason: '' },
  ports: () => [],
  summary: ({ as, reason }) => `${as === 'finished' ? 'Finished' : 'Left early'}${reason === '' ? '' : `: ${reason}`}`,
  check: ({ reason }) => checkTemplate(reason, 'config.reason'),
  behave: {
    enter: ({ step, config, world, memory, campaign }) => {
      const rendered = renderText(config.reason, tokensIn({ world, memory, campaign }))
      const reason = (rendered.is === 'rendered' ? rendered.text.trim() : config.reason) || 'Reached the exit.'
      return { effects: [{ type: 'journey.end', step, as: config.as, reason }] }
    },
  },
  migrations: [],
})
