import { describe, expect, it } from 'vitest'
import { explain } from '#shared/explain/explain'
import type { Settings } from '#shared/graph/schema'
import { BUCKETS, bucketOf } from '#shared/rules/assignment'
import { all, sql } from '#shared/store/work'
import { anybody, goalOf, graph, posts, step } from './graphs'
import { runSeed } from './run'
import { World } from './world'

const variants = ['a', 'b'].map(id => ({ id, label: id.toUpperCase(), weight: 45 }))
// Windows are over soon: what is said of an experiment is said of leads whose window is.
const goals = [goalOf('bought', 'PT5M')]
const winner = { as: 'winner', leads: null, time: null, ifNone: 'go-on' } as const

const campaign = (config: Record<string, unknown>, settings: Partial<Settings> = {}) =>
  graph(
    {
      in: step('trigger', { event: 'signed_up', where: anybody }),
      split: step('variants', { variants, control: 10, ...config }),
    },
    ['in -> split'],
    { goals, entry: { rule: 'every-time' }, ...settings },
  )

async function worldWith(config: Record<string, unknown>, options = {}) {
  const world = await World.create(options)
  // Crashes begin behind the launch: one that dies after its commit is refused the second time.
  const { share } = world.crash
  world.crash.share = 0
  expect(await world.launch('c', campaign(config))).toEqual({ is: 'done' })
  world.crash.share = share
  return world
}

/** Lets leads in, all at once, and those convert whose variant is among `buying` with that share. Answers who got what. */
async function enter(world: World, names: readonly string[], buying: Record<string, number> = {}) {
  for (const lead of names) world.send({ lead, name: 'signed_up' })
  await world.runUntil('PT1S')
  const got = await variantsOf(world, names)
  for (const [i, lead] of names.entries())
    if ((i * 0.618) % 1 < (buying[got[i] ?? ''] ?? 0)) world.send({ lead, name: 'bought' })
  await world.runUntil('PT6M11S')
  return got
}

async function variantsOf(world: World, names: readonly string[]): Promise<(string | undefined)[]> {
  const found = await Promise.all(names.map(name => world.journeysOf(name)))
  return found.map(journeys => journeys.at(-1)?.memory.variants['split'])
}

const leads = (n: number, prefix = 'lead') => Array.from({ length: n }, (_, i) => `${prefix}-${i}`)
const isControl = (lead: string) => bucketOf('c', 'split', lead) >= BUCKETS * 0.9
const counted = async (world: World) => (await world.report('c')).experiments[0]?.shares.map(s => s.entered)

describe('a conversion that gives way to an earlier one', () => {
  it('is counted once among the leads of its hour', async () => {
    const world = await worldWith({})
    const ada = await world.lead('ada')
    await ada.does('signed_up')
    await world.runUntil('PT2M')
    await ada.does('bought')

    await world.post({ lead: 'ada', name: 'bought', at: world.now - 60_000 })

    const converted = await world.store.read(
      all<{ n: number }>(sql`select sum(n) as n from cohorts where what like 'goal:%:converted:%'`),
    )
    expect(converted).toEqual([{ n: 1 }])
    await world.finalLaws()
  })
})

describe('an exact rotation', () => {
  const turns = { draw: 'rotation', control: 0, variants: variants.map(v => ({ ...v, weight: 50 })) }

  it('marketo-alm B4: at 50/50 never lets the groups differ by more than one, in batches and one by one, over crashes', async () => {
    const world = await worldWith(turns, { seed: 5, crashes: 0.05 })
    let all = 0
    for (const size of [1, 7, 1, 40, 3, 1, 25, 2]) {
      await enter(world, leads(size, `at-${all}`))
      all += size
      const [a = 0, b = 0] = (await counted(world)) ?? []

      expect(a + b).toBe(all)
      expect(Math.abs(a - b)).toBeLessThanOrEqual(1)
    }
    expect(world.deaths).toBeGreaterThan(0)
    await world.finalLaws()
  })

  it('gives a lead who comes again the next turn, and says so', async () => {
    const world = await worldWith(turns)
    const ada = await world.lead('ada')
    for (let i = 0; i < 4; i++) await ada.does('signed_up')

    expect((await ada.journeys()).map(j => j.memory.variants['split'])).toEqual(['a', 'b', 'a', 'b'])
    expect(await sentence(world, 'ada')).toBe('Put into B: its turn in the exact rotation (lead 4).')
  })

  it('begins anew with new weights, and goes on where it was with the old ones', async () => {
    const world = await worldWith(turns)
    await enter(world, ['l-0'])
    await world.launch('c', campaign({ ...turns, variants: variants.map((v, i) => ({ ...v, weight: i ? 75 : 25 })) }))

    expect(await enter(world, leads(8, 'x'))).toHaveLength(8)
    expect((await variantsOf(world, leads(8, 'x'))).filter(v => v === 'b')).toHaveLength(6)
  })
})

