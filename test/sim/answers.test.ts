import { describe, expect, it } from 'vitest'
import { type Answer, always, ok } from '#shared/simulate/endpoints'
import { findLead } from '#shared/store/leads'
import { all, sql } from '#shared/store/work'
import { anybody, graph, posts, step } from './graphs'
import { overhear } from './overhear'
import { World } from './world'

const signedUp = step('trigger', { event: 'signed_up', where: anybody })
const answers =
  (body: string, after = 50) =>
  (): Answer => ({ after, with: { is: 'answered', status: 200, body } })
const asking = (mappings: object[], rest: object = {}) => step('call-webhook', posts('ask', {}, { mappings, ...rest }))
const isScore7 = step('filter', { condition: { match: 'all', rules: [{ field: 'lead.rank', op: 'is', value: 7 }] } })

async function worldWith(g: ReturnType<typeof graph>, options = {}) {
  const world = await World.create(options)
  expect(await world.launch('welcome', g)).toEqual({ is: 'done' })
  return world
}

describe('a mapped value', () => {
  it('is seen by the very next step, for 100 leads of 100 (marketo-alm rule 8)', async () => {
    const yes = step('exit', { as: 'finished', reason: 'seen' })
    const no = step('exit', { as: 'exited', reason: 'not seen' })
    const world = await worldWith(
      graph({ in: signedUp, call: asking([{ path: 'rank', field: 'rank' }]), ask: isScore7, yes, no }, [
        'in -> call',
        'call:succeeded -> ask',
        'ask:yes -> yes',
        'ask:no -> no',
      ]),
    )
    world.receiver = answers('{"rank":7}')

    for (let i = 0; i < 100; i++) world.send({ lead: `l${i}`, name: 'signed_up' })
    await world.runOut()

    const rows = await world.store.read(
      all<{ n: number }>(sql`select count(*) as n from journeys where status = 'finished'`),
    )
    expect(rows[0]?.n).toBe(100)
    await world.finalLaws()
  })

  it.each([199, 301, 400, 429, 500])('is not taken from status %i (marketo-alm rule 7)', async status => {
    const world = await worldWith(
      graph({ in: signedUp, call: asking([{ path: 'rank', field: 'rank' }], { delivery: { retry: 'none' } }) }, [
        'in -> call',
      ]),
    )
    world.receiver = () => ({ after: 5, with: { is: 'answered', status, body: '{"rank":7}' } })
    const ada = await world.lead('ada', { rank: 1 })

    await ada.does('signed_up')

    expect(await ada.attributes()).toEqual({ rank: 1 })
  })

  it('of the wrong type is left out by itself, and the journal says why', async () => {
    const mappings = [
      { path: 'r.rank', field: 'rank' },
      { path: 'r.name', field: 'name' },
      { path: 'r.at', field: 'seen_at' },
    ]
    const world = await worldWith(graph({ in: signedUp, call: asking(mappings, { answer: 'xml' }) }, ['in -> call']))
    await world.field('rank', 'integer')
    await world.field('seen_at', 'datetime')
    world.receiver = answers('<r><rank>high</rank><name>Ada &amp; Co</name><at>2026-05-04T09:00:00.5Z</at></r>')
    const ada = await world.lead('ada')

    await ada.does('signed_up')

    expect(await ada.attributes()).toEqual({ name: 'Ada & Co', seen_at: '2026-05-04T09:00:00Z' })
    const refused = (await ada.story()).filter(entry => entry.is === 'mapped' && entry.refused !== null)
    expect(refused).toMatchObject([
      { field: 'rank', refused: 'the text "high" is no whole number, and the field is of the type integer' },
    ])
  })
})

