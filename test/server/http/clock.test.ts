import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '#server/clock'
import { type Health, healthSchema, journeySchema, journeysSchema } from '#shared/api'
import { callingGraph, createCampaign, eventually, startTestServer, type TestServer } from './server'

const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000]

describe('found G16: while the clock of the machine stands back', () => {
  let dataDir: string
  let server: TestServer
  /** How far the clock of the machine is off. */
  let off: number
  const clock = { ...systemClock, now: () => systemClock.now() + off }
  const start = async () => {
    server = await startTestServer({ clock }, dataDir)
  }
  beforeEach(async () => {
    off = 0
    dataDir = mkdtempSync(join(tmpdir(), 'hookline-clock-'))
    await start()
  })
  afterEach(async () => {
    await server.close()
    rmSync(dataDir, { recursive: true, force: true })
  })

  const health = async (): Promise<Health> => healthSchema.parse((await server.ask('GET', '/healthz')).json)
  async function launches(): Promise<number> {
    const { id } = await createCampaign(server, callingGraph())
    const launched = await server.ask('POST', `/campaigns/${id}/launch`)
    expect([launched.status, launched.text]).toEqual([200, launched.text])
    return clock.now()
  }
  async function started(id: string, event: object = {}): Promise<unknown> {
    return (await server.ask('POST', '/events', { id, lead: id, name: 'signed_up', ...event })).json
  }

  it.each([
    ['a moment', 1500],
    ['forty minutes', 40 * MINUTE],
    ['ten hours, as by a wrong zone', 10 * HOUR],
    ['three days', 3 * DAY],
    ['six years, as by an empty battery', 6 * 365 * DAY],
  ])('%s, an event enters the campaigns that were launched before it, also after a restart', async (_, far) => {
    await launches()

    off = -far
    expect(await started('running')).toMatchObject({ accepted: 1, started: 1 })
    await server.close()
    await start()

    expect(await started('restarted')).toMatchObject({ accepted: 1, started: 1 })
  })

  it('time goes on from what was last committed, and an event is stamped by it', async () => {
    const launchedAt = await launches()
    off = -HOUR

    await started('ada')
    const journey = await eventually(async () => {
      const { journeys } = journeysSchema.parse((await server.ask('GET', '/leads/ada/journeys')).json)
      return journeySchema.parse((await server.ask('GET', `/journeys/${journeys[0]?.id}`)).json)
    })

    expect(journey.enteredAt).toBeGreaterThanOrEqual(launchedAt - 1000)
    const { status, warnings } = await health()
    expect(status).toBe('warning')
    expect(warnings).toMatchObject([{ code: 'clock.behind' }])
    expect(warnings[0]?.message).toMatch(/stands (59|60) minutes behind.*at half its speed.*Set the clock right\./)
    off = 0
    expect(await health()).toMatchObject({ status: 'ok', warnings: [] })
  })

  it('by more than a day it is believed, and says what counts wrong', async () => {
    await launches()
    off = -3 * DAY

    const { warnings } = await health()

    expect(warnings[0]?.message).toMatch(/stands 3 days behind.*more than a day, so it is believed now.*launch again/)
  })

  it('an event that is told to be from before the launch still enters nothing', async () => {
    await launches()

    expect(await started('early', { at: clock.now() - HOUR })).toMatchObject({ accepted: 1, started: 0 })
    off = -10 * MINUTE
    expect(await started('earlier', { at: clock.now() - HOUR })).toMatchObject({ accepted: 1, started: 0 })
  })
})

describe('found H2: the health of a server', () => {
  it('tells which zone rules its runtime has, and which of them it mends', async () => {
    const server = await startTestServer({ rules: '2024a' })

    const { zones } = healthSchema.parse((await server.ask('GET', '/healthz')).json)
    await server.close()

    expect(zones).toMatchObject({ rules: '2024a', newest: expect.stringMatching(/^20\d\d[a-z]$/) })
    for (const zone of zones.mended) expect(zones.wrong).not.toContain(zone)
  })
})
