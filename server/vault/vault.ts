import { createHmac } from 'node:crypto'
import type { Secrets } from '#shared/call'
import type { Write } from '#shared/engine/turns'
import { maskText, spellings } from '#shared/render/spellings'
import { admitsHost, MOST_HOSTS, sayOtherHost } from '#shared/rules/secret-hosts'
import { hostsInUse } from '#shared/store/secret-uses'
import { allSecrets, bindSecret, deleteSecret, putSecret, secretUsed } from '#shared/store/secrets'
import type { Reader, Work } from '#shared/store/work'
import type { Chance, Clock } from '#shared/time/clock'
import { MINUTE } from '#shared/time/units'
import type { VaultKey } from './key'
import { seal, unseal } from './seal'
import type { KnownSecret, NewSecret } from './secret'

// Secrets at rest are AES-256-GCM under a key that is not in the database (delivery R47); the name is bound in, so that
// one secret cannot be put in another's place. In memory they are plain: every call may need them. Nothing here is ever
// answered by the API but new signing keys.

export interface Vault {
  readonly forCalls: Secrets
  readonly list: () => readonly KnownSecret[]
  readonly find: (name: string) => KnownSecret | undefined
  /** `hosts` left out: those that it has. Throws `VaultLocked` where a key has to be made and cannot be written. */
  readonly put: (name: string, secret: NewSecret, hosts?: readonly string[]) => Promise<KnownSecret>
  /** Says where a secret may go. */
  readonly bind: (name: string, hosts: readonly string[]) => Promise<KnownSecret | undefined>
  /** A text without the values of secrets and keys, however they are written. */
  readonly hide: (text: string) => string
  /** Why some secrets cannot be used, as a sentence for the terminal; null: all can. */
  readonly trouble: string | null
  /** Deletes unless `mayGo` says otherwise, in one transaction. Answers whether it is gone. */
  readonly remove: (name: string, mayGo: Work<boolean>) => Promise<boolean>
}

/** The stored instant of the last use may be this old. */
const USED_MS = MINUTE

interface VaultParts {
  readonly store: Reader
  /** What it stores is a turn of the engine (law 16). */
  readonly write: Write
  readonly clock: Clock
  readonly chance: Chance
  readonly key: VaultKey
  /** Our own receiver, which takes every secret: `http://127.0.0.1:3000/sandbox/in`. */
  readonly sandbox: string
  readonly onError: (error: unknown) => void
  /** Told where something was done that somebody should know of, as a sentence. */
  readonly onNotice?: (sentence: string) => void
}

