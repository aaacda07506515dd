import { describe, expect, it } from 'vitest'
import { addDuration, durationSchema, plainMs, sayDuration } from '#shared/time/duration'

function add(at: string, duration: string, zone = 'UTC'): string {
  return new Date(addDuration(Date.parse(at), duration, zone)).toISOString().replace('.000Z', 'Z')
}

describe('a wait', () => {
  it.each([
    [
      'of hours is exact over a clock change forward',
      '2026-03-28T11:00:00Z',
      'PT24H',
      'Europe/Berlin',
      '2026-03-29T11:00:00Z',
    ],
    [
      'of hours is exact over a clock change back',
      '2026-10-24T10:00:00Z',
      'PT24H',
      'Europe/Berlin',
      '2026-10-25T10:00:00Z',
    ],
    ['of a day keeps the wall clock forward', '2026-03-28T11:00:00Z', 'P1D', 'Europe/Berlin', '2026-03-29T10:00:00Z'],
    ['of a day keeps the wall clock back', '2026-10-24T10:00:00Z', 'P1D', 'Europe/Berlin', '2026-10-25T11:00:00Z'],
    ['of a week keeps the wall clock', '2026-10-24T10:00:00Z', 'P1W', 'Europe/Berlin', '2026-10-31T11:00:00Z'],
    [
      'that ends at a time which is skipped ends after the gap',
      '2027-03-27T01:30:00Z',
      'P1D',
      'Europe/Berlin',
      '2027-03-28T01:30:00Z',
    ],
    [
      'that ends at a time which comes twice ends at the first',
      '2026-10-31T05:30:00Z',
      'P1D',
      'America/New_York',
      '2026-11-01T05:30:00Z',
    ],
    [
      'that ends in a gap of half an hour ends after it',
      '2026-10-02T15:45:00Z',
      'P1D',
      'Australia/Lord_Howe',
      '2026-10-03T15:45:00Z',
    ],
    [
      'adds its days first and its hours then',
      '2026-03-28T00:00:00Z',
      'P1DT2H',
      'Europe/Berlin',
      '2026-03-29T02:00:00Z',
    ],
    ['crosses the end of a month', '2026-01-31T09:00:00Z', 'P1D', 'UTC', '2026-02-01T09:00:00Z'],
    ['crosses the end of February', '2027-02-28T09:00:00Z', 'P1D', 'UTC', '2027-03-01T09:00:00Z'],
    ['meets the leap day', '2028-02-28T09:00:00Z', 'P1D', 'UTC', '2028-02-29T09:00:00Z'],
    ['crosses a year', '2026-12-31T23:30:00Z', 'PT1H', 'UTC', '2027-01-01T00:30:00Z'],
    ['of nothing ends at once', '2026-01-01T00:00:00Z', 'PT0S', 'UTC', '2026-01-01T00:00:00Z'],
  ])('%s', (_, at, duration, zone, expected) => {
    expect(add(at, duration, zone)).toBe(expected)
  })
})

describe('a duration', () => {
  it.each(['PT30M', 'P1D', 'P2W', 'P1W2DT3H4M5S', 'PT0S'])('may be written %s', text => {
    expect(durationSchema.safeParse(text).success).toBe(true)
  })

  it.each(['', 'P', 'PT', 'P1DT', '1D', 'P1M', 'P1Y', 'PT1.5H', '-P1D', 'P1H', 'p1d', 'P1D '])(
    'may not be written "%s"',
    text => {
      expect(durationSchema.safeParse(text).success).toBe(false)
    },
  )

  it.each(['PT9999999999999999H', 'P99999999999999D', 'P5218W', 'P36525DT1S', 'PT876601H'])(
    'is at most a hundred years long: not %s',
    text => {
      expect(durationSchema.safeParse(text).error?.issues[0]?.message).toBe('A duration is at most 100 years: P36525D.')
    },
  )

  it('that was stored before there was a longest counts as the longest', () => {
    expect(add('2026-01-01T00:00:00Z', 'PT9999999999999999H')).toBe(add('2026-01-01T00:00:00Z', 'P36525D'))
    expect(plainMs('PT9999999999999999H')).toBeGreaterThan(plainMs('P36525D'))
    expect(sayDuration('P99999W')).toBe('99999 weeks')
  })

  it('has a plain length, a day being 86,400 seconds', () => {
    expect(plainMs('P1W1DT1H1M1S')).toBe(((8 * 24 + 1) * 60 + 1) * 60_000 + 1000)
    expect(plainMs('PT0S')).toBe(0)
  })

  it.each([
    ['PT1M', '1 minute'],
    ['P2DT3H', '2 days 3 hours'],
    ['P1WT30S', '1 week 30 seconds'],
    ['PT90M', '90 minutes'],
    ['PT0S', '0 seconds'],
  ])('%s is said "%s"', (text, said) => {
    expect(sayDuration(text)).toBe(said)
  })
})
