import { describe, expect, it } from 'vitest'
import { mayLaunch } from '#shared/graph/validate'
import { night } from '#shared/rules/quiet'
import { always, ok } from '#shared/simulate/endpoints'
import { planRun } from '#shared/store/runs'
import { run, sql } from '#shared/store/work'
import { anybody, capOf, goalOf, graph, posts, step } from './graphs'
import { runSeed } from './run'
import { World } from './world'

const signedUp = step('trigger', { event: 'signed_up', where: anybody })

/** Trigger, webhook. */
const welcome = (settings = {}, request = {}, rest = {}) =>
  graph({ in: signedUp, call: step('call-webhook', posts('welcome', request, rest)) }, ['in -> call'], settings)

async function worldWith(g: ReturnType<typeof graph>, options = {}) {
  const world = await World.create(options)
  expect(await world.launch('welcome', g)).toEqual({ is: 'done' })
  return world
}

describe('a lead', () => {
  it('enters when its event arrives, is called for, and finishes', async () => {
    const world = await worldWith(welcome())
    const ada = await world.lead('ada')

    await ada.does('signed_up')

    expect(world.arrived).toHaveLength(1)
    expect(await ada.at()).toBe('finished')
  })

  it('is created by the first event that names it', async () => {
    const world = await worldWith(welcome())

    world.send({ lead: 'new', name: 'signed_up' })
    await world.runUntil('PT1M')

    expect(await world.journeysOf('new')).toHaveLength(1)
  })

  it('enters once, however often the event comes, when the campaign lets it in once', async () => {
    const world = await worldWith(welcome())
    const ada = await world.lead('ada')

    await ada.does('signed_up')
    await ada.does('signed_up')

    expect(await ada.journeys()).toHaveLength(1)
  })

  it('enters again exactly one period later, and not a second before', async () => {
    const world = await worldWith(welcome({ entry: { rule: 'once-per-period', period: 'P1D' } }), {
      start: '2026-05-03T22:00:00Z',
    })
    const ada = await world.lead('ada')
    await ada.does('signed_up')

    await world.runUntil('2026-05-04T21:59:59Z')
    world.send({ lead: 'ada', name: 'signed_up' })
    await world.runUntil('2026-05-04T21:59:59Z')
    expect(await ada.journeys()).toHaveLength(1)
    await world.runUntil('2026-05-04T22:00:00Z')
    await ada.does('signed_up')

    expect(await ada.journeys()).toHaveLength(2)
  })

  it('enters once when one event is sent many times under one id', async () => {
    const world = await worldWith(welcome({ entry: { rule: 'every-time' } }))
    const ada = await world.lead('ada')

    for (let i = 0; i < 5; i++) await ada.does('signed_up', {}, 'same-id')

    expect(await ada.journeys()).toHaveLength(1)
  })

  it('does not enter by an event from before the launch', async () => {
    const world = await worldWith(welcome())

    world.send({ lead: 'ada', name: 'signed_up', at: world.now - 1 })
    await world.runUntil('PT1M')

    expect(await world.journeysOf('ada')).toHaveLength(0)
  })

  it('waits in a delay until its end, also when the process died meanwhile', async () => {
    const world = await worldWith(
      graph({ in: signedUp, wait: step('delay', { wait: 'P1D' }), call: step('call-webhook', posts('later')) }, [
        'in -> wait',
        'wait -> call',
      ]),
    )
    const ada = await world.lead('ada')
    await ada.does('signed_up')
    await world.runUntil('PT23H59M')
    expect(await ada.at()).toBe('wait')

    await world.die()
    await world.runUntil('PT1M')

    expect(world.arrived).toHaveLength(1)
  })
})

