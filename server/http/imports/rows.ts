import { externalIdSchema } from '#shared/api'
import type { Json } from '#shared/json'
import { coerce } from '#shared/rules/coerce'
import { type Fields, fitField } from '#shared/rules/fields'
import type { LeadInput } from '#shared/store/leads'
import { adviseZone, isZone } from '#shared/time/zone'
import { attributeName } from '#shared/values/names'
import { isFormula, quoteCell } from '../csv'
import { isStorable } from '../request/json'

// What a CSV file means: its first bytes, its header, one row at a time. Pure, so that each rule is a line in a test.

/** Which column is what. */
export interface Columns {
  readonly id: number
  readonly zone: number | null
  readonly attributes: readonly { readonly column: number; readonly name: string }[]
}

/** The type of a column that has no field: one for all its rows, so that 10115 and 01067 are both text. */
export type ColumnType = 'number' | 'boolean' | 'text'

/** Finds the type of each column that no field is made for. Look at all rows; then ask. */
export class ColumnTypes {
  readonly #types = new Map<number, ColumnType>()
  readonly #columns: readonly number[]

  constructor(
    { attributes }: Columns,
    private readonly width: number,
    fields: Fields,
  ) {
    this.#columns = attributes.filter(({ name }) => !fields.types.has(name)).map(({ column }) => column)
  }

  /** Does a file have to be looked at? */
  get isAsked(): boolean {
    return this.#columns.length > 0
  }

  look(cells: readonly string[]): void {
    if (cells.length !== this.width) return
    for (const column of this.#columns) {
      const before = this.#types.get(column)
      const cell = (cells[column] ?? '').trim()
      if (before === 'text' || cell === '') continue
      const type = typeof toValue(cell) as 'number' | 'boolean' | 'string'
      const here = type === 'string' ? 'text' : type
      this.#types.set(column, before === undefined || before === here ? here : 'text')
    }
  }

  /** Text where no cell was seen: nothing can be lost by it. */
  of(column: number): ColumnType {
    return this.#types.get(column) ?? 'text'
  }
}

export interface Wanted {
  readonly id: string
  readonly time_zone?: string | undefined
  readonly columns?: string | undefined
  readonly list?: string | undefined
}

export type Matched =
  | { readonly is: 'matched'; readonly columns: Columns }
  | { readonly is: 'mistake'; readonly message: string; readonly fix: string }

/** Finds the wanted columns in a header row. */
export function matchColumns(header: readonly string[], wanted: Wanted): Matched {
  const mistake = (message: string, fix: string): Matched => ({ is: 'mistake', message, fix })
  const listed = `The first row has: ${header
    .map(name => `"${name}"`)
    .join(', ')
    .slice(0, 500)}.`
  const twice = header.find((name, i) => name !== '' && header.indexOf(name) !== i)
  if (twice !== undefined)
    return mistake(`Two columns are called "${twice}".`, 'Give each column its own name in the first row.')
  const id = header.indexOf(wanted.id)
  if (id < 0)
    return mistake(
      `There is no column "${wanted.id}" for the id. ${listed}`,
      'Name the column that holds the id; the first row must hold the names.',
    )
  const zone = wanted.time_zone === undefined || wanted.time_zone === '' ? null : header.indexOf(wanted.time_zone)
  if (zone !== null && zone < 0)
    return mistake(
      `There is no column "${wanted.time_zone}" for the time zone. ${listed}`,
      'Name a column of the first row.',
    )
  if (wanted.columns !== undefined) {
    const attributes = parseColumns(wanted.columns, header)
    if (attributes === undefined)
      return mistake(
        `"columns" is not a list of column:attribute pairs of this file. ${listed}`,
        'Write it like "First name:first_name,Country:country".',
      )
    return { is: 'matched', columns: { id, zone, attributes } }
  }
  const others = header.flatMap((name, column) =>
    column === id || column === zone || name === '' ? [] : [{ column, name }],
  )
  const bad = others.find(({ name }) => !attributeName.test(name))
  if (bad !== undefined)
    return mistake(
      `The column "${bad.name}" cannot be the name of an attribute.`,
      'Use letters, digits and underscores, or say in "columns" which attribute it fills.',
    )
  return { is: 'matched', columns: { id, zone, attributes: others } }
}

/**
 * `First name:first_name,Total, net:total`: a column's name may hold commas and colons, so the names of the header are
 * looked for, longest first.
 */
