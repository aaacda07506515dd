import { instantOf, readDate, type UnreadDate, type WrittenDate } from '../values/dates'
import { dateOfDay, dayOf, daysInMonth, isLeapYear, weekdayOfDay } from './calendar'
import { stretchAt, wallAt } from './offset'
import { DAY, HOUR, MINUTE } from './units'
import { adviseZone, isZone } from './zone'

/**
 * Recurrence rules (RFC 5545) as calendars write them: FREQ (DAILY to YEARLY), INTERVAL, BYMONTH, BYMONTHDAY, BYDAY,
 * BYHOUR, BYMINUTE, BYSETPOS, WKST, COUNT, UNTIL, with DTSTART and EXDATE lines. Any other part of a rule is refused by
 * name. All reckoning is on a wall clock (ms since 1970-01-01T00:00 on that clock); offset.ts knows which instant such
 * a time is in a zone.
 */
export interface RecurrenceRule {
  readonly freq: 'daily' | 'weekly' | 'monthly' | 'yearly'
  readonly interval: number
  /** 1 to 12; empty: any. */
  readonly byMonth: readonly number[]
  /**
   * Monday is 1. `nth` 0: each of them; 2: the second of the month (of the year, in a yearly rule without BYMONTH); -1:
   * the last.
   */
  readonly byDay: readonly { readonly day: number; readonly nth: number }[]
  /** 1 to 31; -1 is the last day of the month. Months without the day are skipped. */
  readonly byMonthDay: readonly number[]
  readonly byHour: readonly number[]
  readonly byMinute: readonly number[]
  /** Which of a period's times are meant: 1 is the first, -1 the last; empty: all. */
  readonly bySetPos: readonly number[]
  /** The day on which weeks begin; Monday is 1. */
  readonly weekStart: number
  readonly count: number | null
  /** The last wall clock time that is allowed; inclusive. */
  readonly until: number | null
}

/** What a calendar gives: the rule, and the lines beside it. */
export interface Recurrence {
  /** Its `until` is still to be computed: see `untilOn`. */
  readonly rule: RecurrenceRule
  readonly until: WrittenDate | null
  /** DTSTART: where the rule begins, on the clock that it names. */
  readonly start: number | null
  /** The zone that DTSTART names, or UTC; null: the caller's clock. */
  readonly zone: string | null
  /** EXDATE: times or whole days that are excluded. */
  readonly except: readonly WrittenDate[]
}

export type ParsedRule =
  | { readonly is: 'rule'; readonly recurrence: Recurrence }
  | { readonly is: 'refused'; readonly why: string }

/**
 * Nobody looks further than this: a rule that has not come by then never comes (31 February). A leap day in a rule of
 * every seventh year is 28 years away.
 */
const HORIZON: { readonly [F in RecurrenceRule['freq']]: number } = {
  daily: 10 * 366 * DAY,
  weekly: 10 * 366 * DAY,
  monthly: 10 * 366 * DAY,
  yearly: 100 * 366 * DAY,
}
const DAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU']
const FREQUENCIES: { readonly [name: string]: RecurrenceRule['freq'] } = {
  DAILY: 'daily',
  WEEKLY: 'weekly',
  MONTHLY: 'monthly',
  YEARLY: 'yearly',
}
const PARTS = [
  'FREQ',
  'INTERVAL',
  'BYMONTH',
  'BYMONTHDAY',
  'BYDAY',
  'BYHOUR',
  'BYMINUTE',
  'BYSETPOS',
  'WKST',
  'COUNT',
  'UNTIL',
] as const

/**
 * Reads `FREQ=WEEKLY;BYDAY=MO,WE;BYHOUR=9`, alone or as the lines of a calendar:
 * `DTSTART;TZID=Europe/Berlin:20260504T090000`, `RRULE:…`, `EXDATE:…`, folded or not. What cannot be read is refused
 * with a sentence.
 */
export function parseRule(text: string): ParsedRule {
  try {
    return { is: 'rule', recurrence: readLines(linesOf(text)) }
  } catch (mistake) {
    if (mistake instanceof Mistake) return { is: 'refused', why: mistake.message }
    throw mistake
  }
}

/** A sentence about what cannot be read. It never leaves this file. */
class Mistake extends Error {}

/**
 * A long line continues after a line break and a blank. A field of one line has lost its breaks, so the name of a line
 * begins a line too.
 */
function linesOf(text: string): string[] {
  return text
    .replaceAll(/\r?\n[ \t]/g, '')
    .split(/[\r\n]+|\s+(?=(?:DTSTART|RRULE|EXDATE|RDATE|EXRULE|DTEND)[;:])/i)
    .map(line => line.trim())
    .filter(line => line !== '')
}