describe('quiet hours', () => {
  it("hold a webhook until the morning of the lead's own zone (braze R10)", async () => {
    const world = await worldWith(welcome({ quietHours: night }), { start: '2026-05-04T14:10:00Z' })
    const ada = await world.lead('ada', {}, 'Asia/Seoul')

    await ada.does('signed_up')
    expect(world.arrived).toHaveLength(0)
    await world.runUntil('next day 08:00')

    expect(world.arrived.map(a => new Date(a.at).toISOString())).toEqual(['2026-05-04T23:00:00.000Z'])
    expect((await ada.story()).find(e => e.is === 'gate')).toMatchObject({
      gate: 'quiet-hours',
      verdict: 'hold',
      until: Date.parse('2026-05-04T23:00Z'),
    })
  })

  it('skip the webhook when the campaign says so, and the lead goes on (braze R11)', async () => {
    const world = await worldWith(welcome({ quietHours: { ...night, whenQuiet: 'skip' } }), {
      start: '2026-05-04T23:00:00Z',
    })
    const ada = await world.lead('ada')

    await ada.does('signed_up')

    expect(world.arrived).toHaveLength(0)
    expect(await ada.at()).toBe('finished')
  })

  it('send the lead out of the campaign when it says so', async () => {
    const world = await worldWith(welcome({ quietHours: { ...night, whenQuiet: 'exit' } }), {
      start: '2026-05-04T23:00:00Z',
    })
    const ada = await world.lead('ada')

    await ada.does('signed_up')

    expect(world.arrived).toHaveLength(0)
    expect(await ada.at()).toBe('exited')
    expect(await ada.story()).toContainEqual(expect.objectContaining({ is: 'gate', verdict: 'exit' }))
  })

  it('are asked again when a retry falls into the night', async () => {
    const world = await worldWith(welcome({ quietHours: night }), { start: '2026-05-04T21:59:58Z' })
    world.receiver = always(503)
    const ada = await world.lead('ada')

    await ada.does('signed_up')
    world.receiver = ok
    await world.runUntil('2026-05-05T07:59:59Z')
    expect(world.arrived).toHaveLength(1)
    await world.runUntil('2026-05-05T08:00:00Z')

    expect(world.arrived).toHaveLength(2)
  })
})

describe('frequency caps', () => {
  it('count over all campaigns', async () => {
    const world = await worldWith(welcome({ caps: [capOf(1, 1, 'days')] }))
    await world.launch(
      'other',
      graph({ in: signedUp, call: step('call-webhook', posts('other')) }, ['in -> call'], {
        caps: [capOf(1, 1, 'days')],
      }),
    )
    const ada = await world.lead('ada')

    await ada.does('signed_up')

    expect(world.arrived).toHaveLength(1)
    expect((await ada.journeys()).map(j => j.status)).toEqual(['finished', 'finished'])
  })

  it('let one of many sends through that fall due in the same second', async () => {
    const world = await worldWith(welcome({ entry: { rule: 'every-time' }, caps: [capOf(1, 30, 'minutes')] }))
    await world.lead('ada')

    world.send(...Array.from({ length: 200 }, () => ({ lead: 'ada', name: 'signed_up' })))
    await world.runUntil('PT1M')

    expect(world.arrived).toHaveLength(1)
    expect(await world.journeysOf('ada')).toHaveLength(200)
  })

  it('give the slot back when the call has failed for good', async () => {
    const world = await worldWith(welcome({ entry: { rule: 'every-time' }, caps: [capOf(1, 1, 'days')] }))
    const ada = await world.lead('ada')
    world.receiver = always(404)
    await ada.does('signed_up')

    world.receiver = ok
    await ada.does('signed_up')

    expect(world.arrived).toHaveLength(2)
  })
})

