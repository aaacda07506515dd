import { describe, expect, it } from 'vitest'
import { migrateGraph } from '#shared/graph/migrate'
import { graphSchema } from '#shared/graph/schema'
import { validate } from '#shared/graph/validate'
import { judgeConversion, worthOf } from '#shared/rules/conversion'
import { checkGoals, definitionOf, type Goal, newGoal, sayGoal } from '#shared/rules/goals'
import { parseMoney, plainMoney, sayMoney } from '#shared/rules/money'
import { goalOf, graph, step } from '../sim/graphs'

const MINUTE = 60_000
const DAY = 86_400_000

describe('the window of a goal', () => {
  const judge = (goal: Goal, at: number, touches: { id: number; step: string; at: number }[] = []) =>
    judgeConversion({
      goal,
      journey: { enteredAt: 1000, entryEvent: 'entry' },
      event: { id: 'e', at, receivedAt: at },
      touches,
      known: [],
    }).is

  it.each([
    ['a millisecond before the entry', 999, 'nothing'],
    ['at the entry', 1000, 'conversion'],
    ['at its end', 1000 + DAY, 'conversion'],
    ['a millisecond after its end', 1001 + DAY, 'nothing'],
  ])('from the entry on takes an event %s: %i', (_, at, verdict) => {
    expect(judge(goalOf('bought', 'P1D'), at)).toBe(verdict)
  })

  it.each([
    ['in the millisecond of the first send', 5000, 'nothing'],
    ['a millisecond after it', 5001, 'conversion'],
    ['at the end of the first window', 5000 + 5 * MINUTE, 'conversion'],
    ['a millisecond after it, without a second', 5001 + 5 * MINUTE, 'nothing'],
    ['in the window of the second send', 2 * DAY + MINUTE, 'conversion'],
  ])('from the last webhook on takes an event %s: %i', (_, at, verdict) => {
    const touches = [
      { id: 2, step: 'b', at: 2 * DAY },
      { id: 1, step: 'a', at: 5000 },
    ]
    expect(judge(goalOf('bought', 'PT5M', { from: 'last-touch' }), at, touches)).toBe(verdict)
  })

  it('does not take the event that let the lead in', () => {
    const verdict = judgeConversion({
      goal: goalOf('bought'),
      journey: { enteredAt: 1000, entryEvent: 'e' },
      event: { id: 'e', at: 1000, receivedAt: 1000 },
      touches: [],
      known: [],
    })

    expect(verdict.is).toBe('nothing')
  })
})

describe('what counts once', () => {
  const known = { eventId: 'known', at: 5000, receivedAt: 9000 }
  const judge = (event: { id: string; at: number; receivedAt: number }, counts: Goal['counts'] = 'once') =>
    judgeConversion({
      goal: goalOf('bought', 'P1D', { counts }),
      journey: { enteredAt: 1000, entryEvent: null },
      event,
      touches: [],
      known: [known],
    })

  it('gives way to an event that took place before it, whenever that came in, and to no other', () => {
    expect(judge({ id: 'e', at: 4000, receivedAt: 9001 })).toMatchObject({ is: 'conversion', instead: known })
    expect(judge({ id: 'e', at: 5000, receivedAt: 8999 })).toMatchObject({ is: 'conversion', instead: known })
    expect(judge({ id: 'e', at: 5000, receivedAt: 9000 }).is).toBe('nothing')
    expect(judge({ id: 'e', at: 6000, receivedAt: 8999 }).is).toBe('nothing')
  })

  it('is no second conversion under the same id, also where every event counts', () => {
    expect(judge({ id: 'known', at: 5000, receivedAt: 8000 }).is).toBe('nothing')
    expect(judge({ id: 'known', at: 5000, receivedAt: 9000 }, 'every').is).toBe('nothing')
  })
})

