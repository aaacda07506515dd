import { describe, expect, it } from 'vitest'
import { readMoment, strftime } from '#shared/render/dates'
import { addDuration } from '#shared/time/duration'
import { firstAt, wallAt, zonedAt } from '#shared/time/offset'
import { nextOpening, planOf } from '#shared/time/quiet'
import { mendOf, NEWEST_RULES, outdatedZones } from '#shared/time/zone-rules'
import { dataVersion, dataZones, offsetBy2026 } from './newest-rules'
import { DAY, HOUR } from './wall'

const tz = process.versions.tz ?? '2000a'
/** Governments change clocks after the judge was packed, too: a newer runtime may know better than both. */
const isKnown = tz <= dataVersion
/** Node 20.19, the oldest that runs this, knows at least these. */
const isRecent = tz >= '2025a'

const at = Date.parse
const iso = (ms: number | null) => (ms === null ? 'never' : new Date(ms).toISOString())

describe('found H2: zone rules that the runtime does not know', () => {
  it('are judged against the newest database that is known here', () => {
    expect(NEWEST_RULES).toBe(dataVersion)
  })

  it.skipIf(!isKnown || !isRecent)(
    'are mended: every zone shows the time of the newest database, each six hours from 2025 to 2031',
    () => {
      const { wrong } = outdatedZones()
      const differing = new Set<string>()
      for (const zone of dataZones) {
        if (wrong.includes(zone)) continue
        for (let t = at('2025-07-01T00:00Z'); t < at('2031-01-01T00:00Z'); t += 6 * HOUR)
          if (wallAt(zone, t) - t !== offsetBy2026(zone, t) * 60_000) differing.add(`${zone} at ${iso(t)}`)
      }
      expect([...differing].slice(0, 20)).toEqual([])
      // The only zone that is newer than 2025a: nothing can be mended in a zone that the runtime has never heard of.
      expect(wrong.filter(zone => zone !== 'America/Coyhaique')).toEqual([])
    },
  )

  it.skipIf(!isKnown)('are right at the very instant of each change, and a millisecond before', () => {
    const zones = ['Africa/Casablanca', 'America/Winnipeg', 'Canada/Central', 'America/Vancouver', 'America/Havana']
    for (const zone of zones)
      for (const change of ['2026-09-20T01:00Z', '2026-11-01T05:00Z', '2026-11-01T07:00Z', '2027-03-14T05:00Z'].map(at))
        for (const t of [change - 1, change])
          expect([zone, iso(t), wallAt(zone, t) - t]).toEqual([zone, iso(t), offsetBy2026(zone, t) * 60_000])
  })

  it.skipIf(!isKnown)(
    'let quiet hours of Casablanca end at 08:00 of its clock, after it went back to UTC for good',
    () => {
      const nights = [planOf([{ days: [1, 2, 3, 4, 5, 6, 7], start: '22:00', end: '08:00' }], [])]

      expect(iso(nextOpening(nights, 'Africa/Casablanca', at('2026-09-18T23:00Z')))).toBe('2026-09-19T07:00:00.000Z')
      expect(iso(nextOpening(nights, 'Africa/Casablanca', at('2026-09-21T23:00Z')))).toBe('2026-09-22T08:00:00.000Z')
      expect(iso(nextOpening(nights, 'America/Winnipeg', at('2026-12-01T06:00Z')))).toBe('2026-12-01T13:00:00.000Z')
    },
  )

  it.skipIf(!isKnown)('hold for delays, for what a template shows, and for what it reads', () => {
    const noon = at('2026-10-31T17:00Z')

    // Winnipeg does not fall back on 1 November 2026: a day is 24 hours.
    expect(iso(addDuration(noon, 'P1D', 'America/Winnipeg'))).toBe(iso(noon + DAY))
    expect(iso(addDuration(noon, 'P30DT6H', 'America/Winnipeg'))).toBe(iso(noon + 30 * DAY + 6 * HOUR))
    expect(zonedAt('Africa/Casablanca', at('2026-10-01T12:00Z')).hour).toBe(12)
    const found = readMoment('2026-12-24 09:30', noon, 'America/Winnipeg')
    const read = found.is === 'moment' ? found.moment : expect.fail('it is not read')
    expect(iso(read.epochMilliseconds)).toBe('2026-12-24T14:30:00.000Z')
    expect(strftime(read, '%H:%M %z %Z')).toBe('09:30 -0500 America/Winnipeg')
    expect(iso(firstAt('America/Winnipeg', at('2026-12-24T09:30Z')))).toBe('2026-12-24T14:30:00.000Z')
  })

  it('are not touched where the runtime knows them', () => {
    for (const zone of ['Europe/Berlin', 'Asia/Seoul', 'UTC', 'America/New_York', 'Europe/Athens', 'America/Nowhere'])
      expect(mendOf(zone)).toBeUndefined()
  })

  it('are told by zone, each once', () => {
    const { mended, wrong } = outdatedZones()

    expect(new Set([...mended, ...wrong]).size).toBe(mended.length + wrong.length)
    if (tz === '2025c') {
      expect(mended).toEqual([
        'Africa/Casablanca',
        'America/Edmonton',
        'America/Havana',
        'America/Inuvik',
        'America/Vancouver',
        'America/Winnipeg',
        'Europe/Chisinau',
      ])
      expect(wrong).toEqual([])
    }
  })
})
