import { describe, expect, it } from 'vitest'
import { checkCondition, evaluate, mayAsk, type Rule, sayCondition } from '#shared/rules/conditions'
import type { Operator } from '#shared/rules/conditions/operators'
import { lookBack, reachOf, readSpan, saySpan, spanUnits, writeSpan } from '#shared/time/span'

// "In the last 90 minutes", "more than 3 months ago", "within the next 2 weeks": dates that are told from now.

const ms = (instant: string) => Date.parse(instant)

function asked(op: Operator, found: string, value: string | number, at: string, zone = 'Europe/Berlin'): boolean {
  const lead = { id: 1, externalId: 'ada', attributes: { x: found }, zone }
  const sources = { now: ms(at), zone, lead, memory: { event: null, response: null } }
  return evaluate({ match: 'all', rules: [{ field: 'lead.x', op, value }] }, sources).result
}

describe('minutes and hours', () => {
  const now = '2026-05-04T21:30:00Z'

  it.each([
    ['in-last', 'PT90M', '2026-05-04T20:00:00Z', true],
    ['in-last', 'PT90M', '2026-05-04T19:59:59.999Z', false],
    ['in-last', 'PT90M', '2026-05-04T21:30:00Z', true],
    ['in-last', 'PT90M', '2026-05-04T21:30:00.001Z', false],
    ['in-next', 'PT2H', '2026-05-04T21:30:00Z', true],
    ['in-next', 'PT2H', '2026-05-04T23:30:00Z', true],
    ['in-next', 'PT2H', '2026-05-04T23:30:00.001Z', false],
    ['in-next', 'PT2H', '2026-05-04T21:29:59Z', false],
    ['longer-ago', 'PT2H', '2026-05-04T19:29:59.999Z', true],
    ['longer-ago', 'PT2H', '2026-05-04T19:30:00Z', false],
    // A time without a zone is on the lead's clock; a date without a time is its first instant.
    ['in-last', 'PT90M', '2026-05-04T22:00', true],
    ['in-last', 'PT90M', '2026-05-04T21:59', false],
    ['in-last', 'PT24H', '2026-05-04', true],
    ['in-last', 'PT23H', '2026-05-04', false],
    ['in-last', 'PT90M', 'soon', false],
  ] as const)('are exact: %s %s of %s is %s', (op, span, found, result) => {
    expect(asked(op, found, span, now)).toBe(result)
  })

  it('are exact over the hour that is skipped: 01:30 is one hour before 03:30', () => {
    // Berlin, 29 March 2026: 02:00 does not come.
    expect(asked('in-last', '2026-03-29T01:30', 'PT60M', '2026-03-29T01:30:00Z')).toBe(true)
    expect(asked('in-last', '2026-03-29T01:29', 'PT60M', '2026-03-29T01:30:00Z')).toBe(false)
  })

  it('are exact over the hour that comes twice: 01:30 is three hours before 03:30', () => {
    // Berlin, 25 October 2026: 02:00 to 03:00 comes twice.
    expect(asked('longer-ago', '2026-10-25T01:30', 'PT2H', '2026-10-25T02:30:00Z')).toBe(true)
    expect(asked('longer-ago', '2026-10-25T01:30', 'PT3H', '2026-10-25T02:30:00Z')).toBe(false)
  })
})

