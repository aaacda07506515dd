import { describe, expect, it } from 'vitest'
import { night as usualNight } from '#shared/rules/quiet'
import { always, ok } from '#shared/simulate/endpoints'
import { activityPage } from '#shared/store/activity'
import { openAlerts } from '#shared/store/alerts'
import { run, sql } from '#shared/store/work'
import { anybody, capOf, goalOf, graph, posts, step } from './graphs'
import { World } from './world'

const signedUp = step('trigger', { event: 'signed_up', where: anybody })
const night = { ...usualNight, whenQuiet: 'skip' } as const

/** Trigger, webhook without retries, a long wait behind it. */
function calling(settings = {}) {
  const call = step('call-webhook', {
    ...posts('a'),
    delivery: { retry: 'none' },
    mappings: [{ path: 'contact.id', field: 'crm_id' }],
  })
  const steps = { in: signedUp, call, rest: step('delay', { wait: 'P1W' }) }
  return graph(steps, ['in -> call', 'call -> rest'], { entry: { rule: 'every-time' }, ...settings })
}

/** Ada's call has failed for good; she went on to the long wait. */
async function deadLetter(settings = {}, start = '2026-05-04T09:00:00Z') {
  const world = await World.create({ start })
  await world.launch('c', calling(settings))
  const ada = await world.lead('ada')
  world.receiver = always(404)
  await ada.does('signed_up')
  const [touch = 0] = await world.deadLetters()
  world.receiver = ok
  return { world, ada, touch }
}

