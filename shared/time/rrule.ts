import { Temporal } from 'temporal-polyfill'

/**
 * Recurrence rules (RFC 5545), the part that a campaign needs: FREQ (DAILY, WEEKLY, MONTHLY), INTERVAL, BYDAY, BYMONTHDAY, BYHOUR, BYMINUTE, COUNT, UNTIL. What
 * else a rule may say is refused in words. Everything here is arithmetic on a wall clock (ms since 1970-01-01T00:00 on that clock); which instant such a time
 * is in a zone, offset.ts knows.
 */
export interface Rule {
  readonly freq: 'daily' | 'weekly' | 'monthly'
  readonly interval: number
  /** Monday is 1. `nth` 0: each of them; 2: the second of the month; -1: the last. */
  readonly byDay: readonly { readonly day: number; readonly nth: number }[]
  /** 1 to 31; -1 is the last day of the month. Months that do not have the day are passed over. */
  readonly byMonthDay: readonly number[]
  readonly byHour: readonly number[]
  readonly byMinute: readonly number[]
  readonly count: number | null
  /** The last wall clock time that may be; inclusive. */
  readonly until: number | null
}

export type ParsedRule = { readonly is: 'rule'; readonly rule: Rule } | { readonly is: 'refused'; readonly why: string }

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** Further than this nobody looks: a rule that has not come by then never comes (31 February). */
const HORIZON = 10 * 366 * DAY
const DAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU']
const FREQUENCIES: { readonly [name: string]: Rule['freq'] } = { DAILY: 'daily', WEEKLY: 'weekly', MONTHLY: 'monthly' }

/** Reads `FREQ=WEEKLY;BYDAY=MO,WE;BYHOUR=9`, with or without `RRULE:` before it. What cannot be read is said as a sentence. */
export function parseRule(text: string): ParsedRule {
  try {
    return { is: 'rule', rule: readRule(text.trim().replace(/^RRULE:/i, '')) }
  } catch (mistake) {
    if (mistake instanceof Mistake) return { is: 'refused', why: mistake.message }
    throw mistake
  }
}

/** A sentence about what cannot be read; never leaves this file. */
class Mistake extends Error {}

function readRule(text: string): Rule {
  if (text === '') throw new Mistake('The rule is empty. Write one like FREQ=WEEKLY;BYDAY=MO;BYHOUR=9.')
  const parts = new Map<string, string>()
  for (const part of text.split(';').filter(p => p.trim() !== '')) {
    const [, name = '', value = ''] = /^\s*([A-Za-z-]+)=(.+?)\s*$/.exec(part) ?? []
    if (name === '') throw new Mistake(`"${part.trim()}" is not of the form NAME=value.`)
    if (parts.has(name.toUpperCase())) throw new Mistake(`${name.toUpperCase()} stands there twice.`)
    parts.set(name.toUpperCase(), value.toUpperCase())
  }
  const known = ['FREQ', 'INTERVAL', 'BYDAY', 'BYMONTHDAY', 'BYHOUR', 'BYMINUTE', 'COUNT', 'UNTIL', 'WKST']
  const strange = [...parts.keys()].find(name => !known.includes(name))
  if (strange !== undefined)
    throw new Mistake(`${strange} is not taken here. What is: ${known.slice(0, -1).join(', ')}.`)
  const freq = FREQUENCIES[parts.get('FREQ') ?? '']
  if (freq === undefined) throw new Mistake('FREQ must be DAILY, WEEKLY or MONTHLY.')
  if (parts.has('WKST') && parts.get('WKST') !== 'MO') throw new Mistake('Weeks begin on Monday here; leave WKST out.')
  if (parts.has('COUNT') && parts.has('UNTIL')) throw new Mistake('A rule ends by COUNT or by UNTIL, not by both.')
  const numbers = (name: string, min: number, max: number): number[] =>
    [...new Set((parts.get(name) ?? '').split(',').filter(v => v !== ''))]
      .map(value => whole(name, value, min, max))
      .sort((a, b) => a - b)
  const byMonthDay = numbers('BYMONTHDAY', -31, 31)
  if (byMonthDay.includes(0)) throw new Mistake('BYMONTHDAY counts from 1, or from -1 backwards; 0 is no day.')
  if (freq === 'weekly' && byMonthDay.length > 0) throw new Mistake('BYMONTHDAY does not go with FREQ=WEEKLY.')
  const byDay = (parts.get('BYDAY') ?? '')
    .split(',')
    .filter(v => v !== '')
    .map(readDay)
  if (freq !== 'monthly' && byDay.some(({ nth }) => nth !== 0))
    throw new Mistake('A numbered day like 2MO goes with FREQ=MONTHLY only.')
  return {
    freq,
    interval: parts.has('INTERVAL') ? whole('INTERVAL', parts.get('INTERVAL') ?? '', 1, 999) : 1,
    byDay,
    byMonthDay,
    byHour: numbers('BYHOUR', 0, 23),
    byMinute: numbers('BYMINUTE', 0, 59),
    count: parts.has('COUNT') ? whole('COUNT', parts.get('COUNT') ?? '', 1, 10_000) : null,
    until: parts.has('UNTIL') ? readUntil(parts.get('UNTIL') ?? '') : null,
  }
}

function whole(name: string, value: string, min: number, max: number): number {
  const n = /^[+-]?\d{1,6}$/.test(value) ? Number(value) : Number.NaN
  if (!(n >= min && n <= max)) throw new Mistake(`${name} takes whole numbers from ${min} to ${max}, not "${value}".`)
  return n
}