describe('a webhook', () => {
  it('is tried again by its schedule, under one id and with the same bytes', async () => {
    const world = await worldWith(welcome({}, {}, { delivery: { retry: 'brief' } }))
    world.receiver = always(503)
    const ada = await world.lead('ada')

    await ada.does('signed_up')
    await world.runUntil('PT1H')

    expect(world.arrived).toHaveLength(4)
    expect(new Set(world.arrived.map(a => a.call.webhookId)).size).toBe(1)
    expect(new Set(world.arrived.map(a => JSON.stringify(a.call.request))).size).toBe(1)
    expect((await ada.story()).filter(e => e.is === 'replied')).toMatchObject([{ reply: 'failed' }])
  })

  it('waits as long as Retry-After asks', async () => {
    const world = await worldWith(welcome({}, {}, { delivery: { retry: 'brief' } }))
    world.receiver = always(429, { 'retry-after': '3600' })
    await (await world.lead('ada')).does('signed_up')

    world.receiver = ok
    await world.runUntil('PT59M')
    expect(world.arrived).toHaveLength(1)
    await world.runUntil('PT2M')

    expect(world.arrived).toHaveLength(2)
  })

  it('hands what it was answered to the very next step', async () => {
    const condition = { match: 'all', rules: [{ field: 'lead.crm_id', op: 'is', value: 'c-1' }] }
    const world = await worldWith(
      graph(
        {
          in: signedUp,
          call: step('call-webhook', posts('welcome')),
          known: step('filter', { condition }),
          yes: step('exit', { as: 'exited', reason: 'known' }),
        },
        ['in -> call', 'call -> known', 'known:yes -> yes'],
      ),
    )
    const ada = await world.lead('ada')

    await ada.does('signed_up')

    expect(await ada.at()).toBe('exited')
    expect(await ada.attributes()).toMatchObject({ crm_id: 'c-1' })
  })

  it('goes out again after a crash while it was on the wire, under the same id', async () => {
    const world = await worldWith(welcome())
    world.receiver = () => ({ after: 10_000, with: { is: 'answered', status: 200 } })
    const ada = await world.lead('ada')
    await ada.does('signed_up')

    await world.die()
    await world.runUntil('PT1M')

    expect(world.arrived).toHaveLength(2)
    expect(new Set(world.arrived.map(a => a.call.webhookId)).size).toBe(1)
    expect(await ada.at()).toBe('finished')
  })

  it('whose template is broken fails its step and leaves the lead on its way', async () => {
    const world = await worldWith(
      welcome({}, { body: { as: 'text', text: '{"n": {{ lead.nothing }}}', contentType: 'application/json' } }),
    )
    const ada = await world.lead('ada')

    await ada.does('signed_up')

    expect(world.arrived).toHaveLength(0)
    expect(await ada.at()).toBe('finished')
    expect((await ada.story()).find(e => e.is === 'replied')).toMatchObject({ reply: 'failed' })
  })
})

describe('a template that aborts', () => {
  const text = "{% if lead.email == blank %}{% abort_message('no e-mail address') %}{% endif %}{{ lead.email }}"
  const body = { as: 'text', text, contentType: 'text/plain' }

  it('sends nothing, says why, and leaves the lead by Not sent', async () => {
    const world = await worldWith(
      graph(
        {
          in: signedUp,
          call: step('call-webhook', posts('welcome', { body })),
          out: step('exit', { as: 'exited', reason: 'no address' }),
        },
        ['in -> call', 'call:skipped -> out'],
      ),
    )
    const ada = await world.lead('ada')

    await ada.does('signed_up')

    expect(world.arrived).toHaveLength(0)
    expect(await ada.at()).toBe('exited')
    expect(await ada.story()).toContainEqual(
      expect.objectContaining({ is: 'replied', step: 'call', reply: 'aborted', reason: 'no e-mail address' }),
    )
    await world.finalLaws()
  })

  it('does not count for caps', async () => {
    const world = await worldWith(welcome({ entry: { rule: 'every-time' }, caps: [capOf(1, 1, 'days')] }, { body }))
    const ada = await world.lead('ada')
    await ada.does('signed_up')

    await world.lead('ada', { email: 'ada@example.com' })
    await ada.does('signed_up')

    expect(world.arrived.map(({ call }) => call.request.body)).toEqual(['ada@example.com'])
  })
})

describe('the trigger-campaign-only rule', () => {
  const batch = graph(
    { all: step('batch', { audience: anybody, at: '' }), call: step('call-webhook', posts('x')), out: step('exit') },
    ['all -> call', 'call -> out'],
  )

  it('refuses the launch with code 1000, naming the step', async () => {
    const world = await World.create()

    const act = await world.launch('b', batch)

    expect(act).toMatchObject({
      is: 'refused',
      problems: expect.arrayContaining([expect.objectContaining({ code: 1000, step: 'call' })]),
    })
    expect(act.is === 'refused' && mayLaunch(act.problems)).toBe(false)
  })

  it('sends nothing from an old graph that still reaches the engine, says 1000, and goes on', async () => {
    const world = await World.create()
    const ada = await world.lead('ada')
    await world.smuggle('b', batch)
    await world.store.transact(planRun({ campaignId: 'b', version: 1, at: world.now, wall: null, missed: 0 }))

    await world.runUntil('PT1M')

    expect(world.arrived).toHaveLength(0)
    expect((await ada.story()).find(e => e.is === 'gate')).toMatchObject({
      gate: 'trigger-only',
      verdict: 'skip',
      code: 1000,
    })
    expect(await ada.at()).toBe('finished')
  })
})

