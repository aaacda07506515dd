import { z } from 'zod'
import { listEvents } from '../internal-events'
import { checkNamed, namedSchema, sayNamed, unnamed } from '../named'
import { defineWayIn } from './define'

/** A list gains or loses the lead. */
export const list = defineWayIn({
  on: 'list',
  title: 'Added to or removed from a list',
  help: '',
  config: { list: namedSchema, did: z.enum(['added', 'removed']) },
  fields: {
    did: {
      as: 'select',
      label: 'The lead is',
      options: [
        { value: 'added', label: 'added to' },
        { value: 'removed', label: 'removed from' },
      ],
      isNarrow: true,
    },
    list: { as: 'list', label: 'List' },
  },
  fresh: { list: unnamed, did: 'added' },
  example: { config: { list: { id: 'vip', name: 'VIP customers' }, did: 'added' }, event: { list: 'vip' } },
  listensTo: way => listEvents[way.did],
  agrees: (way, properties) => properties['list'] === way.list.id,
  say: way => `${way.did} ${way.did === 'added' ? 'to' : 'from'} the list ${sayNamed(way.list)}`,
  check: (way, path) => checkNamed(way.list, 'list', `${path}.list`),
  list: way => ({ id: way.list.id, path: 'list' }),
})