function readDay(value: string): Rule['byDay'][number] {
  const [, nth = '', day = ''] = /^([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)$/.exec(value) ?? []
  if (day === '')
    throw new Mistake(`"${value}" is no day. Write MO, TU, WE, TH, FR, SA or SU; 2MO, or -1FR for the last.`)
  return { day: DAYS.indexOf(day) + 1, nth: Number(nth) }
}

function readUntil(value: string): number {
  if (value.endsWith('Z'))
    throw new Mistake('UNTIL is read on the clock of the schedule: write it without the Z, like 20261231T235900.')
  const [, y, m, d, h = '23', min = '59', s = '59'] = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d))?$/.exec(value) ?? []
  try {
    if (y === undefined) throw new RangeError('no date')
    const fields = { year: +y, month: Number(m), day: Number(d), hour: +h, minute: +min, second: +s }
    return Temporal.PlainDateTime.from(fields, { overflow: 'reject' }).toZonedDateTime('UTC').epochMilliseconds
  } catch {
    throw new Mistake(`UNTIL takes a date like 20261231, or 20261231T180000, not "${value}".`)
  }
}

/**
 * The times of a rule that begins at `start`, from `from` on, in their order (all wall ms). What the rule leaves open is taken from `start`: its weekday, its day
 * of the month, its hour and minute. COUNT counts from `start`. Ends by itself ten years after `from` at the latest.
 */
export function* occurrences(rule: Rule, start: number, from: number): Generator<number> {
  const whole = completed(rule, start)
  const end = Math.min(whole.until ?? Number.POSITIVE_INFINITY, Math.max(start, from) + HORIZON)
  let left = whole.count ?? Number.POSITIVE_INFINITY
  // COUNT has to see all that came before; without it one begins a period before `from`.
  for (let n = whole.count === null ? Math.max(0, periodsUntil(whole, start, from) - 1) : 0; ; n++) {
    const dates = datesOf(whole, start, n)
    if (dates.begin > end) return
    for (const date of dates.days)
      for (const hour of whole.byHour)
        for (const minute of whole.byMinute) {
          const at = date + hour * HOUR + minute * MINUTE
          if (at < start) continue
          if (at > end || left-- <= 0) return
          if (at >= from) yield at
        }
  }
}

function completed(rule: Rule, start: number): Rule {
  const date = plainDate(start)
  const minutes = Math.floor((start - dateOf(start)) / MINUTE)
  const { freq, byDay, byMonthDay, byHour, byMinute } = rule
  return {
    ...rule,
    byDay: freq === 'weekly' && byDay.length === 0 ? [{ day: date.dayOfWeek, nth: 0 }] : byDay,
    byMonthDay: freq === 'monthly' && byDay.length + byMonthDay.length === 0 ? [date.day] : byMonthDay,
    byHour: byHour.length > 0 ? byHour : [Math.floor(minutes / 60)],
    byMinute: byMinute.length > 0 ? byMinute : [minutes % 60],
  }
}

/** How many whole periods lie between the start and `from`. */
function periodsUntil({ freq, interval }: Rule, start: number, from: number): number {
  if (from <= start) return 0
  const [a, b] = [plainDate(start), plainDate(from)]
  if (freq === 'monthly') return Math.floor(((b.year - a.year) * 12 + b.month - a.month) / interval)
  return Math.floor((dateOf(from) - firstDay(freq, start)) / (DAY * interval * (freq === 'weekly' ? 7 : 1)))
}

function firstDay(freq: Rule['freq'], start: number): number {
  return freq === 'weekly' ? dateOf(start) - (plainDate(start).dayOfWeek - 1) * DAY : dateOf(start)
}

/** The dates (midnights) of the n-th period, in their order; `begin` is where it begins. */
function datesOf(rule: Rule, start: number, n: number): { readonly begin: number; readonly days: readonly number[] } {
  const { freq, interval } = rule
  if (freq === 'monthly') {
    const month = plainDate(start)
      .with({ day: 1 })
      .add({ months: n * interval })
    const begin = wallOf(month)
    const days = Array.from({ length: month.daysInMonth }, (_, i) => begin + i * DAY)
    return { begin, days: days.filter(day => isOfMonth(rule, day, month.daysInMonth)) }
  }
  const length = freq === 'weekly' ? 7 : 1
  const begin = firstDay(freq, start) + n * interval * length * DAY
  const days = Array.from({ length }, (_, i) => begin + i * DAY)
  return { begin, days: days.filter(day => isOfMonth(rule, day, plainDate(day).daysInMonth)) }
}

function isOfMonth({ byDay, byMonthDay }: Rule, date: number, length: number): boolean {
  const { day, dayOfWeek } = plainDate(date)
  const isDay = byMonthDay.length === 0 || byMonthDay.some(n => (n > 0 ? n : length + 1 + n) === day)
  const fromFront = Math.ceil(day / 7)
  const fromBack = -Math.ceil((length - day + 1) / 7)
  const isWeekday =
    byDay.length === 0 ||
    byDay.some(d => d.day === dayOfWeek && (d.nth === 0 || d.nth === fromFront || d.nth === fromBack))
  return isDay && isWeekday
}

function plainDate(wall: number): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(wall).toZonedDateTimeISO('UTC').toPlainDate()
}

function wallOf(date: Temporal.PlainDate): number {
  return date.toZonedDateTime('UTC').epochMilliseconds
}

function dateOf(wall: number): number {
  return Math.floor(wall / DAY) * DAY
}
