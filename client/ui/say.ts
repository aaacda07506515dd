import { DAY, HOUR, MINUTE } from '#shared/time/units'
import { tryJson } from '../api/fetch'

const whole = new Intl.NumberFormat('en-US')
const oneDigit = new Intl.NumberFormat('en-US', { minimumFractionDigits: 1, maximumFractionDigits: 1 })
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })

const SECOND = 1_000
const steps = [
  { until: 2 * MINUTE, unit: 'second', ms: SECOND },
  { until: 2 * HOUR, unit: 'minute', ms: MINUTE },
  { until: 2 * DAY, unit: 'hour', ms: HOUR },
  { until: 60 * DAY, unit: 'day', ms: DAY },
] as const

/** `12345` -> `12,345`. */
export function sayNumber(value: number): string {
  return whole.format(value)
}

/** `0.1239` -> `12.4 %`. */
export function sayPercent(share: number): string {
  return `${oneDigit.format(share * 100)} %`
}

/** `1 lead`, `12,345 leads`. */
export function sayCount(value: number, one: string, many = `${one}s`): string {
  return `${sayNumber(value)} ${value === 1 ? one : many}`
}

/** `2 minutes ago`, `in 3 hours`, `just now`; older than 60 days: the date. Both instants in ms. */
export function sayRelative(at: number, now: number): string {
  const distance = Math.abs(at - now)
  // The screen's clock ticks once a second: what lies less than two seconds ahead has happened.
  if (distance < 5 * SECOND) return at - now > 2 * SECOND ? 'in a moment' : 'just now'
  const step = steps.find(({ until }) => distance < until)
  if (step === undefined) return new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium' }).format(at)
  return relative.format(Math.trunc((at - now) / step.ms), step.unit)
}

/** `Mon 4 May 2026, 22:10:05 (Asia/Seoul)`: the exact instant in a zone; the viewer's own when none is given. */
export function sayExact(at: number, zone?: string): string {
  const format = new Intl.DateTimeFormat('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    ...(zone === undefined ? {} : { timeZone: zone }),
  })
  return `${format.format(at)} (${zone ?? format.resolvedOptions().timeZone})`
}

/** `850 ms`, `12 seconds`, `4 minutes`: how long something took or still takes. */
export function saySpan(ms: number): string {
  if (ms < SECOND) return `${Math.round(ms)} ms`
  if (ms < 90 * SECOND) return sayCount(Math.round(ms / SECOND), 'second')
  if (ms < 90 * MINUTE) return sayCount(Math.round(ms / MINUTE), 'minute')
  return sayCount(Math.round(ms / HOUR), 'hour')
}

/** JSON laid out over lines; any other text unchanged. */
export function pretty(text: string): string {
  const parsed = tryJson(text)
  return parsed === undefined ? text : JSON.stringify(parsed, null, 2)
}
