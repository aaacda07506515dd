import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { occurrences, parseRule, type RecurrenceRule, untilOn } from '#shared/time/rrule'
import { isLocal, nextRuns, onceAtLaunch, type Schedule, saySchedule, whyNot } from '#shared/time/schedule'

const wall = (text: string) => Date.parse(`${text}Z`)
const said = (at: number) => new Date(at).toISOString().slice(0, 16)

function rule(text: string): RecurrenceRule {
  const parsed = parseRule(text)
  if (parsed.is === 'refused') throw new Error(parsed.why)
  const { rule, until } = parsed.recurrence
  return { ...rule, until: until === null ? null : untilOn(until, 'UTC') }
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
    // Every other week counts from the week of the start, which begins on Sunday here (RFC 5545, 3.3.10).
    [
      'FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU',
      '1997-08-05T09:00',
      ['1997-08-05T09:00', '1997-08-17T09:00', '1997-08-19T09:00', '1997-08-31T09:00'],
    ],
    [
      'FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO',
      '1997-08-05T09:00',
      ['1997-08-05T09:00', '1997-08-10T09:00', '1997-08-19T09:00', '1997-08-24T09:00'],
    ],
    // Outlook: the second Monday; the last working day of the month.
    ['FREQ=MONTHLY;BYDAY=MO;BYSETPOS=2;COUNT=2', '2026-05-01T09:00', ['2026-05-11T09:00', '2026-06-08T09:00']],
    [
      'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=3',
      '2026-05-01T09:00',
      ['2026-05-29T09:00', '2026-06-30T09:00', '2026-07-31T09:00'],
    ],
    [
      'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=9,17;BYSETPOS=1,-1',
      '2026-05-01T12:00',
      ['2026-05-29T17:00', '2026-06-01T09:00', '2026-06-30T17:00', '2026-07-01T09:00'],
    ],
    [
      'FREQ=YEARLY',
      '2024-02-29T09:00',
      ['2024-02-29T09:00', '2028-02-29T09:00', '2032-02-29T09:00', '2036-02-29T09:00'],
    ],
    ['FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=17;COUNT=2', '2026-06-01T09:00', ['2027-05-17T09:00', '2028-05-17T09:00']],
    ['FREQ=YEARLY;BYMONTH=5;BYDAY=2SU;COUNT=2', '2026-01-01T09:00', ['2026-05-10T09:00', '2027-05-09T09:00']],
    [
      'FREQ=YEARLY;BYDAY=SU;BYMONTH=3;BYSETPOS=-1;COUNT=2',
      '2026-01-01T02:00',
      ['2026-03-29T02:00', '2027-03-28T02:00'],
    ],
    [
      'FREQ=YEARLY;BYDAY=20MO;COUNT=3',
      '1997-05-19T09:00',
      ['1997-05-19T09:00', '1998-05-18T09:00', '1999-05-17T09:00'],
    ],
    [
      'FREQ=YEARLY;BYMONTH=1,7;COUNT=3',
      '2026-01-31T09:00',
      ['2026-01-31T09:00', '2026-07-31T09:00', '2027-01-31T09:00'],
    ],
    [
      'FREQ=YEARLY;INTERVAL=7;BYMONTH=2;BYMONTHDAY=29;COUNT=2',
      '2024-01-01T09:00',
      ['2024-02-29T09:00', '2052-02-29T09:00'],
    ],
    ['FREQ=DAILY;BYMONTH=1;BYDAY=MO;COUNT=2', '2026-01-20T09:00', ['2026-01-26T09:00', '2027-01-04T09:00']],
    ['FREQ=DAILY;UNTIL=20260102T090000Z', '2026-01-01T09:00', ['2026-01-01T09:00', '2026-01-02T09:00']],
    ['FREQ=DAILY;BYSECOND=0;COUNT=1;', '2026-01-01T09:00', ['2026-01-01T09:00']],
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
      'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1,-1',
      'FREQ=WEEKLY;INTERVAL=2;BYDAY=SA,SU;WKST=SU',
      'FREQ=YEARLY;INTERVAL=2;BYMONTH=2,11;BYDAY=-1WE',
      'FREQ=YEARLY;BYDAY=-3FR,10SU',
    ]) {
      const all = times(text, '2026-01-07T10:00', 60)
      for (const [i, from] of all.slice(0, -3).entries())
        expect(times(text, '2026-01-07T10:00', 3, from)).toEqual(all.slice(i, i + 3))
    }
  })

  it.each<[string, RegExp]>([
    ['', /empty/],
    ['FREQ=HOURLY', /DAILY, WEEKLY, MONTHLY or YEARLY/],
    ['INTERVAL=2', /FREQ/],
    ['FREQ=DAILY;BYSETPOS=1', /^BYSETPOS chooses from what another part gives/],
    ['FREQ=MONTHLY;BYDAY=MO;BYSETPOS=0', /^BYSETPOS counts from 1/],
    ['FREQ=YEARLY;BYWEEKNO=20', /^BYWEEKNO is not taken here/],
    ['FREQ=YEARLY;BYYEARDAY=1', /^BYYEARDAY is not taken here/],
    ['FREQ=DAILY;BYSECOND=30', /^BYSECOND is not taken here/],
    ['FREQ=DAILY;INTERVAL=0', /1 to 999/],
    ['FREQ=DAILY;INTERVAL=two', /whole numbers/],
    ['FREQ=WEEKLY;BYDAY=2MO', /FREQ=MONTHLY or FREQ=YEARLY only/],
    ['FREQ=MONTHLY;BYDAY=6MO', /counts further than 5/],
    ['FREQ=YEARLY;BYDAY=54MO', /counts further than 53/],
    ['FREQ=WEEKLY;BYDAY=XX', /is no day/],
    ['FREQ=MONTHLY;BYDAY=0MO', /is no day/],
    ['FREQ=WEEKLY;BYMONTHDAY=1', /does not go with/],
    ['FREQ=MONTHLY;BYMONTHDAY=0', /0 is no day/],
    ['FREQ=MONTHLY;BYMONTHDAY=32', /-31 to 31/],
    ['FREQ=YEARLY;BYMONTH=13', /1 to 12/],
    ['FREQ=DAILY;COUNT=2;UNTIL=20260101', /not by both/],
    ['FREQ=DAILY;UNTIL=20260230', /^UNTIL takes a date like 20261231.*"20260230" has 8 digits/],
    ['FREQ=DAILY;UNTIL=soon', /^UNTIL takes a date/],
    ['FREQ=DAILY;FREQ=DAILY', /twice/],
    ['FREQ=DAILY;nonsense', /NAME=value/],
    ['FREQ=DAILY;WKST=SUN', /^WKST takes a day like MO or SU/],
    ['DTSTART:20260504T090000', /The rule is empty/],
    ['DTSTART:soon\nRRULE:FREQ=DAILY', /^DTSTART takes a date/],
    ['DTSTART;TZID=W. Europe Standard Time:20260504T090000\nRRULE:FREQ=DAILY', /^DTSTART names the zone "W. Europe/],
    ['RRULE:FREQ=DAILY\nRRULE:FREQ=WEEKLY', /two rules/],
    ['RRULE:FREQ=DAILY\nRDATE:20260504T090000', /^RDATE is not taken here/],
    ['BEGIN:VEVENT\nRRULE:FREQ=DAILY', /^BEGIN is not taken here/],
    ['RRULE:FREQ=DAILY\nEXDATE:tomorrow', /^EXDATE takes a date/],
  ])('%s is refused in words', (text, why) => {
    const parsed = parseRule(text)

    expect(parsed.is === 'refused' && parsed.why).toMatch(why)
  })
})

