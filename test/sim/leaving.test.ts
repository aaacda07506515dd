import { describe, expect, it } from 'vitest'
import { explain } from '#shared/explain/explain'
import { explainWaiting } from '#shared/explain/waiting'
import type { AfterPause } from '#shared/rules/after-pause'
import { openEntrance } from '#shared/rules/entrance'
import { type Exits, type ExitWay, noExits } from '#shared/rules/exits/index'
import type { QuietHours } from '#shared/rules/quiet'
import { ok } from '#shared/simulate/endpoints'
import { anybody, goalOf, graph, posts, step } from './graphs'
import type { LeadDriver } from './lead-driver'
import { World } from './world'

const signedUp = step('trigger', { event: 'signed_up', where: anybody })
const all = (...rules: { field: string; op: string; value?: unknown }[]) => ({ match: 'all', rules }) as never
const onEvent = (event: string, where: unknown = anybody, reason = ''): ExitWay => ({
  on: 'event',
  event,
  where: where as never,
  reason,
})
const exits = (when: Exits['when'], ...ways: ExitWay[]): { exits: Exits } => ({ exits: { ways, when } })
const late = (within: string, otherwise: 'go-on' | 'exit'): { afterPause: AfterPause } => ({
  afterPause: { late: 'within', within, otherwise },
})

/** Trigger, a wait, a webhook. */
const waiting = (settings = {}, wait = 'P30D') =>
  graph(
    {
      in: signedUp,
      wait: step('delay', { wait }, 'Wait'),
      call: step('call-webhook', posts('later')),
      after: step('delay', { wait: 'PT1H' }),
    },
    ['in -> wait', 'wait -> call', 'call -> after'],
    settings,
  )

async function worldWith(g: ReturnType<typeof graph>, options = {}) {
  const world = await World.create(options)
  expect(await world.launch('welcome', g)).toEqual({ is: 'done' })
  return world
}

async function inside(g: ReturnType<typeof graph>, options = {}): Promise<{ world: World; ada: LeadDriver }> {
  const world = await worldWith(g, options)
  const ada = await world.lead('ada', { country: 'India' }, 'UTC')
  await ada.does('signed_up', { cart: 7 })
  return { world, ada }
}

async function told(lead: LeadDriver, g: ReturnType<typeof graph>): Promise<readonly string[]> {
  return (await lead.story()).map(entry => explain(entry, { graph: g, zone: 'UTC' }))
}

