import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Secrets } from '#shared/call'
import type { Chance, Clock } from './clock'
import { allSecrets, deleteSecret, putSecret, type SealedSecret, type SecretKind, secretUsed } from './store/secrets'
import type { Store, Work } from './store/work'

// Secrets at rest are AES-256-GCM under a key that is not in the database (delivery R47); the name is bound in, so that one secret cannot be
// put in another's place. In memory they are plain: every call may need them. Nothing here is ever answered by the API but new signing keys.

/** One key of a signing secret: the current one has no end, those before it sign along until theirs (ms). */
export interface SigningKey {
  readonly key: string
  readonly until: number | null
}

export interface KnownSecret {
  readonly name: string
  readonly kind: SecretKind
  readonly createdAt: number
  readonly updatedAt: number
  readonly usedAt: number | null
  /** Of a `text`. */
  readonly value?: string
  /** Of a `signing`, the current first. */
  readonly keys?: readonly SigningKey[]
}

export type NewSecret =
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'signing'; readonly keys: readonly SigningKey[] }

export interface Vault {
  readonly forCalls: Secrets
  readonly list: () => readonly KnownSecret[]
  readonly find: (name: string) => KnownSecret | undefined
  readonly put: (name: string, secret: NewSecret) => Promise<KnownSecret>
  /** Deletes unless `mayGo` says otherwise, in one transaction. Answers whether it is gone. */
  readonly remove: (name: string, mayGo: Work<boolean>) => Promise<boolean>
}

/** The secrets cannot be read, or there is no key: a sentence for the terminal. */
export class VaultLocked extends Error {
  override readonly name = 'VaultLocked'
}

/** The stored instant of the last use may be this old. */
const USED_MS = 60_000

/** The 32 bytes of HOOKLINE_SECRET_KEY (64 hex digits), or of DATA_DIR/secret.key, which is made when there is none. */
export function readVaultKey(given: string, dataDir: string, chance: Chance): Buffer {
  if (given !== '') return Buffer.from(given, 'hex')
  const file = join(dataDir, 'secret.key')
  try {
    writeFileSync(file, `${chance.hex(32)}\n`, { mode: 0o600, flag: 'wx' })
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST')
      throw new VaultLocked(`The key of the secrets cannot be written to ${file}: ${String(cause)}`, { cause })
  }
  const text = readFileSync(file, 'utf8').trim()
  if (!/^[0-9a-f]{64}$/i.test(text))
    throw new VaultLocked(
      `${file} holds no key: 64 hex digits are expected. Put the right file back, or set HOOKLINE_SECRET_KEY.`,
    )
  return Buffer.from(text, 'hex')
}

interface VaultParts {
  readonly store: Store
  readonly clock: Clock
  readonly chance: Chance
  readonly key: Buffer
  readonly onError: (error: unknown) => void
}

/** Opens all secrets. Throws `VaultLocked` when they were sealed with another key. */
export async function openVault({ store, clock, chance, key, onError }: VaultParts): Promise<Vault> {
  const known = new Map<string, KnownSecret>()
  for (const sealed of await store.read(allSecrets())) known.set(sealed.name, unseal(sealed, key))

  const forCalls: Secrets = {
    mark: createHmac('sha256', key).update('placeholders').digest('hex').slice(0, 24),
    value: name => known.get(name)?.value,
    signingKeys: name =>
      (known.get(name)?.keys ?? []).filter(k => k.until === null || k.until > clock.now()).map(k => k.key),
    used: name => {
      const secret = known.get(name)
      const now = clock.now()
      if (secret === undefined || (secret.usedAt !== null && now - secret.usedAt < USED_MS)) return
      known.set(name, { ...secret, usedAt: now })
      store.transact(secretUsed(name, now)).catch(onError)
    },
  }

  async function put(name: string, secret: NewSecret): Promise<KnownSecret> {
    const now = clock.now()
    const before = known.get(name)
    const dates = { createdAt: before?.createdAt ?? now, updatedAt: now, usedAt: before?.usedAt ?? null }
    const { kind } = secret
    const plain = secret.kind === 'text' ? secret.value : JSON.stringify(secret.keys)
    await store.transact(putSecret({ name, kind, ciphertext: seal(plain, aadOf(name, kind), key, chance), ...dates }))
    const made = { name, ...secret, ...dates }
    known.set(name, made)
    return made
  }

  async function remove(name: string, mayGo: Work<boolean>): Promise<boolean> {
    const isGone = await store.transact(
      (function* () {
        const may = yield* mayGo
        if (may) yield* deleteSecret(name)
        return may
      })(),
    )
    if (isGone) known.delete(name)
    return isGone
  }

  return {
    forCalls,
    list: () => [...known.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    find: name => known.get(name),
    put,
    remove,
  }
}

function aadOf(name: string, kind: SecretKind): string {
  return `hookline secret ${kind} ${name}`
}

/** `1.iv.tag.data` in base64url. */
function seal(plain: string, aad: string, key: Buffer, chance: Chance): string {
  const iv = Buffer.from(chance.hex(12), 'hex')
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(aad))
  const data = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
  return ['1', ...[iv, cipher.getAuthTag(), data].map(part => part.toString('base64url'))].join('.')
}

function unseal({ name, kind, ciphertext, ...dates }: SealedSecret, key: Buffer): KnownSecret {
  const [, iv = '', tag = '', data = ''] = ciphertext.split('.')
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(iv, 'base64url'), { authTagLength: 16 })
      .setAAD(Buffer.from(aadOf(name, kind)))
      .setAuthTag(Buffer.from(tag, 'base64url'))
    const plain = Buffer.concat([decipher.update(Buffer.from(data, 'base64url')), decipher.final()]).toString('utf8')
    const held = kind === 'text' ? { value: plain } : { keys: JSON.parse(plain) as SigningKey[] }
    return { name, kind, ...dates, ...held }
  } catch (cause) {
    throw new VaultLocked(
      `The secret "${name}" cannot be opened with this key. Start with the key it was stored under: HOOKLINE_SECRET_KEY, or the file secret.key in DATA_DIR.`,
      { cause },
    )
  }
}
