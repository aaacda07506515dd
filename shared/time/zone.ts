import { Temporal } from 'temporal-polyfill'
import { z } from 'zod'

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

export const zoneSchema = z
  .string()
  .max(64)
  .refine(isZone, 'This is not a time zone. Use a name like Europe/Berlin or Asia/Seoul.')
  .meta({ id: 'Zone' })
