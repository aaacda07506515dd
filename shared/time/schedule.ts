import { z } from 'zod'
import { readDate, timeOfDaySchema, weekdaysSchema } from './landing'
import { firstAt, wallAt } from './offset'
import { occurrences, parseRule, type Rule } from './rrule'

/**
 * When a batch campaign lets leads in. The short forms (daily, weekly, monthly, a date) are recurrence rules in other words, so there is one way to reckon; a time that
 * the clock skips is the first instant after the gap, one that comes twice is the first (offset.ts).
 */
export const scheduleSchema = z.object({
  repeats: z.enum(['once', 'date', 'daily', 'weekly', 'monthly', 'rule']),
  /** For `once`: an instant; empty for as soon as it is launched. */
  at: z.union([z.literal(''), z.iso.datetime({ offset: true })]),
  /** On the schedule's clock, `2026-05-04T09:00`. For `date`: when. For the others: not before; empty is the launch. */
  starts: z.string().max(16),
  /** The last date, `2026-12-31`; empty: never ends. */
  ends: z.string().max(10),
  /** Each so many days, weeks or months. */
  every: z.int().min(1).max(365),
  weekdays: weekdaysSchema,
  /** Of a month; -1 is the last day. */
  monthday: z.int().min(-1).max(31),
  time: timeOfDaySchema,
  /** For `rule`: RFC 5545, see rrule.ts. */
  rule: z.string().max(500),
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

/** A run to come. `wall`: what the schedule's clock shows then; null for an instant. `at` (ms): when it begins, for a lead's clock with the first zone on earth. */
export interface Run {
  readonly wall: number | null
  readonly at: number
}

/** Where a date begins first. No zone is further today. */
const FIRST_ZONE = 'Etc/GMT-14'
const DAY = 86_400_000

/** Does each lead enter by their own clock? */
export function isLocal({ repeats, clock }: Schedule): boolean {
  return repeats !== 'once' && clock === 'lead'
}

/**
 * The next runs that begin after `after` (ms, exclusive), at most `most`. `since`: when the campaign was first launched; a schedule without a start counts from
 * there. By leads' clocks a run counts only when nobody's clock had passed it at `since` (the 24-hour rule of braze 2.1).
 */
export function nextRuns(schedule: Schedule, zone: string, since: number, after: number, most: number): readonly Run[] {
  if (schedule.repeats === 'once') {
    const at = schedule.at === '' ? since : Math.max(since, Date.parse(schedule.at))
    return at > after ? [{ wall: null, at }] : []
  }
  const rule = ruleOf(schedule)
  if (rule === undefined) return []
  const clock = isLocal(schedule) ? FIRST_ZONE : zone
  const launch = wallAt(clock, since)
  // Whole minutes: a schedule that is launched at 09:00:30 has 09:00 behind it.
  const start = startOf(schedule) ?? Math.ceil(launch / 60_000) * 60_000
  const runs: Run[] = []
  for (const wall of occurrences(rule, start, Math.max(start, launch, wallAt(clock, after) - DAY))) {
    const at = firstAt(clock, wall)
    // Two times in one gap of the clock are one instant, and one run.
    if (at <= after || at < since || runs.at(-1)?.at === at) continue
    runs.push({ wall, at })
    if (runs.length === most) break
  }
  return runs
}

/** The rule behind a schedule; undefined when what was typed cannot be read (see `whyNot`). */
export function ruleOf(schedule: Schedule): Rule | undefined {
  if (schedule.repeats === 'rule') {
    const parsed = parseRule(schedule.rule)
    return parsed.is === 'rule' ? ended(parsed.rule, schedule) : undefined
  }
  const [hour, minute] = schedule.time.split(':').map(Number) as [number, number]
  const start = startOf(schedule)
  const plain: Rule = {
    freq: 'daily',
    interval: schedule.every,
    byDay: [],
    byMonthDay: [],
    byHour: [hour],
    byMinute: [minute],
    count: null,
    until: null,
  }
  switch (schedule.repeats) {
    case 'date':
      return start === undefined ? undefined : { ...plain, interval: 1, byHour: [], byMinute: [], count: 1 }
    case 'daily':
      return ended(plain, schedule)
    case 'weekly':
      return ended({ ...plain, freq: 'weekly', byDay: schedule.weekdays.map(day => ({ day, nth: 0 })) }, schedule)
    case 'monthly':
      return ended({ ...plain, freq: 'monthly', byMonthDay: [schedule.monthday || 1] }, schedule)
    default:
      return undefined
  }
}

function ended(rule: Rule, { ends }: Schedule): Rule {
  const last = ends === '' ? undefined : readDate(ends)
  if (last === undefined || last.is !== 'date') return rule
  const until = last.wall + DAY - 1
  return { ...rule, until: rule.until === null ? until : Math.min(rule.until, until) }
}

function startOf({ starts }: Schedule): number | undefined {
  const read = starts === '' ? undefined : readDate(starts)
  return read === undefined || read.is === 'instant' ? undefined : read.wall
}

/** What cannot be read in a schedule, as sentences by field. Empty: it is fine. */
export function whyNot(schedule: Schedule): readonly { readonly field: keyof Schedule; readonly why: string }[] {
  const { repeats, at, starts, ends, weekdays, monthday, rule } = schedule
  if (repeats === 'once')
    return at !== '' && Number.isNaN(Date.parse(at)) ? [{ field: 'at', why: `"${at}" is not a time.` }] : []
  const found: { field: keyof Schedule; why: string }[] = []
  if (repeats === 'date' && starts === '') found.push({ field: 'starts', why: 'The date is missing.' })
  if (starts !== '' && startOf(schedule) === undefined)
    found.push({ field: 'starts', why: `"${starts}" is not a date with a time, like 2026-05-04T09:00.` })
  if (ends !== '' && readDate(ends)?.is !== 'date')
    found.push({ field: 'ends', why: `"${ends}" is not a date, like 2026-12-31.` })
  if (repeats === 'weekly' && weekdays.length === 0) found.push({ field: 'weekdays', why: 'No weekday is chosen.' })
  if (repeats === 'monthly' && monthday === 0) found.push({ field: 'monthday', why: 'A month has no day 0.' })
  const parsed = repeats === 'rule' ? parseRule(rule) : undefined
  if (parsed?.is === 'refused') found.push({ field: 'rule', why: parsed.why })
  return found
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
      return starts === '' ? 'on a date' : `once, ${starts.replace('T', ' ')}${own}`
    case 'daily':
      return `${each('daily', 'days')}, ${time}${own}`
    case 'weekly':
      return `${each('weekly', 'weeks')} on ${weekdays.map(d => WEEKDAY_NAMES[d - 1]).join(', ') || '…'}, ${time}${own}`
    case 'monthly':
      return `${each('monthly', 'months')} on ${monthday === -1 ? 'the last day' : `day ${monthday}`}, ${time}${own}`
    case 'rule':
      return rule.trim() === '' ? 'by a rule' : `by ${rule}${own}`
  }
}
