import type { Write } from '#shared/engine/turns'
import type { Reader } from '#shared/store/work'
import type { Config } from '../config'
import { type Parts, StartFailed } from '../parts'
import { readVaultKey, VaultLocked } from './key'
import { openVault, type Vault } from './vault'

interface Unlocking {
  readonly store: Reader
  readonly write: Write
  readonly sandbox: string
  readonly config: Config
  readonly parts: Pick<Parts, 'clock' | 'chance' | 'log'>
}

/**
 * Opens the secrets with the operator's key, or with the one in the data directory. Secrets that it does not open must
 * be stored again; all else works.
 */
export async function unlock({
  store,
  write,
  sandbox,
  config,
  parts: { clock, chance, log },
}: Unlocking): Promise<Vault> {
  try {
    const key = readVaultKey(config.secretKey ?? '', config.dataDir, chance)
    if (key.notice !== null) log.warn({}, key.notice)
    const onError = (err: unknown) => log.warn({ err }, 'the last use of a secret was not stored')
    const onNotice = (sentence: string) => log.warn({}, sentence)
    const vault = await openVault({ store, write, clock, chance, key, sandbox, onError, onNotice })
    if (vault.trouble !== null) log.warn({}, vault.trouble)
    return vault
  } catch (cause) {
    throw cause instanceof VaultLocked ? new StartFailed(cause.message, { cause }) : cause
  }
}
