import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openSqlite } from '#server/store/sqlite'
import { type ImportView, importSchema } from '#shared/api'
import { one, sql } from '#shared/store/work'
import { ask, ensureBuilt, type Hookline, pause, startHookline, within } from '../bench/hookline'
import { scratchFolder, tidyUp } from '../bench/processes'
import { badDisk } from './disk'

/** `IMPORT_ROWS=6000`: a shorter one, by hand. */
const ROWS = Number(process.env['IMPORT_ROWS'] ?? 60_000)
const MOMENTS = 10
/** Every so many rows one is refused. */
const BAD = 97

beforeAll(ensureBuilt, 60_000)
afterEach(tidyUp)

describe('found G6: an import of leads', () => {
  it.each(['SIGKILL', 'SIGTERM'] as const)(
    'whose server ends by %s at ten moments goes on each time: every row once, no file left',
    async signal => {
      const dataDir = scratchFolder()
      let server = await startHookline({ dataDir, open: [] })
      const list = await ask<{ id: string }>(server.origin, 'POST', '/lists', '{"name":"From a file"}')
      const { id } = await begins(server, ROWS, list.id)

      const moments: number[] = []
      while (moments.length < MOMENTS) {
        const wanted = (moments.length * ROWS) / (MOMENTS + 2)
        const { rows, status } = await progress(server, id, view => view.rows >= wanted || view.status !== 'running')
        if (status !== 'running') break
        moments.push(rows)
        server.process.signal(signal)
        expect(await server.process.ended).toEqual(
          signal === 'SIGKILL' ? { code: null, signal } : { code: 0, signal: null },
        )
        server = await startHookline({ dataDir, open: [] })
      }
      const view = await progress(server, id, ({ status }) => status !== 'running')
      const rejected = await (await fetch(`${server.origin}/api/v1/leads/import/${id}/rejected`)).text()
      await server.stop()

      console.log(`${signal} after ${moments.join(', ')} of ${ROWS} rows`)
      expect(moments.length).toBe(MOMENTS)
      const bad = Math.ceil(ROWS / BAD)
      expect(view).toMatchObject({
        status: 'done',
        rows: ROWS,
        created: ROWS - bad,
        updated: 0,
        rejected: bad,
        error: null,
      })
      expect(view.bytesRead).toBe(view.bytesTotal)
      const lines = rejected.trimEnd().split('\r\n').slice(1)
      expect(lines.map(line => line.split(',').slice(2, 3).join())).toEqual(
        Array.from({ length: bad }, (_, i) => `row-${i * BAD}`),
      )
      expect(await storedIn(dataDir)).toEqual({ leads: ROWS - bad, members: ROWS - bad })
      expect(readdirSync(join(dataDir, 'imports'))).toEqual([`${id}-rejected.csv`])
    },
    120_000,
  )

  it('that was cancelled stays so when the server dies right after', async () => {
    const dataDir = scratchFolder()
    const server = await startHookline({ dataDir, open: [] })
    const { id } = await begins(server, ROWS)

    await fetch(`${server.origin}/api/v1/leads/import/${id}`, { method: 'DELETE' })
    server.process.signal('SIGKILL')
    await server.process.ended
    const next = await startHookline({ dataDir, open: [] })
    const view = await progress(next, id, () => true)
    await next.stop()

    expect(view.status).toBe('cancelled')
    expect((await storedIn(dataDir)).leads).toBe(view.created)
    expect(existsSync(join(dataDir, 'imports', `${id}.csv`))).toBe(false)
  }, 60_000)

  const isPossible = badDisk(scratchFolder()) !== undefined
  it.skipIf(!isPossible).each(['hookline.db-wal', 'rejected'] as const)(
    'waits while the disk is full (%s), and then goes on',
    async file => {
      const [dataDir, disk] = [scratchFolder(), badDisk(scratchFolder())!]
      const server = await startHookline({ dataDir, open: [], under: disk.under })
      const { id } = await begins(server, 20_000)

      disk.arm({ call: 'write', file: file === 'rejected' ? `${id}-rejected.csv` : file, error: 'ENOSPC' })
      const waiting = await progress(server, id, ({ error }) => error !== null)
      const view = await progress(server, id, ({ status }) => status !== 'running')

      expect(waiting).toMatchObject({
        status: 'running',
        error: 'The disk of the server is full. The import goes on when there is room.',
      })
      const bad = Math.ceil(20_000 / BAD)
      expect(view).toMatchObject({ status: 'done', rows: 20_000, created: 20_000 - bad, rejected: bad, error: null })
      await server.stop()
    },
    60_000,
  )
})

/** A file of so many rows, the first of every 97 with a time zone that is none. */
async function begins({ origin }: Hookline, rows: number, list?: string): Promise<ImportView> {
  const lines = Array.from(
    { length: rows },
    (_, i) => `row-${i},Name ${i},${i % BAD === 0 ? 'Mars/Olympus' : 'Asia/Seoul'}`,
  )
  const query = new URLSearchParams({
    id: 'id',
    time_zone: 'zone',
    name: 'people.csv',
    ...(list === undefined ? {} : { list }),
  })
  const answer = await fetch(`${origin}/api/v1/leads/import?${query}`, {
    method: 'POST',
    headers: { 'content-type': 'text/csv' },
    body: `id,name,zone\n${lines.join('\n')}\n`,
  })
  expect(answer.status).toBe(202)
  return importSchema.parse(await answer.json())
}

/** Asks how far an import is, again and again, until it is so far. */
function progress({ origin, process }: Hookline, id: string, isSo: (view: ImportView) => boolean): Promise<ImportView> {
  let last = 'nothing'
  const look = async () => {
    for (;;) {
      const view = await ask<ImportView>(origin, 'GET', `/leads/import/${id}`)
      if (isSo(view)) return view
      last = JSON.stringify(view)
      await pause(2)
    }
  }
  return within(60_000, look(), () => `the import stands at ${last}\n${process.said()}`)
}

async function storedIn(dataDir: string): Promise<{ leads: number; members: number }> {
  const store = openSqlite(join(dataDir, 'hookline.db'))
  try {
    const found = await store.read(
      one<{ leads: number; members: number }>(
        sql`select (select count(*) from leads) as leads, (select count(*) from members) as members`,
      ),
    )
    return found ?? { leads: -1, members: -1 }
  } finally {
    store.close()
  }
}
