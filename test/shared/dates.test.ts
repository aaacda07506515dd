import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { instantOf, type ReadDate, readDate, readEventTime, readInstant, writeWithOffset } from '#shared/values/dates'
import { clockChanges, DAY, HOUR, MINUTE, slowWall, ZONES } from './wall'

// found C1: one reader for dates. Every spelling of one instant is that instant; what is not clear is refused in words.

const ms = (text: string) => Date.parse(text)
const why = (read: ReadDate) => (read.is === 'refused' ? read.why : JSON.stringify(read))

describe('a date (found C1)', () => {
  const at = ms('2026-05-10T15:00:00Z')

  it.each([
    '2026-05-10T15:00:00Z',
    '2026-05-10T15:00Z',
    '2026-05-10t15:00:00z',
    '2026-05-10T15:00:00.000Z',
    '2026-05-10T15:00:00,0Z',
    '2026-05-10T15:00:00.000000000Z',
    '2026-05-10T15:00:00+00:00',
    '2026-05-10T15:00:00-00:00',
    '2026-05-10T17:00:00+02:00',
    '2026-05-10T11:00:00-0400',
    '2026-05-10T11:00:00\u221204:00',
    '2026-05-10T20:30:00+05:30',
    '2026-05-10T20:30+0530',
    '2026-05-10T17:00:00+02',
    // Salesforce, Jira, Marketo.
    '2026-05-10T15:00:00.000+0000',
    '2026-05-10 15:00:00 UTC',
    '2026-05-10 15:00:00 GMT',
    '2026-05-10 11:00:00 -0400',
    '2026-05-10 15:00:00 +0000',
    '2026-05-10 15:00:00+00',
    '2026-05-10 15:00:00.0000000 +00:00',
    '2026-05-10 15:00:00Z',
    ' 2026-05-10T15:00:00Z\n',
    '2026/05/10 15:00:00 +0000',
    '20260510T150000Z',
    '20260510T1500Z',
    '20260510T15Z',
    '20260510T170000+0200',
    '2026-W19-7T15:00:00Z',
    '2026W197T150000Z',
    '2026-130T15:00:00Z',
    '2026-05-10T17:00:00+02:00[Europe/Berlin]',
    '2026-05-10T17:00:00[Europe/Berlin]',
    '2026-05-10T15:00:00Z[Asia/Seoul][u-ca=gregory]',
    '2026-05-10 17:00:00 Europe/Berlin',
    '2026-05-10T15:00:00+00:00:00',
    'Sun, 10 May 2026 15:00:00 GMT',
    'Sun, 10 May 2026 15:00:00 +0000',
    'Sun, 10 May 2026 15:00 UT',
    '10 May 2026 11:00:00 EDT',
    '10 May 2026 07:00:00 PST',
    'Sun, 10 May 2026 11:00:00 -0400 (Eastern (US) Time)',
    'Sunday, 10-May-2026 15:00:00 GMT',
    'Sun May 10 15:00:00 UTC 2026',
    'Sun May 10 2026 17:00:00 GMT+0200 (Central European Summer Time)',
    'May 10, 2026 3:00 PM UTC',
    'May 10, 2026, 3:00:00\u202fPM GMT',
    'Sunday, May 10, 2026 at 3:00 pm +0000',
    'May 10 2026  3:00PM +0000',
    '2026/5/10 15:00 Z',
    '1778425200',
    '1778425200000',
    '1778425200.000',
    'Sun May 10 15:00:00 2026 UTC',
    'Sun May 10 17:00:00 2026 +0200',
    'Sun May 10 17:00:00 2026 Europe/Berlin',
    '+1778425200',
    '/Date(1778425200000)/',
    '/Date(1778425200000+0200)/',
    1778425200,
    1778425200000,
  ])('written as %j is that instant', spelling => {
    const read = readDate(spelling)

    expect(read.is === 'instant' ? read.at : why(read)).toBe(at)
  })

  it.each([
    ['2026-05-10T15:00:00', '2026-05-10T15:00Z'],
    ['2026-05-10 15:00', '2026-05-10T15:00Z'],
    ['2026-5-7 9:05', '2026-05-07T09:05Z'],
    ['20260510T150000', '2026-05-10T15:00Z'],
    ['20260510150000', '2026-05-10T15:00Z'],
    ['Sun May 10 15:00:00 2026', '2026-05-10T15:00Z'],
    ['May 10 2026 10:00 PM', '2026-05-10T22:00Z'],
    ['10 May 2026, 12:30 a.m.', '2026-05-10T00:30Z'],
    ['May 10, 2026 12 PM', '2026-05-10T12:00Z'],
    ['10-MAY-2026 15:00', '2026-05-10T15:00Z'],
    ['2026-05-10T15', '2026-05-10T15:00Z'],
    ['31/12/2026 23:59', '2026-12-31T23:59Z'],
    ['12/31/2026 11:59 PM', '2026-12-31T23:59Z'],
    ['2026-05-10T15:00:00.123456789', '2026-05-10T15:00:00.123Z'],
    ['2026-05-10 15:00:00.9999999', '2026-05-10T15:00:00.999Z'],
  ])('without an offset, %j, is a time on the clock of whoever asks', (spelling, wall) => {
    expect(readDate(spelling)).toEqual({ is: 'local', wall: ms(wall) })
    expect(readInstant(spelling, 'Asia/Seoul')).toEqual({ is: 'read', at: ms(wall) - 9 * HOUR })
  })

  it.each([
    ['2026-05-10', '2026-05-10'],
    ['20260510', '2026-05-10'],
    ['2026/5/10', '2026-05-10'],
    ['2026.05.10', '2026-05-10'],
    ['2026-130', '2026-05-10'],
    ['2026-W19-7', '2026-05-10'],
    ['2026-W01-1', '2025-12-29'],
    ['2020-W53-7', '2021-01-03'],
    ['May 10, 2026', '2026-05-10'],
    ['10 May 2026', '2026-05-10'],
    ['10th of May 2026', '2026-05-10'],
    ['Sun, 10 May 2026', '2026-05-10'],
    ['sept. 1, 2026', '2026-09-01'],
    ['10-May-2026', '2026-05-10'],
    [' 3-FEB-2001', '2001-02-03'],
    ['2026 May 10', '2026-05-10'],
    ['13/04/2026', '2026-04-13'],
    ['04/13/2026', '2026-04-13'],
    ['31.12.2026', '2026-12-31'],
    ['05/05/2026', '2026-05-05'],
    ['2028-02-29', '2028-02-29'],
  ])('alone, %j, is a day without a time', (spelling, day) => {
    expect(readDate(spelling)).toEqual({ is: 'date', wall: ms(`${day}T00:00Z`) })
  })

  it.each<[unknown, string]>([
    ['03/04/2026', '"03/04/2026" may be 3 April or 4 March'],
    ['03.04.2026', '"03.04.2026" may be 3 April or 4 March'],
    ['03-04-2026 10:00', '"03-04-2026 10:00" may be 3 April or 4 March'],
    ['2026-02-30', '"2026-02-30" is in no calendar: February 2026 has the days 1 to 28'],
    ['2026-02-30T09:00:00Z', '"2026-02-30T09:00:00Z" is in no calendar: February 2026 has the days 1 to 28'],
    ['31 April 2026', '"31 April 2026" is in no calendar: April 2026 has the days 1 to 30'],
    ['2026-13-01', '"2026-13-01" is in no calendar: a year has no month 13'],
    ['0000-00-00 00:00:00', '"0000-00-00 00:00:00" is in the year 0'],
    ['0001-01-01T00:00:00Z', '"0001-01-01T00:00:00Z" is in the year 1'],
    ['/Date(-62135596800000)/', '"/Date(-62135596800000)/" is in the year 1'],
    ['2026-366', '"2026-366" is in no calendar: 2026 has no day 366'],
    ['2026-W54-1', '"2026-W54-1" is in no calendar: 2026 has no week 54'],
    ['2026-05-10T24:00', '"2026-05-10T24:00" is on no clock'],
    ['2026-05-10T15:60:00Z', '"2026-05-10T15:60:00Z" is on no clock'],
    ['2016-12-31T23:59:60Z', '"2016-12-31T23:59:60Z" is on no clock'],
    ['May 10 2026 13:00 PM', '"May 10 2026 13:00 PM" is on no clock'],
    ['2026-05-10T15:00+25:00', '"2026-05-10T15:00+25:00" has an offset that no clock has'],
    ['2026-05-10 15:00 CEST', '"2026-05-10 15:00 CEST" has "CEST" behind its time, which is no offset and no zone'],
    ['2026-05-10T15:00[Mars/Base]', '"2026-05-10T15:00[Mars/Base]" has "[Mars/Base]" behind its time'],
    ['2026-05-10Z', '"2026-05-10Z" has "Z" behind its date, which is no time'],
    ['2026-05-10 in the evening', '"2026-05-10 in the evening" has "in the evening" behind its date'],
    ['10 May 26', '"10 May 26" has a year of two digits'],
    ['05/10/26', '"05/10/26" has a year of two digits'],
    ['Sunday, 10-May-26 15:00:00 GMT', '"Sunday, 10-May-26 15:00:00 GMT" has a year of two digits'],
    ['10 May', '"10 May" has no year'],
    ['May 10 15:00', '"May 10 15:00" has no year'],
    ['next week', '"next week" is no date'],
    ['15:00', '"15:00" is no date'],
    ['2026-05', '"2026-05" is no date'],
    ['May 2026', '"May 2026" is no date'],
    ['now', '"now" is no date'],
    ['P3D', '"P3D" is no date'],
    ['1e9', '"1e9" is no date'],
    ['', 'an empty text is no date'],
    ['x'.repeat(200), `"${'x'.repeat(59)}…" is no date`],
    [`2026-05-10 ${' '.repeat(1000)}`, '"2026-05-10'],
    [null, 'null is no date'],
    [undefined, 'undefined is no date'],
    [true, 'true is no date'],
    [['2026-05-10'], 'a list is no date'],
    [{ date: '2026-05-10' }, 'an object is no date'],
    [Number.NaN, 'NaN is no date'],
    [Number.POSITIVE_INFINITY, 'Infinity is no date'],
    // Eight digits or fewer are no time; as text eight may be a date.
    [0, '0 has too few digits for a time'],
    [42, '42 has too few digits for a time'],
    [20260510, '20260510 has too few digits for a time'],
    ['2026', '"2026" has too few digits for a time'],
    ['2026130', '"2026130" has too few digits for a time'],
    ['12345678', '"12345678" has 8 digits, which are no date'],
    ['20260230', '"20260230" has 8 digits, which are no date'],
    ['1778425200000000', '"1778425200000000" has too many digits for a time'],
    [1778425200000000, '1778425200000000 has too many digits for a time'],
    ['0301234567', '"0301234567" begins with a zero'],
    // Twelve digits that are a date and a time as well as milliseconds of 1976: nobody knows which is meant.
    ['202612251500', '"202612251500" may be 2026-12-25 15:00, or milliseconds since 1970, in 1976'],
    [202612251500, '202612251500 may be 2026-12-25 15:00'],
    ['199912312359', '"199912312359" may be 1999-12-31 23:59'],
    ['-1.7e308x', 'is no date'],
  ])('is not %j: it says what was found', (value, said) => {
    expect(why(readDate(value))).toContain(said)
  })

  it('that is refused says what to write', () => {
    for (const value of ['soon', '03/04/2026', '10 May 26', '2026-05-10 15:00 CEST', 42, '1778425200000000', ''])
      expect(readDate(value)).toMatchObject({
        is: 'refused',
        fix: expect.stringMatching(/^(Write|Seconds) .*20\d\d.*\.$/),
      })
  })

  it('tells seconds from milliseconds by how many digits they have', () => {
    expect([999_999_999, '999999999', 100_000_000].map(n => readDate(n))).toEqual([
      { is: 'instant', at: 999_999_999_000, offset: 0 },
      { is: 'instant', at: 999_999_999_000, offset: 0 },
      { is: 'instant', at: 100_000_000_000, offset: 0 },
    ])
    expect(readDate(9_999_999_999)).toMatchObject({ at: 9_999_999_999_000 })
    expect(readDate(10_000_000_000)).toMatchObject({ at: 10_000_000_000 })
    expect(readDate(9_999_999_999_999)).toMatchObject({ at: 9_999_999_999_999 })
    expect(readDate(-315_619_200)).toMatchObject({ at: ms('1960-01-01T00:00Z') })
    expect(readDate('1778425200.25')).toMatchObject({ at: 1_778_425_200_250 })
  })

  it('keeps the offset of the clock that wrote it', () => {
    const kept = (text: string) => {
      const read = readDate(text)
      return read.is === 'instant' ? writeWithOffset(read) : why(read)
    }

    expect(kept('Sun, 10 May 2026 11:00:00 -0400')).toBe('2026-05-10T11:00:00-04:00')
    expect(kept('2026-05-10 17:00:00.25[Asia/Kolkata]')).toBe('2026-05-10T17:00:00.250+05:30')
    expect(kept('2026-05-10T15:00:00+00:00')).toBe('2026-05-10T15:00:00Z')
    expect(kept('2026-05-10T15:00:00+00:00:30')).toBe('2026-05-10T14:59:30Z')
  })

  it('takes time that grows with its length, whatever it is', () => {
    const evil = [
      '1'.repeat(149),
      '1 '.repeat(70),
      '('.repeat(149),
      'May '.repeat(37),
      '1/'.repeat(70),
      '[a]'.repeat(49),
    ]
    const begin = performance.now()

    for (let i = 0; i < 1000; i++) for (const text of evil) readDate(text)
    expect((performance.now() - begin) / 6000).toBeLessThan(5)
  })
})