describe('an update step', () => {
  it('reads what a template rendered by the type of its field, and leaves what it cannot read', async () => {
    const update = step('update-lead', {
      changes: [
        { field: 'visits', do: 'set', value: '{{ event.n }}' },
        { field: 'born', do: 'set', value: 'yesterday' },
      ],
    })
    const world = await worldWith(graph({ in: signedUp, update }, ['in -> update']))
    await world.field('visits', 'integer')
    await world.field('born', 'date')
    const ada = await world.lead('ada', { born: '1815-12-10' })

    await ada.does('signed_up', { n: 3 })

    expect(await ada.attributes()).toEqual({ visits: 3, born: '1815-12-10' })
  })
})

describe('merging two leads', () => {
  const waiting = graph(
    { in: signedUp, wait: step('delay', { wait: 'P1D' }), call: step('call-webhook', posts('later')) },
    ['in -> wait', 'wait -> call'],
  )

  it('moves events, sends and journeys, and the journey goes on as that of the lead that stays', async () => {
    const world = await worldWith(waiting)
    const [ada, bob] = [
      await world.lead('ada', { a: 1, both: 'ada', email: 'ada@example.com' }),
      await world.lead('bob', { b: 2, both: 'bob' }, 'Asia/Seoul'),
    ]
    await bob.does('signed_up')

    await world.merge('bob', 'ada')
    await world.runOut()

    expect(await ada.attributes()).toMatchObject({ a: 1, b: 2, both: 'ada' })
    expect((await world.store.read(findLead('bob')))?.externalId).toBe('ada')
    expect(await ada.at()).toBe('finished')
    expect(world.arrived[0]?.call.request.body).toContain('ada@example.com')
    expect((await ada.story()).some(e => e.is === 'noted' && e.what.includes('"bob" was merged into "ada"'))).toBe(true)
    await world.finalLaws()
  })

  it('lets the journey of the kept lead go on where both are in one campaign, and ends the other with its reason', async () => {
    const world = await worldWith({ ...waiting, settings: { ...waiting.settings, entry: { rule: 'once' } } })
    const [ada, bob] = [await world.lead('ada'), await world.lead('bob')]
    await ada.does('signed_up')
    await bob.does('signed_up')

    await world.merge('bob', 'ada')
    await world.runUntil('P2D')

    const journeys = await ada.journeys()
    expect(journeys.map(j => j.status)).toEqual(['finished', 'exited'])
    expect(world.arrived).toHaveLength(1)
  })

  it('takes along a call that is on the wire', async () => {
    const world = await worldWith(
      graph({ in: signedUp, call: asking([{ path: 'rank', field: 'rank' }]) }, ['in -> call']),
    )
    world.receiver = answers('{"rank":7}', 20_000)
    const [ada, bob] = [await world.lead('ada'), await world.lead('bob')]
    await bob.does('signed_up')

    await world.merge('bob', 'ada')
    await world.runUntil('PT1M')

    expect(await ada.attributes()).toEqual({ rank: 7 })
    expect(await ada.at()).toBe('finished')
    await world.finalLaws()
  })
})

describe('ids of merged leads', () => {
  const everyTime = graph({ in: signedUp }, [], { entry: { rule: 'every-time' } })
  const lookUps = (said: readonly string[]) => said.filter(text => text.includes('lead_aliases'))

  it('are not looked for where nobody was merged', async () => {
    const world = await worldWith(everyTime)
    const ada = await world.lead('ada')
    await world.die()
    const said = overhear(world.store)

    await ada.does('signed_up')
    await world.changes('ada', { plan: 'pro' })
    await world.changes('eve', { plan: 'free' })

    expect(said.some(text => text.startsWith('insert into events'))).toBe(true)
    expect(lookUps(said)).toEqual([])
  })

  it.each([
    ['from the merge on', async () => {}],
    ['after a new start, too', (world: World) => world.die()],
  ])('reach the lead that stayed %s', async (_, then) => {
    const world = await worldWith(everyTime)
    const [ada, bob] = [await world.lead('ada'), await world.lead('bob')]
    await ada.does('signed_up')

    await world.merge('bob', 'ada')
    await then(world)
    await bob.does('signed_up')
    await world.changes('bob', { plan: 'pro' })

    expect(await ada.journeys()).toHaveLength(2)
    expect(await ada.attributes()).toMatchObject({ plan: 'pro' })
    expect(await world.store.read(all(sql`select external_id from leads`))).toEqual([{ external_id: 'ada' }])
  })
})