describe('weeks, months and years', () => {
  it.each([
    ['two weeks are fourteen dates', 'in-next', 'P2W', '2026-05-18', '2026-05-04T10:00Z', true],
    ['and not fifteen', 'in-next', 'P2W', '2026-05-19', '2026-05-04T10:00Z', false],
    ['three months ago is a date', 'longer-ago', 'P3M', '2026-02-03', '2026-05-04T10:00Z', true],
    ['and that date is not longer ago', 'longer-ago', 'P3M', '2026-02-04', '2026-05-04T10:00Z', false],
    ['a month before 31 May is 30 April', 'in-last', 'P1M', '2026-04-30', '2026-05-31T10:00Z', true],
    ['not 29 April', 'in-last', 'P1M', '2026-04-29', '2026-05-31T10:00Z', false],
    ['a month before 31 March is 28 February', 'longer-ago', 'P1M', '2026-02-27', '2026-03-31T10:00Z', true],
    ['or the 29th, when there is one', 'longer-ago', 'P1M', '2028-02-28', '2028-03-31T10:00Z', true],
    ['which is not longer ago itself', 'longer-ago', 'P1M', '2028-02-29', '2028-03-31T10:00Z', false],
    ['a month after 31 January is 28 February', 'in-next', 'P1M', '2026-02-28', '2026-01-31T10:00Z', true],
    ['not 1 March', 'in-next', 'P1M', '2026-03-01', '2026-01-31T10:00Z', false],
    ['a year after 29 February is 28 February', 'in-next', 'P1Y', '2029-02-28', '2028-02-29T10:00Z', true],
    ['not 1 March', 'in-next', 'P1Y', '2029-03-01', '2028-02-29T10:00Z', false],
    ['four years after it is 29 February', 'in-next', 'P4Y', '2032-02-29', '2028-02-29T10:00Z', true],
    ['a year before 29 February is 28 February', 'in-last', 'P1Y', '2027-02-28', '2028-02-29T10:00Z', true],
    ['a year before 28 February 2025 is the 28th', 'in-last', 'P1Y', '2024-02-28', '2025-02-28T10:00Z', true],
    ['months pass into another year', 'in-last', 'P13M', '2025-04-04', '2026-05-04T10:00Z', true],
  ] as const)('%s', (_, op, span, found, at, result) => {
    expect(asked(op, found, span, at)).toBe(result)
  })

  it('are of the calendar where the lead is', () => {
    // 23:30 on 30 April in Berlin is 06:30 on 1 May in Seoul.
    const at = '2026-04-30T21:30:00Z'

    expect(asked('in-last', '2026-03-31', 'P1M', at, 'Europe/Berlin')).toBe(true)
    expect(asked('in-last', '2026-03-31', 'P1M', at, 'Asia/Seoul')).toBe(false)
  })

  it('are dates over both clock changes, not so many hours', () => {
    // 29 March 2026 has 23 hours in Berlin, 25 October has 25.
    expect(asked('in-last', '2026-03-22T00:00', 'P1W', '2026-03-29T21:59:00Z')).toBe(true)
    expect(asked('in-last', '2026-03-21T23:59', 'P1W', '2026-03-29T21:59:00Z')).toBe(false)
    expect(asked('in-last', '2026-09-25T00:00', 'P1M', '2026-10-25T22:59:00Z')).toBe(true)
    expect(asked('in-last', '2026-09-24T23:59', 'P1M', '2026-10-25T22:59:00Z')).toBe(false)
  })

  it('leave conditions as they were that were stored with a number of days', () => {
    for (const found of ['2026-04-26', '2026-04-27', '2026-05-04', '2026-05-05'])
      for (const op of ['in-last', 'in-next', 'longer-ago'] as const)
        for (const days of [7, '7'])
          expect(asked(op, found, days, '2026-05-04T10:00Z')).toBe(asked(op, found, 'P7D', '2026-05-04T10:00Z'))
  })
})

