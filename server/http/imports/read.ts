import { createReadStream } from 'node:fs'
import { CsvError, parse as csvParser } from 'csv-parse'
import { csvOptions } from '#shared/rules/csv'
import type { Fields } from '#shared/rules/fields'
import { letOthers } from '../others'
import type { Head } from './head'
import { ColumnTypes } from './rows'

/** Thrown to leave a file in the middle: the process ends, or somebody cancelled it. */
export class Left extends Error {}

export interface ParsedRow {
  readonly record: readonly string[]
  readonly info: { readonly lines: number }
}

/** The rows of a file, from the one with this number (from 1) on. */
export function rowsOf(path: string, { format, bytesBefore }: Head, from: number) {
  const file = createReadStream(path, { start: bytesBefore })
  const parser = csvParser({ ...csvOptions(format), info: true, from })
  file.on('error', error => parser.destroy(error))
  file.pipe(parser)
  return { file, parser }
}

/** After so many rows everybody else has a turn, and `goesOn` is asked. */
export interface Slices {
  readonly each: number
  readonly goesOn: () => boolean
}

/**
 * Reads the whole file once before the first row is stored, and again after a restart: the same file has the same
 * types.
 */
export async function typesOf(
  path: string,
  head: Head,
  fields: Fields,
  { each, goesOn }: Slices,
): Promise<ColumnTypes> {
  const types = new ColumnTypes(head.columns, head.header.length, fields)
  if (!types.isAsked) return types
  const { file, parser } = rowsOf(path, head, 2)
  try {
    let rows = 0
    for await (const { record } of parser as AsyncIterable<ParsedRow>) {
      types.look(record)
      if (++rows % each !== 0) continue
      if (!goesOn()) throw new Left()
      await letOthers()
    }
  } catch (error) {
    // The rows before a broken one are stored, and these are their types.
    if (!(error instanceof CsvError)) throw error
  } finally {
    file.destroy()
    parser.destroy()
  }
  return types
}
