import { type BigIntStats, chmodSync, closeSync, openSync, statSync } from 'node:fs'

/**
 * Lets only its owner read a database: leads are in it. Makes the file when there is none; SQLite gives its log and
 * index the same mode.
 */
export function keepForOwner(file: string): void {
  try {
    closeSync(openSync(file, 'a', 0o600))
    for (const each of [file, `${file}-wal`, `${file}-shm`, `${file}-journal`]) {
      const mode = statSync(each, { throwIfNoEntry: false })?.mode
      if (process.platform !== 'win32' && mode !== undefined && (mode & 0o077) !== 0) chmodSync(each, 0o600)
    }
  } catch {
    // Whoever opens the database says why it cannot be opened; one of another owner keeps its mode.
  }
}

/**
 * The file of a database while it is open. An open file that was deleted or replaced goes on taking writes, and all of
 * them are gone when the process ends. So it is looked at after every commit (3 us a look), before anything is
 * acknowledged, and once a second when nothing is committed.
 */
export class OwnFile {
  readonly #file: string
  readonly #wal: string
  readonly #opened: BigIntStats | undefined
  #log: BigIntStats | undefined
  /**
   * How the file was after our last checkpoint. Only checkpoints of ours write to it, so any other change is somebody
   * else's.
   */
  #settled: BigIntStats | undefined

  constructor(file: string) {
    this.#file = file
    this.#wal = `${file}-wal`
    this.#opened = look(file)
    this.#log = look(this.#wal)
  }

  /** Why what is committed would be lost, as a sentence; undefined when all is well. */
  fault(): string | undefined {
    if (!isSame(look(this.#file), this.#opened))
      return `The database ${this.#file} was deleted, moved or replaced while Hookline ran on it. Hookline stopped, because what it stored from then on would be lost; all that it acknowledged is in the file that was there. Put that back, or your last backup, then start again.`
    const log = look(this.#wal)
    this.#log ??= log
    if (!isSame(log, this.#log))
      return `${this.#wal}, which belongs to the database, was deleted, moved or replaced while Hookline ran. Hookline stopped, because what it stored from then on would be lost; all that it acknowledged is in the two files as they were. Put them back, or your last backup, then start again.`
    return undefined
  }

  /**
   * The same for a file that somebody else wrote to, as `cp` over it does. Not asked at every commit: some file systems
   * tell the time of a write late.
   */
  changed(): string | undefined {
    const now = look(this.#file)
    const settled = this.#settled
    this.#settled ??= now
    if (settled === undefined || now === undefined || (now.mtimeNs === settled.mtimeNs && now.size === settled.size))
      return undefined
    return `The database ${this.#file} was written to by another program while Hookline ran on it. Hookline stopped, so that the two do not mix. Put the file that you mean in its place while Hookline is stopped, delete ${this.#wal} if it is an older copy, then start again.`
  }

  /** We are about to write to the file itself. */
  writes(): void {
    this.#settled = undefined
  }
}

/** A path that cannot be looked at any more is as good as gone. */
function look(path: string): BigIntStats | undefined {
  try {
    return statSync(path, { bigint: true })
  } catch {
    return undefined
  }
}

function isSame(now: BigIntStats | undefined, then: BigIntStats | undefined): boolean {
  return now?.ino === then?.ino && now?.dev === then?.dev
}
