import { mendOf } from '#shared/time/zone-rules'
import { offsetBy2026 } from './newest-rules'

/** Twelve zones with every habit of clocks: none, an hour, half an hour, at midnight, at 01:00 UTC, against the sun, in Ramadan. */
export const ZONES = [
  'UTC',
  'Asia/Seoul',
  'Asia/Kolkata',
  'Europe/Berlin',
  'Europe/London',
  'America/New_York',
  'America/Havana',
  'America/Nuuk',
  'Australia/Lord_Howe',
  'Pacific/Chatham',
  'Africa/Casablanca',
  'Africa/Cairo',
] as const

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

const changesOf = new Map<string, readonly number[]>()
const formats = new Map<string, Intl.DateTimeFormat>()

/**
 * What the wall clock shows, asked of Intl and of nothing that the product uses; ms since 1970 on that clock, whole minutes. Where the product says that it
 * knows newer rules than Intl, another judge is asked.
 */
export function slowWall(zone: string, at: number): number {
  const mend = mendOf(zone)
  if (mend !== undefined && at >= mend.from && at < mend.to)
    return Math.floor(at / MINUTE) * MINUTE + offsetBy2026(zone, at) * MINUTE
  const format = formats.get(zone) ?? newFormat(zone)
  return Date.parse(`${format.format(at).replace(' ', 'T')}Z`)
}

/** Every clock change of a zone from 2025 to 2027, found by looking at each quarter of an hour. */
export function clockChanges(zone: string): readonly number[] {
  const known = changesOf.get(zone)
  if (known !== undefined) return known
  const changes: number[] = []
  const end = Date.UTC(2028, 0, 1)
  for (let day = Date.UTC(2025, 0, 1); day < end; day += DAY) {
    if (offset(zone, day) === offset(zone, day + DAY)) continue
    let at = day
    while (offset(zone, at) === offset(zone, day)) at += 15 * MINUTE
    changes.push(at)
  }
  changesOf.set(zone, changes)
  return changes
}

function offset(zone: string, at: number): number {
  return slowWall(zone, at) - at
}

function newFormat(zone: string): Intl.DateTimeFormat {
  // Swedish dates are ISO dates: 2026-05-04 09:00.
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  })
  formats.set(zone, format)
  return format
}
