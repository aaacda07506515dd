import type { Json, JsonObject } from '#shared/json'
import { jsonSchema } from '#shared/json'
import { attributeName } from '#shared/values/names'
import { lostNumber, sayLost } from '#shared/values/numbers'
import { showValue } from './lead-words'

export type AttributeType = 'text' | 'number' | 'yes-no' | 'json'

/** One attribute while it is edited. `key` only tells rows apart on the screen. */
export interface AttributeRow {
  readonly key: number
  readonly name: string
  readonly type: AttributeType
  readonly text: string
}

/** What is wrong with a row, beside the field that it concerns. */
export interface AttributeFault {
  readonly name?: string
  readonly value?: string
}

/** Attributes as rows, in the order in which they are stored. */
export function toRows(attributes: JsonObject): AttributeRow[] {
  return Object.entries(attributes).map(([name, value], key) => ({
    key,
    name,
    type: typeOf(value),
    text: showValue(value),
  }))
}

function typeOf(value: Json): AttributeType {
  if (typeof value === 'string') return 'text'
  if (typeof value === 'number') return 'number'
  return typeof value === 'boolean' ? 'yes-no' : 'json'
}

/** A row to be filled in. */
export function emptyRow(rows: readonly AttributeRow[], name = ''): AttributeRow {
  return { key: Math.max(-1, ...rows.map(row => row.key)) + 1, name, type: 'text', text: '' }
}

/** Is there nothing in this row yet? Such a row is not an attribute. */
export function isBlank(row: AttributeRow): boolean {
  return row.name.trim() === '' && row.text.trim() === ''
}

/** What is wrong with each row, by its key; empty when all can be saved. */
export function faultsOf(rows: readonly AttributeRow[]): ReadonlyMap<number, AttributeFault> {
  const filled = rows.filter(row => !isBlank(row))
  const faults = filled.map(row => [row.key, faultOf(row, filled)] as const)
  return new Map(faults.filter(([, fault]) => fault.name !== undefined || fault.value !== undefined))
}

function faultOf(row: AttributeRow, rows: readonly AttributeRow[]): AttributeFault {
  const name = nameFault(row, rows)
  const lost = row.type === 'text' ? undefined : lostNumber(row.text)
  const value =
    meantBy(row) === undefined
      ? valueFaults[row.type]
      : lost === undefined
        ? undefined
        : `${sayLost(lost)}. Keep it as text.`
  return { ...(name === undefined ? {} : { name }), ...(value === undefined ? {} : { value }) }
}

function nameFault({ key, name }: AttributeRow, rows: readonly AttributeRow[]): string | undefined {
  if (name.trim() === '') return 'Name this attribute.'
  if (!attributeName.test(name.trim())) return 'Letters, digits and underscores; no digit first.'
  if (rows.some(other => other.key < key && other.name.trim() === name.trim())) return 'This name is used above.'
  return undefined
}

const valueFaults: Record<AttributeType, string | undefined> = {
  text: undefined,
  number: 'Write a number like 12 or 3.5.',
  'yes-no': 'Write true or false.',
  json: 'This is not JSON.',
}

/** The value that a row's text means; undefined when it means none of its type. */
export function meantBy({ type, text }: AttributeRow): Json | undefined {
  if (type === 'text') return text
  const parsed = parse(text)
  if (type === 'number') return typeof parsed === 'number' ? parsed : undefined
  if (type === 'yes-no') return typeof parsed === 'boolean' ? parsed : undefined
  return parsed
}

function parse(text: string): Json | undefined {
  try {
    return jsonSchema.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}

/**
 * What to send so that a lead with `before` gets these rows: changed and new values, and null for what was taken away. Rows must have no
 * faults.
 */
export function changesOf(before: JsonObject, rows: readonly AttributeRow[]): JsonObject {
  const after = new Map(rows.filter(row => !isBlank(row)).map(row => [row.name.trim(), meantBy(row) ?? null]))
  const removed = Object.keys(before).filter(name => !after.has(name))
  const changed = [...after].filter(
    ([name, value]) => !Object.hasOwn(before, name) || JSON.stringify(before[name]) !== JSON.stringify(value),
  )
  return Object.fromEntries([...changed, ...removed.map(name => [name, null] as const)])
}
