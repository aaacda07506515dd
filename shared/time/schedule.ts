import { z } from 'zod'
import { readDate, readInstant, sayUnread, type WrittenDate } from '../values/dates'
import { timeOfDaySchema, weekdaysSchema, writeWall } from './landing'
import { firstAt, wallAt } from './offset'
import { occurrences, parseRule, type Recurrence, type RecurrenceRule, ruleAlone, untilOn } from './rrule'
import { DAY, MINUTE } from './units'

/**
 * When a batch campaign lets leads in. The short forms (daily, weekly, monthly, a date) are recurrence rules in other
 * words, so there is one way to reckon. A time that the clock skips is the first instant after the gap; one that comes
 * twice is the first (offset.ts).
 */
export const scheduleSchema = z.object({
  repeats: z.enum(['once', 'date', 'daily', 'weekly', 'monthly', 'rule']),
  /**
   * For `once`: a date and time, on the campaign's clock where it names no offset; empty: as soon as the campaign is
   * launched.
   */
  at: z.string().max(150),
  /** On the schedule's clock, `2026-05-04T09:00`. For `date`: when. For the others: not before; empty is the launch. */
  starts: z.string().max(150),
  /** The last date, `2026-12-31`; empty: never ends. */
  ends: z.string().max(150),
  /** Every so many days, weeks or months. */
  every: z.int().min(1).max(365),
  weekdays: weekdaysSchema,
  /** Of a month; -1 is the last day. */
  monthday: z.int().min(-1).max(31),
  time: timeOfDaySchema,
  /** For `rule`: RFC 5545, see rrule.ts. A DTSTART in it names the clock, unless that is each lead's own. */
  rule: z.string().max(2000),
  /** Whose wall clock it is: the campaign's, so that all enter at once, or each lead's own. */
  clock: z.enum(['campaign', 'lead']),
})
export type Schedule = z.infer<typeof scheduleSchema>

export const onceAtLaunch: Schedule = {
  repeats: 'once',
  at: '',
  starts: '',
  ends: '',
  every: 1,
  weekdays: [1],
  monthday: 1,
  time: '09:00',
  rule: '',
  clock: 'campaign',
}

/**
 * A run to come. `wall`: what the schedule's clock shows then; null for an instant. `at` (ms): when the run begins; on
 * leads' own clocks that is in the first zone on earth.
 */
export interface Run {
  readonly wall: number | null
  readonly at: number
}

/** Where a date begins first. No zone is further ahead today. */
const FIRST_ZONE = 'Etc/GMT-14'

/** Does each lead enter by their own clock? */
export function isLocal({ repeats, clock }: Schedule): boolean {
  return repeats !== 'once' && clock === 'lead'
}

/**
 * The next runs that begin after `after` (ms, exclusive), at most `most`. `since`: when the campaign was first
 * launched; a schedule without a start counts from there. On leads' own clocks a run counts only when no clock had
 * passed it at `since` (the 24-hour rule of braze 2.1).
 */
export function nextRuns(schedule: Schedule, zone: string, since: number, after: number, most: number): readonly Run[] {
  if (schedule.repeats === 'once') {
    const at = onceAt(schedule, zone, since)
    return at > after ? [{ wall: null, at }] : []
  }
  const read = readSchedule(schedule, zone)
  if (read === undefined) return []
  const { rule, clock, anchor, notBefore, isExcepted } = read
  const launch = wallAt(clock, since)
  // Whole minutes: for a schedule that is launched at 09:00:30, 09:00 has passed.
  const start = anchor ?? Math.ceil(launch / MINUTE) * MINUTE
  const runs: Run[] = []
  for (const wall of occurrences(rule, start, Math.max(start, launch, wallAt(clock, after) - DAY))) {
    const at = firstAt(clock, wall)
    // Two times in one gap of the clock are one instant, and one run.
    if (at <= after || at < since || at < notBefore || isExcepted(wall) || runs.at(-1)?.at === at) continue
    runs.push({ wall: clock === zone || isLocal(schedule) ? wall : wallAt(zone, at), at })
    if (runs.length === most) break
  }
  return runs
}