describe('what a calendar writes (found C8)', () => {
  const runs = (rule: string, zone = 'Europe/Berlin', more: Partial<Schedule> = {}, since = '2026-05-01T00:00Z') =>
    nextRuns(
      { ...onceAtLaunch, repeats: 'rule', rule, ...more },
      zone,
      wall(since.slice(0, 16)),
      wall(since.slice(0, 16)) - 1,
      4,
    ).map(({ at }) => said(at))

  it.each<[string, string, string[]]>([
    [
      'Google, with the zone of its calendar and an end in UTC',
      'DTSTART;TZID=Europe/Berlin:20260504T090000\nRRULE:FREQ=WEEKLY;WKST=SU;UNTIL=20260518T215959Z;BYDAY=MO',
      ['2026-05-04T07:00', '2026-05-11T07:00', '2026-05-18T07:00'],
    ],
    [
      'Apple, folded and with CRLF',
      'DTSTART;TZID=Europe/Berlin:20260504T090000\r\nRRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,\r\n TH,FR;BYSETPOS=-1;COUNT=2\r\n',
      ['2026-05-29T07:00', '2026-06-30T07:00'],
    ],
    [
      'Outlook, with days that are left out',
      'DTSTART:20260504T090000\nRRULE:FREQ=DAILY;COUNT=5;INTERVAL=1;WKST=MO\nEXDATE:20260505T090000,20260507T090000',
      ['2026-05-04T07:00', '2026-05-06T07:00', '2026-05-08T07:00'],
    ],
    [
      'a start in UTC, whose rule is in UTC',
      'DTSTART:20260504T090000Z\nRRULE:FREQ=WEEKLY;COUNT=1',
      ['2026-05-04T09:00'],
    ],
    [
      'a zone of its own, over a change of its clock',
      'DTSTART;TZID=America/New_York:20261029T090000\nRRULE:FREQ=DAILY;INTERVAL=4;COUNT=2',
      ['2026-10-29T13:00', '2026-11-02T14:00'],
    ],
    ['a day without a time', 'DTSTART;VALUE=DATE:20260504\nRRULE:FREQ=YEARLY;COUNT=1', ['2026-05-03T22:00']],
    [
      'lines that a field has joined by blanks',
      'DTSTART:20260504T090000 RRULE:FREQ=DAILY;COUNT=1',
      ['2026-05-04T07:00'],
    ],
    [
      'a whole day that is left out, and an instant',
      'DTSTART:20260504T090000\nRRULE:FREQ=DAILY;COUNT=4\nEXDATE;VALUE=DATE:20260505\nEXDATE:20260506T070000Z',
      ['2026-05-04T07:00', '2026-05-07T07:00'],
    ],
    [
      'a time that is left out, told in another zone',
      'DTSTART:20260504T090000\nRRULE:FREQ=DAILY;COUNT=2\nEXDATE;TZID=Asia/Seoul:20260504T160000',
      ['2026-05-05T07:00'],
    ],
  ])('is read: %s', (_, rule, expected) => {
    expect(runs(rule)).toEqual(expected)
  })

  it('counts from its own DTSTART, and does not run before the schedule starts', () => {
    const other = 'DTSTART:20260504T090000\nRRULE:FREQ=WEEKLY;INTERVAL=2'

    expect(runs(other, 'UTC', { starts: '2026-05-12T00:00' })).toEqual([
      '2026-05-18T09:00',
      '2026-06-01T09:00',
      '2026-06-15T09:00',
      '2026-06-29T09:00',
    ])
  })

  it('ends at an instant exactly, also in the hour that comes twice', () => {
    // Berlin, 25 October: 02:30 comes first at 00:30Z. An end at 01:15Z, 02:15 the second time, is after it; one at 00:15Z before.
    const until = (z: string) =>
      runs(`FREQ=DAILY;UNTIL=20261025T${z}Z;BYHOUR=2;BYMINUTE=30`, 'Europe/Berlin', {}, '2026-10-24T12:00Z')

    expect(until('011500')).toEqual(['2026-10-25T00:30'])
    expect(until('001500')).toEqual([])
  })

  it('shows the time of a run on the clock of the campaign', () => {
    const schedule = {
      ...onceAtLaunch,
      repeats: 'rule',
      rule: 'DTSTART;TZID=Asia/Seoul:20260504T090000\nRRULE:FREQ=DAILY',
    } as const

    expect(nextRuns(schedule, 'Europe/Berlin', 0, wall('2026-05-01T00:00'), 1)).toEqual([
      { at: wall('2026-05-04T00:00'), wall: wall('2026-05-04T02:00') },
    ])
  })

  it('is said without the lines around it', () => {
    const said = (rule: string) => saySchedule({ ...onceAtLaunch, repeats: 'rule', rule })

    expect(said('DTSTART:20260504T090000\r\nRRULE:FREQ=MONTHLY;BYDAY=MO,TU,\r\n WE;BYSETPOS=-1\r\n')).toBe(
      'by FREQ=MONTHLY;BYDAY=MO,TU,WE;BYSETPOS=-1',
    )
    expect(said(' FREQ=DAILY ')).toBe('by FREQ=DAILY')
  })

  it('may name no zone where each lead has a clock of their own', () => {
    const of = (rule: string) => whyNot({ ...onceAtLaunch, repeats: 'rule', clock: 'lead', rule })

    expect(of('DTSTART;TZID=Europe/Berlin:20260504T090000\nRRULE:FREQ=DAILY')[0]?.why).toMatch(
      /^DTSTART names the zone/,
    )
    expect(of('DTSTART:20260504T090000\nRRULE:FREQ=DAILY;UNTIL=20261231T225959Z')).toEqual([])
  })
})

