import { describe, expect, it } from 'vitest'
import { night, type QuietChoice, type QuietHours } from '#shared/rules/quiet'
import { always, ok } from '#shared/simulate/endpoints'
import { anybody, graph, posts, step } from './graphs'
import { World } from './world'

const daily = [1, 2, 3, 4, 5, 6, 7]
const signedUp = step('trigger', { event: 'signed_up', where: anybody })
const noon: QuietHours = { ...night, windows: [{ days: daily, start: '12:00', end: '13:00' }] }

/** Trigger, webhook, and a wait of an hour behind it. */
function welcome(campaign: QuietHours | null, own: QuietChoice = { as: 'campaign' }, more = {}) {
  const call = step('call-webhook', posts('welcome', {}, { quietHours: own }))
  const after = step('delay', { wait: 'PT1H' })
  return graph({ in: signedUp, call, after }, ['in -> call', 'call -> after'], { quietHours: campaign, ...more })
}

async function worldWith(drawn: ReturnType<typeof graph>, start: string, account: QuietHours | null = null) {
  const world = await World.create({ start })
  if (account !== null) await world.settings({ quietHours: account })
  expect(await world.launch('welcome', drawn)).toEqual({ is: 'done' })
  return world
}

const arrivals = (world: World) => world.arrived.map(({ at }) => new Date(at).toISOString().replace(':00.000Z', 'Z'))

describe('quiet hours by weekday', () => {
  const weekend: QuietHours = { ...night, windows: [...night.windows, { days: [6, 7], start: '00:00', end: '24:00' }] }

  it("hold over a weekend of the lead's own zone", async () => {
    // Friday 23:10 in Seoul.
    const world = await worldWith(welcome(weekend), '2026-05-08T14:10:00Z')
    const ada = await world.lead('ada', {}, 'Asia/Seoul')

    await ada.does('signed_up')
    await world.runUntil('P4D')

    // Monday 08:00 there.
    expect(arrivals(world)).toEqual(['2026-05-10T23:00Z'])
  })

  it("fall back on the campaign's zone for a lead without one, and the journal says that (braze R12)", async () => {
    const world = await worldWith(welcome(weekend, undefined, { zone: 'Asia/Kolkata' }), '2026-05-08T17:00:00Z')
    const ada = await world.lead('ada')

    await ada.does('signed_up')
    await world.runUntil('P4D')

    expect(arrivals(world)).toEqual(['2026-05-11T02:30Z'])
    expect((await ada.story()).find(e => e.is === 'gate')).toMatchObject({
      saw: { level: 'campaign', hours: '22:00-08:00', zone: 'Asia/Kolkata', zoneFrom: 'campaign' },
    })
  })

  it('are asked again in the zone that a lead has by then (braze section 3)', async () => {
    const world = await worldWith(welcome(night), '2026-05-04T14:10:00Z')
    const [ada, bob] = [await world.lead('ada', {}, 'Asia/Seoul'), await world.lead('bob', {}, 'Asia/Seoul')]

    await ada.does('signed_up')
    await bob.does('signed_up')
    await world.lead('ada', {}, 'America/New_York')
    await world.lead('bob', {}, 'Europe/London')
    await world.runUntil('P1D')

    // When it is 08:00 in Seoul it is evening in New York, and midnight in London.
    expect(arrivals(world)).toEqual(['2026-05-04T23:00Z', '2026-05-05T07:00Z'])
  })

  it('do not stretch a delay: the next step begins when the webhook was answered (braze R13, section 3 rule 5)', async () => {
    const world = await worldWith(welcome(weekend), '2026-05-08T22:30:00Z')
    const ada = await world.lead('ada')

    await ada.does('signed_up')
    await world.runUntil('2026-05-11T08:59:00Z')
    expect(await ada.at()).toBe('after')
    await world.runUntil('2026-05-11T09:01:00Z')

    expect(await ada.at()).toBe('finished')
  })
})

describe('holidays', () => {
  it("are dates of the lead's own calendar", async () => {
    const christmas: QuietHours = { ...night, windows: [], holidays: ['2026-12-25'] }
    // 25 December has begun in Seoul, and has not in New York.
    const world = await worldWith(welcome(christmas), '2026-12-24T16:00:00Z')
    const [ada, bob] = [await world.lead('ada', {}, 'Asia/Seoul'), await world.lead('bob', {}, 'America/New_York')]

    await ada.does('signed_up')
    await bob.does('signed_up')
    await world.runUntil('P3D')

    expect(world.arrived.map(({ at }) => new Date(at).toISOString().slice(0, 16))).toEqual([
      '2026-12-24T16:00',
      '2026-12-25T15:00',
    ])
    expect((await ada.story()).find(e => e.is === 'gate')).toMatchObject({
      verdict: 'hold',
      saw: { hours: 'on the holiday Fri 25 Dec 2026' },
    })
  })
})

