import { describe, expect, it } from 'vitest'
import { migrateGraph } from '#shared/graph/migrate'
import type { Graph } from '#shared/graph/schema'
import { validate } from '#shared/graph/validate'
import {
  checkQuiet,
  liftQuiet,
  night,
  type QuietHours,
  quietHoursSchema,
  readHolidays,
  sayQuiet,
  sayWindow,
} from '#shared/rules/quiet'
import { askQuiet, levelOf, levelsOf, previewQuiet } from '#shared/rules/quiet-levels'
import { nextClosing, nextOpening, planOf, type QuietWindow } from '#shared/time/quiet'
import { anybody, graph, posts, step } from '../sim/graphs'

const daily = [1, 2, 3, 4, 5, 6, 7]
const ms = Date.parse
const iso = (at: number | null) => (at === null ? 'never' : new Date(at).toISOString().replace('.000Z', 'Z'))

/** `22:00-08:00`, or with its weekdays `6,7 00:00-24:00`. */
function window(text: string): QuietWindow {
  const [hours = '', days] = text.split(' ').reverse()
  const [start = '', end = ''] = hours.split('-')
  return { days: days?.split(',').map(Number) ?? daily, start, end } as QuietWindow
}

function quiet(windows: readonly string[], more: Partial<QuietHours> = {}): QuietHours {
  return { ...night, windows: windows.map(window), ...more }
}

function opening(hours: string, zone: string, at: string): string {
  return iso(nextOpening([planOf([window(hours)], [])], zone, ms(at)))
}

