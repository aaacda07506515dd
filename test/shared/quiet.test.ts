import { describe, expect, it } from 'vitest'
import { nextOpening } from '#shared/time/quiet'
import { clockChanges, DAY, HOUR, MINUTE, slowWall, ZONES } from './wall'

function opening(window: string, zone: string, at: string): string {
  const [start = '', end = ''] = window.split('-')
  return new Date(nextOpening({ start, end }, zone, Date.parse(at))).toISOString().replace('.000Z', 'Z')
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

  const windows = ['22:00-08:00', '00:00-01:30', '01:15-02:45', '22:00-02:30', '23:30-00:15', '08:00-07:45']
  it.each(ZONES)('open exactly when a minute by minute search says so, around each clock change in %s', zone => {
    // Zones that never change are searched around a new year instead.
    const changes = clockChanges(zone)
    for (const change of changes.length > 0 ? changes : [Date.UTC(2026, 0, 1)]) {
      const from = change - DAY
      // Clocks change on quarters of an hour (UTC) in all of them, so Intl is asked for those only.
      const minutes: string[] = []
      for (let quarter = from; quarter < from + 3.5 * DAY; quarter += 15 * MINUTE)
        for (let i = 0, wall = slowWall(zone, quarter); i < 15; i++) minutes.push(timeOfDay(wall + i * MINUTE))
      for (const window of windows) {
        const [start = '', end = ''] = window.split('-')
        for (let at = from; at < change + 6 * HOUR; at += 15 * MINUTE) {
          let i = (at - from) / MINUTE
          while (isQuiet(minutes[i]!, start, end)) i++
          const found = nextOpening({ start, end }, zone, at)
          if (found !== from + i * MINUTE)
            expect.fail(`${window} at ${iso(at)}: ${iso(found)}, expected ${iso(from + i * MINUTE)}`)
        }
      }
    }
  })

  it('are known in each of the twelve zones to change as they do', () => {
    expect(Object.fromEntries(ZONES.map(zone => [zone, clockChanges(zone).length]))).toMatchObject({
      UTC: 0,
      'Asia/Seoul': 0,
      'Europe/Berlin': 6,
      'Australia/Lord_Howe': 6,
      'Africa/Casablanca': 6,
      'America/Nuuk': 6,
    })
  })
})

function timeOfDay(wall: number): string {
  return new Date(wall).toISOString().slice(11, 16)
}

/** The definition of braze section 3, on `HH:MM` texts. */
function isQuiet(time: string, start: string, end: string): boolean {
  return start < end ? time >= start && time < end : time >= start || time < end
}

function iso(at: number): string {
  return new Date(at).toISOString()
}
