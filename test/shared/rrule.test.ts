import { describe, expect, it } from 'vitest'
import { occurrences, parseRule, type Rule } from '#shared/time/rrule'
import { isLocal, nextRuns, onceAtLaunch, type Schedule, whyNot } from '#shared/time/schedule'

const wall = (text: string) => Date.parse(`${text}Z`)
const said = (at: number) => new Date(at).toISOString().slice(0, 16)

function rule(text: string): Rule {
  const parsed = parseRule(text)
  if (parsed.is === 'refused') throw new Error(parsed.why)
  return parsed.rule
}

function times(text: string, start: string, most = 4, from = start): string[] {
  const found: string[] = []
  for (const at of occurrences(rule(text), wall(start), wall(from))) {
    found.push(said(at))
    if (found.length === most) break
  }
  return found
}

describe('a recurrence rule', () => {
  it.each<[string, string, string[]]>([
    [
      'FREQ=DAILY',
      '2026-02-27T09:00',
      ['2026-02-27T09:00', '2026-02-28T09:00', '2026-03-01T09:00', '2026-03-02T09:00'],
    ],
    ['FREQ=DAILY;INTERVAL=10;COUNT=2', '2026-02-27T09:00', ['2026-02-27T09:00', '2026-03-09T09:00']],
    [
      'FREQ=DAILY;BYHOUR=8,20;BYMINUTE=30;COUNT=3',
      '2026-01-01T09:00',
      ['2026-01-01T20:30', '2026-01-02T08:30', '2026-01-02T20:30'],
    ],
    [
      'FREQ=WEEKLY;BYDAY=MO,FR;BYHOUR=9;BYMINUTE=0',
      '2026-05-06T12:00',
      ['2026-05-08T09:00', '2026-05-11T09:00', '2026-05-15T09:00', '2026-05-18T09:00'],
    ],
    // Every other week counts from the week of the start, which begins on Monday.
    [
      'FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU',
      '2026-05-06T12:00',
      ['2026-05-10T12:00', '2026-05-19T12:00', '2026-05-24T12:00', '2026-06-02T12:00'],
    ],
    [
      'FREQ=MONTHLY;BYMONTHDAY=31',
      '2026-01-31T09:00',
      ['2026-01-31T09:00', '2026-03-31T09:00', '2026-05-31T09:00', '2026-07-31T09:00'],
    ],
    [
      'FREQ=MONTHLY;BYMONTHDAY=-1',
      '2026-01-31T09:00',
      ['2026-01-31T09:00', '2026-02-28T09:00', '2026-03-31T09:00', '2026-04-30T09:00'],
    ],
    [
      'FREQ=MONTHLY;BYMONTHDAY=29;COUNT=3',
      '2028-01-30T09:00',
      ['2028-02-29T09:00', '2028-03-29T09:00', '2028-04-29T09:00'],
    ],
    [
      'FREQ=MONTHLY;BYDAY=2TU',
      '2026-05-01T09:00',
      ['2026-05-12T09:00', '2026-06-09T09:00', '2026-07-14T09:00', '2026-08-11T09:00'],
    ],
    [
      'FREQ=MONTHLY;BYDAY=-1FR',
      '2026-05-01T09:00',
      ['2026-05-29T09:00', '2026-06-26T09:00', '2026-07-31T09:00', '2026-08-28T09:00'],
    ],
    [
      'FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13',
      '2026-01-01T09:00',
      ['2026-02-13T09:00', '2026-03-13T09:00', '2026-11-13T09:00', '2027-08-13T09:00'],
    ],
    ['RRULE:freq=daily;until=20260102', '2026-01-01T09:00', ['2026-01-01T09:00', '2026-01-02T09:00']],
    ['FREQ=DAILY;UNTIL=20260102T085959', '2026-01-01T09:00', ['2026-01-01T09:00']],
    ['FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=31', '2026-02-01T09:00', []],
  ])('%s from %s', (text, start, expected) => {
    expect(times(text, start)).toEqual(expected)
  })

  it('counts COUNT from its start, wherever one begins to look', () => {
    expect(times('FREQ=DAILY;COUNT=5', '2026-01-01T09:00', 9, '2026-01-04T00:00')).toEqual([
      '2026-01-04T09:00',
      '2026-01-05T09:00',
    ])
  })

  it('gives the same times from the middle as from the start, for every form', () => {
    for (const text of [
      'FREQ=DAILY;INTERVAL=3',
      'FREQ=WEEKLY;INTERVAL=3;BYDAY=WE,SU',
      'FREQ=MONTHLY;INTERVAL=5;BYDAY=-1MO,1SA',
    ]) {
      const all = times(text, '2026-01-07T10:00', 60)
      for (const [i, from] of all.slice(0, -3).entries())
        expect(times(text, '2026-01-07T10:00', 3, from)).toEqual(all.slice(i, i + 3))
    }
  })

  it.each<[string, RegExp]>([
    ['', /empty/],
    ['FREQ=HOURLY', /DAILY, WEEKLY or MONTHLY/],
    ['FREQ=YEARLY', /DAILY, WEEKLY or MONTHLY/],
    ['INTERVAL=2', /FREQ/],
    ['FREQ=DAILY;BYSETPOS=1', /BYSETPOS is not taken/],
    ['FREQ=DAILY;INTERVAL=0', /1 to 999/],
    ['FREQ=DAILY;INTERVAL=two', /whole numbers/],
    ['FREQ=WEEKLY;BYDAY=2MO', /FREQ=MONTHLY only/],
    ['FREQ=WEEKLY;BYDAY=XX', /is no day/],
    ['FREQ=WEEKLY;BYMONTHDAY=1', /does not go with/],
    ['FREQ=MONTHLY;BYMONTHDAY=0', /0 is no day/],
    ['FREQ=MONTHLY;BYMONTHDAY=32', /-31 to 31/],
    ['FREQ=DAILY;COUNT=2;UNTIL=20260101', /not by both/],
    ['FREQ=DAILY;UNTIL=20261231T180000Z', /without the Z/],
    ['FREQ=DAILY;UNTIL=20260230', /takes a date/],
    ['FREQ=DAILY;FREQ=DAILY', /twice/],
    ['FREQ=DAILY;nonsense', /NAME=value/],
    ['FREQ=DAILY;WKST=SU', /Monday/],
  ])('%s is refused in words', (text, why) => {
    const parsed = parseRule(text)

    expect(parsed.is === 'refused' && parsed.why).toMatch(why)
  })
})

