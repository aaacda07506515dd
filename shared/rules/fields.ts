import type { Json } from '../json'
import { type Coerced, coerce, type From, isStorableText } from './coerce'
import type { FieldType } from './field-types'

/** A field of all leads: an attribute whose type is known. */
export interface LeadField {
  readonly name: string
  readonly type: FieldType
  readonly label: string
  readonly description: string
}

/** What a decision needs of the fields: loaded once, kept in the campaign registry. */
export interface Fields {
  readonly types: ReadonlyMap<string, FieldType>
  /** Are attributes without a field refused? Otherwise they are free: any JSON value. */
  readonly onlyKnown: boolean
}

/** Fields that exist from the start. A stored field of the same name replaces one. */
export const builtInFields: readonly LeadField[] = [
  { name: 'email', type: 'email', label: 'E-mail', description: 'Where the lead is written to.' },
  { name: 'first_name', type: 'string', label: 'First name', description: '' },
  { name: 'last_name', type: 'string', label: 'Last name', description: '' },
  { name: 'phone', type: 'phone', label: 'Phone', description: 'With the country code, like +49 30 1234567.' },
  { name: 'company', type: 'string', label: 'Company', description: '' },
  { name: 'country', type: 'string', label: 'Country', description: '' },
  { name: 'language', type: 'string', label: 'Language', description: 'A tag like de or pt-BR.' },
]

/** The fields by name, the stored ones over the built-in ones. */
export function fieldsOf(stored: readonly LeadField[], onlyKnown: boolean): Fields {
  return { types: new Map([...builtInFields, ...stored].map(({ name, type }) => [name, type])), onlyKnown }
}

/**
 * The value as the attribute takes it, or why it does not. Asked wherever values are written: answers of webhooks,
 * update steps, CSV rows, the API. `current` is the value before, which a relative score counts from. An attribute
 * without a field is free.
 */
export function fitField(
  fields: Fields | undefined,
  name: string,
  value: Json,
  from: From,
  current: Json = null,
): Coerced {
  const type = fields?.types.get(name)
  if (type !== undefined) return coerce(type, value, from, current)
  if (fields?.onlyKnown === true) return { is: 'refused', reason: `there is no lead field "${name}"` }
  if (typeof value === 'string' && !isStorableText(value))
    return { is: 'refused', reason: 'the text holds characters that cannot be stored' }
  return { is: 'value', value }
}
