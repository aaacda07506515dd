import { describe, expect, it } from 'vitest'
import { migrateGraph } from '#shared/graph/migrate'
import { defaultSettings, graphSchema } from '#shared/graph/schema'
import { validate } from '#shared/graph/validate'
import { lateness } from '#shared/rules/after-pause'
import { asksOnChange, type ExitRules, type ExitWay, exitOnLead } from '#shared/rules/exits/index'
import { anybody, graph, step } from '../sim/graphs'

const where = anybody as unknown as Extract<ExitWay, { on: 'condition' }>['where']
const india = { match: 'all', rules: [{ field: 'lead.country', op: 'is', value: 'India' }] } as typeof where
const drawn = (...ways: ExitWay[]) =>
  graph({ in: step('trigger'), wait: step('delay') }, ['in -> wait'], { exits: { ways, when: 'at-once' } })

describe('the exits of a campaign', () => {
  it.each<[string, ExitWay, string, string]>([
    ['an event without a name', { on: 'event', event: ' ', where, reason: '' }, 'settings.exit-no-event', '.event'],
    ['an event of Hookline', { on: 'event', event: '$entry', where, reason: '' }, 'settings.exit-reserved', '.event'],
    ['a condition without rules', { on: 'condition', where, reason: '' }, 'settings.exit-nothing', '.where'],
    [
      'an attribute without a name',
      { on: 'unsubscribed', attribute: '', reason: '' },
      'settings.exit-attribute',
      '.attribute',
    ],
    ['an audience that is everybody', { on: 'no-longer-qualifies', reason: '' }, 'settings.exit-no-audience', ''],
  ])('are not sound with %s, and say what to do', (_, way, code, at) => {
    const problem = validate(drawn(way)).find(p => p.code === code)

    expect(problem).toMatchObject({ path: `settings.exits.ways.0${at}` })
    expect(problem?.fix).toMatch(/\.$/)
  })

  it('may not ask a condition about an event that nobody hears', () => {
    const about = { match: 'all', rules: [{ field: 'event.total', op: 'exists' }] } as typeof where

    expect(validate(drawn({ on: 'condition', where: about, reason: '' })).map(p => p.code)).toContain(
      'condition.unknown-field',
    )
    expect(validate(drawn({ on: 'event', event: 'bought', where: about, reason: '' }))).toEqual([])
  })

  it('are at most ten', () => {
    const way: ExitWay = { on: 'event', event: 'bought', where, reason: '' }

    expect(graphSchema.safeParse(drawn(...Array<ExitWay>(10).fill(way))).success).toBe(true)
    expect(graphSchema.safeParse(drawn(...Array<ExitWay>(11).fill(way))).success).toBe(false)
  })

  it('are none, and nothing is ever too late, in a graph that was stored before there were any', () => {
    const { exits: _exits, afterPause: _late, ...older } = defaultSettings

    const now = migrateGraph({ ...drawn(), settings: older }) as ReturnType<typeof drawn>

    expect(now.settings).toEqual(defaultSettings)
    expect(Object.keys(now.settings)).toEqual(Object.keys(defaultSettings))
  })

  it('cost nothing when a lead changes and none of them is about the lead', () => {
    const rules = (...ways: ExitWay[]): ExitRules => ({ ways, when: 'at-once', audience: india })

    expect(asksOnChange(rules({ on: 'event', event: 'bought', where: india, reason: '' }))).toBe(false)
    expect(asksOnChange(rules({ on: 'no-longer-qualifies', reason: '' }))).toBe(false)
    expect(asksOnChange(rules({ on: 'condition', where: india, reason: '' }))).toBe(true)
    expect(asksOnChange({ ...rules({ on: 'condition', where: india, reason: '' }), when: 'end-of-step' })).toBe(false)
    expect(asksOnChange({ ...rules({ on: 'unsubscribed', attribute: 'no', reason: '' }), when: 'end-of-step' })).toBe(
      true,
    )
  })

  it('are asked from the top, and the first that fits is told', () => {
    const lead = { id: 1, externalId: 'ada', attributes: { country: 'India' }, zone: null }
    const ways: ExitWay[] = [
      { on: 'unsubscribed', attribute: 'unsubscribed', reason: 'first' },
      { on: 'condition', where: india, reason: 'second' },
      { on: 'condition', where: india, reason: 'third' },
    ]
    const rules: ExitRules = { ways, when: 'at-once', audience: where }

    expect(
      exitOnLead(rules, { now: 0, zone: 'UTC', lead, memory: { event: null, response: null } }, 'change')?.reason,
    ).toBe('second')
  })
})

describe('how late a thing is after a pause from 14:30 to 15:30', () => {
  const at = (time: string) => Date.parse(`2026-05-04T${time}Z`)
  const pause = { from: at('14:30:00'), until: at('15:30:00') }
  const policy = { late: 'within', within: 'PT29M', otherwise: 'exit' } as const

  it.each([
    ['due before its end by 29 minutes: happens (braze R30, at most)', '15:01:00', 29, 'happens'],
    ['a second more: leaves', '15:00:59', 29, 'exits'],
    ['due long before the pause, in line for a free place: only the pause counts', '09:00:00', 60, 'exits'],
  ])('%s', (_, due, minutes, outcome) => {
    const late = lateness(policy, pause, at(due))

    expect(Math.floor((late?.by ?? 0) / 60_000)).toBe(minutes)
    expect(late?.outcome).toBe(outcome)
  })

  it('is not late at all when it is due at the resume, or when there was no pause', () => {
    expect(lateness(policy, pause, at('15:30:00'))).toBeUndefined()
    expect(lateness(policy, null, at('15:01:00'))).toBeUndefined()
  })
})
