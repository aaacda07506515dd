import { describe, expect, it } from 'vitest'
import { explain } from '#shared/explain/explain'
import { checkSplits } from '#shared/graph/splits'
import { mayLaunch, validate } from '#shared/graph/validate'
import { prepare, start } from '#shared/journey/journey'
import { BUCKETS, bucketOf, movedBetween, type Share, shareOf } from '#shared/rules/assignment'
import { type AssignedBy, drawShare, type ExperimentFacts, type Routing } from '#shared/rules/experiments'
import { nextInRotation, rotationKey } from '#shared/rules/rotation'
import { chiSquareTail } from '#shared/rules/statistics/distributions'
import { dice } from '#shared/simulate/chance'
import { kindOf } from '#shared/steps/index'
import { sharesOf } from '#shared/steps/variants'
import type { World } from '#shared/world'
import { anybody, goalOf, graph, step } from '../sim/graphs'

const letters = 'abcdefghij'
const variantsOf = (...weights: number[]) =>
  weights.map((weight, i) => ({ id: letters[i] ?? '', label: (letters[i] ?? '').toUpperCase(), weight }))
const split = (weights: readonly number[], control = 0): Share[] =>
  sharesOf({ variants: variantsOf(...weights), control })

/** The p value of Pearson's chi-square test of counts against the weights of the shares. */
function likelihood(counts: ReadonlyMap<string, number>, shares: readonly Share[]): number {
  const whole = [...counts.values()].reduce((sum, n) => sum + n, 0)
  const distance = shares.reduce((sum, { id, weight }) => {
    const expected = (whole * weight) / 100
    return sum + ((counts.get(id) ?? 0) - expected) ** 2 / expected
  }, 0)
  return chiSquareTail(distance, shares.length - 1)
}

function count(counts: Map<string, number>, id: string): void {
  counts.set(id, (counts.get(id) ?? 0) + 1)
}

const draws =
  (shares: readonly Share[], facts?: ExperimentFacts, more: Partial<Parameters<typeof drawShare>[0]> = {}) =>
  (lead: string) =>
    drawShare({ shares, draw: 'sticky', facts, campaign: 'c', step: 's', lead, entry: 'e', ...more })

describe('the split by hash', () => {
  it.each([
    { weights: [50, 50], control: 0 },
    { weights: [45, 45], control: 10 },
    { weights: [90, 9, 1], control: 0 },
    { weights: [33.34, 33.33, 33.33], control: 0 },
    { weights: Array.from({ length: 10 }, () => 9), control: 10 },
  ])(
    'braze R27: gives $weights with control $control their parts of a million ids (chi-square)',
    ({ weights, control }) => {
      const shares = split(weights, control)
      const counts = new Map<string, number>()

      for (let i = 0; i < 1_000_000; i++)
        count(counts, shareOf(bucketOf('welcome', 'split', `lead-${i}`), shares).share.id)

      expect(counts.size).toBe(shares.length)
      expect(likelihood(counts, shares)).toBeGreaterThan(0.001)
    },
    60_000,
  )

  it('braze R27: gives the same lead the same variant over 1,000 re-entries', () => {
    const compiled = prepare(campaign({}), 'welcome')
    for (const lead of ['ada', 'bob', 'eve']) {
      const variants = Array.from({ length: 1_000 }, (_, i) => enter(compiled, lead, `entry-${i}`, i * 60_000))

      expect(new Set(variants).size).toBe(1)
    }
  })

  it('splits a cloned campaign, and a second split of the same campaign, independently (chi-square of the joint table)', () => {
    const shares = split([45, 45], 10)
    const leads = 200_000
    for (const [campaign, name] of [
      ['welcome-2', 'split'],
      ['welcome', 'split-2'],
    ] as const) {
      const joint = new Map<string, number>()
      for (let i = 0; i < leads; i++) {
        const one = shareOf(bucketOf('welcome', 'split', `lead-${i}`), shares).share.id
        count(joint, `${one} ${shareOf(bucketOf(campaign, name, `lead-${i}`), shares).share.id}`)
      }
      let distance = 0
      for (const a of shares)
        for (const b of shares) {
          const expected = (leads * a.weight * b.weight) / 10_000
          distance += ((joint.get(`${a.id} ${b.id}`) ?? 0) - expected) ** 2 / expected
        }

      expect(chiSquareTail(distance, 8)).toBeGreaterThan(0.001)
    }
  })
})

