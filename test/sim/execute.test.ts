import { describe, expect, it } from 'vitest'
import type { Graph, Settings } from '#shared/graph/schema'
import { openEntrance } from '#shared/rules/entrance'
import { anybody, graph, posts, step } from './graphs'
import { World } from './world'

// One campaign runs another, in series: marketo-alm rules 3 and 17, through the lead's driver.

const every = { entry: { rule: 'every-time' } } as const
const executed = step('trigger', { ways: [{ on: 'executed', where: anybody }] })
const executes = (id: string, tokens: 'parent' | 'own' = 'parent', properties: { key: string; value: string }[] = []) =>
  step('execute-campaign', { campaign: { id, name: '' }, tokens, properties })

/** Adds to the score of who is executed. */
const scoring = (by: number, settings: Partial<Settings> = every): Graph =>
  graph({ in: executed, add: step('score', { field: 'points', by }) }, ['in -> add'], settings)

/** Executes `id`, then says what the score was. */
const parent = (id: string, settings: Partial<Settings> = every): Graph =>
  graph(
    {
      in: step('trigger', { event: 'go', where: anybody }),
      run: executes(id),
      saw: step('update-lead', { changes: [{ field: 'saw', do: 'set', value: '{{ lead.points }}' }] }),
      not: step('exit', { as: 'exited', reason: 'Did not qualify' }),
    },
    ['in -> run', 'run:executed -> saw', 'run:refused -> not'],
    settings,
  )

/** A campaign that is executed and executes the next. */
const link = (id: string): Graph => graph({ in: executed, run: executes(id) }, ['in -> run'], every)

async function problemsOf(world: World, id: string, drawn: Graph): Promise<unknown[]> {
  const act = await world.launch(id, drawn)
  return act.is === 'refused' ? act.problems.filter(p => p.severity === 'error').map(p => p.code) : []
}

describe('an executed campaign (marketo-alm rule 3)', () => {
  it('runs whole before the other goes on, which sees what it wrote, 100 leads of 100', async () => {
    const world = await World.create({ crashes: 0.05 })
    await world.launch('scoring', scoring(5))
    await world.launch('c', parent('scoring'))

    for (let i = 0; i < 100; i++) world.send({ lead: `l${i}`, name: 'go' })
    await world.runUntil('PT1M')

    for (let i = 0; i < 100; i++) expect(await world.attributes(`l${i}`)).toEqual({ points: 5, saw: '5' })
    await world.finalLaws()
  })

  it('asks its own audience and entry rule, and the journal says why somebody did not qualify', async () => {
    const world = await World.create()
    const audience = { match: 'all', rules: [{ field: 'lead.country', op: 'is', value: 'India' }] } as const
    await world.launch('scoring', scoring(5, { entry: { rule: 'once' }, entrance: { ...openEntrance, audience } }))
    await world.launch('c', parent('scoring'))
    const [ada, bob] = [await world.lead('ada', { country: 'India' }), await world.lead('bob', { country: 'Brazil' })]

    await ada.does('go')
    await ada.does('go')
    await bob.does('go')

    const reasons = async (lead: typeof ada) =>
      (await lead.story()).flatMap(e => (e.is === 'executed' ? [[e.qualified, e.reason]] : []))
    expect(await reasons(ada)).toEqual([[false, 'Entered before, at 09:00 (UTC); the campaign lets a lead in once.']])
    expect(await reasons(bob)).toEqual([[false, 'Not of the audience: country is "Brazil", not India.']])
    expect(await ada.attributes()).toMatchObject({ points: 5 })
    expect(await bob.at()).toBe('exited')
    await world.finalLaws()
  })

  it('lets in each lead of one batch by its own volume limit', async () => {
    const world = await World.create()
    const entrance = { ...openEntrance, limits: { ...openEntrance.limits, day: 3 } }
    await world.launch('scoring', scoring(1, { ...every, entrance }))
    await world.launch('c', parent('scoring'))

    world.send(...Array.from({ length: 10 }, (_, i) => ({ lead: `new${i}`, name: 'go' })))
    await world.runUntil('PT1M')

    const scored = await Promise.all(Array.from({ length: 10 }, (_, i) => world.attributes(`new${i}`)))
    expect(scored.filter(a => a['points'] === 1)).toHaveLength(3)
  })

  it.each<[string, Graph, string]>([
    ['wait', graph({ in: executed, wait: step('delay') }, ['in -> wait']), 'execute.waits'],
    ['wait for an event', graph({ in: executed, wait: step('wait-for-event') }, ['in -> wait']), 'execute.waits'],
    [
      'call a webhook',
      graph({ in: executed, call: step('call-webhook', posts('x')) }, ['in -> call']),
      'execute.waits',
    ],
    ['have a key', graph({ in: executed }, [], { entrance: { ...openEntrance, key: 'event.x' } }), 'execute.entrance'],
  ])('may not %s', async (_, drawn, code) => {
    expect(await problemsOf(await World.create(), 'scoring', drawn)).toEqual([code])
  })

  it('stands at most three levels below the top: a fourth is refused at the launch, whichever is launched last', async () => {
    const world = await World.create()
    await world.launch('c4', scoring(1))
    await world.launch('c3', link('c4'))
    await world.launch('c2', link('c3'))

    expect(await problemsOf(world, 'top', parent('c2'))).toEqual([])
    expect(await problemsOf(world, 'c1', link('c2'))).toEqual([])
    expect(await problemsOf(world, 'higher', parent('c1'))).toEqual(['step.execute-too-deep'])
    expect(await problemsOf(world, 'c5', scoring(1))).toEqual([])
    expect(await problemsOf(world, 'c4', link('c5'))).toEqual(['step.execute-too-deep'])
    expect(await problemsOf(world, 'c4', link('c2'))).toEqual(['step.execute-too-deep'])

    const ada = await world.lead('ada')
    await ada.does('go')
    expect(await ada.attributes()).toMatchObject({ points: 1 })
    expect((await ada.journeys()).map(j => j.campaignId)).toEqual(['top', 'c2', 'c3', 'c4'])
    await world.finalLaws()
  })

  it('that is paused, or is not entered so, is not executed, and the lead goes on', async () => {
    const world = await World.create()
    await world.launch('scoring', scoring(5))
    await world.launch('c', parent('scoring'))
    await world.pause('scoring')
    const ada = await world.lead('ada')

    await ada.does('go')

    expect(await ada.at()).toBe('exited')
    expect((await ada.story()).find(e => e.is === 'executed')).toMatchObject({
      qualified: false,
      reason: 'it is paused',
    })
    expect(await problemsOf(world, 'd', parent('c'))).toEqual(['step.campaign-not-executable'])
  })
})