describe('a rule on history', () => {
  const holds = (within: string, eventAt: string, at: string, zone = 'Europe/Berlin') => {
    const lead = { id: 1, externalId: 'ada', attributes: {}, zone }
    const history = new Map([['bought', [{ name: 'bought', at: ms(eventAt), properties: {} }]]])
    const rule = { did: 'bought', times: { op: 'at-least', n: 1 }, within, where: { match: 'all', rules: [] } } as const
    const sources = { now: ms(at), zone, lead, memory: { event: null, response: null }, history }
    return evaluate({ match: 'all', rules: [rule] }, sources).result
  }

  it.each([
    ['PT2H', '2026-05-04T08:00:00Z', '2026-05-04T10:00:00Z', true],
    ['PT2H', '2026-05-04T07:59:59.999Z', '2026-05-04T10:00:00Z', false],
    // Three months before 31 May 12:00 in Berlin is 28 February 12:00 there, in winter time.
    ['P3M', '2026-02-28T11:00:00Z', '2026-05-31T10:00:00Z', true],
    ['P3M', '2026-02-28T10:59:59.999Z', '2026-05-31T10:00:00Z', false],
    ['P1Y', '2027-02-28T11:00:00Z', '2028-02-29T11:00:00Z', true],
    ['P1Y', '2027-02-28T10:59:59.999Z', '2028-02-29T11:00:00Z', false],
    // 02:30 did not come on 29 March: the window begins after the gap, at 03:30.
    ['P1M', '2026-03-29T01:30:00Z', '2026-04-29T00:30:00Z', true],
    ['P1M', '2026-03-29T01:29:59.999Z', '2026-04-29T00:30:00Z', false],
    ['P1Y2M', '2025-03-04T11:00:00Z', '2026-05-04T10:00:00Z', true],
  ] as const)('looks back %s: an event of %s counts at %s: %s', (within, eventAt, at, result) => {
    expect(holds(within, eventAt, at)).toBe(result)
  })

  it('never looks further back than what is loaded for it', () => {
    for (const zone of ['Europe/Berlin', 'Asia/Seoul', 'America/St_Johns', 'Australia/Lord_Howe'])
      for (const within of ['PT90M', 'P30D', 'P1M', 'P3M', 'P11M', 'P1Y', 'P1Y1M', 'P1Y1M1DT1H'])
        for (let at = ms('2027-01-01T02:30:00Z'); at < ms('2029-01-01'); at += 7 * 86_400_000 - 3_600_000)
          expect(at - lookBack(at, within, zone)).toBeLessThanOrEqual(reachOf(within))
  })
})

describe('a span', () => {
  it('is read as it is written', () => {
    for (const unit of spanUnits) expect(readSpan(writeSpan({ amount: 3, unit }))).toEqual({ amount: 3, unit })
    expect(spanUnits.map(unit => saySpan({ amount: 1, unit }))).toEqual([
      '1 minute',
      '1 hour',
      '1 day',
      '1 week',
      '1 month',
      '1 year',
    ])
  })

  it.each([1.5, -1, 'P1DT2H', 'P', 'PT', '3 months', '', null, 'P3S'])('is not %j', value => {
    expect(readSpan(value)).toBeUndefined()
  })

  it('is told in words', () => {
    const rule = (op: Operator, value: string): Rule => ({ field: 'lead.renewal', op, value })
    const said = sayCondition({
      match: 'all',
      rules: [rule('in-last', 'PT90M'), rule('longer-ago', 'P3M'), rule('in-next', 'P1W')],
    })

    expect(said).toBe(
      'renewal is in the last 90 minutes and renewal is more than 3 months ago and renewal is in the next 1 week',
    )
  })

  it.each([
    ['PT0M', 'looks at no time at all'],
    ['P101Y', 'further than a hundred years'],
    ['some months', 'cannot tell how long'],
  ])('that nobody could mean is refused with a reason: %s', (value, reason) => {
    const condition = { match: 'all', rules: [{ field: 'lead.renewal', op: 'in-last', value }] } as const

    expect(checkCondition(condition, 'config.condition', mayAsk.audience)[0]?.message).toContain(reason)
  })

  it.each(['P0D', 'P100Y', 'PT90M', 'P1180M', 7])('may be %s', value => {
    const condition = { match: 'all', rules: [{ field: 'lead.renewal', op: 'in-last', value }] } as const

    expect(checkCondition(condition, 'config.condition', mayAsk.audience)).toEqual([])
  })
})
