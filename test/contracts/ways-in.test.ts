import { describe, expect, it } from 'vitest'
import { mayLaunch, validate } from '#shared/graph/validate'
import { always } from '#shared/rules/conditions'
import type { AnyWayInKind } from '#shared/rules/ways-in/define'
import {
  checkWayIn,
  comesBy,
  freshWayIn,
  listensTo,
  sayWayIn,
  type WayIn,
  wayInSchema,
  waysIn,
} from '#shared/rules/ways-in/index'
import { trigger } from '#shared/steps/trigger'
import { graph, step } from '../sim/graphs'

// One suite over every registered way in: a new one is looked at the minute it is registered.

const exampleOf = ({ on, example }: AnyWayInKind) => ({ on, ...example.config, where: always }) as WayIn
const happens = (name: string, properties: AnyWayInKind['example']['event']) => ({ id: 'e1', name, at: 9, properties })

describe.each(waysIn.map(kind => [kind.on, kind] as const))('the way in %s', (_, kind) => {
  const example = exampleOf(kind)
  const { event } = kind.example

  it('has a name and a title of its own', () => {
    expect(waysIn.filter(k => k.on === kind.on)).toHaveLength(1)
    expect(waysIn.filter(k => k.title === kind.title)).toHaveLength(1)
    expect(kind.on).toMatch(/^[a-z-]+$/)
    expect(kind.title).toMatch(/^[A-Z]/)
    if (kind.help !== '') expect(kind.help).toMatch(/\.$/)
  })

  it('has a field with a label for each key of its config, and no other', () => {
    expect(Object.keys(kind.fields).sort()).toEqual(Object.keys(kind.config).sort())
    for (const field of Object.values(kind.fields)) expect(field.label).not.toBe('')
  })

  it('has an example that parses in the order in which it is stored, and that nothing is wrong with', () => {
    expect(wayInSchema.parse(example)).toEqual(example)
    expect(Object.keys(wayInSchema.parse(example))).toEqual(['on', ...Object.keys(kind.config), 'where'])
    expect(checkWayIn(example, 'config.ways.0')).toEqual([])
  })

  it('starts with a config that parses, even where it is not complete', () => {
    const fresh = freshWayIn(kind.on, always)

    expect(wayInSchema.parse(fresh)).toEqual(fresh)
    for (const { path } of checkWayIn(fresh, 'config.ways.0'))
      expect(Object.keys(kind.config).map(key => `config.ways.0.${key}`)).toContain(path)
  })

  it('says in a few words what it is, with its condition behind it', () => {
    const where = { match: 'all', rules: [{ field: 'lead.plan', op: 'is', value: 'pro' }] } as const

    expect(sayWayIn(example)).toMatch(/^[^.]{5,}$/)
    expect(sayWayIn(example)).not.toMatch(/undefined|\[object|…/)
    expect(sayWayIn({ ...example, where })).toBe(`${sayWayIn(example)}, if plan is pro`)
    expect(sayWayIn(freshWayIn(kind.on, always))).not.toBe('')
  })

  it('lets the event of its example in, and none of another name or about something else', () => {
    expect(comesBy(example, happens(listensTo(example), event))).toBe(true)
    expect(comesBy(example, happens('something_else', event))).toBe(false)
    if (kind.agrees !== undefined) expect(comesBy(example, happens(listensTo(example), {}))).toBe(false)
  })

  it('names the list that it is about, or a list that is gone would be noticed by nobody', () => {
    const about = Object.keys(kind.fields).find(key => kind.fields[key]?.as === 'list')

    expect(kind.list?.(example).path).toBe(about)
  })

  it('can be launched', () => {
    const drawn = graph({ in: step('trigger', { ways: [example] }), end: step('exit') }, ['in -> end'])

    expect(mayLaunch(validate(drawn))).toBe(true)
    expect(trigger.summary({ ways: [example] })).toBe(`When ${sayWayIn(example)}`)
  })
})
