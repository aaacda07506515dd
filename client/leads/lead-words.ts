import type { LeadView } from '#shared/api'
import { type Json, own } from '#shared/json'

type Attributes = LeadView['attributes']

/** The person's name as far as the attributes tell it; undefined when they do not. */
export function nameOf(attributes: Attributes): string | undefined {
  const whole = textAt(attributes, 'name') ?? textAt(attributes, 'full_name')
  if (whole !== undefined) return whole
  const parts = [textAt(attributes, 'first_name'), textAt(attributes, 'last_name')].filter(part => part !== undefined)
  return parts.length === 0 ? undefined : parts.join(' ')
}

/** The e-mail address, where there is one. */
export function emailOf(attributes: Attributes): string | undefined {
  return textAt(attributes, 'email') ?? textAt(attributes, 'email_address')
}

function textAt(attributes: Attributes, key: string): string | undefined {
  const value = own(attributes, key)
  return typeof value === 'string' && value.trim() !== '' ? value : undefined
}

/** A value of an attribute as it is shown: text bare, all else as JSON. */
export function showValue(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