describe('a dead letter', () => {
  it('is sent again under the same id with the same bytes, and its answer is kept without moving the journey', async () => {
    const { world, ada, touch } = await deadLetter()

    expect(await world.resend(touch)).toEqual({ is: 'done' })
    await world.runUntil('PT1M')

    const [first, second] = world.arrived.map(({ call }) => call)
    expect([second?.webhookId, second?.request, second?.attempt]).toEqual([first?.webhookId, first?.request, 2])
    expect(await ada.at()).toBe('rest')
    expect(await ada.attributes()).toEqual({ crm_id: 'c-1' })
    const told = (await ada.story()).map(entry => entry.is)
    expect(told.slice(told.indexOf('resent'))).toEqual(['resent', 'attempt', 'resend-ended', 'mapped'])
    expect(await world.deadLetters()).toEqual([])
  })

  it('is sent once, however often and in how many windows somebody clicks', async () => {
    const { world, touch } = await deadLetter()

    const clicks = await Promise.all([world.resend(touch), world.resend(touch), world.resend(touch)])
    await world.runUntil('PT1M')

    expect(clicks.map(click => click.is).sort()).toEqual(['done', 'refused', 'refused'])
    expect(world.arrived).toHaveLength(2)
    expect(await world.resend(touch)).toEqual({ is: 'refused', found: 'received' })
  })

  it('is found again when the process dies between the click and the call', async () => {
    const { world, touch } = await deadLetter()

    await world.resend(touch)
    await world.die()
    await world.runUntil('PT1M')

    expect(world.arrived).toHaveLength(2)
    expect(await world.deadLetters()).toEqual([])
  })

  it('is found again when the process dies while it is on the wire', async () => {
    const { world, touch } = await deadLetter()
    world.receiver = () => ({ after: 10_000, with: { is: 'answered', status: 200 } })

    await world.resend(touch)
    await world.runUntil('PT1S')
    await world.die()
    world.receiver = ok
    await world.runUntil('PT1M')

    expect(world.arrived).toHaveLength(3)
    expect(await world.deadLetters()).toEqual([])
  })

  it('waits for the end of quiet hours, even where a first send would be skipped', async () => {
    const { world, touch } = await deadLetter({ quietHours: night }, '2026-05-04T21:59:00Z')
    await world.runUntil('2026-05-04T23:00:00Z')

    await world.resend(touch)
    await world.runUntil('2026-05-05T07:59:59Z')
    expect(world.arrived).toHaveLength(1)
    await world.runUntil('2026-05-05T08:00:00Z')

    expect(world.arrived).toHaveLength(2)
  })

  it('goes out in quiet hours when somebody says "now", and the journal says that', async () => {
    const { world, ada, touch } = await deadLetter({ quietHours: night }, '2026-05-04T21:59:00Z')
    await world.runUntil('2026-05-04T23:00:00Z')

    await world.resend(touch, { sendNow: true })
    await world.runUntil('PT1M')

    expect(world.arrived).toHaveLength(2)
    expect(await ada.story()).toContainEqual(
      expect.objectContaining({
        is: 'gate',
        gate: 'quiet-hours',
        verdict: 'pass',
        saw: expect.objectContaining({ sendNow: true }),
      }),
    )
  })

  it('waits while its campaign is paused, "now" or not', async () => {
    const { world, touch } = await deadLetter()
    await world.pause('c')

    await world.resend(touch, { sendNow: true })
    await world.runUntil('PT1H')
    expect(world.arrived).toHaveLength(1)
    await world.resume('c')
    await world.runUntil('PT1M')

    expect(world.arrived).toHaveLength(2)
  })

  it('is not kept back by a cap that the lead has reached since', async () => {
    const { world, ada, touch } = await deadLetter({ caps: [capOf(1, 1, 'days')] })
    await ada.does('signed_up')

    await world.resend(touch)
    await world.runUntil('PT1M')

    expect(world.arrived).toHaveLength(3)
  })

  it('keeps what was sent before it was edited', async () => {
    const { world, touch } = await deadLetter()
    const before = world.arrived[0]?.call.request
    const request = { method: 'POST', url: 'https://hooks.example.com/mended', headers: [], body: '{}' } as const

    await world.resend(touch, { request: { ...request, headers: [] } })
    // An edit has other bytes on purpose: the law of equal bytes is not asked here.
    await world.runUntil('PT1M')

    const [row] = await world.store.read(
      (function* () {
        return (yield* activityPage({ host: 'hooks.example.com' }, { below: null, limit: 5, now: world.now })).rows
      })(),
    )
    expect(world.arrived.at(-1)?.call.request.url).toBe('https://hooks.example.com/mended')
    expect(row).toMatchObject({ status: 'received', last_status: 200, attempts: 2 })
    expect(before?.url).not.toContain('mended')
  })

  it('that fails again is dead again, and its journey still does not move', async () => {
    const { world, ada, touch } = await deadLetter()
    world.receiver = always(500)

    await world.resend(touch)
    await world.runUntil('PT1M')

    expect(await world.deadLetters()).toEqual([touch])
    expect(await ada.at()).toBe('rest')
    expect((await ada.story()).at(-1)).toMatchObject({ is: 'resend-ended', as: 'failed' })
  })

  it('flies on when a migration brings its journey back to the step, which it leaves at once', async () => {
    const { world, ada, touch } = await deadLetter()
    world.receiver = () => ({ after: 3_600_000, with: { is: 'answered', status: 200 } })
    await world.resend(touch)
    await world.runUntil('PT1M')

    const capped = calling({ caps: [capOf(1, 30, 'minutes')], whenCapped: 'skip' })
    await world.launch('c', capped, [{ version: 1, step: 'rest', as: 'move', to: 'call' }])
    await world.runUntil('PT1M')
    // Whatever is still under way is made again.
    await world.die()
    await world.runUntil('PT2H')

    expect((await ada.story()).filter(e => e.is === 'replied').map(e => e.reply)).toEqual(['failed', 'skipped'])
    expect(world.arrived).toHaveLength(3)
    expect(await world.deadLetters()).toEqual([])
    await world.runOut()
    await world.finalLaws()
  })

  it('flies on when its journey leaves the step that it has come to meanwhile', async () => {
    const { world, touch } = await deadLetter()
    await world.runUntil('2026-05-11T08:59:59Z')
    world.receiver = () => ({ after: 60_000, with: { is: 'answered', status: 200 } })

    await world.resend(touch)
    await world.runUntil('PT30S')
    await world.die()
    await world.runUntil('PT10M')

    const [journey] = await world.journeysOf('ada')
    expect(journey?.status).toBe('finished')
    expect(journey && (await world.touches(journey))).toMatchObject([{ id: touch, status: 'received' }])
  })
})

