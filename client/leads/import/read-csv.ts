import { csvFormat, csvOptions } from '#shared/rules/csv'

/** The first part of a CSV file: its header, some rows, and what stands in the way of importing it. */
export interface CsvPreview {
  readonly header: readonly string[]
  readonly rows: readonly (readonly string[])[]
  readonly fault: string | null
}

/** As much of a file as the preview reads. */
export const PREVIEW_BYTES = 64 * 1024
const PREVIEW_ROWS = 5

/** Reads the head of a CSV text, by the parser of the import. `isWhole` is false when the text was cut off. */
export async function previewCsv(text: string, { isWhole }: { isWhole: boolean }): Promise<CsvPreview> {
  if (text.includes('\0'))
    return faulty('This is not a CSV file, or not in UTF-8. Save it as "CSV UTF-8" and choose it again.')
  const { records, broken } = await read(text, 1 + PREVIEW_ROWS + 1)
  // The last record of a text that was cut off is cut off too.
  const isCut = !isWhole && !broken && records.length < 1 + PREVIEW_ROWS + 1
  const [header = [], ...rows] = isCut ? records.slice(0, -1) : records
  const names = header.map(name => name.trim())
  return {
    header: names,
    rows: rows.slice(0, PREVIEW_ROWS),
    fault: faultOf(names, { rows: rows.length, broken, isWhole }),
  }
}

function faulty(fault: string): CsvPreview {
  return { header: [], rows: [], fault }
}

interface Found {
  readonly rows: number
  readonly broken: boolean
  /** A first row that is longer than the preview is no fault. */
  readonly isWhole: boolean
}

function faultOf(header: readonly string[], { rows, broken, isWhole }: Found): string | null {
  if (rows === 0 && isWhole && broken) return 'A quote is not closed. Close it in the file and choose it again.'
  if (header.length === 0) return 'The file is empty.'
  if (rows === 0 && isWhole) return 'The file has a header but no rows.'
  const twice = header.find((name, i) => name !== '' && header.indexOf(name) !== i)
  if (twice !== undefined)
    return `Two columns are called "${twice}". Rename one of them in the file and choose it again.`
  return null
}

/** All records of a CSV text, cells unquoted. Throws when a quote is not closed. */
export async function readRecords(text: string): Promise<readonly string[][]> {
  const { records, broken } = await read(text, Number.POSITIVE_INFINITY)
  if (broken) throw new Error('A quote is not closed.')
  return records
}

/** The parser is loaded when a file was chosen: it is larger than the screen that asks for one. */
async function read(text: string, most: number): Promise<{ records: readonly string[][]; broken: boolean }> {
  const { parse } = await import('csv-parse/browser/esm/sync')
  const format = csvFormat(text)
  const records: string[][] = []
  const options = {
    ...csvOptions(format),
    ...(Number.isFinite(most) && { to: most }),
    on_record: (record: string[]) => {
      records.push(record)
      return null
    },
  }
  try {
    parse(text.slice(format.before.length), options)
    return { records, broken: false }
  } catch {
    return { records, broken: true }
  }
}

/** Reads the first 64 KiB of a file. */
export async function previewFile(file: Blob): Promise<CsvPreview> {
  const head = await file.slice(0, PREVIEW_BYTES).text()
  return previewCsv(head, { isWhole: file.size <= PREVIEW_BYTES })
}