function parseColumns(text: string, header: readonly string[]): Columns['attributes'] | undefined {
  const byLength = header.map((name, column) => ({ name, column })).toSorted((a, b) => b.name.length - a.name.length)
  const found: { column: number; name: string }[] = []
  let rest = text
  while (rest !== '') {
    const column = byLength.find(({ name }) => rest.startsWith(`${name}:`))
    if (column === undefined) return undefined
    const [name = '', ...more] = rest.slice(column.name.length + 1).split(',')
    if (!attributeName.test(name) || found.some(f => f.name === name)) return undefined
    found.push({ column: column.column, name })
    rest = more.join(',')
  }
  return found
}

export type Row =
  | { readonly is: 'lead'; readonly lead: LeadInput }
  | { readonly is: 'rejected'; readonly reason: string }

const free: Fields = { types: new Map(), onlyKnown: false }

/** An attribute from a file is a word or a sentence, not a document. */
const MAX_CELL = 10_000

/** One row to a lead, or the reason why not. */
export function toLead(
  cells: readonly string[],
  { id, zone, attributes }: Columns,
  width: number,
  fields: Fields = free,
  types?: Pick<ColumnTypes, 'of'>,
): Row {
  const reject = (reason: string): Row => ({ is: 'rejected', reason })
  if (cells.length !== width) return reject(`It has ${cells.length} cells; the first row has ${width}.`)
  const broken = cells.findIndex(cell => !isStorable(cell) || cell.includes('\ufffd'))
  if (broken >= 0) return reject(`Cell ${broken + 1} holds characters that are not valid UTF-8 text.`)
  const long = cells.findIndex(cell => cell.length > MAX_CELL)
  if (long >= 0) return reject(`Cell ${long + 1} is longer than ${MAX_CELL.toLocaleString('en-US')} characters.`)
  const externalId = (cells[id] ?? '').trim()
  if (externalId === '') return reject('The id is empty.')
  const named = externalIdSchema.safeParse(externalId)
  if (!named.success)
    return reject(
      externalId.length > 200 ? 'The id is longer than 200 characters.' : (named.error.issues[0]?.message ?? ''),
    )
  const zoneName = zone === null ? '' : (cells[zone] ?? '').trim()
  if (zoneName !== '' && !isKnownZone(zoneName))
    return reject(`"${zoneName.slice(0, 64)}" is not a time zone. ${adviseZone(zoneName)}`)
  const values: [string, Json][] = []
  for (const { column, name } of attributes) {
    const cell = (cells[column] ?? '').trim()
    if (cell === '') continue
    const type = fields.types.get(name)
    // In a file a score stands for itself: what it would count from is not known here.
    const fitted =
      type === 'score'
        ? coerce('integer', cell, 'text')
        : fitField(fields, name, type === undefined && types?.of(column) !== 'text' ? toValue(cell) : cell, 'text')
    if (fitted.is === 'refused') return reject(`The field "${name}": ${fitted.reason}.`)
    values.push([name, fitted.value])
  }
  return {
    is: 'lead',
    lead: { externalId, attributes: Object.fromEntries(values), ...(zoneName === '' ? {} : { zone: zoneName }) },
  }
}

/** Asking Temporal costs some 10 us; a file has few zones and many rows. */
const knownZones = new Set<string>()

function isKnownZone(name: string): boolean {
  if (knownZones.has(name)) return true
  if (!isZone(name)) return false
  if (knownZones.size > 5000) knownZones.clear()
  knownZones.add(name)
  return true
}

/**
 * A cell's value: a number or a truth value only where nothing can be lost by it, so `12` and `-0.5` are numbers, and
 * `007`, `1.50`, `1e5`, `+49 30` and a 20-digit account number stay text. An empty cell says nothing: the attribute
 * stays as it is.
 */
export function toValue(cell: string): Json {
  if (cell === 'true' || cell === 'false') return cell === 'true'
  const number = Number(cell)
  return Number.isFinite(number) && String(number) === cell ? number : cell
}

/**
 * One line of CSV (RFC 4180). A cell that a spreadsheet would take for a formula gets an apostrophe before it (delivery
 * R45); plain numbers do not.
 */
export function toCsvLine(cells: readonly string[]): string {
  return `${cells.map(toCsvCell).join(',')}\r\n`
}

function toCsvCell(cell: string): string {
  const isNumber = /^-?\d+(\.\d+)?$/.test(cell)
  return quoteCell(isFormula(cell) && !isNumber ? `'${cell}` : cell)
}
