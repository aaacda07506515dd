import { describe, expect, it } from 'vitest'
import { dateOfDay, dayOf, daysInMonth, weekdayOfDay } from '#shared/time/calendar'

const DAY = 86_400_000

describe('the calendar', () => {
  it('agrees with Date on every day of eight centuries, both ways', () => {
    const wrong: string[] = []
    for (let day = dayOf(1600, 1, 1); day <= dayOf(2400, 12, 31); day++) {
      const judge = new Date(day * DAY)
      const said = dateOfDay(day)
      const expected = [judge.getUTCFullYear(), judge.getUTCMonth() + 1, judge.getUTCDate(), judge.getUTCDay() || 7]
      const found = [said.year, said.month, said.day, weekdayOfDay(day)]
      if (found.join() !== expected.join() || dayOf(said.year, said.month, said.day) !== day)
        wrong.push(`${judge.toISOString()}: ${found}`)
    }
    expect(wrong).toEqual([])
  })

  it('counts months over the end of a year, in both directions', () => {
    expect(dayOf(2026, 14, 3)).toBe(dayOf(2027, 2, 3))
    expect(dayOf(2026, -1, 3)).toBe(dayOf(2025, 11, 3))
    expect(dayOf(2026, 0, 3)).toBe(dayOf(2025, 12, 3))
  })

  it('knows the lengths of months', () => {
    expect([1, 2, 4, 12].map(month => daysInMonth(2026, month))).toEqual([31, 28, 30, 31])
    expect([1900, 2000, 2024].map(year => daysInMonth(year, 2))).toEqual([28, 29, 29])
  })
})
