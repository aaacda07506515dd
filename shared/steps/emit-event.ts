import { z } from 'zod'
import type { Note } from '../journal'
import { error } from '../problems'
import { checkProperties, propertiesSchema, renderProperties } from '../render/properties'
import { tokensIn } from '../render/scope'
import { nextDepth, tooDeep } from '../rules/depth'
import { type Answer, defineStep, next } from './define'

export const emitEvent = defineStep({
  kind: 'emit-event',
  version: 1,
  title: 'Send event',
  icon: 'M4.9 19.1C1 15.2 1 8.8 4.9 4.9 M7.8 16.2c-2.3-2.3-2.3-6.1 0-8.5 M10 12a2 2 0 1 0 4 0a2 2 0 1 0 -4 0 M16.2 7.8c2.3 2.3 2.3 6.1 0 8.5 M19.1 4.9C23 8.8 23 15.1 19.1 19',
  group: 'data',
  allowedIn: ['trigger', 'batch'],
  help: 'Makes an event happen to the lead, as if your product had sent it: campaigns that it triggers let the lead in, journeys that wait for it hear it, and it counts as a conversion. A chain of more than five events that campaigns send each other is cut off, and the journal says so.',
  config: z.object({ event: z.string().max(200), properties: propertiesSchema }),
  fields: {
    event: { as: 'event-name', label: 'Event', placeholder: 'became_customer' },
    properties: { as: 'properties', label: 'Properties', help: 'A value may hold Liquid, like {{ lead.country }}.' },
  },
  example: { event: 'welcomed', properties: [{ key: 'country', value: '{{ lead.country }}' }] },
  fresh: { event: '', properties: [] },
  ports: () => [next],
  summary: ({ event }) => `Send the event ${event || '…'}`,
  check: ({ event, properties }) => [
    ...(event.trim() === ''
      ? [error('emit.no-event', 'The step has no event.', 'Name the event that happens.', 'config.event')]
      : []),
    ...(event.startsWith('$')
      ? [
          error(
            'emit.reserved',
            `"${event}" is a name of ours.`,
            'Choose a name that does not start with $.',
            'config.event',
          ),
        ]
      : []),
    ...checkProperties(properties, 'config.properties'),
  ],
  behave: {
    enter: ({ step, config: { event, properties }, world, memory, campaign }): Answer => {
      const depth = nextDepth(memory)
      if (depth === undefined) {
        const what = `Did not send the event "${event}": ${tooDeep}.`
        return { notes: [{ is: 'noted', step, what }], leave: 'next' }
      }
      const { values, unclear } = renderProperties(properties, tokensIn({ world, memory, campaign }))
      return {
        effects: [{ type: 'event.emit', step, event, properties: values, depth }],
        notes: [
          ...unclear.map(
            (key): Note => ({ is: 'noted', step, what: `Left out ${key}: its value could not be worked out.` }),
          ),
          { is: 'emitted', step, event, properties: values },
        ],
        leave: 'next',
      }
    },
  },
  migrations: [],
})
