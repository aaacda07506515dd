import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { eventOf, type Ids, leadOf } from '../../bench/hookline'
import { benchCampaign, did, everyTime, wideCap } from '../../bench/workload'
import { type Counted, CountedEngine } from './counted'

/**
 * What a lead costs, counted and not timed, so that it is the same on every machine. A ceiling lies a little above what was
 * counted when it was set (in brackets): who raises it does so on purpose, and says why. Who gets below lowers it.
 */

const HOOK = 'https://hooks.example.com/in'

describe('a lead', () => {
  let engine: CountedEngine
  beforeEach(async () => {
    engine = await CountedEngine.start()
  })
  afterEach(() => engine.close())

  it.each<[Ids, number]>([
    // [2,273]
    ['counted', 2_330],
    // [2,613]
    ['uuid', 2_690],
  ])('who is filtered and called costs so many statements, rows and bytes (ids: %s)', async (ids, bytes) => {
    await engine.launch('bench', benchCampaign(HOOK))
    await engine.walk(eventsOf('warm', 1000, ids))

    const before = await engine.bytes()
    const cost = each(await engine.walk(eventsOf('run', 2000, ids)), 2000)

    // [0.042]: the larger the batches, the fewer.
    expect(cost.statements).toBeLessThan(0.045)
    // [10.04]: two rows of the journal, event, lead, attempt, journey and touch, the two last twice; the lead is read again.
    expect(cost.runs).toBeLessThan(10.1)
    // [1.0]
    expect(cost.read).toBeLessThan(1.05)
    expect(((await engine.bytes()) - before) / 2000).toBeLessThan(bytes)
  })

  it('with 100 past sends has them read for a cap as one row, once', async () => {
    await engine.launch('past', everyTime(HOOK, 'earlier'))
    await engine.walk(pastOf(30, 100, 'earlier'))
    await engine.launch('bench', benchCampaign(HOOK, { settings: wideCap }))

    const cost = each(await engine.walk(eventsOf('run', 30, 'uuid')), 30)

    // [4]: nothing when the call has come back.
    expect(cost.read).toBeLessThan(4.05)
    // [9.03]
    expect(cost.runs).toBeLessThan(9.1)
  })

  it('with 200 past events has them read as one row, once, for a filter that asks', async () => {
    await engine.launch('bench', benchCampaign(HOOK, { condition: did('looked_around') }))
    await engine.launch('warm', everyTime(HOOK, 'earlier'))
    await engine.walk(pastOf(30, 100, 'earlier'))
    await engine.walk(pastOf(30, 200, 'looked_around'))

    const cost = each(await engine.walk(eventsOf('run', 30, 'uuid')), 30)

    // [3]: nothing for who is behind the filter when the call has come back.
    expect(cost.read).toBeLessThan(3.05)
    // [8.83]
    expect(cost.runs).toBeLessThan(8.9)
  })
})

function eventsOf(run: string, count: number, ids: Ids) {
  return Array.from({ length: count }, (_, n) => eventOf(run, n, ids))
}

/** So many events of each of the first leads that `eventsOf` makes. */
function pastOf(leads: number, times: number, name: string) {
  return Array.from({ length: leads * times }, (_, n) => {
    const lead = leadOf('run', n % leads, 'uuid')
    return { id: `past-${name}-${n}`, lead, name, properties: { plan: 'pro' } }
  })
}

function each({ statements, runs, read }: Counted, leads: number) {
  return { statements: statements / leads, runs: runs / leads, read: read / leads }
}
