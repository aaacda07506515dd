import { z } from 'zod'
import { error } from '../problems'
import { always, checkCondition, conditionSchema, sayCondition } from '../rules/conditions'
import { defineStep, next } from './define'

/** Lets a lead in when an event arrives. The condition itself is asked by rules/entry.ts, before a journey exists. */
export const trigger = defineStep({
  kind: 'trigger',
  version: 1,
  title: 'Event trigger',
  icon: 'M15.914 4a1.5 1.5 0 00-2.474-1.561l-9 9A1.5 1.5 0 005.5 14h4.002a.5.5 0 01.471.666L8.086 20a1.5 1.5 0 002.475 1.56l9-9A1.5 1.5 0 0018.5 10h-3.997a.5.5 0 01-.472-.667z',
  group: 'entry',
  entry: ({ event, where }) => ({ mode: 'trigger', event, where }),
  allowedIn: ['trigger'],
  help: 'Lets a lead in each time this event arrives for them, if the condition on its properties holds and the entry rule allows it. Events from before the launch do not count.',
  config: z.object({ event: z.string().max(200), where: conditionSchema }),
  fields: {
    event: {
      as: 'event-name',
      label: 'Event',
      placeholder: 'signed_up',
      help: 'The name exactly as your product sends it.',
    },
    where: { as: 'condition', label: 'Only when', scopes: ['event', 'lead'] },
  },
  example: {
    event: 'signed_up',
    where: { match: 'all', rules: [{ field: 'event.plan', op: 'is-not', value: 'internal' }] },
  },
  fresh: { event: '', where: always },
  ports: () => [next],
  summary: ({ event, where }) =>
    event === ''
      ? 'Choose an event'
      : where.rules.length === 0
        ? `When ${event} happens`
        : `When ${event}, if ${sayCondition(where)}`,
  check: ({ event, where }) => [
    ...(event.trim() === ''
      ? [error('trigger.no-event', 'The trigger has no event.', 'Name the event that lets a lead in.', 'config.event')]
      : []),
    ...checkCondition(where, 'config.where', ['event', 'lead']),
  ],
  behave: { enter: () => ({ leave: 'next' }) },
  migrations: [],
})
