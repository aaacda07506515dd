import { z } from 'zod'
import { type Json, never } from '../json'
import { error, type Finding } from '../problems'
import { lookUp } from '../rules/conditions'
import {
  daysLater,
  MOST_DAYS,
  momentOf,
  msOfDay,
  nextLanding,
  sayLanding,
  sayWall,
  TWO_YEARS,
  timeOfDaySchema,
  weekdaysSchema,
} from '../time/landing'
import { sayInstant } from '../time/window'
import { readDate } from '../values/dates'
import { type Answer, type Ask, defineStep, next, type Port } from './define'

/** One flat object; `until` says which keys count. So changing the choice and back loses nothing that was filled in. */
const config = z.object({
  until: z.enum(['date', 'weekday', 'days', 'field']),
  /** A date and time, on the clock of `zone` where it names none: `2026-05-04T09:00`. Empty while nobody has chosen. */
  date: z.string().max(150),
  weekdays: weekdaysSchema,
  /** Calendar days from the day of arrival; 0 is the same day. */
  days: z.int().min(0).max(9999),
  /** Where the date stands: `lead.renewal`, `event.starts_at`. */
  field: z.string().max(200),
  /** Days after that date; negative is before. */
  offset: z.int().min(-9999).max(9999),
  repeats: z.enum(['never', 'yearly']),
  time: timeOfDaySchema,
  zone: z.enum(['lead', 'campaign']),
  whenPassed: z.enum(['go-on', 'port', 'exit']),
  /** What becomes of a lead whose date exists but cannot be waited for: it is no date, or too far away. */
  whenUnread: z.enum(['fail', 'port']),
})
type Config = z.infer<typeof config>

const passed: Port = { id: 'passed', label: 'Passed', fallback: 'next' }
/** No fallback: a lead who cannot be waited for never goes on as if the time had come (found C1). */
const noDate: Port = { id: 'no-date', label: 'Not a date' }
const chosen =
  (...untils: Config['until'][]) =>
  ({ until }: Readonly<Record<string, unknown>>) =>
    untils.some(one => one === until)