describe('quiet hours', () => {
  it.each([
    // braze R10, R12
    [
      "hold until the window ends in the lead's own zone",
      '22:00-08:00',
      'Asia/Seoul',
      '2026-05-04T14:10:00Z',
      '2026-05-04T23:00:00Z',
    ],
    ['open early in the morning', '22:00-06:00', 'UTC', '2026-05-05T05:30:00Z', '2026-05-05T06:00:00Z'],
    ['begin at their first minute', '22:00-08:00', 'UTC', '2026-05-04T22:00:00Z', '2026-05-05T08:00:00Z'],
    [
      'are not there a millisecond before',
      '22:00-08:00',
      'UTC',
      '2026-05-04T21:59:59.999Z',
      '2026-05-04T21:59:59.999Z',
    ],
    ['are over at exactly their end', '22:00-08:00', 'UTC', '2026-05-05T08:00:00Z', '2026-05-05T08:00:00Z'],
    ['hold to the last millisecond', '22:00-08:00', 'UTC', '2026-05-05T07:59:59.999Z', '2026-05-05T08:00:00Z'],
    ['work within one day', '12:00-13:30', 'Europe/Berlin', '2026-07-01T10:15:00Z', '2026-07-01T11:30:00Z'],
    ['may begin at midnight', '00:00-07:00', 'Asia/Kolkata', '2026-01-01T18:30:00Z', '2026-01-02T01:30:00Z'],
    ['may end at midnight', '20:00-00:00', 'UTC', '2026-01-01T23:59:00Z', '2026-01-02T00:00:00Z'],
    // braze section 3
    [
      'end at the jump when their end is skipped',
      '22:00-02:30',
      'America/New_York',
      '2026-03-08T06:59:00Z',
      '2026-03-08T07:00:00Z',
    ],
    [
      'are over in the first of two half past ones',
      '00:00-01:30',
      'America/New_York',
      '2026-11-01T05:30:00Z',
      '2026-11-01T05:30:00Z',
    ],
    ['come back in the second hour', '00:00-01:30', 'America/New_York', '2026-11-01T06:10:00Z', '2026-11-01T06:30:00Z'],
    [
      'last an hour longer when the clock goes back',
      '22:00-08:00',
      'Europe/Berlin',
      '2026-10-24T21:00:00Z',
      '2026-10-25T07:00:00Z',
    ],
    [
      'last an hour less when it goes forward',
      '22:00-08:00',
      'Europe/Berlin',
      '2026-03-28T22:00:00Z',
      '2026-03-29T06:00:00Z',
    ],
    [
      'end with the change of half an hour',
      '01:00-02:15',
      'Australia/Lord_Howe',
      '2026-10-03T15:20:00Z',
      '2026-10-03T15:30:00Z',
    ],
  ])('%s', (_, window, zone, at, expected) => {
    expect(opening(window, zone, at)).toBe(expected.replace('.000Z', 'Z'))
  })

  it.each<[string, readonly string[], readonly string[], string, string]>([
    [
      'begin on their own day, and go over into the next',
      ['5 22:00-08:00'],
      [],
      '2026-05-08T22:00:00Z',
      '2026-05-09T08:00:00Z',
    ],
    ['do not begin on another day', ['5 22:00-08:00'], [], '2026-05-09T22:00:00Z', '2026-05-09T22:00:00Z'],
    ['of Sunday night end on Monday', ['7 22:00-08:00'], [], '2026-05-10T23:00:00Z', '2026-05-11T08:00:00Z'],
    ['may be a whole weekend', ['6,7 00:00-24:00'], [], '2026-05-09T10:00:00Z', '2026-05-11T00:00:00Z'],
    [
      'go from one window over into the next',
      ['5 22:00-00:00', '6 00:00-09:30'],
      [],
      '2026-05-08T22:00:00Z',
      '2026-05-09T09:30:00Z',
    ],
    ['may lie in one another', ['5 20:00-23:00', '5 21:00-22:00'], [], '2026-05-08T21:30:00Z', '2026-05-08T23:00:00Z'],
    ['hold all of a holiday', [], ['2026-05-08'], '2026-05-08T00:00:00Z', '2026-05-09T00:00:00Z'],
    ['are over with the holiday', [], ['2026-05-08'], '2026-05-09T00:00:00Z', '2026-05-09T00:00:00Z'],
    [
      'go from a night over into a holiday and into the next night',
      ['22:00-08:00'],
      ['2026-05-08'],
      '2026-05-07T23:00:00Z',
      '2026-05-09T08:00:00Z',
    ],
    ['hold on 29 February', [], ['2028-02-29'], '2028-02-29T12:00:00Z', '2028-03-01T00:00:00Z'],
    ['go over the end of February', ['22:00-08:00'], [], '2027-02-28T23:00:00Z', '2027-03-01T08:00:00Z'],
    ['go over the end of a leap year February', ['22:00-08:00'], [], '2028-02-29T23:00:00Z', '2028-03-01T08:00:00Z'],
    ['go over the end of a year', ['22:00-08:00'], ['2027-01-01'], '2026-12-31T22:30:00Z', '2027-01-02T08:00:00Z'],
  ])('%s', (_, windows, holidays, at, expected) => {
    expect(iso(nextOpening([planOf(windows.map(window), holidays)], 'UTC', ms(at)))).toBe(expected)
  })

  it('are over when those of every level are', () => {
    const plans = [planOf([window('22:00-08:00')], []), planOf([window('08:00-09:00')], [])]

    expect(iso(nextOpening(plans, 'UTC', ms('2026-05-04T23:00:00Z')))).toBe('2026-05-05T09:00:00Z')
  })

  it('that leave no moment open end never, and the search for it ends', () => {
    const plans = [planOf([window('22:00-08:00')], []), planOf([window('08:00-22:00')], [])]

    expect(nextOpening(plans, 'Europe/Berlin', ms('2026-05-04T23:00:00Z'))).toBeNull()
  })

  it('end after a year of holidays', () => {
    const dates = Array.from({ length: 366 }, (_, i) => iso(ms('2026-01-01') + i * 86_400_000).slice(0, 10))

    expect(iso(nextOpening([planOf([], dates)], 'Asia/Seoul', ms('2026-01-01T00:00:00Z')))).toBe('2027-01-01T15:00:00Z')
  })

  it('begin again at the next window, the next holiday, or where the clock changes into one', () => {
    const closing = (plan: ReturnType<typeof planOf>, zone: string, at: string) =>
      iso(nextClosing([plan], zone, ms(at), ms(at) + 3 * 86_400_000))

    expect(closing(planOf([window('22:00-08:00')], []), 'UTC', '2026-05-04T08:00:00Z')).toBe('2026-05-04T22:00:00Z')
    expect(closing(planOf([], ['2026-05-06']), 'UTC', '2026-05-04T08:00:00Z')).toBe('2026-05-06T00:00:00Z')
    expect(closing(planOf([window('02:30-04:00')], []), 'Europe/Berlin', '2026-03-29T00:00:00Z')).toBe(
      '2026-03-29T01:00:00Z',
    )
    expect(closing(planOf([], []), 'UTC', '2026-05-04T08:00:00Z')).toBe('2026-05-07T08:00:00Z')
  })
})