describe('a wall clock time', () => {
  it.each(ZONES)(
    'that %s skips is the first instant after the gap, one that comes twice the first, in every spelling',
    zone => {
      for (const change of clockChanges(zone)) {
        const [before, after] = [slowWall(zone, change - 1), slowWall(zone, change)]
        // In the middle of what is skipped, or of what comes twice.
        const wall = Math.floor((before + after) / 2 / MINUTE) * MINUTE
        const skipped = after > before + MINUTE
        const expected = skipped ? change : change - (before + MINUTE - wall)
        const text = new Date(wall).toISOString()
        const spellings = [
          text.slice(0, 16),
          text.slice(0, 16).replace('T', ' '),
          `${text.slice(0, 16)}[${zone}]`,
          rfc(wall),
        ]
        for (const spelling of spellings) {
          const read = readInstant(spelling, zone)
          expect(read.is === 'read' ? new Date(read.at).toISOString() : read.why).toBe(new Date(expected).toISOString())
        }
      }
    },
  )
})

// ------------------------------------------------------------------------------ any instant, in any of its spellings, reads back to itself

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
const two = (n: number) => String(n).padStart(2, '0')

/** An instant on a clock that is `offset` minutes ahead of UTC. Written by Date alone, and by nothing that the product uses. */
function on(at: number, offset: number) {
  const clock = new Date(at + offset * MINUTE)
  const [h, mi, s] = [clock.getUTCHours(), clock.getUTCMinutes(), clock.getUTCSeconds()]
  const iso = clock.toISOString()
  const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60]
  return {
    iso,
    day: iso.slice(0, 10),
    time: iso.slice(11, 19),
    part: iso.slice(20, 23),
    d: clock.getUTCDate(),
    month: MONTHS[clock.getUTCMonth()] ?? '',
    year: clock.getUTCFullYear(),
    weekday: DAYS[clock.getUTCDay()] ?? '',
    twelve: `${h % 12 || 12}:${two(mi)}:${two(s)} ${h < 12 ? 'AM' : 'PM'}`,
    plain: `${offset < 0 ? '-' : '+'}${two(hours)}${two(minutes)}`,
    colon: `${offset < 0 ? '-' : '+'}${two(hours)}:${two(minutes)}`,
  }
}