describe('a schedule', () => {
  const runs = (schedule: Partial<Schedule>, zone: string, since: string, most = 3, after = since) =>
    nextRuns({ ...onceAtLaunch, ...schedule }, zone, Date.parse(since), Date.parse(after) - 1, most).map(r =>
      new Date(r.at).toISOString().slice(0, 16),
    )

  it.each<[string, Partial<Schedule>, string, string, string[]]>([
    [
      'at its clock time over the change to summer',
      { repeats: 'daily', time: '09:00' },
      'Europe/Berlin',
      '2026-03-28T00:00Z',
      ['2026-03-28T08:00', '2026-03-29T07:00', '2026-03-30T07:00'],
    ],
    [
      'after the gap when the time is skipped',
      { repeats: 'daily', time: '02:30' },
      'Europe/Berlin',
      '2026-03-28T12:00Z',
      ['2026-03-29T01:00', '2026-03-30T00:30', '2026-03-31T00:30'],
    ],
    [
      'once, at the first, when the time comes twice',
      { repeats: 'daily', time: '02:30' },
      'Europe/Berlin',
      '2026-10-24T12:00Z',
      ['2026-10-25T00:30', '2026-10-26T01:30', '2026-10-27T01:30'],
    ],
    [
      'once where two times fall into one gap',
      { repeats: 'rule', rule: 'FREQ=DAILY;BYHOUR=2;BYMINUTE=0,30' },
      'Europe/Berlin',
      '2026-03-28T12:00Z',
      ['2026-03-29T01:00', '2026-03-30T00:00', '2026-03-30T00:30'],
    ],
    [
      'on the date that a zone leaves out, on the morrow',
      { repeats: 'daily', time: '09:00' },
      'Pacific/Apia',
      '2011-12-29T12:00Z',
      ['2011-12-29T19:00', '2011-12-30T10:00', '2011-12-30T19:00'],
    ],
    [
      'weekly',
      { repeats: 'weekly', weekdays: [1], time: '09:00' },
      'UTC',
      '2026-05-04T09:00Z',
      ['2026-05-04T09:00', '2026-05-11T09:00', '2026-05-18T09:00'],
    ],
    [
      'weekly, not today when the time has passed',
      { repeats: 'weekly', weekdays: [1], time: '09:00' },
      'UTC',
      '2026-05-04T09:00:30Z',
      ['2026-05-11T09:00', '2026-05-18T09:00', '2026-05-25T09:00'],
    ],
    [
      'monthly on the last day',
      { repeats: 'monthly', monthday: -1, time: '09:00' },
      'UTC',
      '2026-01-15T00:00Z',
      ['2026-01-31T09:00', '2026-02-28T09:00', '2026-03-31T09:00'],
    ],
    [
      'until its last date',
      { repeats: 'daily', ends: '2026-05-05' },
      'UTC',
      '2026-05-04T00:00Z',
      ['2026-05-04T09:00', '2026-05-05T09:00'],
    ],
    [
      'not before it starts',
      { repeats: 'daily', starts: '2026-06-01T10:00' },
      'UTC',
      '2026-05-04T00:00Z',
      ['2026-06-02T09:00', '2026-06-03T09:00', '2026-06-04T09:00'],
    ],
    [
      'once, on a date of its own clock',
      { repeats: 'date', starts: '2026-06-01T10:00' },
      'Asia/Seoul',
      '2026-05-04T00:00Z',
      ['2026-06-01T01:00'],
    ],
    [
      'never, when the date has passed',
      { repeats: 'date', starts: '2026-01-01T10:00' },
      'Asia/Seoul',
      '2026-05-04T00:00Z',
      [],
    ],
    ['at launch', { repeats: 'once' }, 'UTC', '2026-05-04T00:00Z', ['2026-05-04T00:00']],
  ])('runs %s', (_, schedule, zone, since, expected) => {
    expect(runs(schedule, zone, since)).toEqual(expected)
  })

  it("begins by leads' own clocks with the first time that nobody's clock has passed (the 24-hour rule)", () => {
    const own = { repeats: 'daily', time: '09:00', clock: 'lead' } as const

    // 09:00 on the 5th begins at 19:00 on the 4th, in the first zone on earth.
    expect(runs(own, 'UTC', '2026-05-04T18:59Z', 1)).toEqual(['2026-05-04T19:00'])
    expect(runs(own, 'UTC', '2026-05-04T19:01Z', 1)).toEqual(['2026-05-05T19:00'])
    expect(runs({ ...own, repeats: 'date', starts: '2026-05-05T09:00' }, 'UTC', '2026-05-04T19:01Z')).toEqual([])
    expect(isLocal({ ...onceAtLaunch, clock: 'lead' })).toBe(false)
  })

  it('keeps every other week in step, whenever one asks', () => {
    const other = { repeats: 'weekly', every: 2, weekdays: [3], time: '09:00' } satisfies Partial<Schedule>

    expect(runs(other, 'UTC', '2026-05-04T00:00Z', 3)).toEqual([
      '2026-05-06T09:00',
      '2026-05-20T09:00',
      '2026-06-03T09:00',
    ])
    expect(runs(other, 'UTC', '2026-05-04T00:00Z', 1, '2026-05-11T00:00Z')).toEqual(['2026-05-20T09:00'])
  })

  it.each<[Partial<Schedule>, string[]]>([
    [{ repeats: 'date' }, ['starts']],
    [{ repeats: 'weekly', weekdays: [] }, ['weekdays']],
    [{ repeats: 'monthly', monthday: 0 }, ['monthday']],
    [{ repeats: 'daily', starts: 'soon', ends: '31.12.' }, ['starts', 'ends']],
    [{ repeats: 'rule', rule: 'FREQ=NEVER' }, ['rule']],
    [{ repeats: 'daily' }, []],
  ])('that is not whole says where: %j', (schedule, fields) => {
    expect(whyNot({ ...onceAtLaunch, ...schedule }).map(w => w.field)).toEqual(fields)
  })
})