describe('a winner', () => {
  it('is not told by leads whose window is open: who converts sooner has not converted more', async () => {
    const world = await World.create({ start: '2026-05-04T09:00:00Z' })
    const week = { goals: [goalOf('bought', 'P7D')] }
    expect(
      await world.launch(
        'c',
        campaign({ decide: winner, control: 0, variants: variants.map(v => ({ ...v, weight: 50 })) }, week),
      ),
    ).toEqual({ is: 'done' })
    const names = leads(400)
    for (const lead of names) world.send({ lead, name: 'signed_up' })
    await world.runUntil('PT1S')
    const got = await variantsOf(world, names)
    const buy = (variant: string) => {
      for (const [i, lead] of names.entries())
        if (got[i] === variant && (i * 0.618) % 1 < 0.3) world.send({ lead, name: 'bought' })
    }

    buy('a')
    await world.runUntil('P3D')
    const early = (await world.report('c')).experiments[0]
    expect(await world.experiment('c', 'split')).toMatchObject({ state: 'testing' })
    buy('b')
    await world.runUntil('P5D')

    expect(early?.shares.map(s => [s.conversions > 0, s.judged])).toEqual([
      [true, 0],
      [false, 0],
    ])
    expect(early?.judgement?.comparisons[0]?.verdict).toBe('undecided')
    expect(await world.experiment('c', 'split')).toMatchObject({ state: 'testing' })
    expect((await world.report('c')).experiments[0]?.judgement?.comparisons[0]).toMatchObject({
      verdict: 'undecided',
      difference: { value: expect.closeTo(0, 1) },
    })
    await world.finalLaws()
  })

  it('by a goal that counts from the last webhook is told when the journeys are over', async () => {
    const steps = {
      in: step('trigger', { event: 'signed_up', where: anybody }),
      split: step('variants', { variants: variants.map(v => ({ ...v, weight: 50 })), control: 0, decide: winner }),
      soon: step('call-webhook', posts('soon')),
      wait: step('delay', { wait: 'P2D' }),
      late: step('call-webhook', posts('late')),
    }
    const edges = ['in -> split', 'split:a -> soon', 'split:b -> wait', 'wait -> late']
    const world = await World.create()
    await world.launch('c', graph(steps, edges, { goals: [goalOf('bought', 'PT1H', { from: 'last-touch' })] }))
    const names = leads(300)
    for (const lead of names) world.send({ lead, name: 'signed_up' })
    await world.runUntil('PT1M')
    const got = await variantsOf(world, names)
    const buy = (variant: string) => {
      for (const [i, lead] of names.entries()) if (got[i] === variant) world.send({ lead, name: 'bought' })
    }
    buy('a')
    await world.runUntil('P1D')
    expect(await world.experiment('c', 'split')).toMatchObject({ state: 'testing' })
    await world.runUntil('P1DT1M')
    buy('b')
    await world.runUntil('P1D')

    const [{ judgement } = {}] = (await world.report('c')).experiments
    expect(await world.experiment('c', 'split')).toMatchObject({ state: 'testing' })
    expect(judgement?.comparisons[0]?.difference?.value).toBeCloseTo(0, 1)
    await world.finalLaws()
  })

  it('is found once it is significant; from then on all new leads but control go there, and the journal says why', async () => {
    const world = await worldWith({ decide: winner })
    await enter(world, leads(400), { a: 0.1, b: 0.6, control: 0.1 })
    expect(await world.experiment('c', 'split')).toMatchObject({ state: 'won', winner: 'b', decidedBy: 'rule' })

    const after = leads(60, 'later')
    const got = await enter(world, after)

    expect(got).toEqual(after.map(lead => (isControl(lead) ? 'control' : 'b')))
    expect(new Set(got)).toEqual(new Set(['control', 'b']))
    const routed = after.find(lead => !isControl(lead)) ?? ''
    expect(await sentence(world, routed)).toMatch(
      /^Went to B: the winner since .* \(UTC\), ahead of control by [\d.]+ points \([\d.]+ to [\d.]+\)\.$/,
    )
    const [{ standing, shares, judgement } = {}] = (await world.report('c')).experiments
    expect(standing).toMatchObject({ state: 'won', winner: 'b', by: 'rule' })
    expect(shares?.map(s => [s.id, s.current])).toEqual([
      ['a', 0],
      ['b', 90],
      ['control', 10],
    ])
    expect(judgement?.comparisons.map(c => c.verdict)).toContain('ahead')
    await world.finalLaws()
  })

  it('is nobody while the groups convert alike, and the split stays', async () => {
    const world = await worldWith({ decide: winner })
    await enter(world, leads(300), { a: 0.3, b: 0.3, control: 0.3 })

    expect(await world.experiment('c', 'split')).toMatchObject({ state: 'testing', winner: null })
    expect(new Set(await enter(world, leads(60, 'later')))).toEqual(new Set(['a', 'b', 'control']))
  })

  it('braze 2.3: is not looked for before the time since the first lead, and then by itself, also after a restart', async () => {
    const world = await worldWith({ decide: { ...winner, time: 'P7D' } }, { start: '2026-05-04T09:00:00Z' })
    await enter(world, leads(400), { a: 0.1, b: 0.6 })
    await world.die()
    await world.runUntil('2026-05-11T08:59:00Z')
    expect(await world.experiment('c', 'split')).toMatchObject({ state: 'testing' })

    await world.runUntil('2026-05-12T00:00:00Z')

    expect(await world.experiment('c', 'split')).toMatchObject({
      state: 'won',
      winner: 'b',
      decidedAt: Date.parse('2026-05-11T09:00:00Z'),
    })
  })

  it('braze 2.3: keeps the mix when time is up and nobody is ahead, whatever comes later', async () => {
    const world = await worldWith({ decide: { ...winner, time: 'P1D', ifNone: 'keep-mix' } })
    await enter(world, leads(60), { a: 0.3, b: 0.3 })
    await world.runUntil('P1D')
    expect(await world.experiment('c', 'split')).toMatchObject({ state: 'mixed', winner: null })

    await enter(world, leads(400, 'later'), { b: 0.8 })

    expect(await world.experiment('c', 'split')).toMatchObject({ state: 'mixed' })
  })

  it('is a row: a process that dies between the decision and the leads, or before it, changes nothing', async () => {
    const world = await worldWith({ decide: winner }, { seed: 5, crashes: 0.2 })
    await enter(world, leads(400), { a: 0.1, b: 0.6 })
    await world.die()
    const got = await enter(world, leads(40, 'later'))

    expect(world.deaths).toBeGreaterThan(1)
    expect(await world.experiment('c', 'split')).toMatchObject({ state: 'won', winner: 'b' })
    expect(got).toEqual(leads(40, 'later').map(lead => (isControl(lead) ? 'control' : 'b')))
    await world.finalLaws()
  })

  it('holds for leads who still walk an older version, and ends with a version that has not the variant', async () => {
    const world = await World.create()
    const slow = campaign({ decide: winner })
    const waiting = {
      ...slow,
      steps: { ...slow.steps, wait: step('delay', { wait: 'P1D' }) },
      edges: [
        { from: 'in', port: 'next', to: 'wait' },
        { from: 'wait', port: 'next', to: 'split' },
      ],
    }
    await world.launch('c', waiting)
    await enter(world, leads(20, 'slow'))
    await world.launch('c', campaign({ decide: winner }))
    await enter(world, leads(400), { a: 0.1, b: 0.6 })
    await world.runUntil('P1D')

    expect(await variantsOf(world, leads(20, 'slow'))).toEqual(
      leads(20, 'slow').map(lead => (isControl(lead) ? 'control' : 'b')),
    )
    const others = ['a', 'c'].map(id => ({ id, label: id.toUpperCase(), weight: 45 }))
    await world.launch('c', campaign({ decide: winner, variants: others }))
    expect(new Set(await enter(world, leads(60, 'new')))).toEqual(new Set(['a', 'c', 'control']))
  })
})