describe('a lead who is drawn anew at each entry', () => {
  const shares = split([60, 30], 10)

  it('meets every variant, in proportion to its weight', () => {
    const variants = shares.slice(0, 2).map(s => ({ ...s, weight: s.weight / 0.9 }))
    const lead = ['ada', 'bob', 'eve', 'joe'].find(id => draws(shares)(id).share.id !== 'control') ?? ''
    const counts = new Map<string, number>()

    for (let i = 0; i < 50_000; i++)
      count(counts, draws(shares, undefined, { draw: 'each-entry', entry: `e-${i}` })(lead).share.id)

    expect([...counts.keys()].sort()).toEqual(['a', 'b'])
    expect(likelihood(counts, variants)).toBeGreaterThan(0.001)
  })

  it('braze R27: stays in control, or out of it, at every entry', () => {
    for (let i = 0; i < 2_000; i++) {
      const once = draws(shares)(`lead-${i}`).share.id === 'control'
      for (const entry of ['e-1', 'e-2', 'e-3'])
        expect(draws(shares, undefined, { draw: 'each-entry', entry })(`lead-${i}`).share.id === 'control').toBe(once)
    }
  })

  it('is drawn by the event that let it in, or by the instant where none did, and never by chance (law 9)', () => {
    const compiled = prepare(campaign({ draw: 'each-entry', control: 0, variants: variantsOf(50, 50) }), 'welcome')
    const entries = Array.from({ length: 40 }, (_, i) => i)

    const byEvent = entries.map(i => enter(compiled, 'ada', `entry-${i}`, 0))
    const byInstant = entries.map(i => enter(compiled, 'ada', null, i))

    expect(new Set(byEvent).size).toBe(2)
    expect(new Set(byInstant).size).toBe(2)
    expect(entries.map(i => enter(compiled, 'ada', `entry-${i}`, 99))).toEqual(byEvent)
  })
})

describe('the exact rotation', () => {
  it('marketo-alm B4: at 50/50 never lets the groups differ by more than one', () => {
    const shares = variantsOf(50, 50)
    const taken = new Map<string, number>()
    for (let n = 1; n <= 1_000; n++) {
      count(taken, nextInRotation(shares, taken)?.id ?? '')

      expect(Math.abs((taken.get('a') ?? 0) - (taken.get('b') ?? 0))).toBeLessThanOrEqual(1)
    }
  })

  it('keeps every variant within one lead of its part, for any weights of up to ten variants', () => {
    const random = dice(11)
    for (let round = 0; round < 300; round++) {
      const shares = variantsOf(...Array.from({ length: 1 + random.below(10) }, () => random.below(100)))
      const whole = shares.reduce((sum, s) => sum + s.weight, 0)
      if (whole === 0) continue
      const taken = new Map<string, number>()
      let farthest = 0
      for (let n = 1; n <= 400; n++) {
        count(taken, nextInRotation(shares, taken)?.id ?? 'nobody')
        for (const { id, weight } of shares)
          farthest = Math.max(farthest, Math.abs((taken.get(id) ?? 0) - (n * weight) / whole))
      }

      expect(farthest).toBeLessThan(1)
    }
  })

  it('begins anew with other weights, and has nobody where no variant has a weight', () => {
    expect(rotationKey(variantsOf(50, 50))).not.toBe(rotationKey(variantsOf(60, 40)))
    expect(nextInRotation(variantsOf(0, 0), new Map())).toBeUndefined()
    expect(nextInRotation(variantsOf(0, 100), new Map([['b', 9]]))?.id).toBe('b')
  })

  it('takes turns among the variants, while control stays with the hash of the lead (braze R27)', () => {
    const shares = split([45, 45], 10)
    const facts = { rotations: new Map([[rotationKey(shares.slice(0, 2)), new Map([['a', 3]])]]) }
    for (let i = 0; i < 500; i++) {
      const isControl = draws(shares)(`lead-${i}`).share.id === 'control'
      const drawn = draws(shares, facts, { draw: 'rotation' })(`lead-${i}`)

      expect(drawn.share.id).toBe(isControl ? 'control' : 'b')
      if (!isControl) expect(drawn.by).toEqual({ is: 'rotation', turn: 4 })
    }
  })
})

