import { describe, expect, it } from 'vitest'
import { adviseZone, isZone, zoneSchema } from '#shared/time/zone'

describe('a time zone that is misspelled', () => {
  it.each([
    ['Europe/Berln', 'Europe/Berlin'],
    ['Europe/Belrin', 'Europe/Berlin'],
    ['Europ/Berlin', 'Europe/Berlin'],
    ['Europe-Berlin', 'Europe/Berlin'],
    ['Berlin', 'Europe/Berlin'],
    ['new york', 'America/New_York'],
    ['America/NewYork', 'America/New_York'],
    ['Asia/Soul', 'Asia/Seoul'],
    ['America/Argentina/Buenos_Aries', 'America/Buenos_Aires'],
  ])('is answered with the nearest one: %s', (written, meant) => {
    expect(isZone(written)).toBe(false)
    expect(adviseZone(written)).toBe(`Did you mean ${meant}?`)
    expect(zoneSchema.safeParse(written).error?.issues).toMatchObject([
      { message: 'This is not a time zone.', params: { fix: `Did you mean ${meant}?` } },
    ])
  })

  it.each(['', 'CEST', 'PST', 'Mars/Olympus', 'Europe/Atlantis', 'Europe/Munich', '+25:00', 'x'.repeat(10_000)])(
    'is told what a zone looks like where none is near: %s',
    written => {
      expect(isZone(written)).toBe(false)
      expect(adviseZone(written)).toBe('Use a name like Europe/Berlin or Asia/Seoul.')
    },
  )
})