describe('weights that are changed while the campaign is live', () => {
  const at = (a: number, b: number) => ({
    control: 0,
    variants: [
      { id: 'a', label: 'A', weight: a },
      { id: 'b', label: 'B', weight: b },
    ],
  })
  const judged = async (world: World) => (await world.report('c')).experiments[0]?.judgement

  it('raise no alarm about the split, and hold leads against those of the same weights', async () => {
    const world = await worldWith(at(90, 10))
    await enter(world, leads(600, 'early'), { a: 0.8, b: 0.95 })

    await world.launch('c', campaign(at(10, 90)))
    await enter(world, leads(600, 'late'), { a: 0.05, b: 0.2 })

    const [{ shares = [], judgement } = {}] = (await world.report('c')).experiments
    const [a, b] = shares
    expect((a?.rate ?? 0) > (b?.rate ?? 0)).toBe(true)
    expect(judgement).toMatchObject({ weightings: 2, sampleRatio: { warning: null } })
    expect(judgement?.comparisons[0]?.difference?.value).toBeGreaterThan(0)
    await world.finalLaws()
  })

  it('are one weighting with all versions that have the same ones', async () => {
    const world = await worldWith(at(50, 50))
    await enter(world, leads(40, 'first'))
    for (const [a, b] of [
      [80, 20],
      [50, 50],
    ] as const) {
      await world.launch('c', campaign(at(a, b)))
      await enter(world, leads(40, `at-${a}`))
    }

    expect(await judged(world)).toMatchObject({ weightings: 2 })
  })

  it('do not let the rule choose who got more leads when everybody converted', async () => {
    const deciding = { ...at(90, 10), decide: { ...winner, leads: 500 } }
    const world = await worldWith(deciding)
    await enter(world, leads(1500, 'early'), { a: 0.8, b: 0.95 })

    await world.launch('c', campaign({ ...deciding, ...at(10, 90) }))
    await enter(world, leads(1500, 'late'), { a: 0.05, b: 0.2 })
    await world.runUntil('PT1M')

    const row = await world.experiment('c', 'split')
    expect(row).toMatchObject({ state: 'won', winner: 'b' })
    expect(await judged(world)).toMatchObject({ weightings: 2, sampleRatio: { warning: null } })
  })

  it('leave leads out of the verdict who were drawn by weights that learn', async () => {
    const world = await worldWith({ ...at(50, 50), decide: { as: 'bandit' } })
    await enter(world, leads(300, 'learning'), { a: 0.05, b: 0.9 })
    await world.runUntil('PT1M')
    await enter(world, leads(100, 'learned'), { a: 0.05, b: 0.9 })

    await world.launch('c', campaign(at(50, 50)))
    await enter(world, leads(100, 'testing'))

    const [{ judgement, leftOut, firstEntries } = {}] = (await world.report('c')).experiments
    expect([leftOut, firstEntries]).toEqual([400, 100])
    expect(judgement).toMatchObject({ weightings: 1, sampleRatio: { warning: null } })
  })

  it('count a lead who is moved to a new version where it was drawn, whenever it converts', async () => {
    const walking = (config: object) =>
      graph(
        {
          in: step('trigger', { event: 'signed_up', where: anybody }),
          split: step('variants', { variants, control: 0, ...config }),
          a: step('delay', { wait: 'P1D' }),
          b: step('delay', { wait: 'P1D' }),
        },
        ['in -> split', 'split:a -> a', 'split:b -> b'],
        { goals: [goalOf('bought', 'PT1H')], entry: { rule: 'every-time' } },
      )
    const world = await World.create()
    await world.launch('c', walking(at(50, 50)))
    await enter(world, leads(20))
    const stay = ['a', 'b'].map(step => ({ version: 1, step, as: 'stay' }) as const)

    await world.launch('c', walking(at(10, 90)), stay)
    await world.runUntil('PT1M')
    for (const lead of leads(20)) world.send({ lead, name: 'bought' })
    await world.runUntil('PT2H')

    const where = await world.store.read(
      all(sql`select version, sum(n) as n from counts where what like 'converted-first:%' group by version`),
    )
    expect(where).toEqual([{ version: 1, n: 20 }])
    expect(await judged(world)).toMatchObject({ weightings: 1 })
    await world.finalLaws()
  })
})

