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
  if (name.length > LONGEST) return undefined
  known ??= readZones()
  const city = plainName(cityOf(name))
  const near = nearest(
    city,
    [...known.cities.keys()].filter(each => each[0] === city[0]),
  )
  return known.names.get(plainName(name)) ?? known.cities.get(near ?? '')
}

/** Of the names that there are, the longest has 32 signs. */
const LONGEST = 64

interface KnownZones {
  /** Zones by their plain name, and by that of their city. */
  readonly names: ReadonlyMap<string, string>
  readonly cities: ReadonlyMap<string, string>
}

/** Made when somebody first misspells one: a column of a large file may misspell all. */
let known: KnownZones | undefined

function readZones(): KnownZones {
  const zones = Intl.supportedValuesOf('timeZone')
  return {
    names: new Map(zones.map(zone => [plainName(zone), zone])),
    cities: new Map(zones.map(zone => [plainName(cityOf(zone)), zone])),
  }
}

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
