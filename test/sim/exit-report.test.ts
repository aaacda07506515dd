import { describe, expect, it } from 'vitest'
import { exitReport } from '#server/http/views/exit-report'
import { always } from '#shared/rules/conditions'
import { type Counter, count } from '#shared/rules/counters'
import type { Exits } from '#shared/rules/exits/index'
import { anybody, capOf, graph, posts, step } from './graphs'
import { World } from './world'

const signedUp = step('trigger', { event: 'signed_up', where: anybody })
const everyTime = { entry: { rule: 'every-time' } } as const

describe('the report step by step', () => {
  const capped = graph(
    { in: signedUp, call: step('call-webhook', posts('hello')), rest: step('delay', { wait: 'P1D' }) },
    ['in -> call', 'call:succeeded -> rest'],
    { ...everyTime, caps: [capOf(1, 1, 'days')] },
  )

  it('counts who was capped as not sent, and says by which way they went on', async () => {
    const world = await World.create()
    await world.launch('c', capped)
    const ada = await world.lead('ada')

    for (let i = 0; i < 3; i++) await ada.does('signed_up')

    expect((await world.report('c')).counts.steps['call']).toEqual({
      entered: 3,
      waiting: 0,
      left: { succeeded: 1, skipped: 2 },
      ended: 0,
      moved: 0,
      instead: [],
      unsent: [{ as: 'skipped', by: 'frequency-cap', leads: 2 }],
    })
    await world.finalLaws()
  })

  it('tells apart who was kept back by quiet hours, by a cap, and by the template', async () => {
    const world = await World.create({ start: '2026-05-04T20:00:00Z' })
    const skipping = { windows: [{ days: [1, 2, 3, 4, 5, 6, 7], start: '22:00', end: '08:00' }], holidays: [] }
    const choosy = step('call-webhook', posts('{% if lead.stop %}{% abort_message("no") %}{% endif %}hello'))
    const quiet = { ...skipping, whenQuiet: 'skip', spread: null }
    await world.launch('c', {
      ...capped,
      steps: { ...capped.steps, call: choosy },
      settings: { ...capped.settings, quietHours: quiet as never },
    })
    await (await world.lead('eve', { stop: true })).does('signed_up')
    const ada = await world.lead('ada')
    for (let i = 0; i < 2; i++) await ada.does('signed_up')
    await world.runUntil('PT3H')

    await ada.does('signed_up')

    expect((await world.report('c')).counts.steps['call']).toMatchObject({
      left: { succeeded: 1, skipped: 3 },
      instead: [{ port: 'aborted', by: 'skipped', leads: 1 }],
      unsent: [
        { as: 'aborted', by: 'template', leads: 1 },
        { as: 'skipped', by: 'frequency-cap', leads: 1 },
        { as: 'skipped', by: 'quiet-hours', leads: 1 },
      ],
    })
    await world.finalLaws()
  })
})

describe('the report of exits', () => {
  const exits: Exits = {
    when: 'at-once',
    ways: [
      { on: 'event', event: 'bought', where: always, reason: 'Bought already' },
      { on: 'condition', where: { match: 'all', rules: [{ field: 'lead.plan', op: 'is', value: 'pro' }] }, reason: '' },
      { on: 'unsubscribed', attribute: 'unsubscribed', reason: '' },
      { on: 'event', event: 'complained', where: always, reason: '' },
    ],
  }
  const waiting = (more: object = {}) =>
    graph(
      { in: signedUp, wait: step('delay', { wait: 'P9D' }), out: step('exit', { as: 'exited', reason: 'Late' }) },
      ['in -> wait', 'wait -> out'],
      { ...everyTime, exits, ...more },
    )

  async function inside(...names: string[]) {
    const world = await World.create()
    await world.launch('c', waiting())
    for (const name of names) await (await world.lead(name)).does('signed_up')
    return world
  }
  const exitsOf = async (world: World) =>
    Object.fromEntries((await world.report('c')).exits.map(({ says, leads }) => [says, leads]))

  it('says for each exit how many leads left by it, and for whatever else took them out', async () => {
    const world = await inside('ada', 'bob', 'eve', 'joe', 'kim', 'lea')
    world.send({ lead: 'ada', name: 'bought' }, { lead: 'bob', name: 'bought' })
    await world.runUntil('PT1M')
    await world.changes('eve', { plan: 'pro' })
    await world.changes('joe', { unsubscribed: true })
    const kim = (await world.journeysOf('kim'))[0]
    await world.remove(kim?.id ?? 0)
    await world.runUntil('P10D')

    expect(await exitsOf(world)).toEqual({
      'The event "bought": Bought already': 2,
      'The lead matches plan is pro': 1,
      'The lead unsubscribed (unsubscribed)': 1,
      'Removed by hand': 1,
      'The step "Exit"': 1,
      'The event "complained"': 0,
    })
    expect((await world.report('c')).counts.exited).toBe(6)
    await world.finalLaws()
  })

  it('counts one exit as one over all versions that ask the same, wherever it stands and whatever its reason is', async () => {
    const world = await inside('ada')
    world.send({ lead: 'ada', name: 'bought' })
    await world.runUntil('PT1M')
    const reworded = exits.ways.map(way => ({ ...way, reason: 'New words' })).reverse()
    await world.launch('c', waiting({ exits: { ...exits, ways: reworded } }))
    await (await world.lead('bob')).does('signed_up')
    world.send({ lead: 'bob', name: 'bought' })
    await world.runUntil('PT1M')

    expect(await exitsOf(world)).toMatchObject({ 'The event "bought": New words': 2 })
  })

  it('names a stop that lets nobody finish, and a new version whose plan lets leads go', async () => {
    const world = await inside('ada', 'bob')
    const bob = (await world.journeysOf('bob'))[0]
    await world.launch('c', waiting({ tags: ['news'] }), [{ version: 1, step: 'wait', as: 'exit', reason: '' }])
    await world.runUntil('PT1M')
    await (await world.lead('eve')).does('signed_up')
    await world.stop('c', 'exit')
    await world.runUntil('PT1M')

    expect(bob?.status).toBe('active')
    expect(await exitsOf(world)).toMatchObject({
      'A new version was published, and they were to leave': 2,
      'The campaign was stopped': 1,
    })
    await world.finalLaws()
  })

  it('names the gate that let leads go, and the step table says that they were kept back', async () => {
    const world = await World.create()
    const calling = graph({ in: signedUp, call: step('call-webhook', posts('hello')) }, ['in -> call'], {
      ...everyTime,
      caps: [capOf(1, 1, 'days')],
      whenCapped: 'exit',
    })
    await world.launch('c', calling)
    const ada = await world.lead('ada')
    for (let i = 0; i < 3; i++) await ada.does('signed_up')

    expect(await exitsOf(world)).toEqual({ 'Kept back by frequency caps': 2 })
    expect((await world.report('c')).counts.steps['call']).toMatchObject({
      ended: 2,
      instead: [],
      unsent: [{ as: 'exited', by: 'frequency-cap', leads: 2 }],
    })
    await world.finalLaws()
  })

  it('keeps leads apart who left before exits were counted one by one, so that the lines add up', () => {
    const counted = (what: Counter, n: number) => ({ step: '', what, n })

    expect(exitReport(waiting(), [], [counted(count.exited, 9), counted(count.exit('by-hand'), 2)])).toMatchObject([
      { says: 'From before exits were counted one by one', leads: 7 },
      { says: 'Removed by hand', leads: 2 },
      { leads: 0 },
      { leads: 0 },
      { leads: 0 },
      { leads: 0 },
    ])
  })
})
