import { z } from 'zod'
import type { Note } from '../journal'
import { error, type Finding, warning } from '../problems'
import { checkCondition, mayAsk, sayCondition, sourcesOf } from '../rules/conditions'
import { type Branch, branchSchema, hear } from '../rules/listening'
import { takenOnBy } from '../rules/planned'
import { addDuration, durationSchema, plainMs, sayDuration } from '../time/duration'
import type { EventWait, LeadEvent } from '../world'
import { type Answer, type Ask, defineStep, type Port } from './define'

const config = z.object({
  branches: z.array(branchSchema).min(1).max(8),
  window: durationSchema,
  /**
   * `first`: leave by the first event that fits; `ranked`: wait to the end, then leave by the highest way that happened
   * (braze R25).
   */
  pick: z.enum(['first', 'ranked']),
})
type Config = z.infer<typeof config>

const everyoneElse: Port = { id: 'else', label: 'Everyone else' }
const anything = { match: 'all', rules: [] } as const
/**
 * At most this many events that did not fit are reported one by one: a lead may visit a page ten thousand times in a
 * month.
 */
const MOST_TOLD = 20

export const waitForEvent = defineStep({
  kind: 'wait-for-event',
  version: 1,
  title: 'Wait for event',
  icon: 'M10.268 21a2 2 0 0 0 3.464 0 M3.262 15.326A1 1 0 0 0 4 17h16a1 1 0 0 0 .74-1.673C19.41 13.956 18 12.499 18 8A6 6 0 0 0 6 8c0 4.499-1.411 5.956-2.738 7.326',
  group: 'time',
  allowedIn: ['trigger', 'batch'],
  help: 'Waits until the lead does one of these things, at most for the time you set; who does none of them leaves by Everyone else. Braze calls this Action paths. The end is fixed when the lead enters. Events from before that do not count, an event at the very end does. A way can ask that a property of the event is the same as one of the event that let the lead in, to wait for the checkout of this very cart.',
  config,
  fields: {
    branches: { as: 'event-branches', label: 'Ways' },
    window: { as: 'duration', label: 'Wait at most', help: 'Up to 31 days.' },
    pick: {
      as: 'select',
      label: 'When several happen',
      options: [
        { value: 'first', label: 'The first one decides', help: 'The lead goes on at once.' },
        {
          value: 'ranked',
          label: 'The highest one decides',
          help: 'Everybody waits to the end, then takes the way that stands highest above.',
        },
      ],
    },
  },
  example: {
    branches: [
      {
        id: 'a',
        label: 'Bought',
        event: 'bought',
        where: { match: 'all', rules: [{ field: 'event.total', op: 'at-least', value: 50 }] },
        same: [],
      },
      { id: 'b', label: 'Visited', event: 'visited', where: anything, same: [] },
    ],
    window: 'P1D',
    pick: 'first',
  },
  fresh: {
    branches: [{ id: 'a', label: 'Did it', event: '', where: anything, same: [] }],
    window: 'P1D',
    pick: 'first',
  },
  ports: ({ branches }) => [...branches.map(({ id, label }) => ({ id, label })), everyoneElse],
  listens: ({ branches }) => [...new Set(branches.map(b => b.event))],
  conditions: ({ branches }) =>
    branches.map(({ where }, i) => ({ condition: where, path: `config.branches.${i}.where` })),
  summary: ({ branches, window, pick }) => {
    const names = branches.map(sayBranch)
    const what = pick === 'ranked' && names.length > 1 ? `the highest of ${names.join(', ')}` : names.join(' or ')
    return `Wait up to ${sayDuration(window)} for ${what}`
  },
  check: c => [...checkWindow(c.window), ...checkNames(c.branches), ...c.branches.flatMap(checkBranch)],
  behave: {
    enter: ({ step, config: c, world }) => {
      const until = addDuration(world.now, c.window, world.zone)
      const wait: EventWait = { since: Math.min(world.happenedAt ?? world.now, world.now), until, port: null, unfit: 0 }
      return {
        effects: [
          { type: 'timer.set', step, at: until },
          { type: 'event.await', step, events: [...new Set(c.branches.map(b => b.event))] },
        ],
        notes: [{ is: 'waits', step, until, zone: world.zone, what: sayWait(c) }],
        remember: { wait },
      }
    },
    on: {
      timer: ({ memory }) => ({ leave: memory.wait?.port ?? everyoneElse.id, remember: { wait: undefined } }),
      event: (ask, { event }) => listen(ask, event),
    },
  },
  migrations: [],
})