describe('a send that is sent again and that a gate keeps here', () => {
  /** Ada's call is `lost` and was sent again during a pause; by its end the campaign is one that may not send, as only a graph from elsewhere can be. */
  async function keptHere(lost: 'failed' | 'uncertain') {
    const world = await World.create()
    const repeat = lost === 'uncertain' ? 'at-most-once' : 'at-least-once'
    const call = step('call-webhook', posts('a', {}, { delivery: { retry: 'none', repeat } }))
    const steps = { in: signedUp, call }
    await world.launch('c', graph(steps, ['in -> call']))
    world.receiver = () => ({ after: 1000, with: { is: 'unreachable', cause: 'timeout', sent: true } })
    const ada = await world.lead('ada')
    await ada.does('signed_up')
    await world.runUntil('PT1M')
    const [journey] = await ada.journeys()
    const [touch] = await world.touches(journey!)
    expect(touch).toMatchObject({ status: lost, attempts: 1 })

    await world.pause('c')
    await world.resend(touch!.id)
    const batch = graph({ ...steps, in: step('batch', { audience: anybody, at: '' }) }, ['in -> call'])
    await world.store.transact(run(sql`update versions set graph = ${JSON.stringify(batch)}`))
    await world.die()
    await world.resume('c')
    await world.runUntil('PT1M')
    return { world, ada, journey: journey!, touch: touch! }
  }

  it.each(['failed', 'uncertain'] as const)(
    'is %s as before, with what is known of its attempts, and says why',
    async lost => {
      const { world, ada, journey, touch } = await keptHere(lost)

      expect(world.arrived).toHaveLength(1)
      expect(await world.touches(journey)).toMatchObject([{ id: touch.id, status: lost, attempts: 1 }])
      const { rows } = await world.store.read(
        activityPage({}, { outcome: lost, below: null, limit: 5, now: world.now }),
      )
      expect(rows).toMatchObject([{ cause: 'timeout', settled_at: expect.any(Number) }])
      expect((await ada.story()).at(-1)).toMatchObject({
        is: 'resend-ended',
        as: 'skipped',
        still: lost,
        reason: expect.stringContaining('code 1000'),
      })
    },
  )

  it('may be sent again once more', async () => {
    const { world, touch } = await keptHere('uncertain')

    expect(await world.resend(touch.id)).toEqual({ is: 'done' })
  })
})

describe('a retry that a gate keeps here', () => {
  it('tells its journey that something may have arrived before', async () => {
    const world = await World.create()
    const afterPause = { late: 'within', within: 'PT0S', otherwise: 'go-on' } as const
    const call = step('call-webhook', { ...posts('a'), delivery: { retry: 'brief' } })
    await world.launch('c', graph({ in: signedUp, call }, ['in -> call'], { afterPause }))
    world.receiver = () => ({ after: 1000, with: { is: 'unreachable', cause: 'timeout', sent: true } })
    const ada = await world.lead('ada')
    await ada.does('signed_up')
    await world.runUntil('PT3S')

    await world.pause('c')
    await world.runUntil('PT1H')
    await world.resume('c')
    await world.runUntil('PT1M')

    expect(await ada.story()).toContainEqual(
      expect.objectContaining({
        is: 'replied',
        reply: 'skipped',
        reason: 'too late after a pause; before that 2 attempts were made, and may have arrived',
      }),
    )
  })
})

