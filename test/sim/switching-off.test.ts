import { describe, expect, it } from 'vitest'
import { defaultInstallation } from '#shared/api/settings'
import { explainWaiting } from '#shared/explain/waiting'
import { always, ok } from '#shared/simulate/endpoints'
import { latestAlerts, openAlerts } from '#shared/store/alerts'
import { anybody, capOf, graph, posts, step } from './graphs'
import type { WorldOptions } from './installation'
import { World } from './world'

const signedUp = step('trigger', { event: 'signed_up', where: anybody })
const a = 'https://hooks.example.com/a'
const b = 'https://hooks.example.com/b'
const HOUR = 3_600_000
const start = Date.parse('2026-05-04T09:00:00Z')

/** A campaign that calls one address; who is let in again calls again. */
function calling(path = 'a', delivery: object = { retry: 'none' }, settings = {}, request = {}) {
  return graph(
    { in: signedUp, call: step('call-webhook', posts(path, request, { delivery }), 'Tell the CRM') },
    ['in -> call'],
    {
      entry: { rule: 'every-time' },
      ...settings,
    },
  )
}

async function worldOf(campaigns: Record<string, ReturnType<typeof graph>>, options: WorldOptions = {}) {
  const world = await World.create({ start: new Date(start).toISOString(), ...options })
  for (const [id, drawn] of Object.entries(campaigns)) await world.launch(id, drawn)
  return world
}

/** One lead an hour, from one hour after the start to before another. */
async function everyHour(world: World, from: number, before: number) {
  for (let hour = from; hour < before; hour++) {
    await world.runUntil(new Date(start + hour * HOUR).toISOString())
    world.send({ lead: `h${hour}`, name: 'signed_up' })
    await world.runUntil('PT1S')
  }
}

const to = (world: World, url: string) => world.arrived.filter(({ call }) => call.request.url === url)
/** What a lead waits for, in words. */
async function why(world: World, lead: string, drawn = calling()): Promise<string | null> {
  const journey = (await world.journeysOf(lead)).find(each => each.status === 'active')
  return journey === undefined ? null : explainWaiting(await world.journal(journey), { graph: drawn, zone: 'UTC' })
}

describe('a receiver that only fails', () => {
  it('delivery R21: is switched off by the first failure that is five days after the first, and not a moment before', async () => {
    const world = await worldOf({ c: calling() })
    world.receiver = always(503)

    await everyHour(world, 0, 120)
    expect((await world.receivers())[0]?.failing).toMatchObject({ counts: true, failures: 120, reached: 90, off: null })
    await everyHour(world, 120, 121)

    const [only] = await world.receivers()
    // Each failure is known 50 ms after its call.
    expect(only).toMatchObject({ address: a, failing: { since: start + 50, failures: 121, reached: 100 } })
    expect(only?.failing.off).toEqual({ at: start + 120 * HOUR + 50, by: 'failures' })
    await world.finalLaws()
  })

  it('delivery R21: has alerts at 50, 70, 90 and 100 % of the time, which happen to whom the settings name', async () => {
    const alerted = step('trigger', { ways: [{ on: 'alert', campaign: '', where: anybody }] })
    const said = '{{ event.reached }} % of {{ event.receiver }} ({{ event.webhook }})'
    const page = step('call-webhook', posts('b', { body: { as: 'text', text: said, contentType: 'text/plain' } }))
    const pager = graph({ in: alerted, call: page }, ['in -> call'], { entry: { rule: 'every-time' } })
    const world = await worldOf({ c: calling(), pager })
    await world.settings({ alerts: { ...defaultInstallation.alerts, tell: 'ops', calls: 1000 } })
    world.receiver = call => (call.request.url === a ? always(503) : ok)(call, 0)

    await everyHour(world, 0, 121)

    const pages = to(world, b)
    expect(pages.map(({ call }) => call.request.body)).toEqual(
      [50, 70, 90, 100].map(share => `${share} % of ${a} (Tell the CRM)`),
    )
    expect(pages.map(({ at }) => Math.floor((at - start) / HOUR))).toEqual([60, 84, 108, 120])
    expect(await world.store.read(latestAlerts(9))).toMatchObject([
      { reached: 100, receiver: a, campaign_id: 'c', step: 'call', failed: 121, minutes: 7200, cleared_at: null },
      { reached: 90, receiver: a },
      { reached: 70, receiver: a },
      { reached: 50, receiver: a },
    ])

    await world.switchReceiver(a, 'on')
    expect((await world.store.read(latestAlerts(9))).filter(alert => alert.cleared_at === null)).toEqual([])
    // Alerts about steps have a life of their own.
    expect(await world.store.read(openAlerts())).toEqual([])
    await world.finalLaws()
  })

  it('delivery R21: begins anew with any call that it takes', async () => {
    const world = await worldOf({ c: calling() })
    world.receiver = always(503)
    await everyHour(world, 0, 100)
    world.receiver = ok
    await everyHour(world, 100, 101)
    expect(await world.receivers()).toEqual([])
    world.receiver = always(503)

    await everyHour(world, 101, 201)

    expect((await world.receivers())[0]?.failing).toMatchObject({ failures: 100, off: null })
  })

  it('is not switched off by our own name server, nor by what was refused before it left', async () => {
    const world = await worldOf({ c: calling() })
    world.receiver = () => ({ after: 50, with: { is: 'unreachable', cause: 'dns' } as never })

    await everyHour(world, 0, 121)

    expect(await world.receivers()).toEqual([])
  })
})