describe('an exit event', () => {
  it('takes the lead out at once, wherever it waits, unless the campaign says otherwise (braze R29 and section 10)', async () => {
    const g = waiting(exits('at-once', onEvent('bought', anybody, 'Bought already')))
    const { world, ada } = await inside(g)
    await world.runUntil('P1D')

    await ada.does('bought')

    expect(await ada.at()).toBe('exited')
    expect(await told(ada, g)).toEqual(
      expect.arrayContaining([
        'Leaves the campaign by the exit "Bought already": the event "bought" arrived.',
        'Left early: Bought already.',
      ]),
    )
    await world.runOut()
    expect(world.arrived).toHaveLength(0)
  })

  it('braze R29: at the end of the step: event on day 1 of a 30-day delay, leaves on day 30 and receives nothing further', async () => {
    const g = waiting(exits('end-of-step', onEvent('bought')))
    const { world, ada } = await inside(g)
    await world.runUntil('P1D')

    await ada.does('bought')

    expect(await ada.at()).toBe('wait')
    expect(await told(ada, g)).toContain('Will leave at the end of this step: the event "bought" arrived.')
    expect(explainWaiting(await ada.story(), { graph: g, zone: 'UTC' })).toMatch(/Then leaves the campaign\.$/)
    await world.die()
    await world.runUntil('P28D')
    expect(await ada.at()).toBe('wait')
    await world.runUntil('P1D')
    expect(await ada.at()).toBe('exited')
    await world.runOut()
    expect(world.arrived).toHaveLength(0)
  })

  it('braze R29: does not count from before the entry, nor does the one that let the lead in', async () => {
    const { world, ada } = await inside(waiting(exits('at-once', onEvent('bought'), onEvent('signed_up'))))

    world.send({ lead: 'ada', name: 'bought', at: world.now - 3_600_000 })
    await world.runUntil('PT1M')

    expect(await ada.at()).toBe('wait')
  })

  it('counts from the moment at which the entry event happened: a purchase right behind a sign-up, in one delivery', async () => {
    const world = await worldWith(waiting(exits('at-once', onEvent('bought'))))
    const ada = await world.lead('ada')
    await world.runUntil('PT1M')

    world.send(
      { lead: 'ada', name: 'signed_up', at: world.now - 2000 },
      { lead: 'ada', name: 'bought', at: world.now - 1000 },
    )
    await world.runUntil('PT1S')

    expect(await ada.at()).toBe('exited')
  })

  it('counts only when it fits, and says what was seen', async () => {
    const fits = all(
      { field: 'event.total', op: 'at-least', value: 50 },
      { field: 'lead.country', op: 'is', value: 'India' },
    )
    const g = waiting(exits('at-once', onEvent('bought', fits)))
    const { ada } = await inside(g)

    await ada.does('bought', { total: 20 })
    expect(await ada.at()).toBe('wait')
    await ada.does('bought', { total: 60 })

    expect(await ada.at()).toBe('exited')
    expect(await told(ada, g)).toContain(
      'Leaves the campaign: the event "bought" arrived (event.total is 60, at least 50, and country is "India").',
    )
  })

  it('braze 2.2: which is the conversion too counts as both, the conversion at once', async () => {
    const goals = [goalOf('bought', 'P7D')]
    const { world, ada } = await inside(waiting({ goals, ...exits('end-of-step', onEvent('bought')) }))

    await ada.does('bought')

    const [journey] = await ada.journeys()
    expect(journey).toMatchObject({ status: 'active', step: 'wait' })
    expect(await world.conversions(journey!)).toHaveLength(1)
    await world.runOut()
    expect(await ada.at()).toBe('exited')
  })

  it('braze 2.2: ends the journey, and conversions keep counting', async () => {
    const goals = [goalOf('bought', 'P7D')]
    const { world, ada } = await inside(waiting({ goals, ...exits('at-once', onEvent('cancelled')) }))
    await ada.does('cancelled')

    await ada.does('bought')

    const [journey] = await ada.journeys()
    expect(journey?.status).toBe('exited')
    expect(await world.conversions(journey!)).toHaveLength(1)
  })

  it('gives up a call that is on the wire, and counts what was received all the same', async () => {
    const world = await worldWith(
      graph(
        { in: signedUp, call: step('call-webhook', posts('slow')) },
        ['in -> call'],
        exits('at-once', onEvent('bought')),
      ),
    )
    world.receiver = call => ({ ...ok(call, 0), after: 20_000 })
    const ada = await world.lead('ada')
    await ada.does('signed_up')

    await ada.does('bought')

    expect(await ada.at()).toBe('exited')
    await world.runUntil('PT1M')
    const [journey] = await ada.journeys()
    expect((await world.touches(journey!)).map(t => t.status)).toEqual(['received'])
  })

  it('takes back a call that was about to leave in the same moment', async () => {
    const world = await worldWith(
      graph(
        { in: signedUp, call: step('call-webhook', posts('now')) },
        ['in -> call'],
        exits('at-once', onEvent('bought')),
      ),
    )
    const ada = await world.lead('ada')

    world.send({ lead: 'ada', name: 'signed_up' }, { lead: 'ada', name: 'bought' })
    await world.runUntil('PT1M')

    expect(await ada.at()).toBe('exited')
    expect(world.arrived).toHaveLength(0)
  })

  it('is heard during a pause: who leaves is sent nothing', async () => {
    const { world, ada } = await inside(waiting(exits('at-once', onEvent('bought'))))
    await world.pause('welcome')

    await ada.does('bought')

    expect(await ada.at()).toBe('exited')
  })

  it('leaves alone who walks a version without it (law 8)', async () => {
    const { world, ada } = await inside(waiting())
    await world.launch('welcome', waiting(exits('at-once', onEvent('bought'))))

    await ada.does('bought')

    expect(await ada.at()).toBe('wait')
  })
})

