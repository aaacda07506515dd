import { z } from 'zod'
import { error } from '../../problems'
import { defineExit } from './define'

/** A lead attribute that is true for who wants nothing more. Always at once. */
export const unsubscribed = defineExit({
  on: 'unsubscribed',
  title: 'The lead unsubscribes',
  help: 'Whatever is chosen below, they leave at once: as soon as the attribute is true.',
  config: { attribute: z.string().max(100) },
  fields: { attribute: { as: 'attribute', label: 'Attribute that is true', placeholder: 'unsubscribed' } },
  fresh: { attribute: 'unsubscribed' },
  example: { attribute: 'unsubscribed' },
  asks: ({ attribute }) => ({ match: 'all', rules: [{ field: `lead.${attribute}`, op: 'is', value: true }] }),
  say: ({ attribute }) => `The lead unsubscribed (${attribute})`,
  sayWhen: ({ attribute }) => `when ${attribute} is true`,
  sayLeft: () => 'the lead has unsubscribed',
  check: ({ attribute }, path) =>
    attribute.trim() !== ''
      ? []
      : [
          error(
            'settings.exit-attribute',
            'No attribute says who has unsubscribed.',
            'Name the lead attribute that is true for them, like unsubscribed.',
            `${path}.attribute`,
          ),
        ],
})