function rfc(wall: number): string {
  const { weekday, d, month, year, time } = on(wall, 0)
  return `${weekday.slice(0, 3)}, ${d} ${month.slice(0, 3)} ${year} ${time}`
}

type Clock = ReturnType<typeof on>

/** To the millisecond. */
const precise: readonly ((clock: Clock, at: number) => string | number)[] = [
  c => `${c.iso.slice(0, 23)}${c.colon}`,
  c => `${c.iso.slice(0, 23)}${c.plain}`,
  c => `${c.iso.slice(0, 23)}999999${c.colon}`,
  c => `${c.day} ${c.time}.${c.part} ${c.plain}`,
  c => `${c.day.replaceAll('-', '')}T${c.time.replaceAll(':', '')}.${c.part}${c.plain}`,
  (_, at) => at,
  (_, at) => String(at),
  (_, at) => new Date(at).toISOString(),
  (_, at) => JSON.parse(JSON.stringify(new Date(at))) as string,
  (_, at) => `/Date(${at})/`,
]

/** To the second. */
const rough: readonly ((clock: Clock, at: number) => string | number)[] = [
  c => `${c.day} ${c.time} ${c.plain}`,
  c => `${c.weekday.slice(0, 3)}, ${two(c.d)} ${c.month.slice(0, 3)} ${c.year} ${c.time} ${c.plain}`,
  c => `${c.d} ${c.month} ${c.year} ${c.time} ${c.colon}`,
  c => `${c.month} ${c.d}, ${c.year} ${c.twelve} ${c.plain}`,
  c => `${c.weekday}, ${c.month.slice(0, 3)} ${c.d} ${c.year} at ${c.twelve} ${c.colon}`,
  c => `${c.weekday.slice(0, 3)} ${c.month.slice(0, 3)} ${two(c.d)} ${c.year} ${c.time} GMT${c.plain} (Somewhere)`,
  c => `${c.day.replaceAll('-', '/')} ${c.time}${c.colon}`,
  (_, at) => new Date(at).toUTCString(),
  (_, at) => at / 1000,
  (_, at) => String(at / 1000),
]

