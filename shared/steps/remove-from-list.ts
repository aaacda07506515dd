import { z } from 'zod'
import { checkNamed, namedSchema, sayNamed, unnamed } from '../rules/named'
import { defineStep, next } from './define'

export const removeFromList = defineStep({
  kind: 'remove-from-list',
  version: 1,
  title: 'Remove from list',
  icon: 'M11 12H3 M16 6H3 M16 18H3 M21 12h-6',
  group: 'data',
  allowedIn: ['trigger', 'batch'],
  help: 'Takes the lead off a list; nothing happens to a lead who is not on it. The lead itself and the journeys in other campaigns stay as they are.',
  config: z.object({ list: namedSchema }),
  fields: { list: { as: 'list', label: 'List' } },
  example: { list: { id: 'vip', name: 'VIP customers' } },
  fresh: { list: unnamed },
  ports: () => [next],
  uses: ({ list }) => [{ what: 'list', id: list.id, path: 'config.list' }],
  summary: ({ list }) => `Remove from ${sayNamed(list)}`,
  check: ({ list }) => checkNamed(list, 'list', 'config.list'),
  behave: {
    enter: ({ step, config: { list }, world }) => {
      const changed = world.lists?.has(list.id) === true
      return {
        effects: changed ? [{ type: 'list.change', step, list: list.id, change: 'removed' }] : [],
        notes: [{ is: 'listed', step, list: list.name || list.id, change: 'removed', changed }],
        leave: 'next',
      }
    },
  },
  migrations: [],
})
