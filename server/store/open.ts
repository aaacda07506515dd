import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../config'
import { type Parts, StartFailed } from '../parts'
import { StoreBroken } from './broken'
import { openSqlite, type SqliteStore } from './sqlite'

/** Opens the database of the data directory, and makes both where they are not there. Throws `StartFailed`. */
export function openStore(
  { dataDir, newInstallation: isNew = false }: Config,
  { chance, log }: Pick<Parts, 'chance' | 'log'>,
  onBroken: (broken: StoreBroken) => void,
): SqliteStore {
  const file = join(dataDir, 'hookline.db')
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    return openSqlite(file, {
      mark: Number.parseInt(chance.hex(4), 16) | 0,
      isNew,
      onBroken: broken => {
        log.error({ err: broken.cause ?? broken }, broken.message)
        onBroken(broken)
      },
    })
  } catch (cause) {
    if (cause instanceof StoreBroken) throw new StartFailed(cause.message, { cause })
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
    const reason = cause instanceof Error ? cause.message : String(cause)
    const inUse = /^SQLITE_(BUSY|LOCKED)/.test(code)
    const sentence = inUse
      ? `The database ${file} is in use: another Hookline is running on it. Stop that one, or set DATA_DIR to another directory.`
      : `The database ${file} cannot be opened: ${reason}`
    throw new StartFailed(sentence, { cause })
  }
}
