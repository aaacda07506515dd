import {
  closeSync,
  copyFileSync,
  cpSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openSqlite } from '#server/store/sqlite'
import { all, sql } from '#shared/store/work'
import { ask, ensureBuilt, eventOf, type Hookline, launchCampaign, startHookline, within } from '../bench/hookline'
import { type Ended, scratchFolder, tidyUp } from '../bench/processes'
import { anybody, graph, step } from '../sim/graphs'
import { badDisk, type Fault } from './disk'

/** EX_IOERR: the exit code of a server whose database failed. */
const BROKEN = 74

/** Each run of the fill takes in so many. */
const LEADS = 200

beforeAll(async () => {
  await ensureBuilt()
  await fill()
}, 90_000)
afterEach(tidyUp)
afterAll(() => {
  for (const folder of [stopped, killed]) rmSync(folder, { recursive: true, force: true })
})

describe('a disk that fails (found G7)', () => {
  const isPossible = badDisk(scratchFolder()) !== undefined
  if (!isPossible) console.log('No C compiler here: no disk can be made to fail.')

  it.skipIf(!isPossible).each<Fault>([
    { call: 'sync', file: 'hookline.db-wal', error: 'EIO' },
    { call: 'sync', file: 'hookline.db-wal', error: 'ENOSPC' },
    { call: 'write', file: 'hookline.db-wal', error: 'EIO' },
  ])(
    'once ($error at a $call of $file) ends the server at once; what it acknowledged is there at the next start',
    async fault => {
      const [dataDir, disk] = [scratchFolder(), badDisk(scratchFolder())!]
      const server = await startHookline({ dataDir, open: [], under: disk.under })
      const acknowledged = await sends(server, 0, 10)

      disk.arm(fault)
      const after = await sends(server, 10, 60)
      const end = await endOf(server)

      expect(acknowledged.length).toBe(10)
      expect(after).toEqual([])
      expect(end).toEqual({ code: BROKEN, signal: null })
      expect(server.process.said()).toMatch(
        /The disk failed under the database .*hookline\.db: .*SQLITE_IOERR_\w+.*start again/,
      )
      expect(await knownAfterStart(dataDir)).toEqual(expect.arrayContaining([...acknowledged]))
    },
    60_000,
  )

  it.skipIf(!isPossible)(
    'while it brings its log into the file ends with a code and a sentence, and loses nothing',
    async () => {
      const [dataDir, disk] = [scratchFolder(), badDisk(scratchFolder())!]
      const server = await startHookline({ dataDir, open: [], under: disk.under })
      const acknowledged = await sends(server, 0, 20)

      disk.arm({ call: 'sync', file: 'hookline.db', error: 'EIO' })
      const end = await server.stop()

      expect(end.code).not.toBe(0)
      expect(server.process.said()).toContain('The disk failed under the database')
      expect(await knownAfterStart(dataDir)).toEqual(acknowledged)
    },
    60_000,
  )

  it.skipIf(!isPossible)(
    'because it is full only makes it say so: what comes when there is room again is taken',
    async () => {
      const [dataDir, disk] = [scratchFolder(), badDisk(scratchFolder())!]
      const server = await startHookline({ dataDir, open: [], under: disk.under })

      disk.arm({ call: 'write', file: 'hookline.db-wal', error: 'ENOSPC' })
      const refused = await send(server, 0).catch(error => error)
      const acknowledged = await sends(server, 1, 20)

      expect(refused).toMatchObject({ status: 507 })
      expect(acknowledged.length).toBe(19)
      expect((await server.stop()).code).toBe(0)
    },
    60_000,
  )
})

describe('a database that is damaged (found G14)', () => {
  it.each([
    ['in its middle', damage],
    ['to its first byte', (file: string) => writeFileSync(file, 'not a database at all\n'.repeat(500))],
  ])(
    '%s is not run on: a sentence says what to do, and no stack',
    async (_, hurt) => {
      const dataDir = withLeads()
      hurt(join(dataDir, 'hookline.db'))

      const said = await refusesToStart(dataDir)

      expect(said).toMatch(/The database .*hookline\.db is damaged: .*backup.*\.recover/)
      expect(said).not.toMatch(/^\s+at /m)
    },
    60_000,
  )
})

describe('a database that is gone (found G14)', () => {
  it.each([
    ['deleted', (dataDir: string) => rmSync(join(dataDir, 'hookline.db'))],
    ['moved with its directory', (dataDir: string) => renameSync(dataDir, join(scratchFolder(), 'moved'))],
  ])(
    '%s while the server runs: nothing more is acknowledged, and it ends with a code and a sentence',
    async (_, lose) => {
      const dataDir = withLeads()
      const server = await startHookline({ dataDir, open: [] })

      lose(dataDir)
      const acknowledged = await sends(server, 100, 110)
      const end = await endOf(server)

      expect(acknowledged).toEqual([])
      expect(end).toEqual({ code: BROKEN, signal: null })
      expect(server.process.said()).toMatch(/was deleted, moved or replaced while Hookline ran/)
    },
    60_000,
  )

  it('deleted while the server has nothing to do: it is noticed all the same', async () => {
    const dataDir = withLeads()
    const server = await startHookline({ dataDir, open: [] })

    rmSync(join(dataDir, 'hookline.db'))

    expect(await endOf(server)).toEqual({ code: BROKEN, signal: null })
    expect(server.process.said()).toContain('was deleted, moved or replaced')
  }, 60_000)

  it.each([
    ['gone', (file: string) => rmSync(file)],
    ['empty', (file: string) => writeFileSync(file, '')],
  ])(
    '%s at the start, with traces of an installation beside it: none is begun unless the operator says so',
    async (_, lose) => {
      const dataDir = withLeads()
      lose(join(dataDir, 'hookline.db'))

      const said = await refusesToStart(dataDir)
      const server = await startHookline({ dataDir, open: [], under: ['env', 'HOOKLINE_NEW_INSTALLATION=yes'] })

      expect(said).toMatch(
        /There is no database .*hookline\.db.*hookline\.db-run beside it.*HOOKLINE_NEW_INSTALLATION=yes/,
      )
      expect(await ask(server.origin, 'GET', '/campaigns')).toMatchObject({ campaigns: [] })
    },
    60_000,
  )

  it('while its log is still there is not replaced by an empty one, whatever the operator says', async () => {
    const dataDir = withLeads('killed')
    rmSync(join(dataDir, 'hookline.db'))

    const said = await refusesToStart(dataDir, ['env', 'HOOKLINE_NEW_INSTALLATION=yes'])

    expect(said).toMatch(/its log .*hookline\.db-wal is there/)
    expect(statSync(join(dataDir, 'hookline.db-wal')).size).toBeGreaterThan(0)
  }, 60_000)
})