describe('quiet hours of several levels', () => {
  const campaign = quiet(['22:00-08:00'])
  const noon = quiet(['12:00-13:00'])
  const at = (levels: ReturnType<typeof levelsOf>, instant: string) => askQuiet(levels, 'UTC', ms(instant))

  it('are added: the account holds what the campaign lets pass (braze section 3, rule 1)', () => {
    const levels = levelsOf(noon, campaign, { as: 'campaign' })

    expect(at(levels, '2026-05-04T12:30:00Z')).toMatchObject({
      is: 'quiet',
      because: { level: 'account', hours: '12:00-13:00' },
    })
    expect(at(levels, '2026-05-04T23:00:00Z')).toMatchObject({ is: 'quiet', because: { level: 'campaign' } })
    expect(at(levels, '2026-05-04T14:00:00Z')).toEqual({ is: 'open' })
  })

  it("of a step stand in the place of the campaign's, and not of the account's", () => {
    const own = levelsOf(noon, campaign, { as: 'own', policy: quiet(['15:00-16:00']) })
    const none = levelsOf(noon, campaign, { as: 'none' })

    expect(at(own, '2026-05-04T23:00:00Z').is).toBe('open')
    expect(at(own, '2026-05-04T15:30:00Z')).toMatchObject({ because: { level: 'step' } })
    expect(at(own, '2026-05-04T12:30:00Z')).toMatchObject({ because: { level: 'account' } })
    expect(at(none, '2026-05-04T23:00:00Z').is).toBe('open')
    expect(at(none, '2026-05-04T12:30:00Z').is).toBe('quiet')
  })

  it('let the strictest decide, and the account where they are equal', () => {
    const both = (account: QuietHours['whenQuiet'], own: QuietHours['whenQuiet']) =>
      at(
        levelsOf({ ...campaign, whenQuiet: account }, { ...campaign, whenQuiet: own }, { as: 'campaign' }),
        '2026-05-04T23:00:00Z',
      )

    expect(both('wait', 'skip')).toMatchObject({ whenQuiet: 'skip', because: { level: 'campaign' } })
    expect(both('exit', 'skip')).toMatchObject({ whenQuiet: 'exit', because: { level: 'account' } })
    expect(both('wait', 'wait')).toMatchObject({ whenQuiet: 'wait', because: { level: 'account' } })
  })

  it('say what holds last, when that is another', () => {
    const levels = levelsOf(quiet(['22:00-08:00']), quiet(['07:00-10:00']), { as: 'campaign' })

    expect(at(levels, '2026-05-04T23:00:00Z')).toMatchObject({
      opensAt: ms('2026-05-05T10:00:00Z'),
      because: { level: 'account', hours: '22:00-08:00' },
      lastly: { level: 'campaign', hours: '07:00-10:00' },
    })
  })

  it('spread the morning as any of them asks for it, and not into the next window', () => {
    const spread = (policy: QuietHours, account: QuietHours | null = null) => {
      const asked = at(levelsOf(account, policy, { as: 'campaign' }), '2026-05-04T23:00:00Z')
      return asked.is === 'quiet' ? asked.spread / 60_000 : undefined
    }

    expect(spread(quiet(['22:00-08:00'], { spread: 'PT2H' }))).toBe(120)
    expect(spread(quiet(['22:00-08:00', '09:00-10:00'], { spread: 'PT2H' }))).toBe(60)
    expect(spread(quiet(['22:00-08:00'], { spread: 'PT2H' }), quiet(['22:00-09:00']))).toBe(120)
    expect(spread(quiet(['22:00-08:00']))).toBe(0)
  })
})

