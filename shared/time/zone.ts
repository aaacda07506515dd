import { Temporal } from 'temporal-polyfill'
import { z } from 'zod'
import { nearest, plainName } from '../values/nearest'

/**
 * Is this an IANA zone name (or a fixed offset that Temporal knows)? Checked at the door, so that nothing inside has to
 * check again.
 */
export function isZone(name: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name)
    return true
  } catch {
    return false
  }
}

/** What to do about a name that is no zone: `Did you mean Europe/Berlin?`, or what a zone looks like. */
export function adviseZone(name: string): string {
  const meant = nearestZone(name)
  return meant === undefined ? 'Use a name like Europe/Berlin or Asia/Seoul.' : `Did you mean ${meant}?`
}

/**
 * By its city, which may stand alone. A misspelled one begins with the right letter: Munich is not meant to be Zurich.
 */
function nearestZone(name: string): string | undefined {
  zones ??= Intl.supportedValuesOf('timeZone')
  const plain = plainName(name)
  const city = plainName(cityOf(name))
  const cities = new Map(zones.map(zone => [plainName(cityOf(zone)), zone]))
  const near = nearest(
    city,
    [...cities.keys()].filter(each => each[0] === city[0]),
  )
  return zones.find(zone => plainName(zone) === plain) ?? cities.get(near ?? '')
}

/** Made when somebody first misspells one. */
let zones: readonly string[] | undefined

/** `Berlin` of `Europe/Berlin`. */
function cityOf(zone: string): string {
  return zone.slice(zone.lastIndexOf('/') + 1)
}

export const zoneSchema = z
  .string()
  .max(64)
  .superRefine((name, { addIssue }) => {
    if (isZone(name)) return
    const meant = nearestZone(name)
    addIssue(
      meant === undefined
        ? { code: 'custom', message: 'This is not a time zone. Use a name like Europe/Berlin or Asia/Seoul.' }
        : { code: 'custom', message: 'This is not a time zone.', params: { fix: `Did you mean ${meant}?` } },
    )
  })
  .meta({ id: 'Zone' })
