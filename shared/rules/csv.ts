/** What separates the cells of a CSV file. */
export type Delimiter = ',' | ';' | '\t' | '|'

/** How a file is written, by its first characters. */
export interface CsvFormat {
  readonly delimiter: Delimiter
  /** Characters before the header row: a byte order mark, and Excel's line `sep=;`. */
  readonly before: string
}

const delimiters: readonly Delimiter[] = [',', ';', '\t', '|']

/**
 * Reads the format from the head of a file, which csv-parse does not: the delimiter of its line `sep=;`, else the one
 * that divides the first row most often outside quotes; a comma when nothing does.
 */
export function csvFormat(head: string): CsvFormat {
  const [before = '', , said] = /^\uFEFF?("?)(?:sep=([,;|\t])\1(?:\r\n|\n|\r|$))?/i.exec(head) ?? []
  if (said !== undefined) return { delimiter: said as Delimiter, before }
  const mark = head.startsWith('\uFEFF') ? '\uFEFF' : ''
  const line = firstLine(head.slice(mark.length)).replaceAll(/"(?:[^"]|"")*"/g, '')
  const times = (delimiter: string) => line.split(delimiter).length - 1
  const [delimiter = ','] = delimiters.toSorted((a, b) => times(b) - times(a))
  return { delimiter, before: mark }
}

/** Quoted cells of the header may hold line breaks. */
function firstLine(head: string): string {
  const quoted = /^(?:[^"\r\n]|"(?:[^"]|"")*")*/.exec(head.trimStart())
  return quoted?.[0] ?? ''
}

/**
 * How csv-parse reads every file, on the server and in the browser, so that a preview shows what an import stores.
 * CRLF, LF and CR end a row, also mixed in one file: a header from one program over rows from another is common.
 */
export function csvOptions({ delimiter }: CsvFormat) {
  return {
    bom: true,
    delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    // One row. A quote that never ends would read on to the end of the file.
    max_record_size: 2 ** 20,
  }
}