describe('a policy of quiet hours', () => {
  const codes = (policy: QuietHours, of?: 'account') => checkQuiet(policy, 'q', of).map(f => [f.code, f.path])

  it.each<[string, QuietHours, 'account' | undefined, unknown]>([
    ['is sound as it is switched on', night, 'account', []],
    [
      'has no window that starts where it ends (braze section 3)',
      quiet(['08:00-08:00', '22:00-23:00']),
      undefined,
      [['settings.quiet-always', 'q.windows.0']],
    ],
    [
      'has no window on no day',
      { ...night, windows: [{ days: [], start: '22:00', end: '23:00' }] },
      undefined,
      [['settings.quiet-no-day', 'q.windows.0']],
    ],
    [
      'leaves some of the week open',
      quiet(['22:00-08:00', '08:00-22:00']),
      undefined,
      [['settings.quiet-all-week', 'q']],
    ],
    ['may close a whole day in a campaign', quiet(['7 00:00-24:00']), undefined, []],
    [
      'may not in the account (braze section 3, rule 1)',
      quiet(['7 00:00-24:00']),
      'account',
      [['settings.quiet-too-long', 'q']],
    ],
    ['may close twenty hours of a day in the account', quiet(['20:00-16:00']), 'account', []],
    [
      'may not close more there, however many windows it takes',
      quiet(['20:00-16:00', '18:00-18:01']),
      'account',
      [['settings.quiet-too-long', 'q']],
    ],
    [
      'spreads over four hours at most',
      quiet(['22:00-08:00'], { spread: 'PT4H1M' }),
      undefined,
      [['settings.quiet-spread', 'q.spread']],
    ],
    ['says when it closes nothing', quiet([]), undefined, [['settings.quiet-never', 'q']]],
  ])('%s', (_, policy, of, expected) => {
    expect(codes(policy, of)).toEqual(expected)
  })

  it('is checked in the settings of a campaign and in a step of its own', () => {
    const bad = quiet(['08:00-08:00'])
    const call = step('call-webhook', posts('x', {}, { quietHours: { as: 'own', policy: bad } }))
    const drawn = graph({ in: step('trigger', { event: 'x', where: anybody }), call }, ['in -> call'], {
      quietHours: bad,
    })

    expect(validate(drawn).filter(p => p.code === 'settings.quiet-always')).toMatchObject([
      { step: 'call', path: 'config.quietHours.policy.windows.0' },
      { path: 'settings.quietHours.windows.0' },
    ])
  })

  it('keeps its holidays in order, each once', () => {
    const { holidays } = quietHoursSchema.parse({ ...night, holidays: ['2026-12-25', '2026-01-01', '2026-12-25'] })

    expect(holidays).toEqual(['2026-01-01', '2026-12-25'])
  })

  it.each([
    ['a date that no calendar has', { ...night, holidays: ['2026-02-29'] }],
    ['more than 366 holidays', { ...night, holidays: Array.from({ length: 367 }, () => '2026-01-01') }],
    ['more than twenty windows', quiet(Array.from({ length: 21 }, () => '22:00-23:00'))],
    ["a time after midnight's end", quiet(['22:00-24:30'])],
    ['an eighth day', quiet(['8 22:00-23:00'])],
  ])('is refused with %s', (_, policy) => {
    expect(quietHoursSchema.safeParse(policy).success).toBe(false)
  })

  it('of an older Hookline was one window, and meant every day', () => {
    const old = { start: '22:00', end: '08:00', whenQuiet: 'skip' }
    const drawn = graph({ in: step('trigger') }, [])
    const lifted = migrateGraph({ ...drawn, settings: { ...drawn.settings, quietHours: old } }) as Graph

    expect(lifted.settings.quietHours).toEqual({ ...night, whenQuiet: 'skip' })
    expect(quietHoursSchema.parse(lifted.settings.quietHours)).toEqual(lifted.settings.quietHours)
    expect([liftQuiet(null), liftQuiet('22:00'), liftQuiet(undefined)]).toEqual([null, '22:00', undefined])
  })
})