// The outside judge of recurrence: looks at every day of ten years, asks of each whether the words of the rule fit it, and counts by the words of RFC 5545.

interface Words {
  readonly freq: 'DAILY' | 'WEEKLY' | 'MONTHLY' | 'YEARLY'
  readonly interval: number
  readonly months: readonly number[]
  readonly monthDays: readonly number[]
  readonly days: readonly string[]
  readonly hours: readonly number[]
  readonly setPos: readonly number[]
  readonly weekStart: string
}

const CODES = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA']
const MS_OF_DAY = 86_400_000

function textOf({ freq, interval, months, monthDays, days, hours, setPos, weekStart }: Words): string {
  const part = (name: string, values: readonly (string | number)[]) =>
    values.length === 0 ? '' : `;${name}=${values.join(',')}`
  return `FREQ=${freq};INTERVAL=${interval};WKST=${weekStart}${part('BYMONTH', months)}${part('BYMONTHDAY', monthDays)}${part('BYDAY', days)}${part('BYHOUR', hours)}${part('BYSETPOS', setPos)}`
}

/** Which period of the rule a day lies in, counted from the start's; undefined for one that the interval leaves out. */
function periodOf(day: Date, start: Date, { freq, interval, weekStart }: Words): number | undefined {
  const sinceWeek = (date: Date) => (date.getUTCDay() - CODES.indexOf(weekStart) + 7) % 7
  const daysBetween = Math.round((+day - +start) / MS_OF_DAY)
  const months = (day.getUTCFullYear() - start.getUTCFullYear()) * 12 + day.getUTCMonth() - start.getUTCMonth()
  const n = {
    DAILY: daysBetween,
    WEEKLY: (daysBetween + sinceWeek(start) - sinceWeek(day)) / 7,
    MONTHLY: months,
    YEARLY: day.getUTCFullYear() - start.getUTCFullYear(),
  }[freq]
  return n % interval === 0 ? n : undefined
}