describe('an exit condition about the lead', () => {
  const moved: ExitWay = {
    on: 'condition',
    where: all({ field: 'lead.country', op: 'is-not', value: 'India' }),
    reason: '',
  }

  it('takes the lead out when the attribute changes by the API', async () => {
    const g = waiting(exits('at-once', moved))
    const { world, ada } = await inside(g)

    await world.changes('ada', { country: 'Brazil' })

    expect(await ada.at()).toBe('exited')
    expect(await told(ada, g)).toContain('Leaves the campaign: country is "Brazil", not India.')
  })

  it('takes the lead out when another campaign changes the attribute', async () => {
    const { world, ada } = await inside(waiting(exits('at-once', moved)))
    const change = step('update-lead', { changes: [{ field: 'country', do: 'set', value: 'Korea' }] })
    await world.launch(
      'other',
      graph({ in: step('trigger', { event: 'visited', where: anybody }), set: change }, ['in -> set']),
    )

    await ada.does('visited')

    expect((await ada.journeys())[0]?.status).toBe('exited')
  })

  it('takes the lead out in the middle of its own way, before the next step', async () => {
    const change = step('update-lead', { changes: [{ field: 'country', do: 'set', value: 'Korea' }] })
    const g = graph(
      { in: signedUp, set: change, call: step('call-webhook', posts('never')) },
      ['in -> set', 'set -> call'],
      exits('at-once', moved),
    )
    const { world, ada } = await inside(g)

    expect(await ada.at()).toBe('exited')
    expect(world.arrived).toHaveLength(0)
  })

  it('braze R29: at the end of the step asks what holds then, not what held meanwhile', async () => {
    const { world, ada } = await inside(waiting(exits('end-of-step', moved)))

    await world.changes('ada', { country: 'Brazil' })
    expect(await ada.at()).toBe('wait')
    await world.changes('ada', { country: 'India' })
    await world.runUntil('P30D')

    expect(world.arrived).toHaveLength(1)
  })

  it('braze R13: is asked again when a call was held by quiet hours', async () => {
    const quietHours = { start: '22:00', end: '08:00', whenQuiet: 'wait' } as const
    const g = waiting({ quietHours, ...exits('end-of-step', moved) }, 'PT1H')
    const { world, ada } = await inside(g, { start: '2026-05-04T22:00:00Z' })
    await world.runUntil('PT2H')
    expect(await ada.at()).toBe('call')

    await world.changes('ada', { country: 'Brazil' })
    expect(await ada.at()).toBe('call')
    await world.runUntil('next day 09:00')

    expect(await ada.at()).toBe('exited')
    expect(world.arrived).toHaveLength(0)
  })
})