/** What stands in RRULE, without the lines around it. */
export function ruleAlone(text: string): string {
  const lines = linesOf(text)
  return (lines.find(line => /^(RRULE|FREQ)\b/i.test(line)) ?? lines.join(' ')).replace(/^RRULE[^:]*:/i, '')
}

const LINE = /^([A-Za-z-]+)((?:;[A-Za-z-]+=(?:"[^"]*"|[^":;]*))*):(.*)$/

function readLines(lines: readonly string[]): Recurrence {
  let rule: ReturnType<typeof readRule> | undefined
  let start: ReturnType<typeof readStart> | undefined
  const except: WrittenDate[] = []
  for (const line of lines) {
    const [, given = 'RRULE', parameters = '', value = line] = LINE.exec(line) ?? []
    const name = given.toUpperCase()
    if (name === 'RRULE') {
      if (rule !== undefined) throw new Mistake('There are two rules. Keep one RRULE.')
      rule = readRule(value)
    } else if (name === 'DTSTART') {
      if (start !== undefined) throw new Mistake('DTSTART stands there twice.')
      start = readStart(value, parameters)
    } else if (name === 'EXDATE') {
      const zone = zoneOf('EXDATE', parameters)
      for (const one of value.split(',')) except.push(inZone(readPart('EXDATE', one), zone))
    } else throw new Mistake(`${name} is not taken here: a rule has the lines DTSTART, RRULE and EXDATE.`)
  }
  if (rule === undefined) throw new Mistake('The rule is empty. Write one like FREQ=WEEKLY;BYDAY=MO;BYHOUR=9.')
  return { ...rule, start: start?.wall ?? null, zone: start?.zone ?? null, except }
}

function readStart(value: string, parameters: string): { readonly wall: number; readonly zone: string | null } {
  const zone = zoneOf('DTSTART', parameters)
  const date = readPart('DTSTART', value)
  if (date.is === 'instant') return { wall: date.at, zone: 'UTC' }
  return { wall: date.wall, zone }
}

/** `;TZID=Europe/Berlin`; null when it names none. */
function zoneOf(line: string, parameters: string): string | null {
  const named = /;TZID="?([^";]*)/i.exec(parameters)?.[1]
  if (named === undefined) return null
  if (!isZone(named))
    throw new Mistake(`${line} names the zone "${named}", which is not known here. ${adviseZone(named)}`)
  return named
}

function inZone(date: WrittenDate, zone: string | null): WrittenDate {
  return zone === null || date.is !== 'local' ? date : { is: 'instant', at: instantOf(date, zone), offset: 0 }
}

function readPart(name: string, value: string): WrittenDate {
  const date: WrittenDate | UnreadDate = readDate(value.trim())
  if (date.is === 'refused')
    throw new Mistake(`${name} takes a date like 20261231, 20261231T180000 or 20261231T180000Z: ${date.why}.`)
  return date
}

function readRule(text: string): { readonly rule: RecurrenceRule; readonly until: WrittenDate | null } {
  const parts = new Map<string, string>()
  for (const part of text.split(';').filter(p => p.trim() !== '')) {
    const [, name = '', value = ''] = /^\s*([A-Za-z-]+)=(.+?)\s*$/.exec(part) ?? []
    if (name === '') throw new Mistake(`"${part.trim()}" is not of the form NAME=value.`)
    if (parts.has(name.toUpperCase())) throw new Mistake(`${name.toUpperCase()} stands there twice.`)
    parts.set(name.toUpperCase(), value.toUpperCase())
  }
  // Some programs write BYSECOND. A campaign begins with a whole minute anyway.
  if (parts.get('BYSECOND') === '0') parts.delete('BYSECOND')
  const known: readonly string[] = PARTS
  const strange = [...parts.keys()].find(name => !known.includes(name))
  if (strange !== undefined) throw new Mistake(`${strange} is not taken here. What is: ${PARTS.join(', ')}.`)
  const freq = FREQUENCIES[parts.get('FREQ') ?? '']
  if (freq === undefined) throw new Mistake('FREQ must be DAILY, WEEKLY, MONTHLY or YEARLY.')
  if (parts.has('COUNT') && parts.has('UNTIL')) throw new Mistake('A rule ends by COUNT or by UNTIL, not by both.')
  const numbers = (name: string, min: number, max: number): number[] =>
    [...new Set(listOf(parts.get(name)).map(value => whole(name, value, min, max)))].sort((a, b) => a - b)
  const byMonthDay = numbers('BYMONTHDAY', -31, 31)
  if (byMonthDay.includes(0)) throw new Mistake('BYMONTHDAY counts from 1, or from -1 backwards; 0 is no day.')
  if (freq === 'weekly' && byMonthDay.length > 0) throw new Mistake('BYMONTHDAY does not go with FREQ=WEEKLY.')
  const bySetPos = numbers('BYSETPOS', -366, 366)
  if (bySetPos.includes(0)) throw new Mistake('BYSETPOS counts from 1, or from -1 backwards; 0 is none of them.')
  if (bySetPos.length > 0 && ![...parts.keys()].some(name => name.startsWith('BY') && name !== 'BYSETPOS'))
    throw new Mistake('BYSETPOS chooses from what another part gives, like BYDAY=MO,TU; there is none.')
  const weekStart = parts.get('WKST') ?? 'MO'
  if (!DAYS.includes(weekStart)) throw new Mistake(`WKST takes a day like MO or SU, not "${weekStart}".`)
  const rule: RecurrenceRule = {
    freq,
    interval: parts.has('INTERVAL') ? whole('INTERVAL', parts.get('INTERVAL') ?? '', 1, 999) : 1,
    byMonth: numbers('BYMONTH', 1, 12),
    byDay: listOf(parts.get('BYDAY')).map(value => readDay(value, freq)),
    byMonthDay,
    byHour: numbers('BYHOUR', 0, 23),
    byMinute: numbers('BYMINUTE', 0, 59),
    bySetPos,
    weekStart: DAYS.indexOf(weekStart) + 1,
    count: parts.has('COUNT') ? whole('COUNT', parts.get('COUNT') ?? '', 1, 10_000) : null,
    until: null,
  }
  return { rule, until: parts.has('UNTIL') ? readPart('UNTIL', parts.get('UNTIL') ?? '') : null }
}