/** How often this weekday has come in the month or year, from its front and from its back. */
function nthOf(day: Date, of: 'month' | 'year'): readonly number[] {
  const isSame = (other: Date) =>
    other.getUTCFullYear() === day.getUTCFullYear() && (of === 'year' || other.getUTCMonth() === day.getUTCMonth())
  const count = (step: number) => {
    let n = 0
    for (let at = +day; isSame(new Date(at)); at += step * 7 * MS_OF_DAY) n++
    return n
  }
  return [count(-1), -count(1)]
}

function isDay(day: Date, start: Date, words: Words): boolean {
  const { freq, months, monthDays, days } = words
  const [y, m, d] = [day.getUTCFullYear(), day.getUTCMonth(), day.getUTCDate()]
  const length = new Date(Date.UTC(y, m + 1, 0)).getUTCDate()
  const isOpen = monthDays.length === 0 && days.length === 0
  if (months.length > 0 && !months.includes(m + 1)) return false
  if (monthDays.length > 0 && !monthDays.some(n => (n > 0 ? n === d : d === length + 1 + n))) return false
  if (days.length > 0) {
    const nth = nthOf(day, freq === 'YEARLY' && months.length === 0 ? 'year' : 'month')
    const code = CODES[day.getUTCDay()]
    if (!days.some(one => one.slice(-2) === code && (one.length === 2 || nth.includes(Number(one.slice(0, -2))))))
      return false
  }
  if (!isOpen || freq === 'DAILY') return true
  if (freq === 'WEEKLY') return day.getUTCDay() === start.getUTCDay()
  if (d !== start.getUTCDate()) return false
  return freq === 'MONTHLY' || months.length > 0 || m === start.getUTCMonth()
}

function slowly(words: Words, start: number, end: number): number[] {
  const sets = new Map<number, number[]>()
  const first = new Date(Math.floor(start / MS_OF_DAY) * MS_OF_DAY)
  const minutes = new Date(start).getUTCMinutes() * 60_000
  const hours = words.hours.length > 0 ? [...words.hours].sort((a, b) => a - b) : [new Date(start).getUTCHours()]
  // The set of a period begins with it, also where the start lies in its middle.
  for (let at = +first - 366 * MS_OF_DAY; at <= end + 366 * MS_OF_DAY; at += MS_OF_DAY) {
    const n = periodOf(new Date(at), first, words)
    if (n === undefined || n < 0 || !isDay(new Date(at), first, words)) continue
    sets.set(n, [...(sets.get(n) ?? []), ...hours.map(hour => at + hour * 3_600_000 + minutes)])
  }
  const chosen = [...sets.values()].flatMap(set =>
    words.setPos.length === 0
      ? set
      : set.filter((_, i) => words.setPos.some(pos => pos === i + 1 || pos === i - set.length)),
  )
  return chosen.filter(at => at >= start && at <= end)
}