describe('an exit condition about what the lead did', () => {
  const bought = (n: number, within: string | null = null, where: unknown = anybody) =>
    ({ did: 'bought', times: { op: 'at-least', n }, within, where }) as never
  const leaves = (when: Exits['when'], ...rules: never[]) =>
    waiting(exits(when, { on: 'condition', where: { match: 'all', rules }, reason: '' }))

  it('takes the lead out with the event that makes it true, in the middle of a wait', async () => {
    const g = leaves('at-once', bought(3, 'PT2H'))
    const { world, ada } = await inside(g)

    for (const wait of ['PT1H', 'PT1H1S']) {
      await ada.does('bought')
      await world.runUntil(wait)
    }
    await ada.does('bought')
    expect(await ada.at()).toBe('wait')
    await ada.does('bought')

    expect(await ada.at()).toBe('exited')
    expect(await told(ada, g)).toContain('Leaves the campaign: did "bought" 3 times in the last 2 hours, at least 3.')
    await world.finalLaws()
  })

  it('counts only events that were like it says, and is not asked by others', async () => {
    const fits = { match: 'all', rules: [{ field: 'event.total', op: 'at-least', value: 50 }] }
    const { ada } = await inside(leaves('at-once', bought(2, null, fits)))

    await ada.does('bought', { total: 60 })
    await ada.does('bought', { total: 20 })
    await ada.does('opened', { total: 60 })
    expect(await ada.at()).toBe('wait')
    await ada.does('bought', { total: 50 })

    expect(await ada.at()).toBe('exited')
  })

  it('takes out who entered by an earlier event of the same delivery', async () => {
    const world = await worldWith(leaves('at-once', bought(2)))
    await world.lead('ada')

    world.send(...['bought', 'signed_up', 'bought'].map(name => ({ lead: 'ada', name })))
    await world.runOneTurn()

    expect((await world.journeysOf('ada')).map(j => j.status)).toEqual(['exited'])
  })

  it('braze R29: at the end of the step asks what they have done by then', async () => {
    const { world, ada } = await inside(leaves('end-of-step', bought(1)))

    await ada.does('bought')
    expect(await ada.at()).toBe('wait')
    await world.runOut()

    expect(await ada.at()).toBe('exited')
    expect(world.arrived).toHaveLength(0)
  })

  it('that comes true by time alone takes the lead out when its wait is over, and before a held call', async () => {
    const longAgo = {
      on: 'condition',
      where: all({ field: 'lead.last_open', op: 'longer-ago', value: 'P1M' }),
      reason: '',
    }
    const { world, ada } = await inside(waiting(exits('at-once', longAgo as ExitWay), 'P40D'))
    const bob = await world.lead('bob', {}, 'UTC')
    await world.changes('ada', { last_open: new Date(world.now).toISOString() })
    await bob.does('signed_up')

    await world.runUntil('P39D')
    expect(await ada.at()).toBe('wait')
    await world.runUntil('P2D')

    expect(await ada.at()).toBe('exited')
    expect(await bob.at()).toBe('finished')
  })
})

describe('a lead who unsubscribes', () => {
  it('leaves at once, also where exits wait for the end of the step', async () => {
    const g = waiting(exits('end-of-step', { on: 'unsubscribed', attribute: 'unsubscribed', reason: '' }))
    const { world, ada } = await inside(g)

    await world.changes('ada', { unsubscribed: true })

    expect(await ada.at()).toBe('exited')
    expect(await told(ada, g)).toContain('Leaves the campaign: the lead has unsubscribed (unsubscribed is true).')
  })

  it('is not written to when the campaign lets them in all the same', async () => {
    const world = await worldWith(
      waiting(exits('at-once', { on: 'unsubscribed', attribute: 'unsubscribed', reason: '' }), 'PT1M'),
    )
    const bob = await world.lead('bob', { unsubscribed: true })

    await bob.does('signed_up')
    await world.runUntil('P1D')

    expect(await bob.at()).toBe('exited')
    expect(world.arrived).toHaveLength(0)
  })
})

describe('a lead who no longer qualifies (marketo-alm rule 21)', () => {
  const entrance = { ...openEntrance, audience: all({ field: 'lead.country', op: 'is', value: 'India' }) }

  it('goes on after a wait, as in Marketo, when the campaign does not ask', async () => {
    const { world } = await inside(waiting({ entrance }))

    await world.changes('ada', { country: 'Brazil' })
    await world.runUntil('P30D')

    expect(world.arrived).toHaveLength(1)
  })

  it('leaves after the wait when the campaign asks "still qualifies?"', async () => {
    const g = waiting({ entrance, ...exits('at-once', { on: 'no-longer-qualifies', reason: '' }) })
    const { world, ada } = await inside(g)

    await world.changes('ada', { country: 'Brazil' })
    expect(await ada.at()).toBe('wait')
    await world.runUntil('P30D')

    expect(await ada.at()).toBe('exited')
    expect(world.arrived).toHaveLength(0)
    expect(await told(ada, g)).toContain(
      'Leaves the campaign: the lead no longer qualifies (country is "Brazil", not India).',
    )
  })
})