export const waitUntil = defineStep({
  kind: 'wait-until',
  version: 2,
  title: 'Wait until',
  icon: 'M16 14v2.2l1.6 1 M16 2v4 M21 7.5V6a2 2 0 0 0-2-2H5a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h3.5 M3 10h5 M8 2v4 M10 16a6 6 0 1 0 12 0a6 6 0 1 0 -12 0',
  group: 'time',
  allowedIn: ['trigger', 'batch'],
  help: 'Waits for a moment of the calendar, which is fixed when the lead enters; editing the step later does not move it. Braze calls this a Delay until a date, weekday or calendar day, and lets a lead exit who comes too late; Marketo calls it a Wait with an end date or a date token. Here a lead who comes too late goes on, unless you choose otherwise; one whose date cannot be read, or is more than two years away, never does. A time that the clock skips is right after the gap, one that comes twice is the first; 29 February has its anniversary on the 28th in other years.',
  config,
  fields: {
    until: {
      as: 'select',
      label: 'Wait until',
      options: [
        { value: 'date', label: 'A date and time' },
        { value: 'weekday', label: 'The next weekday at a time' },
        { value: 'days', label: 'Some calendar days later at a time' },
        { value: 'field', label: 'A date of the lead or the event' },
      ],
    },
    date: { as: 'date-time', label: 'Date and time', when: chosen('date') },
    weekdays: { as: 'weekdays', label: 'On', help: 'None chosen means any day.', when: chosen('weekday') },
    days: {
      as: 'number',
      label: 'Calendar days later',
      help: 'Counted by dates: from Monday 21:00, one day later at 09:00 is Tuesday 09:00. 0 is the same day.',
      min: 0,
      max: MOST_DAYS,
      when: chosen('days'),
    },
    field: {
      as: 'text',
      label: 'Field with the date',
      placeholder: 'lead.renewal',
      help: 'Starts with lead. or event. Holds a date and time, as ISO 8601, seconds or milliseconds since 1970, or like May 17, 2026 10:00 PM; or a date alone, which is taken at the time below.',
      when: chosen('field'),
    },
    offset: {
      as: 'number',
      label: 'Days after that date',
      help: 'Negative is before: -3 waits until three days before.',
      min: -MOST_DAYS,
      max: MOST_DAYS,
      when: chosen('field'),
    },
    repeats: {
      as: 'select',
      label: 'Which year',
      options: [
        { value: 'never', label: 'The date as it is' },
        { value: 'yearly', label: 'Its next anniversary', help: 'For birthdays and the like: never in the past.' },
      ],
      when: chosen('field'),
    },
    time: { as: 'time', label: 'At', when: chosen('weekday', 'days', 'field') },
    zone: {
      as: 'select',
      label: 'In the time zone of',
      options: [
        { value: 'lead', label: 'The lead', help: "The campaign's, while the lead's own is not known." },
        { value: 'campaign', label: 'The campaign' },
      ],
    },
    whenPassed: {
      as: 'select',
      label: 'When that moment has passed already, or no date is known',
      options: [
        { value: 'go-on', label: 'Continue immediately', help: 'Loses nobody.' },
        { value: 'port', label: 'Take the way "Passed"' },
        { value: 'exit', label: 'Leave the campaign', help: 'What Braze does.' },
      ],
      when: chosen('date', 'days', 'field'),
    },
    whenUnread: {
      as: 'select',
      label: 'When the field holds no date that can be read, or one more than two years away',
      options: [
        {
          value: 'fail',
          label: 'Leave the campaign as failed',
          help: 'Nobody is sent anything at the wrong time; the journal says which value it was.',
        },
        { value: 'port', label: 'Go on by the way "Not a date"' },
      ],
      when: chosen('field'),
    },
  },
  example: {
    until: 'weekday',
    date: '',
    weekdays: [1, 2, 3, 4, 5],
    days: 1,
    field: '',
    offset: 0,
    repeats: 'never',
    time: '09:00',
    zone: 'lead',
    whenPassed: 'go-on',
    whenUnread: 'fail',
  },
  fresh: {
    until: 'days',
    date: '',
    weekdays: [1, 2, 3, 4, 5],
    days: 1,
    field: '',
    offset: 0,
    repeats: 'never',
    time: '09:00',
    zone: 'lead',
    whenPassed: 'go-on',
    whenUnread: 'fail',
  },
  ports: c => [
    next,
    ...(mayPass(c) && c.whenPassed === 'port' ? [passed] : []),
    ...(c.until === 'field' && c.whenUnread === 'port' ? [noDate] : []),
  ],
  summary: c => `Until ${sayEnd(c)}`,
  check: checkEnd,
  behave: {
    enter: ask => {
      const { step, config: c, world, campaignZone } = ask
      const zone = c.zone === 'lead' ? world.zone : campaignZone
      const end = endOf(ask, zone)
      if (typeof end !== 'number')
        return end.is === 'missing' ? doNotWait(c, step, end.why) : cannotWait(c, step, end.why)
      const said = `${sayInstant(end, zone, { now: world.now })} (${zone})`
      if (end < world.now) return doNotWait(c, step, `${said} has passed already`)
      if (end > world.now + TWO_YEARS) return cannotWait(c, step, `${said} is more than two years ahead`)
      const instead = c.zone === 'lead' && world.zoneFrom === 'campaign' ? noZone : ''
      return {
        effects: [{ type: 'timer.set', step, at: end }],
        notes: [{ is: 'waits', step, until: end, zone, what: `${sayEnd(c)}${instead}` }],
      }
    },
    on: { timer: () => ({ leave: 'next' }) },
  },
  migrations: [{ to: 2, up: config => ({ ...config, whenUnread: 'fail' }) }],
})

const noZone = "; the lead's own zone is not known, so the campaign's counts"

/** Why a wait has no end: nobody knows the date, or it cannot be read. */
interface NoEnd {
  readonly is: 'missing' | 'unread'
  readonly why: string
}

