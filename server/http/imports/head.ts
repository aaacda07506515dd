import { open } from 'node:fs/promises'
import { parse as parseCsv } from 'csv-parse/sync'
import { type CsvFormat, csvFormat, csvOptions } from '#shared/rules/csv'
import { refuse } from '../problem'
import { type Columns, matchColumns, type Wanted } from './rows'

const HEAD = 64 * 2 ** 10

/** How a file is written and which columns it has. */
export interface Head {
  readonly format: CsvFormat
  /** What stands before the row with the names. */
  readonly bytesBefore: number
  readonly linesBefore: number
  readonly header: readonly string[]
  readonly columns: Columns
}

/** Reads the head of a file. Throws a 400 when it cannot be imported. */
export async function readHead(path: string, wanted: Wanted): Promise<Head> {
  const bytes = await firstBytes(path)
  if (bytes.length === 0)
    throw refuse(400, 'import.empty', 'The file is empty.', 'Send a CSV file whose first row names the columns.')
  if (bytes.includes(0))
    throw refuse(
      400,
      'import.encoding',
      'The file is not UTF-8 text (it may be UTF-16, or a spreadsheet).',
      'Save it as "CSV UTF-8".',
    )
  const head = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
  const format = csvFormat(head)
  const header = parseHeader(head.slice(format.before.length), format)
  const matched = matchColumns(header, wanted)
  if (matched.is === 'mistake') throw refuse(400, 'import.columns', matched.message, matched.fix)
  const linesBefore = /[\r\n]$/.test(format.before) ? 1 : 0
  return { format, bytesBefore: Buffer.byteLength(format.before), linesBefore, header, columns: matched.columns }
}

async function firstBytes(path: string): Promise<Buffer> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD), 0, HEAD, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

function parseHeader(head: string, format: CsvFormat): readonly string[] {
  try {
    const [header = []] = parseCsv(head, { ...csvOptions(format), to: 1 }) as string[][]
    return header.map(name => name.trim())
  } catch {
    throw refuse(400, 'import.header', 'The first row cannot be read.', 'Close its quotes, and name each column in it.')
  }
}