describe('a judge by brute force, over the days of eight years (found C8)', () => {
  const few = <T>(from: readonly T[], most: number) => fc.uniqueArray(fc.constantFrom(...from), { maxLength: most })
  const words = fc.constantFrom<Words['freq']>('DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY').chain(freq => {
    const numbered = freq === 'MONTHLY' || freq === 'YEARLY'
    const days = CODES.flatMap(code => [
      code,
      code,
      ...(numbered ? ['1', '2', '4', '-1', '-2'].map(n => n + code) : []),
    ])
    return fc.record({
      freq: fc.constant(freq),
      interval: fc.constantFrom(1, 1, 2, 3, 5),
      months: fc.oneof(fc.constant([]), few([1, 2, 3, 5, 10, 12], 3)),
      monthDays:
        freq === 'WEEKLY' ? fc.constant([]) : fc.oneof(fc.constant([]), few([1, 13, 15, 29, 30, 31, -1, -2, -31], 3)),
      days: fc.oneof(fc.constant([]), few(days, 3)),
      hours: fc.oneof(fc.constant([]), few([0, 9, 23], 2)),
      setPos: fc.oneof(fc.constant([]), few([1, 2, 3, -1, -2], 2)),
      weekStart: fc.constantFrom('MO', 'SU', 'SA', 'WE'),
    })
  })
  const starts = fc.integer({ min: Date.UTC(2024, 0, 1) / 3_600_000, max: Date.UTC(2027, 11, 31) / 3_600_000 })

  it('agrees on every time of random rules', () => {
    fc.assert(
      fc.property(words, starts, (given, hour) => {
        const by = [given.months, given.monthDays, given.days, given.hours].some(part => part.length > 0)
        const rule: Words = by ? given : { ...given, setPos: [] }
        const start = hour * 3_600_000
        const end = start + 8 * 366 * MS_OF_DAY
        const found: string[] = []
        const parsed = parseRule(textOf(rule))
        if (parsed.is === 'refused') throw new Error(parsed.why)
        for (const at of occurrences(parsed.recurrence.rule, start, start)) {
          if (at > end) break
          found.push(said(at))
        }

        expect(found, `${textOf(rule)} from ${said(start)}`).toEqual(slowly(rule, start, end).map(said))
      }),
      { numRuns: 150 },
    )
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
    ['once, at an instant', { repeats: 'once', at: '1777885200' }, 'UTC', '2026-05-04T00:00Z', ['2026-05-04T09:00']],
    [
      "once, on the campaign's clock where there is no offset",
      { repeats: 'once', at: 'May 5, 2026 9:00 AM' },
      'Asia/Seoul',
      '2026-05-04T00:00Z',
      ['2026-05-05T00:00'],
    ],
    [
      'from an instant on, on its own clock',
      { repeats: 'date', starts: '2026-06-01T10:00+09:00' },
      'Asia/Seoul',
      '2026-05-04T00:00Z',
      ['2026-06-01T01:00'],
    ],
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
    [{ repeats: 'daily', ends: '2026-12-31T09:00' }, ['ends']],
    [{ repeats: 'daily', starts: '03/04/2026' }, ['starts']],
    [{ repeats: 'daily', starts: '2026-05-04T09:00Z', clock: 'lead' }, ['starts']],
    [{ repeats: 'daily', starts: 'May 4, 2026 9:00 AM', ends: '31 Dec 2026' }, []],
    [{ repeats: 'once', at: 'soon' }, ['at']],
    [{ repeats: 'once', at: 'Mon, 04 May 2026 09:00:00 GMT' }, []],
    [{ repeats: 'rule', rule: 'FREQ=NEVER' }, ['rule']],
    [{ repeats: 'daily' }, []],
  ])('that is not whole says where: %j', (schedule, fields) => {
    expect(whyNot({ ...onceAtLaunch, ...schedule }).map(w => w.field)).toEqual(fields)
  })
})
