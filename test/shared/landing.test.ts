import { describe, expect, it } from 'vitest'
import { type Aim, daysLater, momentOf, nextLanding, sayLanding, sayWall } from '#shared/time/landing'
import { readDate, type WrittenDate } from '#shared/values/dates'
import { clockChanges, DAY, HOUR, MINUTE, slowWall, ZONES } from './wall'

const ms = Date.parse
const iso = (at: number) => new Date(at).toISOString().replace(':00.000Z', 'Z')
const QUARTER = 15 * MINUTE

describe('the next allowed weekday and time', () => {
  const weekdays = [1, 2, 3, 4, 5]
  it.each<[string, string, string, number[], string, string]>([
    ['is now, when it is exactly that time', 'UTC', '2026-05-04T09:00Z', [1], '09:00', '2026-05-04T09:00Z'],
    ['is a week away a minute later', 'UTC', '2026-05-04T09:01Z', [1], '09:00', '2026-05-11T09:00Z'],
    ['is later the same day', 'UTC', '2026-05-04T08:59Z', [1], '09:00', '2026-05-04T09:00Z'],
    ['is any day when none is chosen', 'UTC', '2026-05-04T09:01Z', [], '09:00', '2026-05-05T09:00Z'],
    ['is the nearer of two', 'UTC', '2026-05-05T00:00Z', [1, 3], '09:00', '2026-05-06T09:00Z'],
    ['is on Monday after a Saturday (rule 26)', 'UTC', '2026-05-09T17:00Z', weekdays, '09:00', '2026-05-11T09:00Z'],
    ["is asked of the zone's date, not of UTC's", 'Asia/Seoul', '2026-05-03T15:30Z', [1], '00:30', '2026-05-03T15:30Z'],
    ['crosses the end of a year', 'UTC', '2026-12-31T10:00Z', [], '09:00', '2027-01-01T09:00Z'],
    ['is on a leap day', 'UTC', '2028-02-28T10:00Z', [], '09:00', '2028-02-29T09:00Z'],
    ['keeps its time over a clock change', 'Europe/Berlin', '2026-03-28T09:00Z', [7], '09:00', '2026-03-29T07:00Z'],
    ['that is skipped is right after the gap', 'Europe/Berlin', '2026-03-28T12:00Z', [], '02:30', '2026-03-29T01:00Z'],
    ['that comes twice is at the first', 'Europe/Berlin', '2026-10-24T12:00Z', [], '02:30', '2026-10-25T00:30Z'],
    ['that comes twice is not at the second', 'Europe/Berlin', '2026-10-25T00:45Z', [], '02:30', '2026-10-26T01:30Z'],
    [
      'that is skipped over midnight is on Sunday 00:00',
      'America/Nuuk',
      '2026-03-29T01:00Z',
      [6],
      '23:30',
      '2026-03-29T01:00Z',
    ],
  ])('%s', (_, zone, at, days, time, expected) => {
    expect(iso(nextLanding({ weekdays: days, time }, zone, ms(at)))).toBe(expected)
  })

  it.each(ZONES)('is what a slow search over the clock of %s finds, around each change', zone => {
    const wrong: string[] = []
    for (const { clock, around } of clocksOf(zone))
      for (let at = around - 27 * HOUR; at <= around + 27 * HOUR; at += 75 * MINUTE)
        for (const time of ['00:00', '02:15', '23:30'])
          for (const days of [[], [1, 6]])
            for (const instant of [at, at + 1]) {
              const wanted = (wall: number) => msOfDay(wall) === minutes(time) && isOn(wall, days)
              const [found, slow] = [
                nextLanding({ weekdays: days, time }, zone, instant),
                slowFirst(clock, wanted, instant),
              ]
              if (found !== slow) wrong.push(`${time} ${days} after ${iso(instant)}: ${iso(found)}, not ${iso(slow)}`)
            }
    expect(wrong).toEqual([])
  })
})