describe('what fell due during a pause', () => {
  /** braze R30: a delay of one hour that was entered at 14:01, a pause at 14:30. */
  async function pausedAt1430(settings: object) {
    const world = await worldWith(waiting(settings, 'PT1H'), { start: '2026-05-04T14:01:00Z' })
    const ada = await world.lead('ada', {}, 'UTC')
    await ada.does('signed_up')
    await world.runUntil('2026-05-04T14:30:00Z')
    await world.pause('welcome')
    return { world, ada }
  }
  const resumedAt = async (world: World, at: string) => {
    await world.runUntil(at)
    await world.resume('welcome')
    await world.runUntil('PT2S')
  }

  it('braze R30: resumed at 14:40, the delay ends at 15:01 as if nothing had been', async () => {
    const { world, ada } = await pausedAt1430(late('PT0M', 'exit'))

    await resumedAt(world, '2026-05-04T14:40:00Z')
    await world.runUntil('2026-05-04T15:00:59Z')
    expect(await ada.at()).toBe('wait')
    await world.runUntil('2026-05-04T15:01:05Z')

    expect(world.arrived).toHaveLength(1)
  })

  it('braze R30: resumed at 15:30, the lead leaves, where nothing may be late', async () => {
    const settings = late('PT0M', 'exit')
    const { world, ada } = await pausedAt1430(settings)

    await resumedAt(world, '2026-05-04T15:30:00Z')

    expect(await ada.at()).toBe('exited')
    expect(world.arrived).toHaveLength(0)
    expect(await told(ada, waiting(settings, 'PT1H'))).toContain(
      'Fell due at 15:01 (UTC) while the campaign was paused, 29 minutes before the resume: leaves the campaign, because nothing may be late.',
    )
  })

  it('happens at the resume, however late, when nothing else is said: nobody is lost', async () => {
    const { world, ada } = await pausedAt1430({})

    await resumedAt(world, '2026-05-07T15:30:00Z')

    expect(world.arrived).toHaveLength(1)
    expect(await ada.at()).toBe('after')
  })

  it.each([
    ['29 minutes, when 29 minutes are allowed', 'PT29M', 1],
    ['29 minutes, when 28 are allowed, is not sent, and the lead goes on', 'PT28M', 0],
  ])('is late by %s', async (_, within, sent) => {
    const { world, ada } = await pausedAt1430(late(within, 'go-on'))

    await resumedAt(world, '2026-05-04T15:30:00Z')

    expect(world.arrived).toHaveLength(sent)
    expect(await ada.at()).toBe('after')
    const gate = (await ada.story()).find(e => e.is === 'gate' && e.gate === 'after-pause')
    if (sent === 0) expect(gate).toMatchObject({ verdict: 'skip', saw: { lateSeconds: 29 * 60, mostSeconds: 28 * 60 } })
  })

  it.each<['go-on' | 'exit', string]>([
    ['go-on', 'finished'],
    ['exit', 'exited'],
  ])('holds for calls that were held, too: %s', async (otherwise, where) => {
    const afternoon = { days: [1, 2, 3, 4, 5, 6, 7], start: '14:00', end: '15:00' }
    const quietHours: QuietHours = { windows: [afternoon], holidays: [], whenQuiet: 'wait', spread: null }
    const g = graph({ in: signedUp, call: step('call-webhook', posts('welcome')) }, ['in -> call'], {
      quietHours,
      ...late('PT10M', otherwise),
    })
    const world = await worldWith(g, { start: '2026-05-04T14:01:00Z' })
    const ada = await world.lead('ada', {}, 'UTC')
    await ada.does('signed_up')
    await world.pause('welcome')

    await resumedAt(world, '2026-05-04T15:30:00Z')

    expect(world.arrived).toHaveLength(0)
    expect(await ada.at()).toBe(where)
  })

  it('is late by the policy of the newest version, which may be launched during the pause', async () => {
    const { world } = await pausedAt1430({})
    await world.runUntil('2026-05-04T15:30:00Z')

    await world.launch('welcome', waiting(late('PT10M', 'exit'), 'PT1H'))
    await world.runUntil('PT2S')

    expect(world.arrived).toHaveLength(0)
  })

  it('is not late because the process was down', async () => {
    const { world, ada } = await pausedAt1430(late('PT0M', 'exit'))
    await resumedAt(world, '2026-05-04T14:40:00Z')

    world.now = Date.parse('2026-05-04T18:00:00Z')
    await world.die()
    await world.runUntil('PT2S')

    expect(world.arrived).toHaveLength(1)
    expect(await ada.at()).toBe('after')
  })
})