describe('a batch', () => {
  it('lets in everybody who matches, once, at its time', async () => {
    const audience = { match: 'all', rules: [{ field: 'lead.country', op: 'is', value: 'India' }] }
    const at = '2026-05-04T12:00:00Z'
    const world = await World.create()
    for (let i = 0; i < 1200; i++) await world.lead(`l${i}`, { country: i % 2 === 0 ? 'India' : 'Brazil' })
    await world.launch(
      'b',
      graph({ all: step('batch', { audience, at }), wait: step('delay', { wait: 'PT1H' }) }, ['all -> wait']),
    )

    await world.runUntil('2026-05-04T11:59:59Z')
    expect(await world.journeysOf('l0')).toHaveLength(0)
    await world.runUntil(at)

    expect(await world.journeysOf('l0')).toHaveLength(1)
    expect(await world.journeysOf('l1')).toHaveLength(0)
    expect(await world.journeysOf('l1198')).toHaveLength(1)
    await world.finalLaws()
  })
})

describe('a paused campaign', () => {
  it('lets nobody in and moves nobody, and loses nobody when it is resumed', async () => {
    const world = await worldWith(
      graph({ in: signedUp, wait: step('delay', { wait: 'PT1H' }), call: step('call-webhook', posts('later')) }, [
        'in -> wait',
        'wait -> call',
      ]),
    )
    const [ada, bob] = [await world.lead('ada'), await world.lead('bob')]
    await ada.does('signed_up')

    await world.pause('welcome')
    await bob.does('signed_up')
    await world.runUntil('P1D')
    expect(await ada.at()).toBe('wait')
    expect(await bob.at()).toBe('nowhere')
    await world.resume('welcome')
    await world.runUntil('PT1M')

    expect(world.arrived).toHaveLength(1)
    expect(await ada.at()).toBe('finished')
  })
})

describe('a stopped campaign', () => {
  const waiting = graph({ in: signedUp, wait: step('delay', { wait: 'PT1H' }) }, ['in -> wait'])

  it('lets leads inside walk on to the end', async () => {
    const world = await worldWith(waiting)
    const ada = await world.lead('ada')
    await ada.does('signed_up')

    await world.stop('welcome', 'finish')
    await world.runUntil('PT2H')

    expect(await ada.at()).toBe('finished')
  })

  it('or sends them out at once, when that is asked', async () => {
    const world = await worldWith(waiting)
    const ada = await world.lead('ada')
    await ada.does('signed_up')

    await world.stop('welcome', 'exit')
    await world.runUntil('PT1S')

    expect(await ada.at()).toBe('exited')
  })
})

describe('a lead whose decision throws', () => {
  it('is parked with the error, and the others of the batch go on (law 11)', async () => {
    const world = await World.create()
    const nowhere = { variants: [{ id: 'a', label: 'A', weight: 100 }], control: 0 }
    const broken = graph({ in: signedUp, ok: step('filter'), ab: step('variants', nowhere) }, [
      'in -> ok',
      'ok:yes -> ab',
    ])
    // What no schema would let pass: a split without variants.
    await world.smuggle('broken', {
      ...broken,
      steps: {
        ...broken.steps,
        ab: { ...step('variants'), config: { ...step('variants').config, variants: [], control: 0 } },
      },
    })
    const [ada, bob] = [await world.lead('ada', { country: 'India' }), await world.lead('bob', { country: 'Korea' })]

    world.send({ lead: 'ada', name: 'signed_up' }, { lead: 'bob', name: 'signed_up' })
    await world.runUntil('PT1M')

    expect([await ada.at(), await bob.at()]).toEqual(['failed', 'finished'])
    expect((await ada.story()).find(e => e.is === 'parked')).toMatchObject({
      reason: expect.stringContaining('no share'),
    })
    await world.finalLaws()
  })
})

describe('a new version', () => {
  it('is what new leads walk; those inside finish on the version they began (law 8)', async () => {
    const world = await worldWith(
      graph({ in: signedUp, wait: step('delay', { wait: 'PT1H' }), call: step('call-webhook', posts('old')) }, [
        'in -> wait',
        'wait -> call',
      ]),
    )
    await (await world.lead('ada')).does('signed_up')

    await world.launch('welcome', graph({ in: signedUp, call: step('call-webhook', posts('new')) }, ['in -> call']))
    await (await world.lead('bob')).does('signed_up')
    await world.runUntil('PT2H')

    expect(world.arrived.map(a => a.call.request.url)).toEqual([
      'https://hooks.example.com/new',
      'https://hooks.example.com/old',
    ])
  })
})