/** Opens all secrets that the key opens, and binds those that are in use and have no hosts yet. */
export async function openVault({
  store,
  write,
  clock,
  chance,
  key: given,
  sandbox,
  onError,
  onNotice = () => {},
}: VaultParts): Promise<Vault> {
  const known = new Map<string, KnownSecret>()
  let key = given.key
  for (const sealed of await store.read(allSecrets())) known.set(sealed.name, unseal(sealed, key))
  const locked = [...known.values()].filter(secret => secret.locked).map(({ name }) => name)
  const own = new URL(sandbox)
  /** Secrets without hosts that are used at this moment, with the hosts that they were used for. */
  const binding = new Map<string, Set<string>>()

  const forCalls: Secrets = {
    oldMark: createHmac('sha256', key ?? chance.hex(32))
      .update('placeholders')
      .digest('hex')
      .slice(0, 24),
    value: name => known.get(name)?.value,
    signingKeys: name =>
      (known.get(name)?.keys ?? []).filter(k => k.until === null || k.until > clock.now()).map(k => k.key),
    keptFrom: (name, address) => {
      const secret = known.get(name)
      if (secret?.locked === true) return `The secret "${name}" cannot be opened: its key is lost. ${STORE_AGAIN}`
      if (secret === undefined || secret.kind !== 'text' || !URL.canParse(address)) return null
      const url = new URL(address)
      if (url.origin === own.origin && url.pathname.startsWith(own.pathname)) return null
      if (secret.hosts.length === 0) bindByUse(name, url.host)
      else if (!admitsHost(secret.hosts, url.host)) return `${sayOtherHost(name, secret.hosts, url.host)} ${ADD_HOST}`
      return null
    },
    used: name => {
      const secret = known.get(name)
      const now = clock.now()
      if (secret === undefined || (secret.usedAt !== null && now - secret.usedAt < USED_MS)) return
      known.set(name, { ...secret, usedAt: now })
      write(secretUsed(name, now)).catch(onError)
    },
  }

  function bindByUse(name: string, host: string): void {
    const hosts = binding.get(name)
    if (hosts !== undefined) hosts.add(host)
    else {
      binding.set(name, new Set([host]))
      bindUsed().catch(onError)
    }
  }

  /** Binds secrets without hosts that a webhook names, or that are used right now. */
  async function bindUsed(): Promise<void> {
    const bound = await write(
      (function* () {
        const named = yield* hostsInUse()
        const done = new Map<string, readonly string[]>()
        for (const { name, kind, hosts } of known.values()) {
          const all = new Set([...(named.get(name) ?? []), ...(binding.get(name) ?? [])])
          if (kind !== 'text' || hosts.length > 0 || all.size === 0) continue
          done.set(name, [...all].sort().slice(0, MOST_HOSTS))
          yield* bindSecret(name, done.get(name) ?? [])
        }
        return done
      })(),
    )
    for (const [name, hosts] of bound) {
      const secret = known.get(name)
      // Somebody may have been quicker.
      if (secret?.hosts.length === 0) known.set(name, { ...secret, hosts })
      binding.delete(name)
    }
  }

  async function bind(name: string, hosts: readonly string[]): Promise<KnownSecret | undefined> {
    await write(bindSecret(name, hosts))
    const secret = known.get(name)
    const changed = secret && { ...secret, hosts }
    if (changed !== undefined) known.set(name, changed)
    return changed
  }

  async function put(name: string, secret: NewSecret, hosts?: readonly string[]): Promise<KnownSecret> {
    const now = clock.now()
    const before = known.get(name)
    const dates = { createdAt: before?.createdAt ?? now, updatedAt: now, usedAt: before?.usedAt ?? null }
    const { kind } = secret
    const bound = hosts ?? before?.hosts ?? []
    const plain = secret.kind === 'text' ? secret.value : JSON.stringify(secret.keys)
    if (key === undefined) {
      key = given.make()
      if (locked.length > 0)
        onNotice(
          `A new key was made, ${given.place}, because the old one is not there. What the old one sealed stays closed until it is stored anew: ${quoted(locked)}.`,
        )
    }
    const ciphertext = seal(plain, { name, kind }, key, chance)
    await write(putSecret({ name, kind, ciphertext, hosts: bound, ...dates }))
    const made = { name, ...secret, ...dates, hosts: bound, locked: false }
    known.set(name, made)
    return made
  }

  async function remove(name: string, mayGo: Work<boolean>): Promise<boolean> {
    const isGone = await write(
      (function* () {
        const may = yield* mayGo
        if (may) yield* deleteSecret(name)
        return may
      })(),
    )
    if (isGone) known.delete(name)
    return isGone
  }

  await bindUsed()
  return {
    forCalls,
    list: () => [...known.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    find: name => known.get(name),
    put,
    bind,
    remove,
    hide: text => maskText(text, plainValues(known.values()).map(spellings)),
    trouble: locked.length === 0 ? null : sayLocked(locked, given),
  }
}

function plainValues(secrets: Iterable<KnownSecret>): readonly string[] {
  return [...secrets].flatMap(({ value, keys = [] }) => [
    ...(value === undefined ? [] : [value]),
    ...keys.map(k => k.key),
  ])
}

const STORE_AGAIN = 'Store its value anew in the settings.'
const ADD_HOST = 'Add it to the hosts of the secret in the settings, or name another secret.'

/** `"a", "b" and 3 more` */
function quoted(names: readonly string[]): string {
  const some = names.slice(0, 5).map(name => `"${name}"`)
  return names.length > some.length ? `${some.join(', ')} and ${names.length - some.length} more` : some.join(', ')
}

function sayLocked(names: readonly string[], { key, place }: VaultKey): string {
  const why =
    key === undefined
      ? `HOOKLINE_SECRET_KEY is not set, and there is no ${place}`
      : `they were sealed with another key than that of ${place}`
  return `${names.length === 1 ? 'The secret' : 'The secrets'} ${quoted(names)} cannot be opened: ${why}. Calls that need them fail until then. Stop Hookline, put the right key back and start again; or store their values anew in the settings.`
}