describe('three different stops, with a lead parked in a Wait (marketo-alm rule 28)', () => {
  it('a stop lets nobody in, and who is inside runs to the end, waits included', async () => {
    const { world, ada } = await inside(waiting())

    await world.stop('welcome', 'finish')
    const bob = await world.lead('bob')
    await bob.does('signed_up')
    await world.runUntil('P31D')

    expect(await bob.at()).toBe('nowhere')
    expect(await ada.at()).toBe('finished')
    expect(world.arrived).toHaveLength(1)
  })

  it('an abort ends the rest of the run, undoes nothing, and is kept with its number', async () => {
    const { world, ada } = await inside(waiting({}, 'PT1H'))
    await world.runUntil('PT1H30S')
    expect(world.arrived).toHaveLength(1)
    expect(await ada.at()).toBe('after')

    await world.stop('welcome', 'exit')
    await world.runUntil('PT1M')

    expect(await ada.at()).toBe('exited')
    expect(await ada.attributes()).toMatchObject({ crm_id: 'c-1' })
    expect(await world.removals('welcome')).toMatchObject([{ why: 'abort', status: 'done', total: 1, removed: 1 }])
  })

  it('an abort is carried through when the campaign is launched anew meanwhile, and leaves alone who enters then', async () => {
    const { world, ada } = await inside(waiting())

    await world.stop('welcome', 'exit')
    await world.launch('welcome', waiting({}, 'P2D'))
    const bob = await world.lead('bob')
    await bob.does('signed_up')

    expect(await ada.at()).toBe('exited')
    expect(await bob.at()).toBe('wait')
  })

  it('a removal takes one lead out, and nobody else', async () => {
    const { world, ada } = await inside(waiting())
    const bob = await world.lead('bob')
    await bob.does('signed_up')

    await world.remove((await ada.journeys())[0]!.id, 'Called by phone')

    expect(await ada.at()).toBe('exited')
    expect((await ada.story()).at(-1)).toMatchObject({ is: 'ended', reason: 'Removed by hand: Called by phone' })
    expect(await bob.at()).toBe('wait')
  })

  it('after an abort nothing leaves any more, however many are inside', async () => {
    const world = await worldWith(waiting({}, 'P30D'))
    for (let i = 0; i < 600; i++) world.send({ lead: `early-${i}`, name: 'signed_up' })
    await world.runUntil('PT1S')
    await world.launch('welcome', waiting({}, 'PT1H'))
    for (let i = 0; i < 600; i++) world.send({ lead: `late-${i}`, name: 'signed_up' })
    await world.runUntil('PT1S')
    // These are due in the very turn of the abort, and their removal has its turn only after the others'.
    world.now += 3_600_000

    await world.stop('welcome', 'exit')
    await world.runUntil('PT1M')

    expect(world.arrived).toHaveLength(0)
    expect(await world.removals('welcome')).toMatchObject([{ total: 1200, status: 'done' }])
  }, 60_000)
})