describe('a conversion', () => {
  const goals = [goalOf('bought')]
  const split = {
    variants: [
      { id: 'a', label: 'A', weight: 50 },
      { id: 'b', label: 'B', weight: 30 },
    ],
    control: 20,
  }

  it('is credited once, within its window, to the variant of the lead, control alike', async () => {
    const world = await worldWith(graph({ in: signedUp, ab: step('variants', split) }, ['in -> ab'], { goals }))
    for (let i = 0; i < 40; i++) {
      const lead = await world.lead(`l${i}`)
      await lead.does('signed_up')
      await lead.does('bought')
      await lead.does('bought')
    }

    const converted = await Promise.all(
      Array.from({ length: 40 }, async (_, i) => (await world.journeysOf(`l${i}`))[0]),
    )
    const counted = await Promise.all(converted.map(j => world.conversions(j!)))
    expect(counted.every(rows => rows.length === 1)).toBe(true)
    expect(new Set(converted.map(j => j?.memory.variants['ab']))).toEqual(new Set(['a', 'b', 'control']))
    await world.finalLaws()
  })

  it('comes too late a second after its window', async () => {
    const world = await worldWith(
      graph({ in: signedUp, wait: step('delay', { wait: 'P1W' }) }, ['in -> wait'], { goals }),
    )
    const ada = await world.lead('ada')
    await ada.does('signed_up')
    await world.runUntil('P1D')

    await ada.does('bought')

    expect(await world.conversions((await ada.journeys())[0]!)).toEqual([])
  })

  it('is not the event that let the lead in', async () => {
    const world = await worldWith(
      graph({ in: signedUp, wait: step('delay') }, ['in -> wait'], { goals: [goalOf('signed_up')] }),
    )
    const ada = await world.lead('ada')

    await ada.does('signed_up')

    expect(await world.conversions((await ada.journeys())[0]!)).toEqual([])
  })
})

describe('the simulator', () => {
  it('tells the same story for the same seed, to the byte (law 9)', async () => {
    // 48 journeys and 37 crashes.
    const { hash } = await runSeed(31)

    expect((await runSeed(31)).hash).toBe(hash)
    expect((await runSeed(32)).hash).not.toBe(hash)
  })
})

describe('a webhook that may be sent once only', () => {
  const once = (retry = 'brief') =>
    graph(
      {
        in: signedUp,
        call: step('call-webhook', posts('once', {}, { delivery: { retry, repeat: 'at-most-once' } })),
        unsure: step('exit', { as: 'exited', reason: 'unsure' }),
      },
      ['in -> call', 'call:uncertain -> unsure'],
    )

  it('is not sent again when the process died under it: the lead leaves by Uncertain', async () => {
    const world = await worldWith(once())
    world.receiver = () => ({ after: 20_000, with: { is: 'answered', status: 200 } })
    const ada = await world.lead('ada')
    await ada.does('signed_up')

    await world.die()
    await world.runUntil('P1D')

    expect(world.arrived).toHaveLength(1)
    expect(await ada.story()).toContainEqual(expect.objectContaining({ is: 'replied', reply: 'uncertain' }))
    expect(await ada.story()).toContainEqual(expect.objectContaining({ is: 'ended', reason: 'unsure' }))
  })

  it('is not sent again when no answer came in time', async () => {
    const world = await worldWith(once())
    world.receiver = () => ({ after: 20_000, with: { is: 'unreachable', cause: 'timeout' } })
    const ada = await world.lead('ada')
    await ada.does('signed_up')
    await world.runOut()

    expect(world.arrived).toHaveLength(1)
    expect(await ada.story()).toContainEqual(expect.objectContaining({ is: 'replied', reply: 'uncertain' }))
  })

  it('is uncertain from then on: it counts for caps, and is sent again by hand alone', async () => {
    const capped = {
      caps: [capOf(1, 1, 'days')],
      entry: { rule: 'every-time' as const },
    }
    const world = await worldWith({ ...once(), settings: { ...once().settings, ...capped } })
    world.receiver = () => ({ after: 20_000, with: { is: 'unreachable', cause: 'timeout' } })
    const ada = await world.lead('ada')
    await ada.does('signed_up')
    await world.runUntil('PT1M')
    world.receiver = ok

    await ada.does('signed_up')
    const [first] = await ada.journeys()
    const [touch] = await world.touches(first!)
    expect(touch?.status).toBe('uncertain')
    expect(world.arrived).toHaveLength(1)
    expect(await world.resendAll()).toBe(1)
    await world.runUntil('PT1M')
    expect(world.arrived).toHaveLength(1)

    expect(await world.resend(touch!.id)).toEqual({ is: 'done' })
    await world.runUntil('PT1M')
    expect((await world.touches(first!)).map(t => [t.status, t.attempts])).toEqual([['received', 2]])
    expect(await world.resend(touch!.id)).toEqual({ is: 'refused', found: 'received' })
    await world.finalLaws()
  })

  it('is tried again when it surely did not arrive', async () => {
    const world = await worldWith(once())
    world.receiver = () => ({ after: 50, with: { is: 'unreachable', cause: 'connect' } })
    const ada = await world.lead('ada')
    await ada.does('signed_up')
    await world.runOut()

    expect(world.arrived).toHaveLength(4)
    expect(await ada.story()).toContainEqual(expect.objectContaining({ is: 'replied', reply: 'failed' }))
  })
})

