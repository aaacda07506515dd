import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { freeAgainAt, type Span, sayInstant, windowStart } from '#shared/time/window'
import { clockChanges, DAY, HOUR, MINUTE, slowWall, ZONES } from './wall'

const ms = Date.parse
const iso = (at: number) => new Date(at).toISOString().replace('.000Z', 'Z')
const span = (text: string): Span => {
  const [amount, unit] = text.split(' ')
  return { amount: Number(amount), unit: unit as Span['unit'] }
}

describe('the window of a cap', () => {
  it.each([
    [
      'minutes roll; what is exactly that old has fallen out',
      '60 minutes',
      'UTC',
      '2026-05-04T12:00:00Z',
      '2026-05-04T11:00:00.001Z',
    ],
    ["a day is the lead's date, not 24 hours", '1 days', 'Asia/Seoul', '2026-05-04T14:10:00Z', '2026-05-03T15:00:00Z'],
    ['at midnight a new day begins', '1 days', 'Asia/Seoul', '2026-05-04T15:00:00Z', '2026-05-04T15:00:00Z'],
    [
      'a millisecond before it is still the old one',
      '1 days',
      'Asia/Seoul',
      '2026-05-04T14:59:59.999Z',
      '2026-05-03T15:00:00Z',
    ],
    ['three days are today and the two dates before', '3 days', 'UTC', '2026-03-01T10:00:00Z', '2026-02-27T00:00:00Z'],
    ['a week is seven dates', '1 weeks', 'UTC', '2026-05-07T10:00:00Z', '2026-05-01T00:00:00Z'],
    [
      'days across a clock change keep their dates',
      '2 days',
      'Europe/Berlin',
      '2026-03-30T10:00:00Z',
      '2026-03-28T23:00:00Z',
    ],
    [
      'a date whose midnight is skipped begins at the jump',
      '1 days',
      'America/Havana',
      '2026-03-08T12:00:00Z',
      '2026-03-08T05:00:00Z',
    ],
    [
      'a date whose midnight comes twice begins at the first',
      '1 days',
      'America/Havana',
      '2026-11-01T12:00:00Z',
      '2026-11-01T04:00:00Z',
    ],
  ])('%s', (_, text, zone, at, expected) => {
    expect(iso(windowStart(span(text), zone, ms(at)))).toBe(expected)
  })

  it.each(ZONES)('of days holds exactly the instants of those dates, around each clock change in %s', zone => {
    const changes = clockChanges(zone)
    for (const change of changes.length > 0 ? changes : [Date.UTC(2026, 0, 1)]) {
      for (let at = change - DAY; at < change + DAY; at += 150 * MINUTE) {
        const start = windowStart({ amount: 2, unit: 'days' }, zone, at)

        expect(dateOf(zone, at) - dateOf(zone, start)).toBe(DAY)
        expect(dateOf(zone, at) - dateOf(zone, start - MINUTE)).toBe(2 * DAY)
      }
    }
  })
})

describe('a capped lead may be sent to again', () => {
  it.each([
    [
      'at once when the cap is not reached',
      2,
      '1 days',
      'UTC',
      ['2026-05-04T08:00Z'],
      '2026-05-04T12:00:00Z',
      '2026-05-04T12:00:00Z',
    ],
    [
      'at midnight, one hour after 23:00 (braze R21)',
      1,
      '1 days',
      'Asia/Seoul',
      ['2026-05-04T14:00Z'],
      '2026-05-04T14:30:00Z',
      '2026-05-04T15:00:00Z',
    ],
    [
      'not on Thursday after Monday and Wednesday at two a week',
      2,
      '1 weeks',
      'UTC',
      ['2026-05-04T09:00Z', '2026-05-06T09:00Z'],
      '2026-05-07T09:00:00Z',
      '2026-05-11T00:00:00Z',
    ],
    [
      'exactly an hour after the touch that filled an hour',
      1,
      '60 minutes',
      'UTC',
      ['2026-05-04T12:00Z'],
      '2026-05-04T12:30:00Z',
      '2026-05-04T13:00:00Z',
    ],
    [
      'when enough touches have fallen out, not all',
      2,
      '60 minutes',
      'UTC',
      ['2026-05-04T12:20Z', '2026-05-04T12:00Z', '2026-05-04T12:10Z'],
      '2026-05-04T12:30:00Z',
      '2026-05-04T13:10:00Z',
    ],
    [
      'without counting touches from before the window',
      1,
      '1 days',
      'UTC',
      ['2026-05-03T23:59Z'],
      '2026-05-04T00:00:00Z',
      '2026-05-04T00:00:00Z',
    ],
    [
      'when the date begins, also when its midnight is skipped',
      1,
      '1 days',
      'America/Havana',
      ['2026-03-08T04:00Z'],
      '2026-03-08T04:30:00Z',
      '2026-03-08T05:00:00Z',
    ],
  ] as const)('%s', (_, most, text, zone, touches, at, expected) => {
    expect(iso(freeAgainAt({ most, ...span(text) }, zone, touches.map(ms), ms(at)))).toBe(expected)
  })

  it('at the very first instant at which the window holds fewer touches than the cap', () => {
    const zone = fc.constantFrom(...ZONES)
    const cap = fc.record({
      most: fc.integer({ min: 1, max: 3 }),
      amount: fc.integer({ min: 1, max: 4 }),
      unit: fc.constantFrom('minutes', 'days', 'weeks'),
    })
    const ago = fc.array(fc.integer({ min: 0, max: 30 * DAY }), { maxLength: 6 })
    fc.assert(
      fc.property(zone, cap, ago, fc.integer({ min: 0, max: 1095 * 24 }), (zone, cap, ago, hour) => {
        const at = Date.UTC(2025, 0, 1) + hour * HOUR
        const touches = ago.map(each => at - (cap.unit === 'minutes' ? each / 8640 : each)).map(Math.floor)
        const passes = (t: number) => touches.filter(touch => touch >= windowStart(cap, zone, t)).length < cap.most

        const free = freeAgainAt(cap, zone, touches, at)

        expect(free).toBeGreaterThanOrEqual(at)
        expect(passes(free)).toBe(true)
        if (free > at) expect(passes(free - 1)).toBe(false)
      }),
      { numRuns: 2000, seed: 3 },
    )
  })
})

describe('an instant is said', () => {
  const at = ms('2026-11-24T07:00:00Z')
  it.each([
    ['as a time on the same date', 'Europe/Berlin', '2026-11-23T23:00:00Z', '08:00'],
    ['with its date on another', 'Europe/Berlin', '2026-11-23T22:59:59Z', 'Tue 24 Nov, 08:00'],
    ['in its own zone', 'America/Los_Angeles', '2026-11-22T07:00:00Z', 'Mon 23 Nov, 23:00'],
    ['with its year in another', 'UTC', '2025-12-31T00:00:00Z', 'Tue 24 Nov 2026, 07:00'],
    ['with its date when nothing is said about now', 'UTC', undefined, 'Tue 24 Nov, 07:00'],
  ])('%s', (_, zone, now, text) => {
    expect(sayInstant(at, zone, now === undefined ? {} : { now: ms(now) })).toBe(text)
  })
})

function dateOf(zone: string, at: number): number {
  return Math.floor(slowWall(zone, at) / DAY) * DAY
}