describe('many who are taken out by hand', () => {
  it('are sent nothing that falls due in the very turn, before their removal comes to them', async () => {
    const world = await worldWith(waiting({}, 'P30D'))
    for (let i = 0; i < 600; i++) world.send({ lead: `early-${i}`, name: 'signed_up' })
    await world.runUntil('PT1S')
    await world.launch('welcome', waiting({}, 'PT1H'))
    for (let i = 0; i < 600; i++) world.send({ lead: `late-${i}`, name: 'signed_up' })
    await world.runUntil('PT1S')
    world.now += 3_600_000

    await world.removeAll('welcome', {})
    await world.runUntil('PT1M')

    expect(world.arrived).toHaveLength(0)
    expect(await world.removals('welcome')).toMatchObject([{ total: 1200, status: 'done' }])
  }, 60_000)

  async function crowd(n: number) {
    const world = await worldWith(waiting())
    for (let i = 0; i < n; i++) world.send({ lead: `lead-${i}`, name: 'signed_up' })
    await world.runUntil('PT1S')
    return world
  }

  it('leave by the hundreds, also when the process dies in the middle', async () => {
    const world = await crowd(1100)

    await world.removeAll('welcome', { reason: 'Wrong text' })
    await world.runOneTurn()
    await world.die()
    await world.runUntil('PT1S')

    expect(await world.removals('welcome')).toMatchObject([{ status: 'done', total: 1100, removed: 1100 }])
  }, 60_000)

  it('leave when they stand in the step that was named, and no others', async () => {
    const world = await crowd(3)

    await world.removeAll('welcome', { step: 'call' })
    await world.runUntil('PT1S')
    expect(await world.removals('welcome')).toMatchObject([{ status: 'done', total: 0, removed: 0 }])
    await world.removeAll('welcome', { step: 'wait' })
    await world.runUntil('PT1S')

    expect(await world.removals('welcome')).toMatchObject([{ total: 3, removed: 3 }, {}])
  })

  it('leave when they are named, and no others', async () => {
    const world = await crowd(3)

    await world.removeAll('welcome', { leads: ['lead-0', 'lead-2'] })
    await world.runUntil('PT1S')

    const where = await Promise.all([0, 1, 2].map(async i => (await world.journeysOf(`lead-${i}`))[0]?.status))
    expect(where).toEqual(['exited', 'active', 'exited'])
  })

  it('are let be from where it is stopped, and who comes later does not belong to them', async () => {
    const world = await crowd(1100)

    const id = await world.removeAll('welcome', {})
    await world.runOneTurn()
    await world.stopRemoving(id)
    world.send({ lead: 'late', name: 'signed_up' })
    await world.runUntil('PT1S')

    expect(await world.removals('welcome')).toMatchObject([{ status: 'cancelled', removed: 500 }])
    await world.removeAll('welcome', {})
    world.send({ lead: 'later', name: 'signed_up' })
    await world.runUntil('PT1S')
    expect(await world.removals('welcome')).toMatchObject([{ status: 'done', removed: 601 }, {}])
    expect((await world.journeysOf('later'))[0]?.status).toBe('active')
  }, 60_000)
})

it('a campaign without exits asks nothing', () => {
  expect(waiting().settings.exits).toBe(noExits)
})

describe('an exit condition about the past', () => {
  it('counts what the lead did, also what came in the same batch', async () => {
    const twice = { did: 'bought', times: { op: 'at-least', n: 2 }, within: 'P1D', where: anybody } as const
    const exits: Exits = {
      ways: [{ on: 'event', event: 'bought', where: { match: 'all', rules: [twice] }, reason: 'Bought twice' }],
      when: 'at-once',
    }
    const world = await worldWith(
      graph({ in: signedUp, wait: step('delay', { wait: 'P9D' }) }, ['in -> wait'], { exits }),
    )
    const [ada, bob] = [await world.lead('ada'), await world.lead('bob')]
    await ada.does('signed_up')
    await bob.does('signed_up')

    world.send({ lead: 'ada', name: 'bought' }, { lead: 'ada', name: 'bought' }, { lead: 'bob', name: 'bought' })
    await world.runUntil('PT1S')

    expect(await ada.at()).toBe('exited')
    expect(await bob.at()).toBe('wait')
    await world.runUntil('P8D')
    await bob.does('bought')
    expect(await bob.at()).toBe('wait')
    await world.finalLaws()
  })
})
