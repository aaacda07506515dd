import { z } from 'zod'
import { error } from '../../problems'
import { isReserved } from '../internal-events'
import { defineWayIn } from './define'

/** An event of the customer's own product. */
export const event = defineWayIn({
  on: 'event',
  title: 'An event happens',
  help: 'Your product sends it.',
  config: { event: z.string().max(200) },
  fields: {
    event: {
      as: 'event-name',
      label: 'Event',
      placeholder: 'signed_up',
      help: 'The name exactly as your product sends it.',
    },
  },
  fresh: { event: '' },
  example: { config: { event: 'signed_up' }, event: { plan: 'pro' } },
  listensTo: way => way.event,
  say: way => `${way.event || '…'} happens`,
  check: (way, path) => {
    const at = `${path}.event`
    if (way.event.trim() === '')
      return [error('trigger.no-event', 'The trigger has no event.', 'Name the event that lets a lead in.', at)]
    if (!isReserved(way.event)) return []
    const message = `"${way.event}" begins with a $: events of that kind are made by Hookline alone.`
    return [error('trigger.reserved-event', message, 'Choose another sort of trigger for it, or another event.', at)]
  },
})
