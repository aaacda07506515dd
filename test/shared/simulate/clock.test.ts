import { describe, expect, it } from 'vitest'
import { JumpingClock } from '#shared/simulate/clock'
import { keepClock } from '#shared/time/clock'

const noon = Date.parse('2026-05-04T12:00:00Z')

describe('the clock of a simulation', () => {
  it('stands still until time passes, and then jumps', () => {
    const clock = new JumpingClock(noon)
    expect([clock.now(), clock.monotonic()]).toEqual([noon, 0])

    clock.pass(86_400_000)

    expect([clock.now(), clock.monotonic()]).toEqual([noon + 86_400_000, 86_400_000])
  })

  it('may be set, and no time passes by that', () => {
    const clock = new JumpingClock(noon)

    clock.set(noon - 3_600_000)
    clock.pass(1)

    expect([clock.now(), clock.monotonic()]).toEqual([noon - 3_599_999, 1])
  })

  it('rings each timer once, in the order of their instants, and of two for one instant the older one first', () => {
    const clock = new JumpingClock(noon)
    const rang: string[] = []
    clock.after(20, () => rang.push('late'))
    clock.after(10, () => rang.push('first'))
    clock.after(10, () => rang.push('second'))
    const cancel = clock.after(5, () => rang.push('never'))

    expect(clock.untilTimer()).toBe(5)
    cancel()
    expect(clock.untilTimer()).toBe(10)
    clock.ring()
    expect(rang).toEqual([])
    clock.pass(15)
    expect(clock.untilTimer()).toBe(0)
    for (let i = 0; i < 3; i++) clock.ring()

    expect(rang).toEqual(['first', 'second'])
    expect(clock.untilTimer()).toBe(5)
  })

  it('counts timers by time that passed, whatever the wall clock is set to', () => {
    const clock = new JumpingClock(noon)
    let rang = 0
    clock.after(10, () => rang++)

    clock.set(noon + 86_400_000)
    clock.ring()
    expect(rang).toBe(0)
    clock.pass(10)
    clock.ring()

    expect(rang).toBe(1)
    expect(clock.untilTimer()).toBeNull()
  })

  it('is one that an engine can keep', () => {
    const machine = new JumpingClock(noon)
    const kept = keepClock(machine, noon - 1000)
    kept.keep(noon)

    machine.pass(500)

    expect(kept.now()).toBe(noon + 500)
  })
})
