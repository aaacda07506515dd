import { z } from 'zod'
import { jsonSchema } from '../json'
import { attributeName } from '../values/names'

/** Text, ids and dates as requests bring them. */

/** Text from outside: no NUL (PostgreSQL cannot store it), no lone surrogates (they do not survive UTF-8). */
export const clean = (max: number) =>
  z
    .string()
    .max(max)
    .refine(
      s => !s.includes('\0') && s.isWellFormed(),
      'The text holds characters that cannot be stored (NUL or half a surrogate pair).',
    )

/** How dates may be written in requests. */
export const SPELLINGS =
  'Seconds (9 or 10 digits) or milliseconds (11 to 13) since 1970, as a number or as text; ISO 8601 in all its forms; RFC 2822 and HTTP dates; SQL timestamps; or a date like "May 17, 2026 10:00 PM". Without an offset it is UTC. Years have four digits; 03/04/2026 is refused.'

/** How a lead is called in an address: also one who got an id before controls were refused. */
export const leadAddressSchema = clean(200)
  .min(1, 'A lead needs an id.')
  // Browsers and servers resolve these two as folders, so no address could ever name the lead.
  .refine(id => id !== '.' && id !== '..', 'A lead cannot be called "." or "..": no address could name it.')
export const externalIdSchema = leadAddressSchema.refine(
  id => !/[\p{Cc}\u2028\u2029]/u.test(id),
  'The id of a lead holds no line breaks, tabs or control characters.',
)
export const attributesSchema = z.record(
  z.string().regex(attributeName, 'Attribute names are letters, digits and underscores.'),
  jsonSchema,
)