describe('any instant', () => {
  const instants = fc.integer({ min: Date.UTC(1973, 5, 1), max: Date.UTC(2199, 11, 31) })
  const offsets = fc.constantFrom(0, 60, 120, -240, -480, 330, 345, -210, 540, 765, -720, 840)

  it('reads back to itself, to the millisecond, from each of its spellings', () => {
    fc.assert(
      fc.property(instants, offsets, fc.constantFrom(...precise), (at, offset, write) => {
        const read = readDate(write(on(at, offset), at))
        expect(read.is === 'instant' ? read.at : why(read)).toBe(at)
      }),
      { numRuns: 3000 },
    )
  })

  it('reads back to itself, to the second', () => {
    fc.assert(
      fc.property(instants, offsets, fc.constantFrom(...rough), (at, offset, write) => {
        const whole = Math.floor(at / 1000) * 1000
        const read = readDate(write(on(whole, offset), whole))
        expect(read.is === 'instant' ? read.at : why(read)).toBe(whole)
      }),
      { numRuns: 3000 },
    )
  })

  it('reads back from what a clock of its zone shows, or is the first instant at which that is shown', () => {
    const years = fc.integer({ min: Date.UTC(2025, 0, 1) / MINUTE, max: Date.UTC(2027, 11, 31) / MINUTE })
    const around = fc.constantFrom(...ZONES).chain(zone => {
      const changes = clockChanges(zone).map(change => change / MINUTE)
      const near =
        changes.length === 0
          ? years
          : fc.constantFrom(...changes).chain(c => fc.integer({ min: c - 200, max: c + 200 }))
      return fc.tuple(fc.constant(zone), fc.oneof(years, near))
    })
    fc.assert(
      fc.property(around, fc.constantFrom(0, 1, 2, 3), ([zone, minute], form) => {
        const at = minute * MINUTE
        const wall = slowWall(zone, at)
        const text = new Date(wall).toISOString()
        const spelling = [
          text.slice(0, 16),
          `${text.slice(0, 19)}[${zone}]`,
          rfc(wall),
          text.slice(0, 19).replace('T', ' '),
        ][form] as string
        const read = readDate(spelling)
        const found = read.is === 'refused' ? Number.NaN : instantOf(read, zone)

        expect(slowWall(zone, found)).toBe(wall)
        expect(found).toBeLessThanOrEqual(at)
        // Shown twice in one turn of the clock, never by days.
        expect(at - found).toBeLessThan(DAY)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('the time of an event (found C4)', () => {
  const now = ms('2026-05-10T15:00:00Z')
  const read = (value: unknown) => {
    const time = readEventTime(value, now)
    return time.is === 'read' ? new Date(time.at).toISOString() : `${time.because}: ${time.why}`
  }

  it.each<[unknown, string]>([
    [1778425200, '2026-05-10T15:00:00.000Z'],
    ['1778425200', '2026-05-10T15:00:00.000Z'],
    [1778425200000, '2026-05-10T15:00:00.000Z'],
    ['2026-05-10 15:00', '2026-05-10T15:00:00.000Z'],
    ['2026-05-10', '2026-05-10T00:00:00.000Z'],
    [978307200, '2001-01-01T00:00:00.000Z'],
    [now + DAY, '2026-05-11T15:00:00.000Z'],
    [978307199, 'past: 978307199 is understood as 2000-12-31T23:59:59Z, which is before 2001'],
    [
      '1970-01-01T00:00:00Z',
      'past: "1970-01-01T00:00:00Z" is understood as 1970-01-01T00:00:00Z, which is before 2001',
    ],
    [177842520000, 'past: 177842520000 is understood as 1975-08-21T08:42:00Z, which is before 2001'],
    [
      now + DAY + 1,
      'future: 1778511600001 is understood as 2026-05-11T15:00:00.001Z, which is more than a day from now',
    ],
    [
      1778425200000000,
      'future: 1778425200000000 has too many digits for a time; as milliseconds it is more than a day from now',
    ],
    [0, 'no-date: 0 has too few digits for a time'],
    [1778425, 'no-date: 1778425 has too few digits for a time'],
    ['yesterday', 'no-date: "yesterday" is no date'],
    ['03/04/2026', 'no-date: "03/04/2026" may be 3 April or 4 March'],
  ])('%j: %s', (value, said) => {
    expect(read(value)).toBe(said)
  })
})