function listen({ step, config: c, world, memory }: Ask<Config>, event: LeadEvent): Answer {
  const { wait } = memory
  if (wait === undefined) return {}
  const heard = hear(c.branches, event, { wait, sources: sourcesOf(world, memory) })
  const note = (rest: Pick<Extract<Note, { is: 'heard' }>, 'port' | 'because' | 'seen'>): Note => ({
    is: 'heard',
    step,
    event: event.name,
    eventId: event.id,
    ...rest,
  })
  if (heard.is === 'foreign' || heard.is === 'late') return {}
  if (heard.is !== 'fits') {
    if (wait.unfit >= MOST_TOLD) return {}
    const seen = heard.is === 'unfit' ? heard.seen : null
    const remember = { wait: { ...wait, unfit: wait.unfit + 1 } }
    return { notes: [note({ port: null, because: heard.is, seen })], remember }
  }
  const { branch, rank, seen } = heard
  const { id: port } = branch
  const depth = deeper(memory.depth, event)
  // The best of several is taken when the wait is over, and that end was known from the beginning.
  const planned = c.pick === 'first' ? takenOnBy(memory, event) : {}
  if (c.pick === 'first' && world.paused !== true)
    return {
      notes: [note({ port, because: 'taken', seen })],
      remember: { ...depth, ...planned, wait: undefined },
      leave: port,
    }
  if (wait.port !== null && c.branches.findIndex(b => b.id === wait.port) <= rank)
    return wait.port === port || wait.unfit >= MOST_TOLD
      ? {}
      : {
          notes: [note({ port, because: 'lower', seen })],
          remember: { wait: { ...wait, unfit: wait.unfit + 1 } },
        }
  const kept: Answer = {
    notes: [note({ port, because: 'kept', seen })],
    remember: { ...depth, ...planned, wait: { ...wait, port } },
  }
  // The first event decides, but the campaign is paused: nothing more is heard, and the timer rings as soon as it is
  // resumed.
  if (c.pick === 'first')
    return {
      ...kept,
      effects: [
        { type: 'tasks.clear', step },
        { type: 'timer.set', step, at: world.now },
      ],
    }
  return kept
}

function deeper(known: number | undefined, { depth }: LeadEvent): { readonly depth?: number } {
  return depth === undefined ? {} : { depth: Math.max(known ?? 0, depth) }
}

function sayWait({ branches, pick }: Config): string {
  const names = branches.map(b => b.label || b.event).join(', ')
  return pick === 'first' ? `for the first of: ${names}` : `for the highest of: ${names}`
}

function sayBranch({ event, where, same }: Branch): string {
  const own = same.length === 0 ? '' : ` of the same ${same.map(s => s.property).join(' and ')}`
  return `${event || '…'}${own}${where.rules.length === 0 ? '' : ` if ${sayCondition(where)}`}`
}

function checkWindow(window: string): Finding[] {
  if (plainMs(window) === 0)
    return [error('wait-event.zero', 'The step waits for no time at all.', 'Set how long to wait.', 'config.window')]
  if (plainMs(window) > plainMs('P31D'))
    return [
      error('wait-event.too-long', 'The wait is longer than 31 days.', 'Choose at most 31 days.', 'config.window'),
    ]
  return []
}

function checkNames(branches: readonly Branch[]): Finding[] {
  const ids = branches.map(b => b.id)
  if (new Set(ids).size === ids.length && !ids.includes(everyoneElse.id)) return []
  const fix = 'Give each way its own id; "else" is taken.'
  return [error('wait-event.same-id', 'Two ways share one id.', fix, 'config.branches')]
}

function checkBranch({ label, event, where, same }: Branch, i: number, all: readonly Branch[]): Finding[] {
  const at = `config.branches.${i}`
  const hidden = all.findIndex(
    (b, j) => j < i && b.event === event && event !== '' && b.where.rules.length === 0 && b.same.length === 0,
  )
  return [
    ...(label.trim() === '' ? [error('wait-event.no-label', 'A way has no name.', 'Name it.', `${at}.label`)] : []),
    ...(event.trim() === ''
      ? [error('wait-event.no-event', 'A way waits for no event.', 'Name the event.', `${at}.event`)]
      : []),
    ...(hidden < 0
      ? []
      : [
          warning(
            'wait-event.hidden',
            `"${all[hidden]?.label}" takes every ${event} already, so nobody leaves by "${label}".`,
            'Move it higher, or give the other one a condition.',
            `${at}.event`,
          ),
        ]),
    ...checkCondition(where, `${at}.where`, mayAsk.heard),
    ...same.flatMap(({ property, as }, n): Finding[] => {
      if (property.trim() !== '' && /^(entry|lead)\../.test(as)) return []
      const message =
        property.trim() === '' ? 'A comparison names no property.' : `"${as}" is no place to compare with.`
      const fix = 'Name a property of the event, and a field that starts with "entry." or "lead.".'
      return [error('wait-event.same', message, fix, `${at}.same.${n}`)]
    }),
  ]
}
