import { z } from 'zod'
import { dig, type Json } from '../json'
import { error, type Finding } from '../problems'

/** One value of a JSON answer that becomes a lead attribute: `orders[0].total` -> `last_order_total`. */
export const mappingSchema = z.object({ path: z.string().max(500), field: z.string().max(100) })
export type Mapping = z.infer<typeof mappingSchema>

/** Lead attributes that we write have simple names, so that every template and condition can reach them. */
export const attributeName = /^[A-Za-z_][A-Za-z0-9_]{0,99}$/

/**
 * `orders[0].id` -> ['orders', '0', 'id']; undefined when it is not a path. Keys are letters, digits, `-`, `_`, `:` and spaces;
 * brackets hold a zero-based number only (marketo-alm rule 9).
 */
export function parsePath(path: string): string[] | undefined {
  if (!/^[\p{L}\p{N}_:\- ]+(\[\d+\])*(\.[\p{L}\p{N}_:\- ]+(\[\d+\])*)*$/u.test(path)) return undefined
  return path.replaceAll(/\[(\d+)\]/g, '.$1').split('.')
}

export type Mapped = Mapping &
  ({ readonly is: 'write'; readonly value: Json } | { readonly is: 'refused'; readonly reason: string })

/**
 * Reads the mapped values out of a 2xx answer. A path that is not there writes nothing (never null), and one refused mapping
 * does not hold back the others (marketo-alm rules 7, 9, 11).
 */
export function mapReply(mappings: readonly Mapping[], parsed: Json | undefined): Mapped[] {
  return mappings.map((mapping): Mapped => {
    if (parsed === undefined) return { ...mapping, is: 'refused', reason: 'the answer was not JSON' }
    const value = dig(parsed, parsePath(mapping.path) ?? [''])
    if (value === undefined) return { ...mapping, is: 'refused', reason: 'the answer has nothing there' }
    if (value === null) return { ...mapping, is: 'refused', reason: 'the answer has null there' }
    if (typeof value === 'object')
      return { ...mapping, is: 'refused', reason: 'the answer has a list or an object there' }
    if (typeof value === 'string' && value.length > 1000)
      return { ...mapping, is: 'refused', reason: 'the text is longer than 1,000 characters' }
    return { ...mapping, is: 'write', value }
  })
}

/** Parses an answer's body; undefined for an empty or broken one. */
export function parseReply(body: string): Json | undefined {
  if (body.trim() === '') return undefined
  try {
    return JSON.parse(body) as Json
  } catch {
    return undefined
  }
}

export function checkMappings(mappings: readonly Mapping[], path: string): Finding[] {
  return mappings.flatMap((mapping, i): Finding[] => {
    const at = `${path}.${i}`
    if (parsePath(mapping.path) === undefined)
      return [
        error(
          'mapping.bad-path',
          `"${mapping.path}" is not a path into a JSON answer.`,
          'Write it like contact.id or orders[0].total.',
          at,
        ),
      ]
    if (!attributeName.test(mapping.field))
      return [
        error(
          'mapping.bad-field',
          `"${mapping.field}" cannot be the name of a lead attribute.`,
          'Use letters, digits and underscores, like crm_id.',
          at,
        ),
      ]
    return []
  })
}