describe('some calendar days later', () => {
  it.each<[string, string, string, number, string, string]>([
    [
      'are dates: Monday 21:00 and one is Tuesday 09:00 (braze R15)',
      'UTC',
      '2026-05-04T21:00Z',
      1,
      '09:00',
      '2026-05-05T09:00Z',
    ],
    ['at 00:00 are at the next midnight (braze R15)', 'UTC', '2026-05-04T21:00Z', 1, '00:00', '2026-05-05T00:00Z'],
    ['may be today', 'UTC', '2026-05-04T08:00Z', 0, '09:00', '2026-05-04T09:00Z'],
    ['may be today, and over', 'UTC', '2026-05-04T10:00Z', 0, '09:00', '2026-05-04T09:00Z'],
    ['cross the end of a month', 'UTC', '2026-01-31T10:00Z', 1, '09:00', '2026-02-01T09:00Z'],
    ['cross the end of February', 'UTC', '2027-02-28T10:00Z', 1, '09:00', '2027-03-01T09:00Z'],
    ['meet the leap day', 'UTC', '2028-02-28T10:00Z', 1, '09:00', '2028-02-29T09:00Z'],
    ['count from the date in the zone', 'Asia/Seoul', '2026-05-03T15:30Z', 1, '09:00', '2026-05-05T00:00Z'],
    ['over a clock change are dates too', 'Europe/Berlin', '2026-10-24T21:00Z', 2, '09:00', '2026-10-26T08:00Z'],
    [
      'at a time that is skipped are right after the gap',
      'America/New_York',
      '2026-03-07T12:00Z',
      1,
      '02:30',
      '2026-03-08T07:00Z',
    ],
    [
      'at a time that comes twice are at the first',
      'America/New_York',
      '2026-10-31T12:00Z',
      1,
      '01:30',
      '2026-11-01T05:30Z',
    ],
  ])('%s', (_, zone, at, days, time, expected) => {
    expect(iso(daysLater(days, time, zone, ms(at)))).toBe(expected)
  })

  it.each(ZONES)('are what a slow search over the clock of %s finds, around each change', zone => {
    const wrong: string[] = []
    for (const { clock, around } of clocksOf(zone))
      for (let at = around - 30 * HOUR; at <= around + 6 * HOUR; at += 30 * MINUTE)
        for (const time of ['00:15', '02:00', '23:45']) {
          const target = dateOf(slowWall(zone, at)) + DAY + minutes(time)
          const [found, slow] = [daysLater(1, time, zone, at), slowFirst(clock, wall => wall === target, 0)]
          if (found !== slow) wrong.push(`${time} after ${iso(at)}: ${iso(found)}, not ${iso(slow)}`)
        }
    expect(wrong).toEqual([])
  })
})

describe('the moment of a written date', () => {
  const moment = (text: string, zone: string, aim: Partial<Aim> = {}, now = '2026-05-04T09:00Z') =>
    iso(momentOf(readDate(text) as WrittenDate, { time: '08:00', days: 0, yearly: false, ...aim }, zone, ms(now)))

  it.each<[string, string, string, Partial<Aim>, string]>([
    ['is read in the zone', '2026-05-04T09:00', 'Asia/Seoul', {}, '2026-05-04T00:00Z'],
    ['has the given time when it has none', '2026-05-04', 'Asia/Seoul', {}, '2026-05-03T23:00Z'],
    ['is an instant when it says its offset', '2026-05-04T09:00+02:00', 'Asia/Seoul', {}, '2026-05-04T07:00Z'],
    ['may be days before (marketo rule 27)', '2026-05-04', 'UTC', { days: -3 }, '2026-05-01T08:00Z'],
    ['may be days after (marketo rule 27)', '2026-05-04', 'UTC', { days: 30 }, '2026-06-03T08:00Z'],
    ['goes by dates over the end of a month', '2026-03-01', 'UTC', { days: -1 }, '2026-02-28T08:00Z'],
    ['goes by dates over a leap day', '2028-03-01', 'UTC', { days: -1 }, '2028-02-29T08:00Z'],
    [
      'keeps its time of day over a clock change',
      '2026-03-30T09:00',
      'Europe/Berlin',
      { days: -2 },
      '2026-03-28T08:00Z',
    ],
    ['keeps that of an instant too', '2026-03-30T07:00Z', 'Europe/Berlin', { days: -2 }, '2026-03-28T08:00Z'],
    ['that is skipped is right after the gap', '2026-03-29T02:30', 'Europe/Berlin', {}, '2026-03-29T01:00Z'],
    ['that comes twice is at the first', '2026-10-25T02:30', 'Europe/Berlin', {}, '2026-10-25T00:30Z'],
    ['leaves an instant in the second of two hours', '2026-10-25T01:30Z', 'Europe/Berlin', {}, '2026-10-25T01:30Z'],
  ])('%s', (_, text, zone, aim, expected) => {
    expect(moment(text, zone, aim)).toBe(expected)
  })

  it.each<[string, string, Partial<Aim>, string, string]>([
    ['is this year', '1990-06-01', {}, '2026-05-04T09:00Z', '2026-06-01T08:00Z'],
    ['is next year when it is over', '1990-05-03', {}, '2026-05-04T09:00Z', '2027-05-03T08:00Z'],
    ['is today until its time', '1990-05-04', {}, '2026-05-04T08:00Z', '2026-05-04T08:00Z'],
    ['is in a year a minute later', '1990-05-04', {}, '2026-05-04T08:01Z', '2027-05-04T08:00Z'],
    ['is the date itself when that is still to come', '2027-09-01', {}, '2026-05-04T09:00Z', '2027-09-01T08:00Z'],
    ['counts with its days before', '1990-05-10', { days: -3 }, '2026-05-08T09:00Z', '2027-05-07T08:00Z'],
    ['counts with its days after', '1990-05-01', { days: 5 }, '2026-05-04T09:00Z', '2026-05-06T08:00Z'],
    ['of last year counts with its days after', '1990-12-31', { days: 40 }, '2026-01-15T09:00Z', '2026-02-09T08:00Z'],
    [
      'in January is found in December with its days before',
      '1990-01-02',
      { days: -5 },
      '2026-12-20T09:00Z',
      '2026-12-28T08:00Z',
    ],
    ['of 29 February is on the 28th in other years', '2000-02-29', {}, '2026-01-10T09:00Z', '2026-02-28T08:00Z'],
    ['of 29 February is on the 29th in a leap year', '2000-02-29', {}, '2027-12-10T09:00Z', '2028-02-29T08:00Z'],
    ['of 29 February and a day is 1 March', '2000-02-29', { days: 1 }, '2026-01-10T09:00Z', '2026-03-01T08:00Z'],
  ])('the next anniversary %s (marketo rule 27)', (_, text, aim, now, expected) => {
    expect(moment(text, 'UTC', { ...aim, yearly: true }, now)).toBe(expected)
  })
})