/** The zone whose clock a schedule follows when it lets all leads in at once. `zone`: the campaign's. */
export function clockOf(schedule: Schedule, zone: string): string {
  return (schedule.repeats === 'once' ? undefined : readSchedule(schedule, zone)?.clock) ?? zone
}

/** When a schedule that runs once does so (ms): not before `since`. */
export function onceAt({ at }: Schedule, zone: string, since: number): number {
  const read = at === '' ? undefined : readInstant(at, zone)
  return read?.is === 'read' ? Math.max(since, read.at) : since
}

/** A schedule on one clock. `anchor`: the wall clock time that it counts from; undefined: the launch. */
interface Reckoning {
  readonly rule: RecurrenceRule
  readonly clock: string
  readonly anchor: number | undefined
  readonly notBefore: number
  readonly isExcepted: (wall: number) => boolean
}

/** `zone`: the campaign's. Undefined when the text cannot be read (see `whyNot`). */
function readSchedule(schedule: Schedule, zone: string): Reckoning | undefined {
  const clock = isLocal(schedule) ? FIRST_ZONE : zone
  const start = startOf(schedule, zone)
  if (schedule.repeats === 'rule') {
    const parsed = parseRule(schedule.rule)
    return parsed.is === 'rule' ? byRule(schedule, parsed.recurrence, zone, start) : undefined
  }
  const rule = plainRule(schedule)
  if (rule === undefined || (schedule.repeats === 'date' && start === undefined)) return undefined
  const until = endOf(schedule)
  return { rule: { ...rule, until }, clock, anchor: start, notBefore: Number.NEGATIVE_INFINITY, isExcepted: never }
}

/**
 * A DTSTART that names a zone brings its own clock. On leads' own clocks an instant of a calendar means what the
 * campaign's clock shows then.
 */
function byRule(schedule: Schedule, given: Recurrence, zone: string, starts: number | undefined): Reckoning {
  const { rule, until, start, except } = given
  const its = given.zone ?? zone
  const clock = isLocal(schedule) ? FIRST_ZONE : its
  const ends = [until === null ? null : untilOn(until, its), endOf(schedule)].filter(end => end !== null)
  return {
    rule: { ...rule, until: ends.length === 0 ? null : Math.min(...ends) },
    clock,
    anchor: start ?? starts,
    notBefore: start === null || starts === undefined ? Number.NEGATIVE_INFINITY : firstAt(zone, starts),
    isExcepted: except.length === 0 ? never : wall => except.some(date => isAt(date, wall, its)),
  }
}

const never = () => false

/** Is the wall clock time on this day, or at this time, of a zone's clock? */
function isAt(date: WrittenDate, wall: number, zone: string): boolean {
  if (date.is === 'date') return Math.floor(wall / DAY) * DAY === date.wall
  return (date.is === 'instant' ? wallAt(zone, date.at) : date.wall) === wall
}

/** The rule behind a short form; undefined for anything else. */
function plainRule({ repeats, every, time, weekdays, monthday }: Schedule): RecurrenceRule | undefined {
  const [hour, minute] = time.split(':').map(Number) as [number, number]
  const daily: RecurrenceRule = {
    freq: 'daily',
    interval: every,
    byMonth: [],
    byDay: [],
    byMonthDay: [],
    byHour: [hour],
    byMinute: [minute],
    bySetPos: [],
    weekStart: 1,
    count: null,
    until: null,
  }
  switch (repeats) {
    case 'date':
      return { ...daily, interval: 1, byHour: [], byMinute: [], count: 1 }
    case 'daily':
      return daily
    case 'weekly':
      return { ...daily, freq: 'weekly', byDay: weekdays.map(day => ({ day, nth: 0 })) }
    case 'monthly':
      return { ...daily, freq: 'monthly', byMonthDay: [monthday || 1] }
    default:
      return undefined
  }
}

/** The last wall clock time that `ends` allows; null: the schedule never ends. The form `date` has no end. */
function endOf({ repeats, ends }: Schedule): number | null {
  const last = ends === '' || repeats === 'date' ? undefined : readDate(ends)
  return last?.is === 'date' ? last.wall + DAY - 1 : null
}

