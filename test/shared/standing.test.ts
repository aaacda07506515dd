import { describe, expect, it } from 'vitest'
import { keepClock } from '#shared/time/clock'
import { type ClockReading, MOST_BEHIND, standingAt } from '#shared/time/standing'

const LAST = Date.parse('2026-05-04T12:00:00Z')

const last = { at: LAST, monotonic: 500 }
const HOUR = 3_600_000

describe('found G16: time, by a clock and by what was last committed,', () => {
  it.each<[string, number, number, ClockReading]>([
    ['runs while the clock goes on', LAST + 1, 1, { now: LAST + 1, behind: 0, time: 'runs' }],
    ['runs at the very instant', LAST, 0, { now: LAST, behind: 0, time: 'runs' }],
    ['does not go back with a clock that was set', LAST - 1, 0, { now: LAST, behind: 1, time: 'slowed' }],
    ['goes on at half its speed', LAST - HOUR + 10, 10, { now: LAST + 5, behind: HOUR - 5, time: 'slowed' }],
    ['runs again when the clock has caught up', LAST + HOUR, 2 * HOUR, { now: LAST + HOUR, behind: 0, time: 'runs' }],
    ['is a day ahead at most', LAST - MOST_BEHIND, 0, { now: LAST, behind: MOST_BEHIND, time: 'slowed' }],
    [
      'goes back with a clock that is further behind',
      LAST - MOST_BEHIND - 1,
      0,
      { now: LAST - MOST_BEHIND - 1, behind: MOST_BEHIND + 1, time: 'back' },
    ],
  ])('%s', (_, wall, passed, standing) => {
    expect(standingAt(wall, 500 + passed, last)).toEqual(standing)
  })
})

describe('a clock that is kept', () => {
  const clockAt = (start: number) => {
    let [wall, monotonic] = [start, 7]
    const machine = { now: () => wall, monotonic: () => monotonic, behind: () => 0, after: () => () => {} }
    const passes = (ms: number) => {
      wall += ms
      monotonic += ms
    }
    return { kept: keepClock(machine, LAST), set: (at: number) => (wall = at), passes }
  }

  it('does not go back behind a commit, and has caught up after twice the difference', () => {
    const { kept, passes, set } = clockAt(LAST - 60_000)
    expect([kept.now(), kept.behind()]).toEqual([LAST, 60_000])

    passes(60_000)
    expect([kept.now(), kept.behind()]).toEqual([LAST + 30_000, 30_000])
    passes(60_000)
    expect([kept.now(), kept.behind()]).toEqual([LAST + 60_000, 0])

    kept.keep(LAST + 60_000)
    set(LAST)
    expect(kept.now()).toBe(LAST + 60_000)
  })

  it('goes on while something is committed every millisecond', () => {
    const { kept, passes } = clockAt(LAST - 60_000)

    for (let i = 0; i < 1000; i++) {
      passes(1)
      kept.keep(kept.now())
    }

    expect(kept.now()).toBe(LAST + 500)
  })

  it('goes back over what was only looked at, and not committed', () => {
    const { kept, set } = clockAt(LAST + 3_600_000)

    expect(kept.now()).toBe(LAST + 3_600_000)
    set(LAST + 1)

    expect(kept.now()).toBe(LAST + 1)
  })

  it('that was wrongly far ahead once is believed, and says so until the clock is there again', () => {
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