describe('a decision', () => {
  const shares = split([45, 45], 10)
  const winner: Routing = { is: 'winner', variant: 'b', since: 5, by: 'rule', ahead: null }

  it('braze R27: sends everybody to the winner and leaves control where it was', () => {
    for (const draw of ['sticky', 'each-entry', 'rotation'] as const)
      for (let i = 0; i < 500; i++) {
        const before = draws(shares, undefined, { draw })(`lead-${i}`).share.id
        const after = draws(shares, { route: winner }, { draw })(`lead-${i}`)

        expect(after.share.id).toBe(before === 'control' ? 'control' : 'b')
        if (before !== 'control') expect(after.by).toEqual({ is: 'winner', since: 5, by: 'rule', ahead: null })
      }
  })

  it('says nothing to a version that does not have the winner, nor to one with other variants', () => {
    const gone: Routing = { ...winner, variant: 'z' }
    const others: Routing = { is: 'weights', since: 5, weights: { a: 80, z: 10 } }
    for (let i = 0; i < 200; i++)
      for (const route of [gone, others, { ...winner, variant: 'control' }])
        expect(draws(shares, { route })(`lead-${i}`).share.id).toBe(draws(shares)(`lead-${i}`).share.id)
  })

  it('moves the slices to the weights that were learnt, and never the one of control', () => {
    const route: Routing = { is: 'weights', since: 5, weights: { a: 15, b: 75 } }
    const counts = new Map<string, number>()
    let crossed = 0
    for (let i = 0; i < 100_000; i++) {
      const drawn = draws(shares, { route })(`lead-${i}`)
      count(counts, drawn.share.id)
      if ((drawn.share.id === 'control') !== (draws(shares)(`lead-${i}`).share.id === 'control')) crossed++
    }

    expect(crossed).toBe(0)
    expect(
      likelihood(counts, [...variantsOf(15, 75), { id: 'control', label: 'Control', weight: 10 }]),
    ).toBeGreaterThan(0.001)
  })

  it('is told with what was seen', () => {
    const about = { graph: campaign({}), zone: 'Asia/Seoul' }
    const base = { is: 'assigned', step: 'split', variant: 'b', label: 'B', bucket: 4211, range: [0, 9000] } as const
    const at = Date.parse('2026-05-14T03:00:00Z')
    const since = Date.parse('2026-05-12T00:00:00Z')
    const ahead = { of: 'control', value: 0.021, low: 0.004, high: 0.038 }
    const say = (by: AssignedBy) => explain({ ...base, at, by }, about)

    expect(say({ is: 'winner', since, by: 'rule', ahead })).toBe(
      'Went to B: the winner since Tue 12 May, 09:00 (Asia/Seoul), ahead of control by 2.1 points (0.4 to 3.8).',
    )
    expect(say({ is: 'winner', since, by: 'hand', ahead: null })).toBe(
      'Went to B: chosen by hand for everybody since Tue 12 May, 09:00 (Asia/Seoul).',
    )
    expect(say({ is: 'rotation', turn: 12 })).toBe('Put into B: its turn in the exact rotation (lead 12).')
    expect(say({ is: 'entry' })).toBe(
      'Drawn into B (90 %) for this entry. Details: bucket 4,211 of 10,000, in 0-8,999.',
    )
    expect(say({ is: 'weights', since })).toBe(
      'Drawn into B (90 %), by weights that follow the results since Tue 12 May, 09:00 (Asia/Seoul). Details: bucket 4,211 of 10,000, in 0-8,999.',
    )
  })
})

describe('new weights for a live campaign', () => {
  const live = (config: Record<string, unknown>) => campaign({ variants: variantsOf(50, 50), control: 0, ...config })
  const codes = (after: Record<string, unknown>, before: Record<string, unknown> = {}) =>
    checkSplits(live(after), live(before)).map(p => p.code)

  it('braze R27: are warned of with the exact share of leads who change sides', () => {
    const [problem, ...others] = checkSplits(live({ variants: variantsOf(40, 60) }), live({}))

    expect(others).toEqual([])
    expect(problem).toMatchObject({
      code: 'variants.moves',
      severity: 'warning',
      step: 'split',
      path: 'config.variants',
    })
    expect(problem?.message).toContain('10 % change sides (10 % from A to B)')
    expect(mayLaunch(validate(live({ variants: variantsOf(40, 60) })))).toBe(true)
  })

  it('are counted bucket by bucket', () => {
    const random = dice(12)
    const some = () => {
      const a = random.below(60)
      const b = random.below(100 - a)
      const control = random.below(100 - a - b)
      return split([a, b, 100 - a - b - control], control)
    }
    for (let round = 0; round < 50; round++) {
      const [before, after] = [some(), some()]
      let moved = 0
      for (let bucket = 0; bucket < BUCKETS; bucket++)
        if (shareOf(bucket, before).share.id !== shareOf(bucket, after).share.id) moved++

      expect(movedBetween(before, after).reduce((sum, { part }) => sum + part, 0)).toBeCloseTo(moved / BUCKETS, 9)
    }
  })

  it('are warned of when a variant is taken out, too, and not when leads are drawn anew anyway', () => {
    const three = { variants: variantsOf(50, 25, 25) }
    const [problem] = checkSplits(live({}), live(three))

    expect(problem?.message).toContain('25 % change sides (25 % from C to B)')
    expect(codes({ ...three, draw: 'each-entry' })).toEqual([])
    expect(codes({})).toEqual([])
    expect(checkSplits(live({}), null)).toEqual([])
  })

  it('braze R27: may lower control after a launch and not raise it, with a repair', () => {
    const ten = { variants: variantsOf(45, 45), control: 10 }
    const five = { variants: variantsOf(45, 50), control: 5 }
    const [raised] = checkSplits(live(ten), live(five))

    expect(raised).toMatchObject({ code: 'variants.control-raised', severity: 'error', path: 'config.control' })
    expect(raised?.repair?.set).toEqual([
      { path: 'config.control', value: 5 },
      { path: 'config.variants.0.weight', value: 45 },
      { path: 'config.variants.1.weight', value: 50 },
    ])
    expect(codes(five, ten)).toEqual(['variants.moves'])
    expect(codes(ten)).toContain('variants.control-raised')
  })

  it('braze R27: never take a lead into control when control is lowered, whatever the variants become', () => {
    const random = dice(13)
    for (let round = 0; round < 200; round++) {
      const lower = random.below(20)
      const higher = lower + random.below(30)
      const a = random.below(50)
      const [before, after] = [split([a, 100 - a - higher], higher), split([7.77, 92.23 - lower], lower)]

      for (const { to } of movedBetween(before, after)) expect(to.id).not.toBe('control')
    }
  })
})