describe('beside a dead letter that is sent again', () => {
  it('the call that its journey waits for goes on, and a conversion meanwhile is not lost', async () => {
    const world = await World.create()
    const call = step('call-webhook', { ...posts('a'), delivery: { retry: 'none' } })
    const goals = [goalOf('bought')]
    await world.launch(
      'c',
      graph({ in: signedUp, first: call, second: call }, ['in -> first', 'first -> second'], { goals }),
    )
    const answers = [404, 200, 200]
    world.receiver = () => ({ after: 5000, with: { is: 'answered', status: answers.shift() ?? 200 } })
    const ada = await world.lead('ada')
    await ada.does('signed_up')
    await world.runUntil('PT6S')

    await world.resend((await world.deadLetters())[0] ?? 0)
    // On the wire before the conversion comes.
    await world.runUntil('PT1S')
    await ada.does('bought')
    await world.runUntil('PT1M')

    expect(world.arrived).toHaveLength(3)
    const [journey] = await ada.journeys()
    expect(journey?.status).toBe('finished')
    expect(await world.conversions(journey!)).toHaveLength(1)
    await world.finalLaws()
  })
})

describe('retries', () => {
  it('begin anew when a dead letter is sent again', async () => {
    const world = await World.create()
    const call = step('call-webhook', { ...posts('a'), delivery: { retry: 'brief' } })
    await world.launch('c', graph({ in: signedUp, call }, ['in -> call']))
    world.receiver = always(503)
    await (await world.lead('ada')).does('signed_up')
    await world.runUntil('PT5M')
    expect(world.arrived).toHaveLength(4)

    await world.resend((await world.deadLetters())[0] ?? 0)
    await world.runUntil('PT5M')

    expect(world.arrived).toHaveLength(8)
    expect(await world.deadLetters()).toHaveLength(1)
  })
})

describe('all dead letters of a filter', () => {
  it('are sent again once each, over many ticks, also when they die anew meanwhile', async () => {
    const world = await World.create({ maxInFlight: 64 })
    await world.launch('c', calling())
    world.receiver = always(404)
    for (let i = 0; i < 620; i++) world.send({ lead: `lead-${i}`, name: 'signed_up' })
    await world.runUntil('PT1M')
    expect(await world.deadLetters()).toHaveLength(620)

    await world.resendAll()
    await world.runUntil('PT10M')

    expect(world.arrived).toHaveLength(1240)
    expect(await world.deadLetters()).toHaveLength(620)
  })

  it('go on after a crash where they stopped', async () => {
    const world = await World.create({ maxInFlight: 64 })
    await world.launch('c', calling())
    world.receiver = always(404)
    for (let i = 0; i < 30; i++) world.send({ lead: `lead-${i}`, name: 'signed_up' })
    await world.runUntil('PT1M')
    world.receiver = ok

    await world.resendAll({ campaignId: 'c' })
    await world.die()
    await world.runUntil('PT10M')

    expect(await world.deadLetters()).toEqual([])
    expect(world.arrived).toHaveLength(60)
  })
})

describe('an alert', () => {
  it('is raised when half of twenty calls fail, once, and cleared when the window is over', async () => {
    const world = await World.create()
    await world.launch('c', calling())
    world.receiver = always(503)
    for (let i = 0; i < 19; i++) world.send({ lead: `lead-${i}`, name: 'signed_up' })
    await world.runUntil('PT1M')
    expect(await world.store.read(openAlerts())).toEqual([])

    for (let i = 0; i < 5; i++) world.send({ lead: `more-${i}`, name: 'signed_up' })
    await world.runUntil('PT1M')
    expect(await world.store.read(openAlerts())).toMatchObject([
      { campaign_id: 'c', step: 'call', percent: 50, minutes: 15 },
    ])

    await world.runUntil('PT20M')
    expect(await world.store.read(openAlerts())).toEqual([])
  })

  it('outlives a crash, and is not raised below the share', async () => {
    const world = await World.create()
    await world.launch('c', calling())
    for (let i = 0; i < 30; i++) world.send({ lead: `fine-${i}`, name: 'signed_up' })
    await world.runUntil('PT1M')
    world.receiver = always(503)
    for (let i = 0; i < 29; i++) world.send({ lead: `bad-${i}`, name: 'signed_up' })
    await world.runUntil('PT1M')
    expect(await world.store.read(openAlerts())).toEqual([])
    world.send({ lead: 'last', name: 'signed_up' })
    await world.runUntil('PT1M')

    await world.die()
    await world.runUntil('PT5M')

    expect(await world.store.read(openAlerts())).toHaveLength(1)
  })
})
