import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Json } from '#shared/json'
import {
  BRAZE_FILTERS,
  MEMBER_FILTERS,
  NUMBER_FILTERS,
  OTHER_FILTERS,
  OWN_FILTERS,
  TEXT_FILTERS,
} from '#shared/render/allowed'
import { Purse } from '#shared/render/budget'
import { follow, followToValue } from '#shared/render/follow'
import type { Job } from '#shared/render/job'
import { engines, planOf, slowPlanOf, type TemplatePlan } from '#shared/render/plan'
import type { Rendered, RenderedValue } from '#shared/render/rendered'
import type { Tokens } from '#shared/render/scope'
import { Seals } from '#shared/render/seals'
import { tokensOf } from './people'

// ---------------------------------------------------------------- what is written

const names = ['a', 'b', 'x-y', 'size', 'first', 'last', 'length', 'nil', 'external_id', '__proto__', 'First Name']
const scopes = [
  'lead',
  'lead',
  'lead',
  'event',
  'event.properties',
  'response',
  'my',
  'secret',
  'call',
  'program',
  'system',
  'user',
]
const step = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...names.slice(0, -1)).map(name => `.${name}`) },
  fc.constantFrom(...names).map(name => `["${name}"]`),
  fc.constantFrom('[0]', '[1]', '[-1]', '[lead.a]', '[1.5]'),
)
const path = fc
  .tuple(fc.constantFrom(...scopes), fc.array(step, { maxLength: 3 }))
  .map(([scope, steps]) => scope + steps.join(''))
const literal = fc.constantFrom(
  ...['"x"', "'a,b c'", '""', '" "', "'%d.%m.%Y %H:%M'", "'Asia/Seoul'", '"2026-05-17"', '"\\n<&>"', "'a'"],
  ...['0', '1', '3', '-2', '7.0', '2.50', '12345678901234567890', 'true', 'false', 'nil', 'empty', 'blank', '(1..3)'],
)
const argument = fc.oneof(literal, literal, path, fc.constantFrom('allow_false: true', 'allow_false: lead.b', 'k: 1'))
const filter = fc
  .tuple(
    fc.constantFrom(
      ...[...TEXT_FILTERS, ...OTHER_FILTERS, ...NUMBER_FILTERS, ...MEMBER_FILTERS, ...OWN_FILTERS, ...BRAZE_FILTERS],
      ...['default', 'append', 'date', 'split', 'join', 'truncate', 'replace', 'upcse'],
    ),
    fc.array(argument, { maxLength: 3 }),
  )
  .map(([name, args]) => ` | ${name}${args.length > 0 ? `: ${args.join(', ')}` : ''}`)
const token = fc
  .tuple(
    fc.constantFrom('{{', '{{ ', '{{- '),
    fc.oneof({ weight: 5, arbitrary: path }, literal),
    fc.array(filter, { maxLength: 4 }),
    fc.constantFrom('}}', ' }}', ' -}}'),
  )
  .map(([open, value, filters, close]) => open + value + filters.join('') + close)
const piece = fc.oneof(
  { weight: 9, arbitrary: token },
  {
    weight: 5,
    arbitrary: fc.constantFrom('', ' ', '\n', '"', '<a b="', '">', '<![CDATA[', ']]', '>', '&x=', 'Ж', '😀'),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('{{lead.First Name:default=x}}', '{{company.a | upcase}}', '{{ $' + '{a} }}'),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('{% if lead.a %}{{ lead.b }}{% endif %}', '{{ lead.a == lead.b }}', '{{', '{{ | }}'),
  },
)
const template = fc.array(piece, { minLength: 1, maxLength: 4 }).map(pieces => pieces.join(''))

// ---------------------------------------------------------------- whom it is written to

const text = fc.oneof(
  fc.constantFrom(
    '2026-05-17T10:00:00Z',
    '17.5.2026',
    '12',
    '-3.50',
    ' a b ',
    'a,b',
    '<b>&"\'',
    '\ud800',
    '😀x',
    ']]>',
  ),
  fc.string({ maxLength: 12 }),
)
const value: fc.Arbitrary<Json> = fc.oneof(
  { weight: 3, arbitrary: text },
  fc.constantFrom(0, 3, -7, 2.5, 1e21, true, false, null),
  fc.array(fc.oneof(text, fc.integer(), fc.constant(null)), { maxLength: 4 }),
  fc.dictionary(fc.constantFrom(...names), fc.oneof(text, fc.integer()), { maxKeys: 3, noNullPrototype: true }),
  fc.jsonValue({ maxDepth: 2 }).map(json => json as Json),
)
const values = fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 6, noNullPrototype: true })
const lead: fc.Arbitrary<Tokens> = fc
  .record({ attributes: values, properties: fc.option(values), response: value, my: fc.option(values) })
  .map(({ attributes, properties, response, my }) => {
    const { world, memory, ...rest } = tokensOf(attributes, properties ?? {})
    const folder = my && { id: 'f', name: 'F', description: '', tokens: my as { [name: string]: string } }
    return {
      ...rest,
      world: { ...world, folder },
      memory: { ...memory, event: properties && memory.event, response, call: { status: 200, outcome: 'succeeded' } },
      seals: new Seals('mark'),
    }
  })

