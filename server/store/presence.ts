import {
  closeSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { syncFolder } from './folder'

/**
 * What lies in the data directory before the database is opened. SQLite would make a new one where none is, and would
 * play a log into whatever file lies beside it: an empty installation, and a mixture of two, without a word. Every run
 * leaves a mark, drawn at its start, in the head of the database (`application_id`) and in a small file beside it, so
 * that a copy that was put back is told from the file that ran last.
 *
 * Files are read here only while SQLite has not opened them: closing one gives up the locks that this process holds on
 * it.
 */

/**
 * Why no database may be made here, as a sentence: an earlier installation has left traces. `wanted`: the operator asks
 * for a new one.
 */
export function lostDatabase(file: string, wanted: boolean): string | undefined {
  if (!isEmpty(file)) return undefined
  const folder = dirname(file)
  const missing = `There is no database ${file}, or it is empty, but`
  // SQLite would delete it, and it may hold all that there is.
  const wal = `${file}-wal`
  if (sizeOf(wal) > 0)
    return `${missing} its log ${wal} is there. Put the database back that belongs to it. To begin anew, move the log away.`
  const traces = [
    sizeOf(markFile(file)) > 0 ? basename(markFile(file)) : '',
    sizeOf(join(folder, 'secret.key')) > 0 ? 'secret.key' : '',
    holdsFiles(join(folder, 'imports')) ? 'imports' : '',
  ].filter(name => name !== '')
  if (wanted || traces.length === 0) return undefined
  return `${missing} an earlier installation left ${traces.join(', ')} beside it. Put the database back, or your last backup of it. To begin anew with an empty one, start once with HOOKLINE_NEW_INSTALLATION=yes, or move these files away.`
}

/** Why the log beside the database must not be played into it, as a sentence; undefined when it may. */
export function foreignLog(file: string): string | undefined {
  const wal = `${file}-wal`
  const marks = readMarks(file)
  const mark = readHead(file)?.mark
  if (sizeOf(wal) === 0 || marks.length === 0 || mark === undefined || marks.includes(mark)) return undefined
  return `The log ${wal} does not belong to the database ${file}: the database was replaced after a run that did not stop in order. If you put a backup back, move ${wal} away, then start again. If not, put back the database that ran last.`
}

/**
 * The mark of a new run: first both may be found in the head of the database, then only the new one. `write` puts it
 * there, on disk.
 */
export function markRun(file: string, mark: number, old: number, write: () => void): void {
  saveMarks(file, [old, mark])
  write()
  saveMarks(file, [mark])
}

function isEmpty(file: string): boolean {
  return sizeOf(file) === 0 || (readHead(file)?.schema === 0 && sizeOf(`${file}-wal`) === 0)
}

interface Head {
  readonly schema: number
  readonly mark: number
}

/** `user_version` and `application_id`, at bytes 60 and 68 of the file (sqlite.org/fileformat2.html). */
function readHead(file: string): Head | undefined {
  let opened: number | undefined
  try {
    opened = openSync(file, 'r')
    const head = Buffer.alloc(100)
    if (readSync(opened, head, 0, 100, 0) < 100) return undefined
    return { schema: head.readInt32BE(60), mark: head.readInt32BE(68) }
  } catch {
    return undefined
  } finally {
    if (opened !== undefined) closeSync(opened)
  }
}

function markFile(file: string): string {
  return `${file}-run`
}

function readMarks(file: string): readonly number[] {
  try {
    return (readFileSync(markFile(file), 'utf8').split('\n')[0] ?? '').split(' ').map(Number).filter(Number.isInteger)
  } catch {
    return []
  }
}

function saveMarks(file: string, marks: readonly number[]): void {
  const path = markFile(file)
  const text = `${marks.join(' ')}\nThe mark of the last run on ${basename(file)}. Back it up with the database, or leave it out; never edit it.\n`
  const written = openSync(`${path}.new`, 'w', 0o600)
  try {
    writeSync(written, text)
    fsyncSync(written)
  } finally {
    closeSync(written)
  }
  renameSync(`${path}.new`, path)
  syncFolder(dirname(path))
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}

function holdsFiles(folder: string): boolean {
  try {
    return readdirSync(folder).length > 0
  } catch {
    return false
  }
}
