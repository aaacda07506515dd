import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openSqlite } from '#server/store/sqlite'
import { all, sql } from '#shared/store/work'
import { ask, ensureBuilt, eventOf, launchCampaign, startHookline } from '../bench/hookline'
import { scratchFolder, startParty, tidyUp } from '../bench/processes'
import { benchCampaign } from '../bench/workload'

// Found G15: a machine that has no file left to open counted against the receiver, opened its breaker, and cost each lead an attempt.

describe('a server that may open few files', () => {
  beforeAll(ensureBuilt, 60_000)
  afterEach(tidyUp)

  it('keeps the calls that find none, and makes them later: no attempt is used up and nothing is said of the receiver', async () => {
    const stamper = startParty(process.execPath, ['test/run.mjs', 'test/crash/stamper.ts', '300'])
    const [, receiver, desk] = (await stamper.line('port')).split(' ')
    const dataDir = scratchFolder()
    const few = ['bash', '-c', 'ulimit -n 150 && exec "$@"', 'few']
    const server = await startHookline({ dataDir, open: [Number(receiver)], under: few })
    await launchCampaign(server.origin, 'Few', benchCampaign(`http://127.0.0.1:${receiver}/in`))
    await ask(
      server.origin,
      'POST',
      '/events',
      JSON.stringify(Array.from({ length: 1000 }, (_, i) => eventOf('run', i))),
    )

    const arrived = async () =>
      ((await (await fetch(`http://127.0.0.1:${desk}/`)).json()) as { stamps: number[] }).stamps
    await expect.poll(async () => (await arrived()).length, { timeout: 60_000, interval: 250 }).toBe(1000)
    await server.stop()

    const store = openSqlite(join(dataDir, 'hookline.db'))
    const touches = await store.read(
      all<{ status: string; attempts: number; n: number }>(
        sql`select status, attempts, count(*) as n from touches group by status, attempts`,
      ),
    )
    const back = await store.read(
      all<{ n: number }>(sql`select count(*) as n from journal where entries like '%"why":"ours"%'`),
    )
    store.close()
    expect(touches).toEqual([{ status: 'received', attempts: 1, n: 1000 }])
    // Or this test has shown nothing.
    expect(back[0]?.n).toBeGreaterThan(0)
  }, 120_000)
})