describe('the step', () => {
  const kind = kindOf('variants')
  const problems = (config: Record<string, unknown>) => kind.check({ ...kind.example, ...config }).map(p => p.code)

  it('takes weights that add to 100 %, one way for each of up to ten variants and control', () => {
    const ten = { ...kind.example, variants: variantsOf(...Array.from({ length: 10 }, () => 9)), control: 10 }

    expect(kind.config.safeParse(ten).success).toBe(true)
    expect(kind.check(ten)).toEqual([])
    expect(kind.ports(ten)).toHaveLength(11)
    expect(
      kind.config.safeParse({ ...ten, variants: [...ten.variants, { id: 'k', label: 'K', weight: 0 }] }).success,
    ).toBe(false)
    expect(problems({ variants: variantsOf(50, 49), control: 0 })).toEqual(['variants.sum'])
    expect(problems({ variants: variantsOf(33.33, 33.33, 33.34), control: 0 })).toEqual([])
  })

  it('asks for two variants where something is to be decided, and for a goal', () => {
    const winner = { as: 'winner', leads: 100, time: null, ifNone: 'go-on' }
    const drawn = campaign({ decide: winner })

    expect(problems({ variants: variantsOf(90), control: 10, decide: winner })).toEqual(['variants.no-choice'])
    expect(problems({ decide: winner })).toEqual([])
    expect(validate(drawn).map(p => p.code)).toContain('variants.no-goal')
    expect(mayLaunch(validate({ ...drawn, settings: { ...drawn.settings, goals: [goalOf('bought')] } }))).toBe(true)
  })

  it('does not let weights learn in an exact rotation', () => {
    expect(problems({ draw: 'rotation', decide: { as: 'bandit' } })).toEqual(['variants.bandit-in-turn'])
    expect(problems({ draw: 'each-entry', decide: { as: 'bandit' } })).toEqual([])
  })

  it('says on its card what will be decided', () => {
    const say = (decide: object) => kind.summary({ ...kind.example, decide })

    expect(say({ as: 'keep' })).toBe('A 45 % · B 45 % · Control 10 %')
    expect(say({ as: 'winner', leads: 1000, time: 'P7D', ifNone: 'go-on' })).toMatch(
      / · the winner after 1,000 leads each and 7 days$/,
    )
    expect(say({ as: 'winner', leads: null, time: null, ifNone: 'go-on' })).toMatch(/ · then the winner$/)
    expect(say({ as: 'bandit' })).toMatch(/ · weights learn$/)
  })
})

function campaign(config: Record<string, unknown>) {
  return graph({ in: step('trigger', { event: 'signed_up', where: anybody }), split: step('variants', config) }, [
    'in -> split',
  ])
}

/** Lets a lead in once; the variant that it got. */
function enter(
  compiled: ReturnType<typeof prepare>,
  lead: string,
  event: string | null,
  now: number,
): string | undefined {
  const world: World = {
    now,
    lead: { id: 1, externalId: lead, attributes: {}, zone: null },
    zone: 'UTC',
    zoneFrom: 'campaign',
    system: { sandbox: '' },
  }
  const happened = event === null ? null : { id: event, name: 'signed_up', at: now, properties: {} }
  return start(compiled, world, happened).memory.variants['split']
}
