/** Why an import waits for something that may pass, as a sentence; undefined where it will not pass. */
export function mayPass(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'SQLITE_FULL' || code === 'ENOSPC')
    return 'The disk of the server is full. The import goes on when there is room.'
  if (/^SQLITE_(BUSY|LOCKED|NOMEM)/.test(code)) return 'The database does not answer. The import goes on when it does.'
  return undefined
}

export function sayFailure(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const line = error instanceof Error && 'lines' in error ? ` near line ${error.lines}` : ''
  if (code.startsWith('CSV_QUOTE')) return `A quote is not closed${line}. The rows before it were stored.`
  if (code === 'CSV_MAX_RECORD_SIZE')
    return `A row is longer than 1 MiB${line}; a quote may not be closed. The rows before it were stored.`
  if (code === 'ENOENT')
    return 'The file is gone: it was not there when the server started again. The rows before were stored.'
  return `The file could not be read on${line}. The rows before were stored.`
}
