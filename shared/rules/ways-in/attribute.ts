import { z } from 'zod'
import { error } from '../../problems'
import { internalEvents } from '../internal-events'
import { defineWayIn } from './define'

/** Set for the first time, changed, or cleared: `event.from` and `event.to` are null where there is nothing. */
export const attribute = defineWayIn({
  on: 'attribute',
  title: 'An attribute changes',
  help: 'Set for the first time, changed or cleared.',
  config: { attribute: z.string().max(200) },
  fields: {
    attribute: {
      as: 'attribute',
      label: 'Attribute',
      placeholder: 'plan',
      help: 'event.from and event.to say below what it was and what it is.',
      max: 200,
    },
  },
  fresh: { attribute: '' },
  example: { config: { attribute: 'plan' }, event: { attribute: 'plan', from: 'free', to: 'pro' } },
  listensTo: () => internalEvents.attributeChanged,
  agrees: (way, properties) => properties['attribute'] === way.attribute,
  say: way => `${way.attribute.replaceAll('_', ' ') || '…'} changes`,
  check: (way, path) =>
    way.attribute.trim() === ''
      ? [
          error(
            'trigger.no-attribute',
            'The trigger names no attribute.',
            'Name the attribute whose change lets a lead in, like plan.',
            `${path}.attribute`,
          ),
        ]
      : [],
})
