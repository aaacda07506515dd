import { Temporal } from 'temporal-polyfill'
import { z } from 'zod'
import { addTo } from './offset'

const pattern = /^P(?!$)(\d+W)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+S)?)?$/

/** An ISO 8601 duration of weeks, days, hours, minutes and seconds: `P2D`, `PT90M`, `P1W`. Months and years vary too much to wait for. */
export const durationSchema = z
  .string()
  .max(40)
  .regex(pattern, 'Write a duration like PT30M (30 minutes), PT2H, P3D or P1W.')
  .meta({ id: 'Duration' })

/**
 * `at` (ms) plus a duration, as a person means it: weeks and days keep the wall clock of the zone over a clock change, hours and
 * smaller are exact (Temporal's rule). A wall clock time that does not exist moves forward by the gap.
 */
export function addDuration(at: number, duration: string, zone: string): number {
  return addTo(zone, at, Temporal.Duration.from(duration))
}

/** Length in ms with a day counted as 86,400 s, for rolling periods (braze R18) and for comparing two durations. Months and years are left out. */
export function plainMs(duration: string): number {
  const d = Temporal.Duration.from(duration)
  return (((d.weeks * 7 + d.days) * 24 + d.hours) * 60 + d.minutes) * 60_000 + d.seconds * 1000
}

/** `P2DT3H` -> `2 days 3 hours`. */
export function sayDuration(duration: string): string {
  const d = Temporal.Duration.from(duration)
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
