import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Rate } from '#shared/rules/rate'

describe('a rate (delivery R19, found G9)', () => {
  it('counts a call from its first byte on, not from when it was handed out', () => {
    const rate = new Rate({ most: 2, per: 'second' })
    rate.take()
    rate.take()
    expect([rate.free(0, 9), rate.freeAt(0)]).toEqual([0, Number.POSITIVE_INFINITY])

    // A millisecond more, because clocks round down.
    rate.begin(700)
    expect(rate.freeAt(700)).toBe(1701)
    rate.begin(900)

    expect([rate.freeAt(1000), rate.free(1700, 9), rate.free(1701, 9), rate.free(1901, 9)]).toEqual([1701, 0, 1, 2])
  })

  it('gives the place of a call back that did not leave', () => {
    const rate = new Rate({ most: 1, per: 'minute' })
    rate.take()
    rate.giveBack()
    expect(rate.free(0, 9)).toBe(1)
  })

  it('begins with its window full where nobody knows what left before', () => {
    expect(new Rate({ most: 3, per: 'minute' }, 5_000).freeAt(6_000)).toBe(65_000)
  })

  it('lets no window of its length hold more, whenever calls begin and whichever never do', () => {
    const moves = fc.array(
      fc.record({
        wait: fc.integer({ min: 0, max: 400 }),
        do: fc.constantFrom('take', 'begin', 'giveBack'),
        back: fc.boolean(),
      }),
      { maxLength: 200 },
    )
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), moves, (most, all) => {
        const rate = new Rate({ most, per: 'second' })
        let [now, pending] = [0, 0]
        const began: number[] = []
        for (const move of all) {
          now += move.wait
          if (move.do === 'take') {
            const free = rate.free(now, 99)
            expect(free > 0).toBe(rate.freeAt(now) === now)
            if (free === 0) continue
            rate.take()
            pending++
          } else if (pending > 0) {
            pending--
            if (move.do === 'giveBack') rate.giveBack()
            else {
              rate.begin(now)
              began.push(now)
            }
          }
        }
        for (const at of began) expect(began.filter(b => b >= at && b < at + 1000).length).toBeLessThanOrEqual(most)
      }),
    )
  })
})
