import { describe, expect, it } from 'vitest'
import { type About, explain } from '#shared/explain/explain'
import { conditionsOf } from '#shared/graph/conditions'
import { validate } from '#shared/graph/validate'
import type { JournalEntry } from '#shared/journal'
import { type Condition, conditionSchema, type Sources } from '#shared/rules/conditions'
import { sayWay } from '#shared/rules/exit-causes'
import type { AnyExitKind } from '#shared/rules/exits/define'
import {
  type ExitWay,
  exitKinds,
  exitOnEvent,
  exitOnLead,
  exitWaySchema,
  freshExit,
  sayLeaving,
} from '#shared/rules/exits/index'
import type { Leaving } from '#shared/rules/leaving'
import { graph, step } from '../sim/graphs'

// One suite over every registered exit: a new one is looked at the minute it is registered.

const india: Condition = { match: 'all', rules: [{ field: 'lead.country', op: 'is', value: 'India' }] }
const exampleOf = ({ on, example }: AnyExitKind, reason = '') => ({ on, ...example, reason }) as ExitWay
const drawn = (way: ExitWay) =>
  graph({ in: step('trigger'), end: step('exit') }, ['in -> end'], {
    exits: { ways: [way], when: 'at-once' },
    entrance: { ...graph({}, []).settings.entrance, audience: india },
  })
const words = /undefined|\[object|…/

/** Whom each exit that asks about the lead sends out, and whom it lets stay: a new one adds what it looks at. */
const leads = [{ country: 'Nepal', plan: 'cancelled', unsubscribed: true }, { country: 'India' }]
const sourcesOf = (attributes: Sources['lead']['attributes']): Sources => ({
  now: 9,
  zone: 'UTC',
  lead: { externalId: 'ada', attributes, zone: null },
  memory: { event: null, response: null },
})

/** How a lead left by the example of an exit. */
function leavingBy(kind: AnyExitKind): Leaving | undefined {
  const way = exampleOf(kind)
  const rules = { ways: [way], when: 'at-once', audience: india } as const
  const heard = kind.hears?.(kind.example)
  if (heard === undefined) return exitOnLead({ ...rules, ways: [way] }, sourcesOf(leads[0] ?? {}), 'step')
  const event = { id: 'e1', name: heard.event, at: 9, properties: { total: 99 } }
  const { memory, ...sources } = sourcesOf({})
  return exitOnEvent({ ...rules, ways: [way] }, event, { enteredAt: 5, memory }, sources)
}

describe.each(exitKinds.map(kind => [kind.on, kind] as const))('the exit %s', (_, kind) => {
  it('has a name and a title of its own, and a help that says something', () => {
    expect(exitKinds.filter(k => k.on === kind.on)).toHaveLength(1)
    expect(exitKinds.filter(k => k.title === kind.title)).toHaveLength(1)
    expect(kind.on).toMatch(/^[a-z-]+$/)
    expect(kind.help).toMatch(/\.$/)
  })

  it('has a field with a label for each key of its config, and no other', () => {
    expect(Object.keys(kind.fields).sort()).toEqual(Object.keys(kind.config).sort())
    for (const field of Object.values(kind.fields)) expect(field.label).not.toBe('')
  })

  it('has an example that parses in the order under which it is counted, and that nothing is wrong with', () => {
    const example = exampleOf(kind)

    expect(exitWaySchema.parse(example)).toEqual(example)
    expect(Object.keys(exitWaySchema.parse(example))).toEqual(['on', ...Object.keys(kind.config), 'reason'])
    expect(validate(drawn(example))).toEqual([])
  })

  it('starts with a config that parses, even where it is not complete', () => {
    const fresh = freshExit(kind.on, 'bought')

    expect(exitWaySchema.parse(fresh)).toEqual(fresh)
    for (const { path } of kind.check(fresh, 'settings.exits.ways.0', india))
      expect(path).toMatch(/^settings\.exits\.ways\.0\./)
  })

  it('either hears an event or asks about the lead, and sends out whom it is for, and nobody else', () => {
    expect([kind.hears, kind.asks].filter(each => each !== undefined)).toHaveLength(1)

    const leaving = leavingBy(kind)

    expect(leaving).toMatchObject({ on: kind.on, reason: '' })
    if (kind.asks !== undefined) {
      const rules = { ways: [exampleOf(kind)], when: 'at-once', audience: india } as const
      const who = leads.map(lead => exitOnLead({ ...rules, ways: [exampleOf(kind)] }, sourcesOf(lead), 'step'))
      expect(who.map(each => each !== undefined)).toEqual([true, false])
    }
  })

  it('is said in a report, in a difference, at the end of a journey and in the inspector', () => {
    const leaving = leavingBy(kind)
    if (leaving === undefined) throw new Error('nobody leaves by its example')
    const entry: JournalEntry = { is: 'exits', id: 1, at: 9, step: 'in', when: 'now', ...leaving } as JournalEntry
    const about: About = { graph: drawn(exampleOf(kind)), zone: 'UTC' }

    expect(sayWay(exampleOf(kind, 'bought'))).toMatch(/^[A-Z].+: bought$/)
    expect(kind.sayWhen(kind.example)).toMatch(/^when .*[^.]$/)
    expect(sayLeaving(leaving)).toMatch(/^the .*[^.]$/)
    expect(explain(entry, about)).toMatch(/^Leaves the campaign: .+\.$/)
    for (const said of [
      sayWay(exampleOf(kind)),
      kind.sayWhen(kind.example),
      sayLeaving(leaving),
      explain(entry, about),
    ])
      expect(said).not.toMatch(words)
  })

  it('asks no condition but under `where`: there the facts that it needs are loaded', () => {
    const conditions = Object.entries(kind.example).filter(([, value]) => conditionSchema.safeParse(value).success)

    expect(conditions.map(([key]) => key).filter(key => key !== 'where')).toEqual([])
    expect(
      conditionsOf(drawn(exampleOf(kind)))
        .map(({ path }) => path)
        .includes('settings.exits.ways.0.where'),
    ).toBe(conditions.length > 0)
  })
})
