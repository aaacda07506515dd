import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemChance, systemClock } from '#server/clock'
import { openSqlite } from '#server/store/sqlite'
import { readVaultKey, type VaultKey, VaultLocked } from '#server/vault/key'
import { openVault } from '#server/vault/vault'
import type { Store } from '#shared/store/work'

let dir: string
let store: Store
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'hookline-vault-'))
  store = openSqlite(join(dir, 'hookline.db'))
})
afterAll(() => {
  store.close()
  rmSync(dir, { recursive: true, force: true })
})

const sandbox = 'http://127.0.0.1:3000/sandbox/in'
const open = (key: VaultKey = readVaultKey('', dir, systemChance)) =>
  openVault({ store, write: store.transact, clock: systemClock, chance: systemChance, key, sandbox, onError: () => {} })

describe('the vault', () => {
  it('gives back after a restart what was put in, under the key that it made itself', async () => {
    const before = await open()
    expect(existsSync(join(dir, 'secret.key'))).toBe(false)
    await before.put('crm', { kind: 'text', value: 'ü"hush' })
    await before.put('ours', { kind: 'signing', keys: [{ key: 'whsec_x', until: null }] })

    const after = await open()

    expect([after.forCalls.value('crm'), after.forCalls.signingKeys('ours')]).toEqual(['ü"hush', ['whsec_x']])
    expect(after.trouble).toBeNull()
    expect(statSync(join(dir, 'secret.key')).mode & 0o777).toBe(0o600)
  })

  it('opens without the key, says what is lost, and takes the values anew', async () => {
    const held = join(dir, 'secret.key')
    renameSync(held, `${held}.away`)

    const vault = await open()

    expect(vault.trouble).toBe(
      `The secrets "crm", "ours" cannot be opened: HOOKLINE_SECRET_KEY is not set, and there is no ${held}. Calls that need them fail until then. Stop Hookline, put the right key back and start again; or store their values anew in the settings.`,
    )
    expect([existsSync(held), vault.find('crm')?.locked, vault.forCalls.value('crm')]).toEqual([false, true, undefined])
    expect(vault.forCalls.keptFrom('crm', 'https://crm.example.com/')).toBe(
      'The secret "crm" cannot be opened: its key is lost. Store its value anew in the settings.',
    )
    await vault.put('crm', { kind: 'text', value: 'new value' })
    expect([existsSync(held), vault.forCalls.value('crm'), vault.find('crm')?.locked]).toEqual([
      true,
      'new value',
      false,
    ])
    rmSync(held)
    renameSync(`${held}.away`, held)
  })

  it('opens with another key, and says which secrets it does not open', async () => {
    const vault = await open(readVaultKey('01'.repeat(32), dir, systemChance))

    expect(vault.trouble).toContain('they were sealed with another key than that of HOOKLINE_SECRET_KEY')
  })

  it.each<[string, (file: string) => void, string]>([
    ['a text that is none', file => writeFileSync(file, 'short'), '64 hex digits are expected'],
    ['a folder', file => mkdirSync(file), 'is a folder; the key of the secrets is expected there'],
  ])('does not take %s for a key', (_, put, sentence) => {
    const other = mkdtempSync(join(tmpdir(), 'hookline-vault-'))
    put(join(other, 'secret.key'))

    expect(() => readVaultKey('', other, systemChance)).toThrow(VaultLocked)
    expect(() => readVaultKey('', other, systemChance)).toThrow(sentence)
    rmSync(other, { recursive: true })
  })

  it('keeps a key for its owner that others could read, and says so', () => {
    const other = mkdtempSync(join(tmpdir(), 'hookline-vault-'))
    const file = join(other, 'secret.key')
    writeFileSync(file, 'ab'.repeat(32), { mode: 0o644 })

    expect(readVaultKey('', other, systemChance).notice).toContain(
      'could be read by other users of this machine (mode 0644)',
    )
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readVaultKey('', other, systemChance).notice).toBeNull()
    rmSync(other, { recursive: true })
  })

  it('binds a secret without hosts at its first use, and keeps it from all other hosts', async () => {
    const vault = await open()
    await vault.put('free', { kind: 'text', value: 'abcdef' })

    expect(vault.forCalls.keptFrom('free', `${sandbox}/x`)).toBeNull()
    expect(vault.forCalls.keptFrom('free', 'https://CRM.example.com:443/leads')).toBeNull()
    await expect.poll(() => vault.find('free')?.hosts).toEqual(['crm.example.com'])

    const sentence =
      'The secret "free" may go to crm.example.com only, and not to evil.example. Add it to the hosts of the secret in the settings, or name another secret.'
    expect(vault.forCalls.keptFrom('free', 'https://evil.example/')).toBe(sentence)
    expect(vault.forCalls.keptFrom('free', 'https://evil.example\\@crm.example.com/')).toBe(sentence)
    expect(vault.forCalls.keptFrom('free', 'https://crm.example.com:8443/')).toContain(
      'and not to crm.example.com:8443',
    )
    expect((await open()).find('free')?.hosts).toEqual(['crm.example.com'])
    await vault.bind('free', ['*.example.com'])
    expect(vault.forCalls.keptFrom('free', 'https://api.example.com/')).toBeNull()
    expect(vault.forCalls.keptFrom('free', 'https://example.com/')).toContain('and not to example.com')
    expect(vault.forCalls.keptFrom('free', 'https://evilexample.com/')).toContain('and not to evilexample.com')
  })
})
