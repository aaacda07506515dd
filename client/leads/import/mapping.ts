import { attributeName } from '#shared/values/names'
import type { ImportMapping } from '../../api'

/** What a column becomes. */
export type Target = 'id' | 'zone' | 'attribute' | 'skip'

export interface Column {
  readonly column: string
  readonly target: Target
  /** The attribute's name; kept while another target is chosen. */
  readonly attribute: string
}

const idNames = ['external_id', 'externalid', 'id', 'lead_id', 'leadid', 'customer_id', 'contact_id', 'user_id', 'lead']
const zoneNames = ['time_zone', 'timezone', 'tz', 'zone']

/** A first guess from the columns' names. One column becomes the id: the best known name, else the first column. */
export function guessColumns(header: readonly string[]): Column[] {
  const plain = header.map(toAttribute)
  const known = idNames.map(name => plain.indexOf(name)).find(at => at >= 0)
  const id = known ?? header.findIndex(name => name !== '')
  const zone = plain.findIndex((name, i) => i !== id && zoneNames.includes(name))
  return header.map((column, i) => {
    const target = column === '' ? 'skip' : i === id ? 'id' : i === zone ? 'zone' : 'attribute'
    return { column, target, attribute: toAttribute(column) }
  })
}

/** `First Name` -> `first_name`: a column's name as an attribute that every template can reach. */
function toAttribute(column: string): string {
  const name = column
    .trim()
    .toLowerCase()
    .replaceAll(/[^a-z0-9_]+/g, '_')
    .replaceAll(/^_+|_+$/g, '')
    .slice(0, 100)
  if (name === 'e_mail' || name === 'email_address') return 'email'
  return /^\d/.test(name) ? `_${name}`.slice(0, 100) : name
}

/**
 * Gives a column another target. Id and time zone are one column each: the column that was it before becomes an
 * attribute.
 */
export function retarget(columns: readonly Column[], index: number, target: Target): Column[] {
  return columns.map((column, i) => {
    if (i === index) return { ...column, target }
    const isTaken = (target === 'id' || target === 'zone') && column.target === target
    return isTaken ? { ...column, target: 'attribute' } : column
  })
}

/** What is wrong with a column's attribute name; undefined when it can be imported. */
export function columnFault(columns: readonly Column[], index: number): string | undefined {
  const column = columns[index]
  if (column?.target !== 'attribute') return undefined
  if (column.attribute === '') return 'Name this attribute.'
  if (!attributeName.test(column.attribute)) return 'Letters, digits and underscores; no digit first.'
  const isTwice = columns.some((c, i) => i < index && c.target === 'attribute' && c.attribute === column.attribute)
  return isTwice ? 'Another column fills this attribute.' : undefined
}

/**
 * The mapping as the API takes it; undefined while a column is faulty or none is the id. `list`: where the leads are
 * put too.
 */
export function toMapping(columns: readonly Column[], list: string | null): ImportMapping | undefined {
  const id = columns.find(({ target }) => target === 'id')
  if (id === undefined || columns.some((_, i) => columnFault(columns, i) !== undefined)) return undefined
  return {
    id: id.column,
    timeZone: columns.find(({ target }) => target === 'zone')?.column ?? null,
    list,
    columns: columns.filter(({ target }) => target === 'attribute'),
  }
}