/** The instant (ms) at which the wait ends, or why there is none. */
function endOf({ config: c, world, memory }: Ask<Config>, zone: string): number | NoEnd {
  switch (c.until) {
    case 'date': {
      const date = readDate(c.date)
      return date.is === 'refused'
        ? { is: 'unread', why: c.date === '' ? 'no date is set' : date.why }
        : momentOf(date, { time: c.time, days: 0, yearly: false }, zone, world.now)
    }
    case 'weekday':
      return nextLanding(c, zone, world.now)
    case 'days':
      return daysLater(c.days, c.time, zone, world.now)
    case 'field': {
      const found = lookUp(c.field, { lead: world.lead, memory })
      if (isMissing(found)) return { is: 'missing', why: `${c.field} is not known` }
      const date = readDate(found)
      if (date.is === 'refused') return { is: 'unread', why: `${c.field} cannot be read: ${date.why}` }
      return momentOf(date, { time: c.time, days: c.offset, yearly: c.repeats === 'yearly' }, zone, world.now)
    }
    default:
      return never(c.until)
  }
}

function isMissing(found: Json | undefined): found is undefined | null | string {
  return found === undefined || found === null || (typeof found === 'string' && found.trim() === '')
}

function doNotWait({ whenPassed }: Config, step: string, because: string): Answer {
  if (whenPassed === 'exit') return { effects: [{ type: 'journey.end', step, as: 'exited', reason: because }] }
  return {
    notes: [{ is: 'noted', step, what: `Did not wait: ${because}.` }],
    leave: whenPassed === 'port' ? 'passed' : 'next',
  }
}

/** There is a date, but nobody can read it, or it is too far away. That is not the same as if it had passed. */
function cannotWait({ until, whenUnread }: Config, step: string, because: string): Answer {
  if (until !== 'field' || whenUnread === 'fail')
    return { effects: [{ type: 'journey.end', step, as: 'failed', reason: because }] }
  return { notes: [{ is: 'noted', step, what: `Did not wait: ${because}.` }], leave: 'no-date' }
}

/** Can a lead come too late at all? The next weekday always comes. */
function mayPass({ until }: Config): boolean {
  return until !== 'weekday'
}

function sayEnd(c: Config): string {
  switch (c.until) {
    case 'date': {
      const date = readDate(c.date)
      if (date.is === 'refused') return '… (no date yet)'
      if (date.is === 'instant') return `${sayWall(date.at)} (UTC)`
      return sayWall(date.wall + (date.is === 'date' ? msOfDay(c.time) : 0))
    }
    case 'weekday':
      return sayLanding(c)
    case 'days':
      return c.days === 0 ? `${c.time} the same day` : `${sayDays(c.days)} later, ${c.time}`
    case 'field': {
      const name = c.field.replace(/^(lead|event)\./, '').replaceAll('_', ' ') || '…'
      const days = c.offset === 0 ? '' : `${sayDays(Math.abs(c.offset))} ${c.offset < 0 ? 'before' : 'after'} `
      return `${days}${c.repeats === 'yearly' ? 'the next anniversary of ' : ''}${name}`
    }
    default:
      return never(c.until)
  }
}

function sayDays(days: number): string {
  return `${days} day${days === 1 ? '' : 's'}`
}

function checkEnd(c: Config): Finding[] {
  if (c.until === 'date' && c.date === '')
    return [error('wait-until.no-date', 'The wait has no date.', 'Choose a date and a time.', 'config.date')]
  const date = c.until === 'date' ? readDate(c.date) : undefined
  if (date?.is === 'refused') return [error('wait-until.bad-date', `${date.why}.`, date.fix, 'config.date')]
  if (c.until === 'days' && c.days > MOST_DAYS) return [tooFar('config.days')]
  if (c.until === 'field' && Math.abs(c.offset) > MOST_DAYS) return [tooFar('config.offset')]
  if (c.until === 'field' && !/^(lead|event)\../.test(c.field))
    return [
      error(
        'wait-until.no-field',
        c.field === '' ? 'The wait has no field to take its date from.' : `"${c.field}" is not a place with a date.`,
        'Name a field that starts with "lead." or "event.".',
        'config.field',
      ),
    ]
  return []
}

function tooFar(path: string): Finding {
  return error('wait-until.too-far', 'The wait is longer than two years.', `Choose at most ${MOST_DAYS} days.`, path)
}
