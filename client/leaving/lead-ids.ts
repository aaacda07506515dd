import { guessColumns } from '../leads/import/mapping'
import { readRecords } from '../leads/import/read-csv'

/** The ids of a pasted list, each once: one a line. What a spreadsheet puts behind a tab is left out. */
export function idsOf(text: string): readonly string[] {
  return distinct(text.split(/\r\n|\n|\r/).map(line => line.split('\t')[0] ?? ''))
}

/** A file of leads: its columns, and which of them is taken for the ids. */
export interface IdFile {
  readonly columns: readonly string[]
  readonly guess: number
  readonly idsIn: (column: number) => readonly string[]
}

/**
 * Reads a CSV file with the names of its columns in the first line. A file of one column whose first line is no name
 * that we know for an id is a bare list of ids.
 */
export async function readIdFile(text: string): Promise<IdFile> {
  const [header = [], ...rows] = (await readRecords(text)).filter(record => record.some(cell => cell.trim() !== ''))
  const guess = Math.max(
    0,
    guessColumns(header).findIndex(({ target }) => target === 'id'),
  )
  const isBare = header.length === 1 && !isIdName(header[0] ?? '')
  const lines = isBare ? [header, ...rows] : rows
  return {
    columns: isBare ? ['Ids'] : header,
    guess,
    idsIn: column => distinct(lines.map(line => line[column] ?? '')),
  }
}

/** `Lead ID`, `external_id`: what a column of ids is called. */
function isIdName(name: string): boolean {
  return /^(external|lead|customer|contact|user)?[ _-]?id$|^lead$/i.test(name.trim())
}

function distinct(ids: readonly string[]): readonly string[] {
  return [...new Set(ids.map(id => id.trim()).filter(id => id !== ''))]
}