describe('quiet hours of the account', () => {
  it('are added to those of a campaign, and the journal names the level (braze section 3, rule 1)', async () => {
    const world = await worldWith(welcome(night), '2026-05-04T12:30:00Z', noon)
    const ada = await world.lead('ada')

    await ada.does('signed_up')
    await world.runUntil('2026-05-04T13:00:00Z')

    expect(arrivals(world)).toEqual(['2026-05-04T13:00Z'])
    expect((await ada.story()).find(e => e.is === 'gate')).toMatchObject({
      verdict: 'hold',
      saw: { level: 'account', hours: '12:00-13:00' },
    })
  })

  it('hold for a step that has none', async () => {
    const world = await worldWith(welcome(null, { as: 'none' }), '2026-05-04T12:30:00Z', noon)

    await (await world.lead('ada')).does('signed_up')
    await world.runUntil('2026-05-04T13:00:00Z')

    expect(arrivals(world)).toEqual(['2026-05-04T13:00Z'])
  })

  it('hold at once when they are changed, and let go at once when they are taken back (found A5)', async () => {
    const world = await worldWith(welcome(null), '2026-05-04T12:30:00Z')
    const [ada, bob] = [await world.lead('ada'), await world.lead('bob')]

    await ada.does('signed_up')
    await world.settings({ quietHours: noon })
    await bob.does('signed_up')
    expect(world.arrived).toHaveLength(1)
    await world.settings({ quietHours: null })
    await (await world.lead('cid')).does('signed_up')

    expect(world.arrived).toHaveLength(3)
  })

  it('are kept over a restart', async () => {
    const world = await worldWith(welcome(null), '2026-05-04T12:30:00Z', noon)
    await world.die()

    await (await world.lead('ada')).does('signed_up')

    expect(world.arrived).toHaveLength(0)
  })

  it('are waited for by a call that comes out of its own night into theirs', async () => {
    const morning: QuietHours = { ...night, windows: [{ days: daily, start: '07:00', end: '10:00' }] }
    const world = await worldWith(welcome(night), '2026-05-04T23:00:00Z', morning)
    const ada = await world.lead('ada')

    await ada.does('signed_up')
    await world.runUntil('P1D')

    expect(arrivals(world)).toEqual(['2026-05-05T10:00Z'])
    expect((await ada.story()).find(e => e.is === 'gate')).toMatchObject({
      saw: { level: 'campaign', lastly: { level: 'account', hours: '07:00-10:00' } },
    })
  })
})

describe('quiet hours of a step', () => {
  it("stand in the place of the campaign's", async () => {
    const world = await worldWith(welcome(night, { as: 'own', policy: noon }), '2026-05-04T23:00:00Z')
    const [ada, bob] = [await world.lead('ada'), await world.lead('bob')]

    await ada.does('signed_up')
    expect(world.arrived).toHaveLength(1)
    await world.runUntil('2026-05-05T12:30:00Z')
    await bob.does('signed_up')
    await world.runUntil('2026-05-05T13:00:00Z')

    expect(arrivals(world)).toEqual([expect.any(String), '2026-05-05T13:00Z'])
    expect((await bob.story()).find(e => e.is === 'gate')).toMatchObject({ saw: { level: 'step' } })
  })

  it('may be none: the webhook leaves at night', async () => {
    const world = await worldWith(welcome(night, { as: 'none' }), '2026-05-04T23:00:00Z')

    await (await world.lead('ada')).does('signed_up')

    expect(world.arrived).toHaveLength(1)
  })

  it('skip or end the journey when they say so, while the campaign would wait', async () => {
    for (const [whenQuiet, at] of [
      ['skip', 'after'],
      ['exit', 'exited'],
    ] as const) {
      const world = await worldWith(
        welcome(night, { as: 'own', policy: { ...night, whenQuiet } }),
        '2026-05-04T23:00:00Z',
      )
      const ada = await world.lead('ada')

      await ada.does('signed_up')

      expect(await ada.at()).toBe(at)
      expect(world.arrived).toHaveLength(0)
    }
  })
})

