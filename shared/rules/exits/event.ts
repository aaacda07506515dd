import { z } from 'zod'
import { error, type Finding } from '../../problems'
import { always, checkCondition, conditionSchema, mayAsk, sayCondition } from '../conditions'
import { isReserved } from '../internal-events'
import { defineExit } from './define'

/** An event of the lead, and what it is like at that moment. */
export const event = defineExit({
  on: 'event',
  title: 'An event happens',
  help: 'Events from before the entry do not count.',
  config: { event: z.string().max(200), where: conditionSchema },
  fields: {
    event: { as: 'event-name', label: 'Event', placeholder: 'purchased' },
    where: { as: 'condition', label: 'Only when', may: mayAsk.heard },
  },
  fresh: { event: '', where: always },
  example: {
    event: 'purchased',
    where: { match: 'all', rules: [{ field: 'event.total', op: 'at-least', value: 50 }] },
  },
  hears: way => way,
  say: ({ event, where }) => `The event "${event}"${where.rules.length === 0 ? '' : ` (${sayCondition(where)})`}`,
  sayWhen: ({ event, where }) =>
    `when "${event}" happens${where.rules.length === 0 ? '' : ` and ${sayCondition(where)}`}`,
  sayLeft: left => `the event "${left?.name}" arrived`,
  check: ({ event, where }, path) => [
    ...checkName(event, `${path}.event`),
    ...checkCondition(where, `${path}.where`, mayAsk.heard),
  ],
})

function checkName(event: string, at: string): Finding[] {
  if (event.trim() === '')
    return [error('settings.exit-no-event', 'An exit waits for no event.', 'Name the event, or remove the exit.', at)]
  if (!isReserved(event)) return []
  const message = `"${event}" begins with a $: events of that kind are no exits.`
  return [error('settings.exit-reserved', message, 'Name an event that your product sends.', at)]
}