describe('money', () => {
  it.each([
    [19.99, 'EUR', 1999],
    ['19.99', 'EUR', 1999],
    [' 7 ', 'EUR', 700],
    [1.005, 'EUR', 101],
    [-1.005, 'EUR', -101],
    [0.1 + 0.2, 'EUR', 30],
    [1250, 'JPY', 1250],
    [0.5, 'JPY', 1],
    [1.2345, 'KWD', 1235],
    [1e-7, 'EUR', 0],
    ['1e3', 'EUR', 100_000],
  ])('reads %j %s as %i of the smallest unit', (found, currency, minor) => {
    expect(parseMoney(found, currency)).toEqual({ minor, currency })
  })

  it.each([
    [undefined, 'there is none'],
    [null, 'there is none'],
    ['', 'there is none'],
    ['1,50', '"1,50" is no number'],
    ['0x10', '"0x10" is no number'],
    ['19.99 €', '"19.99 €" is no number'],
    [true, 'true is no number'],
    [[5], '[5] is no number'],
    [1e300, '1e+300 is too large'],
  ])('refuses %j: %s', (found, refused) => {
    expect(parseMoney(found, 'EUR')).toEqual({ refused })
  })

  it('is shown with the digits of its currency', () => {
    expect(sayMoney({ minor: 123_456_789, currency: 'EUR' })).toBe('1,234,567.89 EUR')
    expect(sayMoney({ minor: -5, currency: 'EUR' })).toBe('−0.05 EUR')
    expect(sayMoney({ minor: 1250, currency: 'JPY' })).toBe('1,250 JPY')
    expect(plainMoney({ minor: -1999, currency: 'KWD' })).toBe('-1.999')
  })

  it('takes its currency from the event where the goal says so, in small letters too', () => {
    const value = { property: 'total', currency: { is: 'property', property: 'cur' } } as const

    expect(worthOf(value, { total: 5, cur: 'usd' })).toEqual({ minor: 500, currency: 'USD' })
    expect(worthOf(value, { total: 5, cur: 'dollars' })).toEqual({
      refused: 'No value: "cur" names no currency (ISO 4217).',
    })
    expect(worthOf(null, { total: 5 })).toBeNull()
  })
})

describe('goals of a campaign', () => {
  const codes = (goal: Partial<Goal>) => checkGoals([goalOf('bought', 'P1D', goal)]).map(p => [p.code, p.path])

  it.each<[string, Partial<Goal>, [string, string][]]>([
    ['nothing wrong', {}, []],
    ['no event', { event: ' ' }, [['settings.no-goal', 'settings.goals.0.event']]],
    ["an event of Hookline's own", { event: '$entry' }, [['settings.reserved-goal', 'settings.goals.0.event']]],
    ['4 minutes 59', { within: 'PT4M59S' }, [['settings.goal-window', 'settings.goals.0.within']]],
    ['5 minutes (braze R28)', { within: 'PT5M' }, []],
    ['30 days (braze R28)', { within: 'P30D' }, []],
    ['30 days and a second', { within: 'P30DT1S' }, [['settings.goal-window', 'settings.goals.0.within']]],
    [
      'a rule on an answer',
      { where: { match: 'all', rules: [{ field: 'response.id', op: 'exists' }] } },
      [['condition.unknown-field', 'settings.goals.0.where.rules.0']],
    ],
    [
      'a value from nowhere, in no currency',
      { value: { property: '', currency: { is: 'fixed', code: 'EU' } } },
      [
        ['settings.goal-value', 'settings.goals.0.value.property'],
        ['settings.goal-currency', 'settings.goals.0.value.currency'],
      ],
    ],
  ])('with %s', (_, goal, found) => {
    expect(codes(goal)).toEqual(found)
  })

  it('are four at most (braze R28), each under an id of its own', () => {
    const goals = Array.from({ length: 5 }, () => goalOf('bought'))
    const drawn = graph({ in: step('trigger') }, [], { goals })

    expect(graphSchema.safeParse(drawn).success).toBe(false)
    expect(validate(drawn).filter(p => p.code === 'settings.goal-twice')).toHaveLength(4)
    expect(newGoal([{ ...goalOf('a'), id: 'goal-2' }]).id).toBe('goal-3')
  })

  it('are said in one sentence', () => {
    const where = { match: 'all', rules: [{ field: 'event.plan', op: 'is', value: 'pro' }] } as const
    const goal = goalOf('bought', 'PT1H', {
      from: 'last-touch',
      counts: 'every',
      where: { ...where, rules: [...where.rules] },
    })

    expect(sayGoal(goal)).toBe('"bought" where event.plan is pro, within 1 hour after the last webhook, every time')
  })

  it('count the same under another name, and differently with another window', () => {
    const goal = goalOf('bought')

    expect(definitionOf({ ...goal, name: 'Purchases', id: 'x' })).toBe(definitionOf(goal))
    expect(definitionOf({ ...goal, within: 'P2D' })).not.toBe(definitionOf(goal))
  })
})

describe('the one goal of an older Hookline', () => {
  const drawn = graph({ in: step('trigger') }, [])
  const { goals: _, ...settings } = drawn.settings

  it('is the first of the list, and counts as it did', () => {
    const old = { ...drawn, settings: { ...settings, goal: { event: 'bought', within: 'P7D' } } }
    const { goals } = graphSchema.parse(migrateGraph(old)).settings

    expect(goals).toEqual([goalOf('bought', 'P7D', { id: 'goal' })])
    expect(definitionOf(goals[0]!)).toBe(
      '{"event":"bought","where":{"match":"all","rules":[]},"within":"P7D","from":"entry","counts":"once","value":null}',
    )
  })

  it('is no goal when there was none', () => {
    expect(graphSchema.parse(migrateGraph({ ...drawn, settings: { ...settings, goal: null } })).settings.goals).toEqual(
      [],
    )
  })
})