describe('the spread of a morning', () => {
  const spread: QuietHours = { ...night, spread: 'PT2H' }
  const leads = Array.from({ length: 40 }, (_, i) => `lead-${i}`)

  async function morning(policy: QuietHours, more = {}, until = '2026-05-05T10:00:00Z') {
    const world = await worldWith(welcome(policy, undefined, more), '2026-05-04T23:00:00Z')
    for (const lead of leads) await world.lead(lead)
    world.send(...leads.map(lead => ({ lead, name: 'signed_up' })))
    await world.runUntil(until)
    return world.arrived.map(({ at, call }) => [call.webhookId, at] as const)
  }

  it('lets those who waited leave one by one within it, and none before the end', async () => {
    const left = await morning(spread)
    const [first, last] = [Math.min(...left.map(([, at]) => at)), Math.max(...left.map(([, at]) => at))]

    expect(left).toHaveLength(40)
    expect(first).toBeGreaterThanOrEqual(Date.parse('2026-05-05T08:00Z'))
    expect(last).toBeLessThan(Date.parse('2026-05-05T10:00Z'))
    expect(new Set(left.map(([, at]) => Math.floor(at / 600_000))).size).toBeGreaterThan(8)
  })

  it('gives the same lead the same moment again: it is a hash, not chance', async () => {
    expect(await morning(spread)).toEqual(await morning(spread))
  })

  it('does not hold those who come by day', async () => {
    const world = await worldWith(welcome(spread), '2026-05-05T08:00:00Z')

    await (await world.lead('ada')).does('signed_up')

    expect(world.arrived).toHaveLength(1)
  })

  it('ends where it would be quiet again', async () => {
    const twice = { ...spread, windows: [...night.windows, { days: daily, start: '08:30', end: '20:00' }] }
    const left = await morning(twice, {}, '2026-05-05T20:00:00Z')

    expect(left).toHaveLength(40)
    expect(Math.max(...left.map(([, at]) => at))).toBeLessThan(Date.parse('2026-05-05T08:30Z'))
  })

  it('leaves the rate limit as it is (braze R24)', async () => {
    const left = await morning({ ...night, spread: 'PT15M' }, { rate: { most: 1, per: 'minute' } })

    expect(left).toHaveLength(40)
    const minutes = left.map(([, at]) => at).sort((a, b) => a - b)
    expect(minutes.every((at, i) => i === 0 || at - minutes[i - 1]! >= 60_000)).toBe(true)
  })
})

describe('quiet hours that never end', () => {
  const rest: QuietHours = { ...night, windows: [{ days: daily, start: '08:00', end: '22:00' }] }
  const twenty: QuietHours = { ...night, windows: [{ days: daily, start: '22:00', end: '08:00' }] }

  it('of two levels together hold, say so, and are asked again each day', async () => {
    const world = await worldWith(welcome(rest), '2026-05-04T23:00:00Z', twenty)
    const ada = await world.lead('ada')

    await ada.does('signed_up')
    await world.runUntil('PT30H')
    expect(world.arrived).toHaveLength(0)
    expect((await ada.story()).filter(e => e.is === 'gate' && e.verdict === 'hold')).toHaveLength(2)
    await world.settings({ quietHours: null })
    await world.runUntil('P1D')

    expect(world.arrived).toHaveLength(1)
    await world.finalLaws()
  })
})

describe('a call that has begun', () => {
  it('waits for the end of every level with its retries, whatever they say of first sends', async () => {
    const skipping: QuietHours = { ...noon, whenQuiet: 'skip' }
    const world = await worldWith(welcome(null), '2026-05-04T11:59:58Z', skipping)
    world.receiver = always(503)

    await (await world.lead('ada')).does('signed_up')
    world.receiver = ok
    await world.runUntil('2026-05-04T12:59:59Z')
    expect(world.arrived).toHaveLength(1)
    await world.runUntil('2026-05-04T13:00:00Z')

    expect(world.arrived).toHaveLength(2)
  })

  it('goes out when somebody sends it by hand, in quiet hours of the account, too', async () => {
    const world = await worldWith(welcome(null), '2026-05-04T11:59:00Z', noon)
    world.receiver = always(404)
    await (await world.lead('ada')).does('signed_up')
    await world.runUntil('2026-05-04T12:30:00Z')
    const [dead = 0] = await world.deadLetters()

    world.receiver = ok
    await world.resend(dead, { sendNow: true })
    await world.runUntil('PT1M')

    expect(world.arrived).toHaveLength(2)
  })
})
