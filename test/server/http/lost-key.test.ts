import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { StartFailed } from '#server/parts'
import { secretsSchema } from '#shared/api/secrets'
import { callingGraph, createCampaign, eventually, refusalOf, startTestServer } from './server'

let dataDir: string
let warned: string[]
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'hookline-key-'))
  warned = []
})
afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

const log = {
  info: () => {},
  warn: (_: object, message: string) => warned.push(message),
  error: (_: object, message: string) => warned.push(message),
}
const start = () => startTestServer({ log }, dataDir)
const key = () => join(dataDir, 'secret.key')
const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8)

describe('a lost key', () => {
  it('locks nothing but the secrets that it sealed: they are asked for again, and no new key is made unasked', async () => {
    const first = await start()
    await first.ask('PUT', '/secrets/crm', { kind: 'text', value: 'hush-hush' })
    await first.ask('PUT', '/secrets/ours', { kind: 'signing' })
    const graph = callingGraph()
    const call = graph.steps['call']!
    const config = { ...call.config, auth: { as: 'bearer', token: 'crm' } }
    const { id } = await createCampaign(
      first,
      { ...graph, steps: { ...graph.steps, call: { ...call, config } } },
      'Keyed',
    )
    expect((await first.ask('POST', `/campaigns/${id}/launch`, {})).status).toBe(200)
    await first.close()
    rmSync(key())

    const second = await start()
    const secrets = async () => secretsSchema.parse((await second.ask('GET', '/secrets')).json).secrets
    expect(warned).toEqual([
      expect.stringContaining('The secrets "crm", "ours" cannot be opened: HOOKLINE_SECRET_KEY is not set'),
    ])
    expect((await secrets()).map(({ name, locked }) => [name, locked])).toEqual([
      ['crm', true],
      ['ours', true],
    ])
    await second.ask('POST', '/events', { id: 'e1', lead: 'ada', name: 'signed_up' })
    await eventually(async () =>
      expect((await second.ask('GET', '/leads/ada/export')).text).toContain(
        'The secret \\"crm\\" cannot be opened: its key is lost. Store its value anew in the settings.',
      ),
    )
    expect(existsSync(key())).toBe(false)
    const again = await second.ask('POST', `/campaigns/${id}/launch`, {})
    const problem = {
      code: 'secret.locked',
      step: 'call',
      path: 'config.auth.token',
      message: 'The secret "crm" cannot be opened: its key is lost.',
      fix: 'Store its value anew in the settings.',
    }
    expect([again.status, refusalOf(again).problems]).toEqual([422, [expect.objectContaining(problem)]])

    expect((await second.ask('PUT', '/secrets/crm', { kind: 'text', value: 'hush-again' })).status).toBe(200)
    expect((await second.ask('PUT', '/secrets/ours', { kind: 'signing' })).status).toBe(200)
    expect((await secrets()).map(({ locked }) => locked)).toEqual([false, false])
    expect((await second.ask('GET', `/campaigns/${id}`)).json).toMatchObject({ problems: [] })
    expect(modeOf(key())).toBe('600')
    expect(warned.slice(1)).toEqual([expect.stringContaining(`A new key was made, ${key()}`)])
    await second.close()
    warned = []
    const third = await start()
    expect(warned).toEqual([])
    await third.close()
  })

  it('is a sentence, not a stack trace, where a folder stands in its place', async () => {
    await (await start()).close()
    mkdirSync(key())

    await expect(start()).rejects.toThrow(StartFailed)
    await expect(start()).rejects.toThrow(`${key()} is a folder; the key of the secrets is expected there`)
  })

  it('that others could read is kept for its owner, with a sentence', async () => {
    await (await start()).close()
    writeFileSync(key(), 'ab'.repeat(32))
    chmodSync(key(), 0o644)

    const server = await start()
    await server.close()

    expect(warned).toEqual([expect.stringContaining('could be read by other users of this machine (mode 0644)')])
    expect(modeOf(key())).toBe('600')
  })
})

describe('what Hookline stores', () => {
  it('is read by its owner alone, also what an earlier version left open', async () => {
    const first = await start()
    const open = () => readdirSync(dataDir).filter(name => (statSync(join(dataDir, name)).mode & 0o077) !== 0)
    expect(open()).toEqual([])
    expect(readdirSync(dataDir)).toContain('hookline.db-wal')
    await first.close()
    chmodSync(join(dataDir, 'hookline.db'), 0o644)
    chmodSync(join(dataDir, 'imports'), 0o755)

    const second = await start()
    await second.ask('PUT', '/leads/ada', { attributes: {} })
    await eventually(() => expect(open()).toEqual([]))
    await second.close()
  })

  it('lies in a folder of its owner, when Hookline makes the folder', async () => {
    const made = join(dataDir, 'inner')
    const server = await startTestServer({ log }, made)
    await server.close()

    expect(modeOf(made)).toBe('700')
  })
})