function listOf(value = ''): string[] {
  return value
    .split(',')
    .map(one => one.trim())
    .filter(one => one !== '')
}

function whole(name: string, value: string, min: number, max: number): number {
  const n = /^[+-]?\d{1,6}$/.test(value) ? Number(value) : Number.NaN
  if (!(n >= min && n <= max)) throw new Mistake(`${name} takes whole numbers from ${min} to ${max}, not "${value}".`)
  return n
}

/** How far a numbered day may be counted. */
const MOST_NTH: { readonly [F in RecurrenceRule['freq']]?: number } = { monthly: 5, yearly: 53 }

function readDay(value: string, freq: RecurrenceRule['freq']): RecurrenceRule['byDay'][number] {
  const [, given = '', day = ''] = /^([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)$/.exec(value) ?? []
  const nth = Number(given)
  if (day === '' || (given !== '' && nth === 0))
    throw new Mistake(`"${value}" is no day. Write MO, TU, WE, TH, FR, SA or SU; 2MO, or -1FR for the last.`)
  const most = MOST_NTH[freq]
  if (nth !== 0 && most === undefined)
    throw new Mistake(`A numbered day like ${value} goes with FREQ=MONTHLY or FREQ=YEARLY only.`)
  if (Math.abs(nth) > (most ?? 0)) throw new Mistake(`"${value}" counts further than ${most}, which no period has.`)
  return { day: DAYS.indexOf(day) + 1, nth }
}

/**
 * The last wall clock time (ms) that a written end allows on a zone's clock: the end of its day, when it has no time.
 */
export function untilOn(until: WrittenDate, zone: string): number {
  if (until.is !== 'instant') return until.is === 'date' ? until.wall + DAY - 1 : until.wall
  // A clock that was put back has already shown later times, and those came in time.
  const { from, offset } = stretchAt(zone, until.at)
  return Number.isFinite(from) ? Math.max(until.at + offset, wallAt(zone, from - 1)) : until.at + offset
}

/**
 * The times of a rule that begins at `start`, from `from` on, in order (all wall ms). What the rule leaves open is
 * taken from `start`: its month, day of the month, weekday, hour and minute. COUNT counts from `start`. The generator
 * ends when nothing comes for years.
 */
export function* occurrences(rule: RecurrenceRule, start: number, from: number): Generator<number> {
  const full = completed(rule, start)
  const end = Math.min(full.until ?? Number.POSITIVE_INFINITY, Math.max(start, from) + HORIZON[full.freq])
  const ofDay = full.byHour.flatMap(hour => full.byMinute.map(minute => hour * HOUR + minute * MINUTE))
  let left = full.count ?? Number.POSITIVE_INFINITY
  // COUNT has to see everything that came before. Without it the search begins a period before `from`.
  for (let n = full.count === null ? Math.max(0, periodsUntil(full, start, from) - 1) : 0; ; n++) {
    const period = periodOf(full, start, n)
    if (period.first * DAY > end) return
    for (const at of timesOf(full, period, ofDay)) {
      if (at < start) continue
      if (at > end || left-- <= 0) return
      if (at >= from) yield at
    }
  }
}

/**
 * Takes from the start what the rule leaves open. The times of a day come out in order, because hours and minutes are
 * sorted.
 */
function completed(rule: RecurrenceRule, start: number): RecurrenceRule {
  const startDay = Math.floor(start / DAY)
  const { month, day } = dateOfDay(startDay)
  const minutes = Math.floor((start - startDay * DAY) / MINUTE)
  const { freq, byDay, byMonth, byMonthDay, byHour, byMinute } = rule
  const isOpen = byDay.length + byMonthDay.length === 0
  return {
    ...rule,
    byMonth: freq === 'yearly' && isOpen && byMonth.length === 0 ? [month] : byMonth,
    byDay: freq === 'weekly' && byDay.length === 0 ? [{ day: weekdayOfDay(startDay), nth: 0 }] : byDay,
    byMonthDay: (freq === 'monthly' || freq === 'yearly') && isOpen ? [day] : byMonthDay,
    byHour: byHour.length > 0 ? byHour : [Math.floor(minutes / 60)],
    byMinute: byMinute.length > 0 ? byMinute : [minutes % 60],
  }
}

/** How many whole periods lie between the start and `from`. */
function periodsUntil({ freq, interval, weekStart }: RecurrenceRule, start: number, from: number): number {
  if (from <= start) return 0
  const [a, b] = [Math.floor(start / DAY), Math.floor(from / DAY)]
  if (freq === 'daily') return Math.floor((b - a) / interval)
  if (freq === 'weekly') return Math.floor((b - weekOf(a, weekStart)) / (7 * interval))
  const [begin, end] = [dateOfDay(a), dateOfDay(b)]
  const years = end.year - begin.year
  return Math.floor((freq === 'yearly' ? years : years * 12 + end.month - begin.month) / interval)
}

/** The first day of the week in which a day lies. */
function weekOf(day: number, weekStart: number): number {
  return day - ((weekdayOfDay(day) - weekStart + 7) % 7)
}

/** The n-th day, week, month or year of a rule: its first day (since 1970), and its length in days. */
interface Period {
  readonly first: number
  readonly days: number
}

function periodOf({ freq, interval, weekStart }: RecurrenceRule, start: number, n: number): Period {
  const day = Math.floor(start / DAY)
  if (freq === 'daily') return { first: day + n * interval, days: 1 }
  if (freq === 'weekly') return { first: weekOf(day, weekStart) + n * interval * 7, days: 7 }
  const { year, month } = dateOfDay(day)
  if (freq === 'yearly')
    return { first: dayOf(year + n * interval, 1, 1), days: isLeapYear(year + n * interval) ? 366 : 365 }
  const first = dayOf(year, month + n * interval, 1)
  const date = dateOfDay(first)
  return { first, days: daysInMonth(date.year, date.month) }
}

/** The times of a period, in order. */
function* timesOf(rule: RecurrenceRule, { first, days }: Period, ofDay: readonly number[]): Generator<number> {
  const dates: number[] = []
  for (let day = first; day < first + days; day++) if (fits(rule, day)) dates.push(day)
  if (rule.bySetPos.length === 0) {
    for (const day of dates) for (const time of ofDay) yield day * DAY + time
    return
  }
  // Every date has the same times, so the position in the set gives both.
  const size = dates.length * ofDay.length
  const places = rule.bySetPos.map(pos => (pos > 0 ? pos - 1 : size + pos)).filter(at => at >= 0 && at < size)
  for (const at of [...new Set(places)].sort((a, b) => a - b))
    yield (dates[Math.floor(at / ofDay.length)] ?? 0) * DAY + (ofDay[at % ofDay.length] ?? 0)
}

function fits({ freq, byDay, byMonth, byMonthDay }: RecurrenceRule, dayNumber: number): boolean {
  const { year, month, day } = dateOfDay(dayNumber)
  if (byMonth.length > 0 && !byMonth.includes(month)) return false
  const length = daysInMonth(year, month)
  if (byMonthDay.length > 0 && !byMonthDay.some(n => (n > 0 ? n : length + 1 + n) === day)) return false
  if (byDay.length === 0) return true
  const weekday = weekdayOfDay(dayNumber)
  const isOfYear = freq === 'yearly' && byMonth.length === 0
  const at = isOfYear ? dayNumber - dayOf(year, 1, 1) + 1 : day
  const last = isOfYear ? (isLeapYear(year) ? 366 : 365) : length
  const fromFront = Math.ceil(at / 7)
  const fromBack = -Math.ceil((last - at + 1) / 7)
  return byDay.some(d => d.day === weekday && (d.nth === 0 || d.nth === fromFront || d.nth === fromBack))
}