describe('a list of holidays', () => {
  it('is read line by line, in order, each date once', () => {
    expect(readHolidays('2026-12-25\n\n 2026-01-01, 2026-12-25\r\n2026-05-01;\n26.12.2026\nOct 3, 2026')).toEqual({
      is: 'read',
      holidays: ['2026-01-01', '2026-05-01', '2026-10-03', '2026-12-25', '2026-12-26'],
    })
  })

  it.each([
    ['2026-01-01\n25.12.', 'Line 2: "25.12." is no date. Write it like 2026-12-25.'],
    [
      '2027-02-29',
      'Line 1: "2027-02-29" is in no calendar: February 2027 has the days 1 to 28. Write it like 2026-12-25.',
    ],
    ['03/04/2026', 'Line 1: "03/04/2026" may be 3 April or 4 March. Write it like 2026-12-25.'],
    [
      '2026-12-24 18:00',
      'Line 1: "2026-12-24 18:00" has a time, and a holiday is a whole day. Write it like 2026-12-25.',
    ],
  ])('names the line that is no date: %j', (text, message) => {
    expect(readHolidays(text)).toEqual({ is: 'wrong', message })
  })
})

describe('quiet hours in words', () => {
  it.each([
    ['22:00-08:00', '22:00-08:00'],
    ['1,2,3,4,5 22:00-08:00', 'Mon to Fri 22:00-08:00'],
    ['7,6 00:00-24:00', 'Sat, Sun all day'],
  ])('the window %s is %s', (text, said) => {
    expect(sayWindow(window(text))).toBe(said)
  })

  it('are all windows and the number of holidays', () => {
    expect(sayQuiet(quiet(['22:00-08:00', '6,7 00:00-24:00'], { holidays: ['2026-12-25'] }))).toBe(
      '22:00-08:00; Sat, Sun all day and 1 holiday',
    )
    expect(sayQuiet(quiet([]))).toBe('none')
  })

  it.each<[Partial<QuietHours>, string]>([
    [{}, 'A webhook due on Friday 23:10 in Asia/Seoul would leave on Monday 08:00.'],
    [
      { spread: 'PT90M' },
      'A webhook due on Friday 23:10 in Asia/Seoul would leave within 1 hour 30 minutes after Monday 08:00.',
    ],
    [
      { whenQuiet: 'skip' },
      'A webhook due on Friday 23:10 in Asia/Seoul would not be sent, and the lead goes on by Not sent.',
    ],
    [
      { whenQuiet: 'exit' },
      'A webhook due on Friday 23:10 in Asia/Seoul would not be sent, and the lead leaves the campaign.',
    ],
  ])('have an example with %j', (more, said) => {
    const policy = quiet(['22:00-08:00', '6,7 00:00-24:00'], more)

    expect(previewQuiet([levelOf('campaign', policy)], 'Asia/Seoul', ms('2026-05-08T03:00:00Z'))).toBe(said)
  })

  it('say in the example that nothing is quiet, and that nothing is open', () => {
    const say = (...levels: QuietHours[]) =>
      previewQuiet(
        levels.map(policy => levelOf('campaign', policy)),
        'UTC',
        ms('2026-05-08T03:00:00Z'),
      )

    expect(say(quiet([]))).toBe('No moment of the next year is quiet.')
    expect(say(quiet(['22:00-08:00']), quiet(['08:00-22:00']))).toContain('never leave')
  })
})