describe('in words', () => {
  it.each<[number[], string]>([
    [[], 'the next 09:00'],
    [[1, 2, 3, 4, 5, 6, 7], 'the next 09:00'],
    [[1, 2, 3, 4, 5], 'the next Mon to Fri, 09:00'],
    [[7], 'the next Sun, 09:00'],
    [[7, 6], 'the next Sat or Sun, 09:00'],
    [[1, 3, 5], 'the next Mon, Wed or Fri, 09:00'],
  ])('weekdays %j are %s', (weekdays, said) => {
    expect(sayLanding({ weekdays, time: '09:00' })).toBe(said)
  })

  it('a wall clock time has its weekday and its year', () => {
    expect(sayWall(ms('2026-05-04T09:05Z'))).toBe('Mon 4 May 2026, 09:05')
  })
})

// The outside judge: a clock that is looked at each quarter of an hour, by Intl.

interface Look {
  readonly at: number
  readonly wall: number
  /** The latest that the clock had shown before. */
  readonly before: number
}

interface Clock {
  readonly clock: readonly Look[]
  readonly around: number
}

const seen = new Map<string, readonly Clock[]>()

/** What the clock of a zone showed from days before each of its changes to days after. */
function clocksOf(zone: string): readonly Clock[] {
  const clocks = seen.get(zone) ?? lookAt(zone)
  seen.set(zone, clocks)
  return clocks
}

function lookAt(zone: string): readonly Clock[] {
  const changes = clockChanges(zone)
  return (changes.length > 0 ? changes : [Date.UTC(2026, 0, 1)]).map(around => {
    const clock: Look[] = []
    let latest = Number.NEGATIVE_INFINITY
    for (let at = around - 4 * DAY; at < around + 10 * DAY; at += QUARTER) {
      const wall = slowWall(zone, at)
      if (latest > Number.NEGATIVE_INFINITY) clock.push({ at, wall, before: latest })
      latest = Math.max(latest, wall)
    }
    return { clock, around }
  })
}

/** The first look, at `from` or later, at which the clock came to or past a wanted time that it had not shown before. */
function slowFirst(clock: readonly Look[], wanted: (wall: number) => boolean, from: number): number {
  for (const { at, wall, before } of clock) {
    if (at < from) continue
    for (let shown = before + QUARTER; shown <= wall; shown += QUARTER) if (wanted(shown)) return at
  }
  throw new Error('the slow clock was too short')
}

function isOn(wall: number, days: readonly number[]): boolean {
  return days.length === 0 || days.includes(new Date(wall).getUTCDay() || 7)
}

function msOfDay(wall: number): number {
  return wall - dateOf(wall)
}

function dateOf(wall: number): number {
  return Math.floor(wall / DAY) * DAY
}

function minutes(time: string): number {
  return Number(time.slice(0, 2)) * HOUR + Number(time.slice(3)) * MINUTE
}