describe('a chain through executed campaigns', () => {
  it('ends like any other, after five, where one sends the event that lets into its parent', async () => {
    const world = await World.create()
    const again = graph({ in: executed, go: step('emit-event', { event: 'go', properties: [] }) }, ['in -> go'], every)
    await world.launch('again', again)
    await world.launch(
      'c',
      graph({ in: step('trigger', { event: 'go', where: anybody }), run: executes('again') }, ['in -> run'], every),
    )
    const ada = await world.lead('ada')

    await ada.does('go')
    await world.runUntil('P1D')

    expect((await ada.journeys()).filter(j => j.campaignId === 'c')).toHaveLength(6)
    await world.finalLaws()
  })
})

describe('the tokens of an executed campaign (marketo-alm rule 17)', () => {
  it.each([
    ['parent', 'pro', 'Spring'],
    ['own', 'none', 'Autumn'],
  ] as const)('come from the %s: entry properties and My Tokens', async (tokens, plan, season) => {
    const world = await World.create()
    await world.addFolder('up', null, { Season: 'Spring' })
    await world.addFolder('down', null, { Season: 'Autumn' })
    const changes = [
      { field: 'plan', do: 'set', value: '{{ event.plan | default: "none" }}' },
      { field: 'season', do: 'set', value: '{{my.Season}}' },
      { field: 'extra', do: 'set', value: '{{ event.extra }}' },
    ]
    const child = graph({ in: executed, set: step('update-lead', { changes }) }, ['in -> set'], every)
    await world.draft('child')
    await world.draft('c')
    await world.moveInto('child', 'down')
    await world.moveInto('c', 'up')
    await world.launch('child', child)
    const run = executes('child', tokens, [{ key: 'extra', value: '{{ event.plan }}!' }])
    await world.launch('c', graph({ in: step('trigger', { event: 'go', where: anybody }), run }, ['in -> run'], every))
    const ada = await world.lead('ada')

    await ada.does('go', { plan: 'pro' })

    expect(await ada.attributes()).toEqual({ plan, season, extra: 'pro!' })
  })
})
