import { Temporal } from 'temporal-polyfill'
import { z } from 'zod'
import { addTo } from './offset'
import { DAY, MINUTE } from './units'

const pattern = /^P(?!$)(\d+W)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+S)?)?$/

/** The longest duration (ms): 100 years. */
const LONGEST_MS = 36_525 * DAY

/**
 * An ISO 8601 duration of weeks, days, hours, minutes and seconds: `P2D`, `PT90M`, `P1W`. Months and years vary too
 * much to wait for.
 */
export const durationSchema = z
  .string()
  .max(40)
  // The checks behind this one compute with the duration, so it must be one.
  .regex(pattern, { error: 'Write a duration like PT30M (30 minutes), PT2H, P3D or P1W.', abort: true })
  .refine(text => plainMs(text) <= LONGEST_MS, { error: 'A duration is at most 100 years: P36525D.', abort: true })
  .meta({ id: 'Duration' })

interface Parts {
  readonly years: number
  readonly months: number
  readonly weeks: number
  readonly days: number
  readonly hours: number
  readonly minutes: number
  readonly seconds: number
}

const written = /^P(?!$)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/

/**
 * Reads any length, even one that was stored before there was a longest. Throws a RangeError for what is no duration.
 */
function partsOf(duration: string): Parts {
  const parts = written.exec(duration)
  if (parts === null) throw new RangeError(`"${duration}" is no duration.`)
  const [years = 0, months = 0, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = parts
    .slice(1)
    .map(text => Number(text ?? 0))
  return { years, months, weeks, days, hours, minutes, seconds }
}

/**
 * `at` (ms) plus a duration, as a person means it: weeks and days keep the wall clock of the zone over a clock change,
 * hours and smaller are exact (Temporal's rule). A wall clock time that does not exist moves forward by the gap. A
 * duration beyond the longest counts as the longest.
 */
export function addDuration(at: number, duration: string, zone: string): number {
  return plainMs(duration) > LONGEST_MS ? at + LONGEST_MS : addTo(zone, at, Temporal.Duration.from(duration))
}

/**
 * Length in ms with a day counted as 86,400 s, for rolling periods (braze R18) and for comparing two durations. Months
 * and years are left out.
 */
export function plainMs(duration: string): number {
  const d = partsOf(duration)
  return (((d.weeks * 7 + d.days) * 24 + d.hours) * 60 + d.minutes) * MINUTE + d.seconds * 1000
}

/** `P2DT3H` -> `2 days 3 hours`. */
export function sayDuration(duration: string): string {
  const d = partsOf(duration)
  const parts = [
    say(d.years, 'year'),
    say(d.months, 'month'),
    say(d.weeks, 'week'),
    say(d.days, 'day'),
    say(d.hours, 'hour'),
    say(d.minutes, 'minute'),
    say(d.seconds, 'second'),
  ]
  return parts.filter(part => part !== '').join(' ') || '0 seconds'
}

/** `90` -> `1 hour 30 minutes`. */
export function sayMinutes(minutes: number): string {
  return [say(Math.floor(minutes / 60), 'hour'), say(minutes % 60, 'minute')].filter(part => part !== '').join(' ')
}

function say(n: number, unit: string): string {
  return n === 0 ? '' : `${n} ${unit}${n === 1 ? '' : 's'}`
}
