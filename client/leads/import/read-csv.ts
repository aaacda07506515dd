import { delimiterOf } from '#shared/rules/csv'

/** The first part of a CSV file: its header, some rows, and what stands in the way of importing it. */
export interface CsvPreview {
  readonly header: readonly string[]
  readonly rows: readonly (readonly string[])[]
  readonly fault: string | null
}

/** As much of a file as the preview reads. */
export const PREVIEW_BYTES = 64 * 1024
const PREVIEW_ROWS = 5

/** Reads the head of a CSV text (RFC 4180, with the delimiter that it uses). `isWhole` is false when the text was cut off. */
export function previewCsv(text: string, { isWhole }: { isWhole: boolean }): CsvPreview {
  const records = readRecords(text)
  // The last record of a text that was cut off is cut off too.
  const whole = isWhole ? records : records.slice(0, -1)
  const [header = [], ...rows] = whole.filter(record => record.some(cell => cell !== ''))
  return { header, rows: rows.slice(0, PREVIEW_ROWS), fault: faultOf(text, header, rows.length) }
}

function faultOf(text: string, header: readonly string[], rows: number): string | null {
  if (text.includes('\0')) return 'This is not a CSV file, or not in UTF-8. Save it as "CSV UTF-8" and choose it again.'
  if (header.length === 0) return 'The file is empty.'
  if (rows === 0) return 'The file has a header but no rows.'
  const twice = header.find((name, i) => name !== '' && header.indexOf(name) !== i)
  if (twice !== undefined)
    return `Two columns are called "${twice}". Rename one of them in the file and choose it again.`
  return null
}

/** All records of a CSV text (RFC 4180, with the delimiter that it uses), cells unquoted. */
export function readRecords(marked: string): string[][] {
  const text = marked.replace(/^\uFEFF/, '')
  const delimiter = delimiterOf(text)
  const records: string[][] = []
  let record: string[] = []
  let cell = ''
  let isQuoted = false
  for (let i = 0; i < text.length; i++) {
    const sign = text[i]
    if (isQuoted && sign === '"' && text[i + 1] === '"') {
      cell += '"'
      i++
    } else if (sign === '"' && (isQuoted || cell === '')) {
      isQuoted = !isQuoted
    } else if (!isQuoted && sign === delimiter) {
      record.push(cell)
      cell = ''
    } else if (!isQuoted && (sign === '\n' || (sign === '\r' && text[i + 1] === '\n'))) {
      if (sign === '\r') i++
      records.push([...record, cell])
      record = []
      cell = ''
    } else {
      cell += sign
    }
  }
  return cell === '' && record.length === 0 ? records : [...records, [...record, cell]]
}

/** Reads the first 64 KiB of a file. */
export async function previewFile(file: Blob): Promise<CsvPreview> {
  const head = await file.slice(0, PREVIEW_BYTES).text()
  return previewCsv(head, { isWhole: file.size <= PREVIEW_BYTES })
}
