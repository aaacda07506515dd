import { z } from 'zod'
import { checkNamed, namedSchema, sayNamed, unnamed } from '../rules/named'
import { defineStep, next } from './define'

export const addToList = defineStep({
  kind: 'add-to-list',
  version: 1,
  title: 'Add to list',
  icon: 'M11 12H3 M16 6H3 M16 18H3 M18 9v6 M21 12h-6',
  group: 'data',
  allowedIn: ['trigger', 'batch'],
  help: 'Puts the lead on a list; a lead who is on it already stays. Members are seen on the Lists screen. Marketo calls this Add to List, Braze a user update of an audience.',
  config: z.object({ list: namedSchema }),
  fields: { list: { as: 'list', label: 'List' } },
  example: { list: { id: 'vip', name: 'VIP customers' } },
  fresh: { list: unnamed },
  ports: () => [next],
  uses: ({ list }) => [{ what: 'list', id: list.id, path: 'config.list' }],
  summary: ({ list }) => `Add to ${sayNamed(list)}`,
  check: ({ list }) => checkNamed(list, 'list', 'config.list'),
  behave: {
    enter: ({ step, config: { list }, world }) => {
      const changed = world.lists?.has(list.id) !== true
      return {
        effects: changed ? [{ type: 'list.change', step, list: list.id, change: 'added' }] : [],
        notes: [{ is: 'listed', step, list: list.name || list.id, change: 'added', changed }],
        leave: 'next',
      }
    },
  },
  migrations: [],
})