describe('a decision by hand', () => {
  it('sends everybody but control to a variant, whatever the rule says', async () => {
    const world = await worldWith({})
    const before = await enter(world, leads(40))
    expect(await world.decides('c', 'split', { do: 'send-to', variant: 'a' })).toEqual({ is: 'done' })

    const again = await enter(world, leads(40))

    expect(again).toEqual(before.map(variant => (variant === 'control' ? 'control' : 'a')))
    expect(await sentence(world, leads(40).find(lead => !isControl(lead)) ?? '')).toMatch(
      /^Went to A: chosen by hand for everybody since /,
    )
  })

  it('goes on testing, and no rule chooses any more', async () => {
    const world = await worldWith({ decide: winner })
    await enter(world, leads(400), { a: 0.1, b: 0.6 })
    await world.decides('c', 'split', { do: 'go-on-testing' })
    const got = await enter(world, leads(60, 'later'), { b: 1 })

    expect(new Set(got)).toEqual(new Set(['a', 'b', 'control']))
    expect(await world.experiment('c', 'split')).toMatchObject({ state: 'testing', decidedBy: 'hand' })
  })

  it('starts anew: nobody who entered before is counted, also when they convert later', async () => {
    const world = await worldWith({ decide: winner })
    await enter(world, leads(400), { a: 0.1, b: 0.6 })
    expect(await world.decides('c', 'split', { do: 'start-anew' })).toEqual({ is: 'done' })
    expect(await counted(world)).toEqual([0, 0, 0])

    for (const lead of leads(400)) world.send({ lead, name: 'bought' })
    const got = await enter(world, leads(60, 'later'))

    expect(new Set(got)).toEqual(new Set(['a', 'b', 'control']))
    const [{ shares = [], standing } = {}] = (await world.report('c')).experiments
    expect(shares.reduce((sum, s) => sum + s.entered, 0)).toBe(60)
    expect(shares.every(s => s.conversions === 0)).toBe(true)
    expect(standing).toMatchObject({ state: 'testing', by: 'rule' })
    await world.finalLaws()
  })

  it('is refused for control, for what is not there, and for a campaign that does not run', async () => {
    const world = await worldWith({})

    expect(await world.decides('c', 'split', { do: 'send-to', variant: 'control' })).toEqual({
      is: 'no-variant',
      variants: ['a', 'b'],
    })
    expect(await world.decides('c', 'in', { do: 'start-anew' })).toEqual({ is: 'no-split' })
    expect(await world.decides('nobody', 'split', { do: 'start-anew' })).toEqual({ is: 'not-running' })
    await world.stop('c')
    expect(await world.decides('c', 'split', { do: 'go-on-testing' })).toEqual({ is: 'not-running' })
    expect(await world.experiment('c', 'split')).toBeUndefined()
  })

  it('leaves a paused campaign paused', async () => {
    const world = await worldWith({})
    await world.pause('c')
    await world.decides('c', 'split', { do: 'start-anew' })

    expect((await world.report('c')).campaign).toMatchObject({ status: 'paused', liveVersion: 2 })
  })
})