/**
 * What `starts` shows on the schedule's clock, or on the campaign's where it is an instant. Undefined when it is empty,
 * or an instant where each lead has their own clock.
 */
function startOf(schedule: Schedule, zone: string): number | undefined {
  const read = schedule.starts === '' ? undefined : readDate(schedule.starts)
  if (read === undefined || read.is === 'refused') return undefined
  if (read.is !== 'instant') return read.wall
  return isLocal(schedule) ? undefined : wallAt(zone, read.at)
}

/** What cannot be read in a schedule, as sentences by field. Empty when all is fine. */
export function whyNot(schedule: Schedule): readonly { readonly field: keyof Schedule; readonly why: string }[] {
  const { repeats, at, starts, ends, weekdays, monthday, rule } = schedule
  if (repeats === 'once') return whyUnread('at', at)
  const found = [...whyUnread('starts', starts), ...whyUnread('ends', ends)]
  if (repeats === 'date' && starts === '') found.push({ field: 'starts', why: 'The date is missing.' })
  if (isLocal(schedule) && starts !== '' && readDate(starts).is === 'instant')
    found.push({ field: 'starts', why: `"${starts}" has an offset, and each lead's own clock counts. Leave it out.` })
  if (ends !== '' && ['instant', 'local'].includes(readDate(ends).is))
    found.push({ field: 'ends', why: `"${ends}" has a time. Write the last day alone, like 2026-12-31.` })
  if (repeats === 'weekly' && weekdays.length === 0) found.push({ field: 'weekdays', why: 'No weekday is chosen.' })
  if (repeats === 'monthly' && monthday === 0) found.push({ field: 'monthday', why: 'A month has no day 0.' })
  const parsed = repeats === 'rule' ? parseRule(rule) : undefined
  if (parsed?.is === 'refused') found.push({ field: 'rule', why: parsed.why })
  if (parsed?.is === 'rule' && isLocal(schedule) && parsed.recurrence.zone !== null)
    found.push({
      field: 'rule',
      why: `DTSTART names the zone ${parsed.recurrence.zone}, and each lead's own clock counts. Leave the zone out, or choose the campaign's clock.`,
    })
  return found
}

function whyUnread(field: 'at' | 'starts' | 'ends', text: string): { field: keyof Schedule; why: string }[] {
  const read = text === '' ? undefined : readDate(text)
  return read?.is === 'refused' ? [{ field, why: sayUnread(read) }] : []
}

const WEEKDAY_NAMES = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

/** `weekly on Mon and Fri, 09:00, own time`; `once`. */
export function saySchedule(schedule: Schedule): string {
  const { repeats, every, time, weekdays, monthday, rule, starts } = schedule
  const own = isLocal(schedule) ? ", each lead's own time" : ''
  const each = (one: string, many: string) => (every === 1 ? one : `every ${every} ${many}`)
  switch (repeats) {
    case 'once':
      return 'once'
    case 'date':
      return starts === '' ? 'on a date' : `once, ${sayWritten(starts)}${own}`
    case 'daily':
      return `${each('daily', 'days')}, ${time}${own}`
    case 'weekly':
      return `${each('weekly', 'weeks')} on ${weekdays.map(d => WEEKDAY_NAMES[d - 1]).join(', ') || '…'}, ${time}${own}`
    case 'monthly':
      return `${each('monthly', 'months')} on ${monthday === -1 ? 'the last day' : `day ${monthday}`}, ${time}${own}`
    case 'rule':
      return rule.trim() === '' ? 'by a rule' : `by ${ruleAlone(rule)}${own}`
  }
}

/** `2026-05-04 09:00`; what cannot be read stays as it was written. */
function sayWritten(text: string): string {
  const date = readDate(text)
  if (date.is === 'refused') return text
  return date.is === 'instant' ? `${writeWall(date.at).replace('T', ' ')} UTC` : writeWall(date.wall).replace('T', ' ')
}
