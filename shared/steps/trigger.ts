import { z } from 'zod'
import { error } from '../problems'
import { always } from '../rules/conditions'
import { internalEvents } from '../rules/internal-events'
import { checkWayIn, freshWayIn, MOST_WAYS, sayWayIn, type WayIn, wayInKind, wayInSchema } from '../rules/ways-in'
import { defineStep, next } from './define'

/** Lets a lead in by any of up to ten ways. shared/engine/entry/admission.ts asks them, before a journey exists. */
export const trigger = defineStep({
  kind: 'trigger',
  version: 2,
  title: 'Trigger',
  icon: 'M15.914 4a1.5 1.5 0 00-2.474-1.561l-9 9A1.5 1.5 0 005.5 14h4.002a.5.5 0 01.471.666L8.086 20a1.5 1.5 0 002.475 1.56l9-9A1.5 1.5 0 0018.5 10h-3.997a.5.5 0 01-.472-.667z',
  group: 'entry',
  entry: ({ ways }) => ({ mode: 'trigger', ways }),
  allowedIn: ['trigger'],
  help: 'Lets a lead in by any of these ways (several are OR), if the condition on it holds and the entry settings allow it. Events from before the launch do not count. Braze calls this action-based and API-triggered entry; in Marketo these are the triggers of a Smart List, Campaign is Requested and Webhook is Called among them. An alert is raised happens to the lead whom the settings name under Alerts: a campaign that it lets in can call a chat or a pager.',
  config: z.object({ ways: z.array(wayInSchema).max(MOST_WAYS) }),
  fields: { ways: { as: 'ways-in', label: 'A lead enters when' } },
  example: {
    ways: [
      {
        on: 'event',
        event: 'signed_up',
        where: { match: 'all', rules: [{ field: 'event.plan', op: 'is-not', value: 'internal' }] },
      },
    ],
  },
  fresh: { ways: [freshWayIn('event', always)] },
  ports: () => [next],
  uses: ({ ways }) =>
    ways.flatMap((way, i) => {
      const list = wayInKind(way).list?.(way)
      return list === undefined ? [] : [{ what: 'list', id: list.id, path: `config.ways.${i}.${list.path}` }]
    }),
  conditions: ({ ways }) => ways.map(({ where }, i) => ({ condition: where, path: `config.ways.${i}.where` })),
  summary: ({ ways }) => {
    const [first] = ways
    if (first === undefined || (first.on === 'event' && first.event === '' && ways.length === 1))
      return 'Choose an event'
    return `When ${ways.map(sayWayIn).join(', or ')}`
  },
  check: ({ ways }) =>
    ways.length === 0
      ? [error('trigger.no-way', 'The trigger has no way in.', 'Add one: an event, for example.', 'config.ways')]
      : ways.flatMap((way, i) => checkWayIn(way, `config.ways.${i}`)),
  behave: { enter: () => ({ leave: 'next' }) },
  migrations: [{ to: 2, up: ({ event, where }) => ({ ways: [wayOf(event, where as WayIn['where'])] }) }],
})

/** Version 1 knew only events. What was no name stays none, and the schema refuses it. */
function wayOf(event: unknown, where: WayIn['where']): WayIn {
  return event === internalEvents.requested
    ? { on: 'requested', where }
    : { on: 'event', event: event as string, where }
}