describe('a webhook that nobody answers', () => {
  it('leaves by Timed out, which goes on with Failed when it is not connected, and says so', async () => {
    const world = await worldWith(
      graph(
        {
          in: signedUp,
          call: step('call-webhook', posts('slow', {}, { delivery: { retry: 'none' } })),
          bad: step('exit', { as: 'exited', reason: 'no answer' }),
        },
        ['in -> call', 'call:failed -> bad'],
      ),
    )
    world.receiver = () => ({ after: 20_000, with: { is: 'unreachable', cause: 'timeout' } })
    const ada = await world.lead('ada')
    await ada.does('signed_up')
    await world.runOut()

    expect(await ada.story()).toContainEqual(
      expect.objectContaining({ is: 'left', port: 'failed', instead: 'timed-out', to: 'bad' }),
    )
  })

  it('is given up when its time is over, whatever the plan says', async () => {
    const world = await worldWith(
      graph(
        {
          in: signedUp,
          call: step('call-webhook', posts('busy', {}, { delivery: { retry: 'standard', totalHours: 1 } })),
        },
        ['in -> call'],
      ),
    )
    world.receiver = always(503)
    const ada = await world.lead('ada')
    await ada.does('signed_up')
    await world.runOut()

    const first = world.arrived[0]?.at ?? 0
    expect(world.arrived.length).toBeGreaterThan(2)
    expect((world.arrived.at(-1)?.at ?? 0) - first).toBeLessThanOrEqual(3_600_000)
  })
})

describe('a host that fails', () => {
  const many = async (world: World, n: number) => {
    for (let i = 0; i < n; i++) world.send({ lead: `lead-${i}`, name: 'signed_up' })
    await world.runUntil('PT1S')
  }
  const slowly = graph(
    { in: signedUp, call: step('call-webhook', posts('a', {}, { delivery: { retry: 'standard' } })) },
    ['in -> call'],
  )

  it('is left alone: three calls a minute at most, and waiting costs nobody an attempt', async () => {
    const world = await worldWith(slowly)
    world.receiver = () => ({ after: 100, with: { is: 'unreachable', cause: 'connect' } })
    await many(world, 300)
    const early = world.arrived.length
    await world.runUntil('PT10M')

    expect(early).toBeLessThan(100)
    expect(world.arrived.length - early).toBeLessThanOrEqual(3 * 11)
    const late = await world.lead('late')
    await late.does('signed_up')
    const story = await late.story()
    expect(story).toContainEqual(expect.objectContaining({ is: 'gate', gate: 'host-health', verdict: 'hold' }))
    expect(story.filter(e => e.is === 'attempt')).toEqual([])
  })

  it('gets all of its calls when it is well again, each lead once', async () => {
    const world = await worldWith(slowly)
    world.receiver = () => ({ after: 100, with: { is: 'unreachable', cause: 'connect' } })
    await many(world, 100)
    await world.runUntil('PT5M')
    world.receiver = ok
    await world.runOut()

    const received = new Set(world.arrived.slice(-400).map(a => a.call.webhookId))
    expect(received.size).toBe(100)
    for (let i = 0; i < 100; i++) expect((await world.journeysOf(`lead-${i}`))[0]?.status).toBe('finished')
    await world.finalLaws()
  })

  it('is not called by anybody while it asks for quiet', async () => {
    const world = await worldWith(slowly)
    world.receiver = always(503, { 'retry-after': '120' })
    await (await world.lead('ada')).does('signed_up')
    const first = world.arrived.length
    await (await world.lead('bob')).does('signed_up')
    await world.runUntil('PT1M')

    expect(world.arrived).toHaveLength(first)
    expect((await world.journeysOf('bob'))[0]?.status).toBe('active')
  })

  it('does not hold up another one', async () => {
    const two = (host: string) =>
      graph({ in: signedUp, call: step('call-webhook', posts('x', { url: `https://${host}.example.com/x` })) }, [
        'in -> call',
      ])
    const world = await World.create({ maxInFlight: 8 })
    await world.launch('a', two('hangs'))
    await world.launch('b', two('answers'))
    world.receiver = call =>
      call.request.url.includes('hangs')
        ? { after: 20_000, with: { is: 'unreachable', cause: 'timeout' } }
        : { after: 10, with: { is: 'answered', status: 200 } }
    await many(world, 50)
    await world.runUntil('PT2S')

    expect(world.arrived.filter(a => a.call.request.url.includes('answers'))).toHaveLength(50)
  })
})

