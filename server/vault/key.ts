import { chmodSync, closeSync, fsyncSync, openSync, readFileSync, statSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Chance } from '#shared/time/clock'
import { syncFolder } from '../store/folder'

// The key that seals the secrets: given by the operator, or kept in a file of the data directory.

/** There is something in the place of the key that is none: a sentence for the terminal. */
export class VaultLocked extends Error {
  override readonly name = 'VaultLocked'
}

/** What seals secrets. Where there is no `key` yet, `make` makes one and keeps it, when the first secret is stored. */
export interface VaultKey {
  readonly key: Buffer | undefined
  readonly make: () => Buffer
  /** Where the key is, or will be. */
  readonly place: string
  /** What was wrong with its file and is mended, as a sentence. */
  readonly notice: string | null
}

/**
 * The 32 bytes of HOOKLINE_SECRET_KEY (64 hex digits), or of DATA_DIR/secret.key. No file is made here. Throws
 * `VaultLocked`.
 */
export function readVaultKey(given: string, dataDir: string, chance: Chance): VaultKey {
  if (given !== '') {
    const key = Buffer.from(given, 'hex')
    return { key, make: () => key, place: 'HOOKLINE_SECRET_KEY', notice: null }
  }
  const file = join(dataDir, 'secret.key')
  const found = keyIn(file)
  return { key: found?.key, make: () => makeKey(file, chance), place: file, notice: found?.notice ?? null }
}

/** The key in a file, which from now on only its owner may read; undefined: there is no such file. */
function keyIn(file: string): { readonly key: Buffer; readonly notice: string | null } | undefined {
  const put = 'Put the right file back, or set HOOKLINE_SECRET_KEY.'
  let text: string
  let notice: string | null = null
  try {
    const stat = statSync(file)
    if (stat.isDirectory())
      throw new VaultLocked(
        `${file} is a folder; the key of the secrets is expected there, a file of 64 hex digits. ${put}`,
      )
    text = readFileSync(file, 'utf8').trim()
    const mode = stat.mode & 0o777
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      const kept = keepForOwner(file)
        ? 'Its mode is 0600 now.'
        : 'Its mode cannot be changed here: give it 0600 by hand.'
      notice = `The key of the secrets, ${file}, could be read by other users of this machine (mode 0${mode.toString(8)}). ${kept} If somebody may have read it, renew your secrets at their receivers and store them again.`
    }
  } catch (cause) {
    if (cause instanceof VaultLocked) throw cause
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new VaultLocked(`The key of the secrets, ${file}, cannot be read: ${why}. ${put}`, { cause })
  }
  if (!/^[0-9a-f]{64}$/i.test(text)) throw new VaultLocked(`${file} holds no key: 64 hex digits are expected. ${put}`)
  return { key: Buffer.from(text, 'hex'), notice }
}

/** Answers whether it could be done: a file that was mounted cannot be changed. */
function keepForOwner(file: string): boolean {
  try {
    chmodSync(file, 0o600)
    return true
  } catch {
    return false
  }
}

function makeKey(file: string, chance: Chance): Buffer {
  const hex = chance.hex(32)
  try {
    const written = openSync(file, 'wx', 0o600)
    try {
      writeSync(written, `${hex}\n`)
      fsyncSync(written)
    } finally {
      closeSync(written)
    }
    syncFolder(dirname(file))
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'EEXIST')
      throw new VaultLocked(`A key is in ${file} that was not there when Hookline started.`, { cause })
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new VaultLocked(`The key of the secrets cannot be written to ${file}: ${why}`, { cause })
  }
  return Buffer.from(hex, 'hex')
}
