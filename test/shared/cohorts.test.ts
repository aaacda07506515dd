import { describe, expect, it } from 'vitest'
import { cohortLength, cohortOf, hourOfEntry, isClosed } from '#shared/rules/cohorts'
import { goalOf } from '../sim/graphs'

const MINUTE = 60_000
const HOUR = 3_600_000

describe('a cohort', () => {
  it.each([
    ['PT5M', 1],
    ['PT2H', 5],
    ['PT4H', 10],
    ['PT10H', 20],
    ['PT23H', 30],
    ['P1D', 60],
    ['P30D', 60],
  ])('of a goal within %s lasts %i minutes: a part of an hour', (within, minutes) => {
    expect(cohortLength([goalOf('bought', within)])).toBe(minutes * MINUTE)
  })

  it('lies within one hour of entries, whatever the goals', () => {
    const outside: string[] = []
    for (let minutes = 5; minutes < 1440; minutes++) {
      const length = cohortLength([goalOf('bought', `PT${minutes}M`)])
      for (let entered = 0; entered < 3 * HOUR; entered += MINUTE)
        if (hourOfEntry(cohortOf(entered, length) - 1) !== hourOfEntry(entered)) outside.push(`${minutes} ${entered}`)
    }

    expect(outside).toEqual([])
  })

  it('is open from the last webhook on while one of its own journeys goes on, though the hour after it is over', () => {
    const goal = goalOf('bought', 'PT10H', { from: 'last-touch' })
    const entered = 50 * MINUTE
    const hours = [
      { until: HOUR, entered: 1, over: 0, lastEnd: 0 },
      { until: 2 * HOUR, entered: 1, over: 1, lastEnd: 2 * HOUR },
    ]

    expect(isClosed(goal, hours, 100 * HOUR)(cohortOf(entered, cohortLength([goal])))).toBe(false)
  })
})
