import { describe, expect, it } from 'vitest'
import { keepClock } from '#server/clock'
import { MOST_BEHIND, standingAt } from '#shared/time/standing'

const LAST = Date.parse('2026-05-04T12:00:00Z')

describe('found G16: time, by a clock and by what was last committed,', () => {
  it.each([
    ['runs while the clock goes on', LAST + 1, { now: LAST + 1, behind: 0, time: 'runs' }],
    ['runs at the very instant', LAST, { now: LAST, behind: 0, time: 'runs' }],
    ['stands still a millisecond before it', LAST - 1, { now: LAST, behind: 1, time: 'stands' }],
    ['stands still up to a day before it', LAST - MOST_BEHIND, { now: LAST, behind: MOST_BEHIND, time: 'stands' }],
    [
      'goes back with a clock that is further behind',
      LAST - MOST_BEHIND - 1,
      { now: LAST - MOST_BEHIND - 1, behind: MOST_BEHIND + 1, time: 'back' },
    ],
  ])('%s', (_, wall, standing) => {
    expect(standingAt(wall, LAST)).toEqual(standing)
  })
})

describe('a clock that is kept', () => {
  const clockAt = (start: number) => {
    let wall = start
    const kept = keepClock({ now: () => wall, after: () => () => {} }, LAST)
    return { kept, set: (at: number) => (wall = at) }
  }

  it('does not go back behind a commit, and runs again when the clock has caught up', () => {
    const { kept, set } = clockAt(LAST - 60_000)

    expect([kept.now(), kept.standing()]).toEqual([LAST, { now: LAST, behind: 60_000, time: 'stands' }])
    set(LAST + 5)
    expect(kept.now()).toBe(LAST + 5)
    kept.keep(LAST + 5)
    set(LAST - 3_600_000)
    expect(kept.now()).toBe(LAST + 5)
    set(LAST + 6)
    expect([kept.now(), kept.standing().behind]).toEqual([LAST + 6, 0])
  })

  it('goes back over what was only looked at, and not committed', () => {
    const { kept, set } = clockAt(LAST + 3_600_000)

    expect(kept.now()).toBe(LAST + 3_600_000)
    set(LAST + 1)

    expect(kept.now()).toBe(LAST + 1)
  })

  it('that was wrongly far ahead once does not freeze time, and says so until the clock is there again', () => {
    const { kept, set } = clockAt(LAST)
    const wrong = Date.parse('2031-01-01T00:00:00Z')
    kept.keep(wrong)

    set(LAST + 1000)
    expect(kept.now()).toBe(LAST + 1000)
    kept.keep(LAST + 1000)
    set(LAST + 2000)
    expect([kept.now(), kept.standing()]).toEqual([
      LAST + 2000,
      { now: LAST + 2000, behind: wrong - LAST - 2000, time: 'back' },
    ])
    // From here on it is kept like any other.
    kept.keep(LAST + 2000)
    set(LAST + 1500)
    expect(kept.now()).toBe(LAST + 2000)
  })
})