describe('deleting a lead', () => {
  const everything = ['leads', 'events', 'journeys', 'touches', 'attempts', 'journal', 'tasks'] as const
  const secret = 'ada-lovelace'

  it.each([
    ['in a wait', step('delay', { wait: 'P1D' }), ok],
    ['with a call on the wire', asking([{ path: 'who', field: 'who' }]), answers(`{"who":"${secret}"}`, 20_000)],
    ['with a retry to come', step('call-webhook', posts('x', {}, { delivery: { retry: 'standard' } })), always(503)],
  ])('%s leaves nothing of them, and the counts still add up', async (_, second, receiver) => {
    const world = await worldWith(
      graph({ in: signedUp, call: step('call-webhook', posts(`first/{{ lead.external_id }}`)), second }, [
        'in -> call',
        'call:succeeded -> second',
      ]),
    )
    await world.lead('other')
    const ada = await world.lead(secret, { email: `${secret}@example.com` })
    world.receiver = (call, at) => (call.request.url.includes('/first/') ? ok : receiver)(call, at)
    await ada.does('signed_up', { note: secret })
    await world.runUntil('PT5S')

    await world.forget(secret)
    await world.runOut()

    for (const table of everything) {
      const rows = await world.store.read(all({ text: `select * from ${table}`, values: [] }))
      expect([table, JSON.stringify(rows).includes(secret)]).toEqual([table, false])
    }
    await world.finalLaws()
  })

  it('never gives their number to somebody else, also after a restart', async () => {
    const world = await worldWith(graph({ in: signedUp, call: step('call-webhook', posts('x')) }, ['in -> call']))
    const ada = await world.lead('ada')
    const before = (await world.store.read(findLead('ada')))?.id ?? 0
    await world.forget('ada')
    await world.die()
    await ada.does('signed_up')

    expect((await world.store.read(findLead('ada')))?.id).toBeGreaterThan(before)
  })
})

describe('behind a call that failed', () => {
  const asks = (...rules: object[]) => step('filter', { condition: { match: 'all', rules } })
  const is = (field: string, value: string | number) => ({ field, op: 'is', value })
  const seen = step('exit', { as: 'finished', reason: 'seen' })
  const failing = { delivery: { retry: 'none' } }

  const cases: readonly (readonly [what: string, answer: Answer['with'], rules: object[]])[] = [
    ['the body of the error', { is: 'answered', status: 422, body: '{"error":"bad"}' }, [is('response.error', 'bad')]],
    ['its status', { is: 'answered', status: 422, body: '' }, [is('call.status', 422), is('call.outcome', 'failed')]],
    [
      'no answer of an earlier call',
      { is: 'answered', status: 500, body: '<b>no</b>' },
      [{ field: 'response.old', op: 'missing' }],
    ],
    [
      'that none came',
      { is: 'unreachable', cause: 'connect' },
      [{ field: 'response.old', op: 'missing' }, { field: 'call.status', op: 'missing' }, is('call.outcome', 'failed')],
    ],
  ]
  it.each(cases)('the next step sees %s', async (_, answer, rules) => {
    const world = await worldWith(
      graph({ in: signedUp, first: asking([]), second: asking([], failing), ask: asks(...rules), seen }, [
        'in -> first',
        'first:succeeded -> second',
        'second:failed -> ask',
        'ask:yes -> seen',
      ]),
    )
    let calls = 0
    world.receiver = () => ({
      after: 5,
      with: ++calls === 1 ? { is: 'answered', status: 200, body: '{"old":1}' } : answer,
    })
    const ada = await world.lead('ada')

    await ada.does('signed_up')

    expect((await ada.story()).findLast(entry => entry.is === 'ended')).toMatchObject({ step: 'seen' })
    await world.finalLaws()
  })
})