describe('a backup that is put back', () => {
  it('after a run that was killed is not mixed with the log of that run', async () => {
    const [dataDir, later] = [withLeads(), withLeads('killed')]
    const file = join(later, 'hookline.db')
    copyFileSync(join(dataDir, 'hookline.db'), file)

    const said = await refusesToStart(later)
    rmSync(`${file}-wal`)

    expect(said).toMatch(/The log .*-wal does not belong to the database .*If you put a backup back, move .*-wal away/)
    expect(await knownAfterStart(later)).toEqual(idsOf(0, LEADS))
  }, 60_000)

  it('with its log, as the whole directory was, goes on from there', async () => {
    expect(await knownAfterStart(withLeads('killed'))).toEqual(idsOf(0, 2 * LEADS))
  }, 60_000)
})

const idsOf = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `e-lead-${from + i}`)

function send({ origin }: Hookline, n: number): Promise<unknown> {
  return ask(origin, 'POST', '/events', JSON.stringify(eventOf('lead', n)))
}

/** Sends events one after the other. Answers the ids of those that were acknowledged. */
async function sends(server: Hookline, from: number, to: number): Promise<readonly string[]> {
  const acknowledged: string[] = []
  for (let n = from; n < to; n++)
    await send(server, n).then(
      () => acknowledged.push(`e-lead-${n}`),
      () => {},
    )
  return acknowledged
}

/** A copy of the data directory of a server with a campaign, whose first leads have come in; `killed`: and of a later run, which took as many more. */
function withLeads(how: 'stopped' | 'killed' = 'stopped'): string {
  const copy = scratchFolder()
  cpSync(how === 'stopped' ? stopped : killed, copy, { recursive: true })
  return copy
}
let [stopped, killed] = ['', '']

/** Fills both: the killed one is the stopped one, and what came after it. */
async function fill(): Promise<void> {
  stopped = mkdtempSync(join(tmpdir(), 'hookline-run-'))
  killed = mkdtempSync(join(tmpdir(), 'hookline-run-'))
  const first = await startHookline({ dataDir: stopped, open: [] })
  const waits = { start: step('trigger', { event: 'signed_up', where: anybody }), wait: step('delay', { wait: 'P7D' }) }
  await launchCampaign(first.origin, 'Waits', graph(waits, ['start -> wait']))
  await sendAll(first, 0, LEADS)
  await first.stop()
  cpSync(stopped, killed, { recursive: true })
  const second = await startHookline({ dataDir: killed, open: [] })
  await sendAll(second, LEADS, 2 * LEADS)
  second.process.signal('SIGKILL')
  await second.process.ended
}

async function sendAll({ origin }: Hookline, from: number, to: number): Promise<void> {
  const batch = Array.from({ length: to - from }, (_, i) => eventOf('lead', from + i))
  await ask(origin, 'POST', '/events', JSON.stringify(batch))
}

/** The events that are there after a start and a stop in order. */
async function knownAfterStart(dataDir: string): Promise<readonly string[]> {
  const server = await startHookline({ dataDir, open: [] })
  expect(await server.stop()).toEqual({ code: 0, signal: null })
  const store = openSqlite(join(dataDir, 'hookline.db'))
  const rows = await store.read(all<{ id: string }>(sql`select id from events order by received_at, length(id), id`))
  store.close()
  return rows.map(row => row.id)
}

/** Waits for a server that ends by itself. */
function endOf(server: Hookline): Promise<Ended> {
  return within(15_000, server.process.ended, () => `the server goes on:\n${server.process.said()}`)
}

/** Answers what a server says that does not start. */
async function refusesToStart(dataDir: string, under: readonly string[] = []): Promise<string> {
  const started = await startHookline({ dataDir, open: [], under }).catch((error: Error) => error.message)
  if (typeof started !== 'string') throw new Error('the server started')
  expect(started).toContain('code 1')
  return started
}

/** Other bytes over the pages in the middle of the file; its head stays. */
function damage(file: string): void {
  const size = statSync(file).size
  const [from, to] = [Math.max(8192, Math.floor((size * 0.1) / 4096) * 4096), Math.floor(size * 0.95)]
  const opened = openSync(file, 'r+')
  for (let at = from; at < to; at += 4096) writeSync(opened, Buffer.alloc(4096, 0x5a), 0, 4096, at)
  closeSync(opened)
}