describe('an end of Hookline itself', () => {
  it('delivery R20: is not counted against the receiver whose call it interrupted', async () => {
    const world = await worldOf({ c: calling('a', { repeat: 'at-most-once' }) })
    world.receiver = () => ({ after: 10_000, with: { is: 'answered', status: 200 } })
    await (await world.lead('ada')).does('signed_up')

    await world.die()
    await world.runUntil('PT1M')

    expect(await world.deadLetters()).toHaveLength(1)
    expect(await world.receivers()).toEqual([])
  })
})

describe('calls to a receiver that is switched off', () => {
  /** Switched off by a 410 to a call that is made once. */
  async function off(drawn = calling(), options: WorldOptions = {}) {
    const world = await worldOf({ c: drawn }, options)
    world.receiver = always(410)
    world.send({ lead: 'first', name: 'signed_up' })
    await world.runUntil('PT1M')
    world.receiver = ok
    return world
  }
  async function enter(world: World, n: number, name = 'l') {
    for (let i = 0; i < n; i++) world.send({ lead: `${name}${i}`, name: 'signed_up' })
    await world.runUntil('PT1S')
  }

  it('delivery R21: wait, whatever the days, and say why; switched on, all leave within five seconds', async () => {
    const world = await off()
    await enter(world, 700)
    await world.runUntil('P30D')

    expect(world.arrived).toHaveLength(1)
    expect(await world.receivers()).toMatchObject([{ address: a, waiting: 700 }])
    expect(await why(world, 'l699')).toBe(
      'Held until somebody switches the receiver on: https://hooks.example.com/a was switched off at 09:00, because it answered 410 (gone).',
    )
    expect(await world.switchReceiver(a, 'on')).toBe(700)
    const on = world.now
    await world.runUntil('PT5S')

    expect(world.arrived).toHaveLength(701)
    expect(world.arrived[1]?.at).toBe(on)
    for (const i of [0, 350, 699]) expect((await world.journeysOf(`l${i}`)).at(-1)?.status).toBe('finished')
    await world.finalLaws()
  })

  it('delivery R21: leave in the order of their coming, and within the rate of their campaign', async () => {
    const world = await off(calling('a', { retry: 'none' }, { rate: { most: 5, per: 'second' } }))
    await enter(world, 30)
    await world.switchReceiver(a, 'on')
    const on = world.now
    await world.runUntil('PT10S')

    const sent = world.arrived.slice(1)
    expect(sent.map(({ call }) => call.touch)).toEqual(sent.map(({ call }) => call.touch).toSorted((x, y) => x - y))
    expect(sent.filter(({ at }) => at < on + 1000)).toHaveLength(5)
    expect(sent).toHaveLength(30)
  })

  it('delivery R21: cost no attempt and no place in a cap while they wait', async () => {
    const capped = calling('a', { retry: 'none' }, { caps: [capOf(1, 30, 'days')] })
    const world = await worldOf({ c: capped, other: calling('b', { retry: 'none' }, { caps: [capOf(1, 30, 'days')] }) })
    await world.switchReceiver(a, 'off')
    await world.launch('only-a', calling('a', { retry: 'none' }))
    await enter(world, 1)

    // The other campaign's call is the only one that counts.
    expect(to(world, b)).toHaveLength(1)
    const touches = await Promise.all((await world.journeysOf('l0')).map(journey => world.touches(journey)))
    expect(touches.flat()).toHaveLength(1)
    await world.finalLaws()
  })

  it('wait through a crash, a pause and a resume', async () => {
    const world = await off()
    await enter(world, 3)
    await world.die()
    await world.pause('c')
    await world.runUntil('P1D')
    await world.resume('c')
    await world.runUntil('P1D')
    await world.die()
    await world.runUntil('P1D')
    expect(world.arrived).toHaveLength(1)

    await world.switchReceiver(a, 'on')
    await world.die()
    await world.runUntil('PT5S')

    expect(world.arrived).toHaveLength(4)
    expect(await world.receivers()).toEqual([])
  })

  it('wait for their retry too: it costs no attempt, and comes under the same id', async () => {
    const world = await worldOf({ c: calling('a', { retry: 'prompt' }) })
    world.receiver = always(503)
    await enter(world, 1)
    await world.switchReceiver(a, 'off')
    await world.runUntil('P2D')
    expect(world.arrived).toHaveLength(1)
    world.receiver = ok

    await world.switchReceiver(a, 'on')
    await world.runUntil('PT5S')

    const [first, second] = world.arrived.map(({ call }) => call)
    expect([second?.webhookId, second?.attempt]).toEqual([first?.webhookId, 2])
    expect((await world.journeysOf('l0'))[0]?.status).toBe('finished')
    await world.finalLaws()
  })

  it('that were on the wire when it was switched off are waited for, and what they answer is kept', async () => {
    const world = await worldOf({ c: calling() })
    world.receiver = () => ({ after: 20_000, with: { is: 'answered', status: 200 } })
    await enter(world, 2)

    await world.switchReceiver(a, 'off')
    await world.runUntil('PT1M')

    expect((await world.journeysOf('l0'))[0]?.status).toBe('finished')
    expect((await world.receivers())[0]?.failing.off?.by).toBe('hand')
  })

  it('are as many as those who came to it, over any crashes', { timeout: 60_000 }, async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const world = await worldOf({ c: calling('a', { retry: 'prompt' }) }, { seed, crashes: 0.1, maxInFlight: 4 })
      let answers = 0
      world.receiver = (call, at) => (++answers % 7 === 3 ? always(410) : ok)(call, at)
      for (let i = 0; i < 25; i++) world.send({ lead: `l${i}`, name: 'signed_up' })
      await world.runUntil('PT1M')
      for (let on = 0; on < 20 && (await world.receivers()).some(r => r.failing.off !== null); on++) {
        await world.switchReceiver(a, 'on')
        await world.runUntil('PT5S')
      }

      await world.runOut()
      for (let i = 0; i < 25; i++) expect((await world.journeysOf(`l${i}`)).map(j => j.status)).toEqual(['finished'])
      await world.finalLaws()
    }
  })
})

