/**
 * What an error of the database means for the process. Some pass: a full disk is freed, a lock is given back; the same
 * work is tried again. Others do not. After a failed write or fsync nobody knows what is on disk, and the kernel may
 * have marked the pages clean, so that the next fsync succeeds and proves nothing: one EIO, and the same process went
 * on to acknowledge 59 of 60 events. Such a store answers nothing any more (law 12), and the process ends: the next one
 * reads from disk what is there.
 */
export class StoreBroken extends Error {
  override readonly name = 'StoreBroken'
}

/** A temporary file that cannot be made has nothing to do with the database. */
const harmless = 'SQLITE_IOERR_GETTEMPPATH'
const fatal = /^SQLITE_(IOERR|CORRUPT|NOTADB|READONLY)/

/** Is this an error after which the same file must not be trusted by the same process? */
export function isFatal(error: unknown): boolean {
  if (error instanceof StoreBroken) return true
  const code = codeOf(error)
  return fatal.test(code) && code !== harmless
}

/** Is it an error that passes by itself, or when somebody frees some space? */
export function mayPass(error: unknown): boolean {
  return /^SQLITE_(FULL|BUSY|LOCKED|NOMEM)/.test(codeOf(error))
}

/** SQLite's codes are documented and stable (extended ones are on); '' for what is no error of the database. */
function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return code.startsWith('SQLITE_') ? code : ''
}

/** For the terminal: what happened, and what to do. */
export function brokenBy(file: string, error: unknown): StoreBroken {
  if (error instanceof StoreBroken) return error
  const found = `${error instanceof Error ? error.message : String(error)} (${codeOf(error)})`
  const isDamaged = /^SQLITE_(CORRUPT|NOTADB)/.test(codeOf(error))
  return new StoreBroken(isDamaged ? sayDamaged(file, found) : sayFailed(file, found), { cause: error })
}

export function sayDamaged(file: string, found: string): string {
  return `The database ${file} is damaged: ${found}. Hookline does not run on it, so that the damage does not spread. Keep a copy of the directory as it is; then put your last backup in its place, or save what can be read: sqlite3 ${file} .recover`
}

function sayFailed(file: string, found: string): string {
  return `The disk failed under the database ${file}: ${found}. Hookline stopped at once, because it could not promise any more to keep what it acknowledges; all that was acknowledged before is in the file. Look at the disk (its health, its mount, the kernel's log), then start again.`
}