describe('a rate limit', () => {
  it('lets so many calls out in any second, in the order of their coming, also over a crash', async () => {
    const world = await worldWith(welcome({ rate: { most: 5, per: 'second' } }))
    for (let i = 0; i < 42; i++) world.send({ lead: `lead-${i}`, name: 'signed_up' })
    await world.runUntil('PT3S')
    await world.die()
    await world.runUntil('PT30S')

    const at = world.arrived.map(a => a.at)
    // Five were on the wire when the process died: at least once.
    expect(new Set(world.arrived.map(a => a.call.webhookId)).size).toBe(42)
    expect(at.length).toBeLessThanOrEqual(47)
    for (const [i, later] of at.slice(5).entries()) expect(later - (at[i] ?? 0)).toBeGreaterThanOrEqual(1000)
    expect((at.at(-1) ?? 0) - (at[0] ?? 0)).toBeLessThanOrEqual(12_000)
  })

  it('says so in the journal, and counts retries too', async () => {
    const world = await worldWith(welcome({ rate: { most: 1, per: 'minute' } }))
    world.receiver = always(500)
    const [ada, bob] = [await world.lead('ada'), await world.lead('bob')]
    await ada.does('signed_up')
    await bob.does('signed_up')
    await world.runOut()

    expect(await bob.story()).toContainEqual(expect.objectContaining({ gate: 'rate-limit', verdict: 'hold' }))
    expect(world.arrived).toHaveLength(16)
  })
})

describe('a retry', () => {
  it('that a gate will not let out any more ends there: its touch is settled, and the lead goes on', async () => {
    const world = await worldWith(welcome({}, {}, { delivery: { retry: 'standard' } }))
    world.receiver = always(500)
    const ada = await world.lead('ada')
    await ada.does('signed_up')
    // The version that the journey walks becomes one that may not send: what a newer rule makes of an old graph.
    const batch = graph(
      { in: step('batch', { audience: anybody, at: '' }), call: step('call-webhook', posts('welcome')) },
      ['in -> call'],
    )
    await world.store.transact(run(sql`update versions set graph = ${JSON.stringify(batch)}`))
    await world.die()
    await world.runOut()

    expect(world.arrived).toHaveLength(1)
    expect(await ada.story()).toContainEqual(expect.objectContaining({ is: 'replied', reply: 'skipped' }))
    expect((await ada.journeys())[0]?.status).toBe('finished')
    const [journey] = await ada.journeys()
    expect(journey && (await world.touches(journey)).map(t => t.status)).toEqual(['failed'])
  })
})

describe('a resume of very many tasks', () => {
  it('goes on where the process died in the middle of it', async () => {
    const world = await worldWith(
      graph({ in: signedUp, wait: step('delay', { wait: 'PT1H' }), call: step('call-webhook', posts('x')) }, [
        'in -> wait',
        'wait -> call',
      ]),
    )
    for (let i = 0; i < 12; i++) world.send({ lead: `lead-${i}`, name: 'signed_up' })
    await world.runUntil('PT1M')
    await world.pause('welcome')
    // What the first of several ticks leaves behind: a live campaign with most of its tasks still parked.
    await world.store.transact(run(sql`update campaigns set status = 'live' where id = 'welcome'`))
    await world.die()
    await world.runOut()

    expect(world.arrived).toHaveLength(12)
  })
})