// ---------------------------------------------------------------- what it takes

interface Means {
  readonly steps: number
  readonly signs: number
  /** At which look the clock says that it is too late. */
  readonly lateAt: number
}
const plenty: Means = { steps: 10_000, signs: 1_000_000, lateAt: Number.POSITIVE_INFINITY }
const means: fc.Arbitrary<Means> = fc.oneof(
  { weight: 3, arbitrary: fc.constant(plenty) },
  fc.record({
    steps: fc.integer({ min: 0, max: 40 }),
    signs: fc.integer({ min: 0, max: 60 }),
    lateAt: fc.integer({ min: 1, max: 40 }),
  }),
)

/** Writes down what is paid, in its order. */
class Written extends Purse {
  constructor(
    units: number,
    readonly name: string,
    readonly bill: string[],
    isLate: () => boolean,
  ) {
    super(units, `Too many ${name}.`, isLate, 1)
  }

  override spend(units: number): void {
    this.bill.push(`${units} ${this.name}`)
    super.spend(units)
  }
}

/** All that can be seen of a rendering: what came out, the notes for the journal, and what was paid. */
function seen(
  plan: TemplatePlan,
  tokens: Tokens,
  { steps, signs, lateAt }: Means,
  how: (job: Job) => Rendered | RenderedValue,
) {
  const bill: string[] = []
  const notes = new Set<string>()
  let looks = 0
  const isLate = () => ++looks >= lateAt
  const job: Job = {
    tokens: { ...tokens, notes },
    steps: new Written(steps, 'steps', bill, isLate),
    signs: new Written(signs, 'signs', bill, isLate),
    isLate,
  }
  const made = how(job)
  return plan.is === 'plain' ? { made } : { made, notes: [...notes], bill }
}

const RUNS = 1000

describe('a template without tags', () => {
  const places = Object.values(engines)

  it.each(places.map(engine => [engine.where, engine] as const))('is written as Liquid writes it (%s)', (_, engine) => {
    const met = { rendered: 0, broken: 0 }
    fc.assert(
      fc.property(template, lead, means, (source, tokens, mine) => {
        const plan = planOf(engine, source)
        if (plan.is === 'plain' && mine !== plenty) return
        const ours = seen(plan, tokens, mine, job => follow(engine, plan, job))
        const liquids = seen(plan, tokens, mine, job => follow(engine, slowPlanOf(engine, source), job))

        expect(ours).toStrictEqual(liquids)
        if (plan.is === 'liquid' && plan.parts !== undefined) met[ours.made.is as 'rendered' | 'broken']++
      }),
      { numRuns: RUNS, seed: 12 },
    )
    expect(met.rendered).toBeGreaterThan(RUNS / 10)
    expect(met.broken).toBeGreaterThan(RUNS / 20)
  })

  it.each([
    ['null is an argument, and nothing is none', '{{ lead.a | truncate: lead.b.c }}{{ lead.a | truncate: lead.none }}'],
    ['a literal stays exact', '{{ 7.0 | times: 12345678901234567890 }}{{ 7.0 }}'],
    ['a list prints as its maker says', '{{ lead.a | split: " " | sort | slice: 1, 2 }}{{ lead.list | compact }}'],
    ['a note is left', '{{ lead.a | date: "%Y" }}'],
    ['a secret is sealed', '{{ secret.key | default: lead.a }}{{ secret["key"] | url_encode }}'],
    ['a division by zero has its place', 'a\n {{ lead.n | plus: 1 | divided_by: 0 }}'],
  ])('and so: %s', (_, source) => {
    const tokens = {
      ...tokensOf({ a: 'word '.repeat(30), b: null, n: 7, list: [1, [2, null], 'x'] }),
      seals: new Seals('mark'),
    }
    for (const engine of places) {
      const plan = planOf(engine, source)
      expect(plan).toHaveProperty('parts', expect.any(Array))

      const ours = seen(plan, tokens, plenty, job => follow(engine, plan, job))
      const liquids = seen(plan, tokens, plenty, job => follow(engine, slowPlanOf(engine, source), job))

      expect(ours).toStrictEqual(liquids)
    }
  })

  it('keeps the type that Liquid gives it', () => {
    const types = new Set<string>()
    fc.assert(
      fc.property(token, lead, means, (source, tokens, mine) => {
        const plan = planOf(engines.text, source)
        if (plan.is === 'plain' && mine !== plenty) return
        const ours = seen(plan, tokens, mine, job => followToValue(plan, job))
        const liquids = seen(plan, tokens, mine, job => followToValue(slowPlanOf(engines.text, source), job))

        expect(ours).toStrictEqual(liquids)
        if (plan.is === 'liquid' && plan.parts !== undefined && ours.made.is === 'value')
          types.add(typeof ours.made.value)
      }),
      { numRuns: RUNS, seed: 12 },
    )
    expect(types).toContain('number')
    expect(types).toContain('object')
  })
})