describe('a 410', () => {
  // Ada waited for as long as nobody switched it on, though her own call was answered (found A7).
  it('delivery R15, R21: switches its receiver off, and no other address; whoever came before goes on by Failed', async () => {
    const world = await worldOf({ c: calling('a', { retry: 'prompt' }), d: calling('b') })
    world.receiver = call => (call.request.url === a ? always(410) : ok)(call, 0)
    world.send({ lead: 'ada', name: 'signed_up' }, { lead: 'bob', name: 'signed_up' })
    await world.runUntil('PT1M')

    expect([to(world, a).length, to(world, b).length]).toEqual([2, 2])
    expect(await world.receivers()).toMatchObject([{ address: a, waiting: 0, failing: { off: { by: 'gone' } } }])
    for (const lead of ['ada', 'bob'])
      expect((await world.journeysOf(lead)).map(j => j.status)).toEqual(['finished', 'finished'])

    // Who comes now waits for somebody to switch it on.
    world.send({ lead: 'cid', name: 'signed_up' })
    await world.runUntil('P1D')
    expect(await why(world, 'cid')).toContain('because it answered 410 (gone)')
    world.receiver = ok
    await world.switchReceiver(a, 'on')
    await world.runUntil('PT5S')
    expect(to(world, a).map(({ call }) => call.attempt)).toEqual([1, 1, 1])
    expect((await world.journeysOf('cid')).map(j => j.status)).toEqual(['finished', 'finished'])
    await world.finalLaws()
  })

  it('found A7: ends what was tried before, when it falls due: nobody who came before it is held', async () => {
    const world = await worldOf({ c: calling('a', { retry: 'prompt' }) })
    let n = 0
    world.receiver = call => (++n === 2 ? always(410) : always(503))(call, 0)
    const ada = await world.lead('ada')
    await ada.does('signed_up')
    world.send({ lead: 'bob', name: 'signed_up' })
    await world.runUntil('PT1H')

    expect(await ada.at()).toBe('finished')
    const replied = (await ada.story()).find(entry => entry.is === 'replied')
    expect(replied).toMatchObject({
      reply: 'failed',
      reason: `${a} was switched off after the last attempt; before that one attempt was made, and may have arrived`,
    })
    expect(await world.deadLetters()).toHaveLength(2)
    await world.finalLaws()
  })

  it.each(['braze', 'marketo'] as const)(
    'found A7: is a failure like any other to a webhook that behaves like %s',
    async profile => {
      const drawn = graph({ in: signedUp, call: step('call-webhook', { ...posts('a'), profile }) }, ['in -> call'], {
        entry: { rule: 'every-time' },
      })
      const world = await worldOf({ c: drawn })
      world.receiver = always(410)
      const ada = await world.lead('ada')
      await ada.does('signed_up')
      await ada.does('signed_up')

      expect((await world.receivers())[0]?.failing.off).toBeNull()
      expect(world.arrived).toHaveLength(2)
      expect(await ada.at()).toBe('finished')
    },
  )

  it('fails the call itself where its webhook calls once, and says so', async () => {
    for (const delivery of [{ retry: 'none' }, { repeat: 'at-most-once' }]) {
      const world = await worldOf({ c: calling('a', delivery) })
      world.receiver = always(410)
      const ada = await world.lead('ada')
      await ada.does('signed_up')

      expect(await ada.story()).toContainEqual(expect.objectContaining({ is: 'replied', reply: 'failed' }))
      expect((await world.receivers())[0]?.failing.off?.by).toBe('gone')
      await world.finalLaws()
    }
  })

  it('delivery R15: of a webhook that tries it again is a failure like any other', async () => {
    for (const again of [['410'], ['4xx']]) {
      const world = await worldOf({ c: calling('a', { retry: 'brief', again }) })
      world.receiver = always(410)
      await (await world.lead('ada')).does('signed_up')
      await world.runUntil('PT5M')

      expect(world.arrived).toHaveLength(4)
      expect((await world.receivers())[0]?.failing.off).toBeNull()
    }
  })

  it("of a lead's own address speaks for that lead alone", async () => {
    const url = 'https://hooks.example.com/leads/{{ lead.external_id }}/notes'
    const world = await worldOf({ c: calling('a', { retry: 'prompt' }, {}, { url }) })
    world.receiver = call => (call.request.url.includes('ada') ? always(410) : ok)(call, 0)
    await (await world.lead('ada')).does('signed_up')
    await (await world.lead('bob')).does('signed_up')

    expect((await world.journeysOf('ada'))[0]?.status).toBe('finished')
    expect(world.arrived).toHaveLength(2)
    expect(await world.receivers()).toEqual([])
    world.receiver = always(500, { 'webhook-delivery': 'disable' })
    await (await world.lead('eve')).does('signed_up')
    expect(await world.receivers()).toMatchObject([{ address: 'https://hooks.example.com/leads/*', waiting: 0 }])
    await (await world.lead('fay')).does('signed_up')
    expect(await world.receivers()).toMatchObject([{ address: 'https://hooks.example.com/leads/*', waiting: 1 }])
  })

  it('switches nothing off where the settings leave that to people: the call fails, as any other 4xx', async () => {
    const world = await worldOf({ c: calling('a', { retry: 'prompt' }) })
    await world.settings({ switchingOff: { automatic: false } })
    world.receiver = always(410)
    const ada = await world.lead('ada')
    await ada.does('signed_up')

    expect(await ada.story()).toContainEqual(expect.objectContaining({ is: 'replied', reply: 'failed' }))
    expect(await world.receivers()).toEqual([])
    await world.switchReceiver(a, 'off')
    await ada.does('signed_up')
    expect(world.arrived).toHaveLength(1)
    expect(await world.receivers()).toMatchObject([{ waiting: 1, failing: { off: { by: 'hand' } } }])
  })
})

describe('webhook-delivery: disable', () => {
  it('delivery R15, R21: is obeyed, and a call that was taken all the same was received', async () => {
    const world = await worldOf({ c: calling('a', { retry: 'prompt' }) })
    world.receiver = always(200, { 'webhook-delivery': 'disable' })
    await (await world.lead('ada')).does('signed_up')
    await (await world.lead('bob')).does('signed_up')

    expect((await world.journeysOf('ada'))[0]?.status).toBe('finished')
    expect(await world.receivers()).toMatchObject([{ address: a, waiting: 1, failing: { off: { by: 'asked' } } }])
    expect(await why(world, 'bob')).toContain('because it asked for that (webhook-delivery: disable)')
  })
})