describe('weights that learn', () => {
  it('move to the variant that converts, keep control and a floor, and say so', async () => {
    const world = await worldWith({ decide: { as: 'bandit' } })
    await enter(world, leads(200), { a: 0.1, b: 0.7 })
    const later = leads(300, 'later')
    const got = await enter(world, later)

    const share = (variant: string) => got.filter(v => v === variant).length / got.length
    expect(share('b')).toBeGreaterThan(0.75)
    expect(share('a')).toBeGreaterThan(0.01)
    expect(got.map(v => v === 'control')).toEqual(later.map(isControl))
    expect(await sentence(world, later[got.indexOf('b')] ?? '')).toMatch(/, by weights that follow the results since /)
    const [{ judgement, shares = [] } = {}] = (await world.report('c')).experiments
    expect(judgement).toBeNull()
    expect(shares.reduce((sum, s) => sum + s.current, 0)).toBeCloseTo(100, 9)
    await world.finalLaws()
  })
})

describe('the goal of all this', () => {
  it('braze R27: a control lead receives nothing, before and after a winner is found', async () => {
    const world = await World.create()
    const drawn = campaign({ decide: winner })
    const calls = { a: step('call-webhook', posts('a')), b: step('call-webhook', posts('b')) }
    await world.launch('c', {
      ...drawn,
      steps: { ...drawn.steps, ...calls },
      edges: [...drawn.edges, { from: 'split', port: 'a', to: 'a' }, { from: 'split', port: 'b', to: 'b' }],
    })
    // New leads each time: where leads may come again, the first entry of each counts.
    for (let round = 0; round < 3; round++)
      await enter(world, leads(200, `round-${round}`), { a: 0.1, b: 0.6, control: 0.1 })

    expect(await world.experiment('c', 'split')).toMatchObject({ state: 'won', winner: 'b' })
    const touched = await world.store.read(
      all<{ external_id: string }>(sql`select distinct l.external_id from touches o join leads l on l.id = o.lead_id`),
    )
    expect(touched.length).toBeGreaterThan(150)
    expect(touched.filter(({ external_id: lead }) => isControl(lead))).toEqual([])
  })

  it('is the same for the same seed, byte for byte (law 9)', async () => {
    expect(await runSeed(77)).toEqual(await runSeed(77))
  })
})

/** What the journal says about how a lead was drawn the last time. */
async function sentence(world: World, lead: string): Promise<string> {
  const journey = (await world.journeysOf(lead)).at(-1)
  const entries = journey === undefined ? [] : await world.journal(journey)
  const drawn = entries.find(entry => entry.is === 'assigned')
  return drawn === undefined ? '' : explain(drawn, { graph: campaign({}), zone: 'UTC' })
}
