import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemChance, systemClock } from '#server/clock'
import { openSqlite } from '#server/store/sqlite'
import type { Store } from '#server/store/work'
import { openVault, readVaultKey } from '#server/vault'

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

const open = (key: Buffer) => openVault({ store, clock: systemClock, chance: systemChance, key, onError: () => {} })

describe('the vault', () => {
  it('gives back after a restart what was put in, under the key that it made itself', async () => {
    const key = readVaultKey('', dir, systemChance)
    const before = await open(key)
    await before.put('crm', { kind: 'text', value: 'ü"hush' })
    await before.put('ours', { kind: 'signing', keys: [{ key: 'whsec_x', until: null }] })

    const after = await open(readVaultKey('', dir, systemChance))

    expect([after.forCalls.value('crm'), after.forCalls.signingKeys('ours')]).toEqual(['ü"hush', ['whsec_x']])
    expect(after.forCalls.mark).toBe(before.forCalls.mark)
    expect(statSync(join(dir, 'secret.key')).mode & 0o777).toBe(0o600)
  })

  it('does not open with another key, and says which one is missing', async () => {
    await expect(open(Buffer.alloc(32, 1))).rejects.toThrow('Start with the key it was stored under')
  })

  it('does not take a file for a key that is none', () => {
    const other = mkdtempSync(join(tmpdir(), 'hookline-vault-'))
    writeFileSync(join(other, 'secret.key'), 'short')

    expect(() => readVaultKey('', other, systemChance)).toThrow('64 hex digits are expected')
    rmSync(other, { recursive: true })
  })
})
