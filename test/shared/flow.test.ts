import { describe, expect, it } from 'vitest'
import { FIRST, Flow, MOST_AT_ONCE } from '#shared/rules/flow'

/**
 * A receiver that takes `ms` for each call and any number at once, up to `perSecond`, over so many turns of 20 ms. Answers how many it had at once in the last turn.
 */
function met(flow: Flow, { ms, perSecond = 1e9, turns = 400 }: { ms: number; perSecond?: number; turns?: number }) {
  const ends: number[] = []
  let free = 0
  for (let turn = 0; turn < turns; turn++) {
    const now = 1_000_000 + turn * 20
    const landed = ends.filter(at => at <= now)
    ends.splice(0, ends.length, ...ends.filter(at => at > now))
    for (const _ of landed) flow.answered(ms, now)
    if (ends.length === 0) flow.starts(now)
    while (ends.length < flow.atOnce) {
      free = Math.max(free + 1000 / perSecond, now)
      ends.push(free + ms)
    }
  }
  return flow.atOnce
}

describe('how many calls a host may have at once (found G15, found A1)', () => {
  it('is few before it has answered, however long that takes', () => {
    expect(new Flow().atOnce).toBe(FIRST)
    expect(new Flow().ahead).toBe(0)
  })

  it('is twice what keeps it busy: its rate times its quickest answer', () => {
    // 2,000 a second of 50 ms each are 100 on the wire.
    expect(met(new Flow(), { ms: 50, perSecond: 2_000 })).toBeGreaterThanOrEqual(200)
    expect(met(new Flow(), { ms: 50, perSecond: 2_000 })).toBeLessThanOrEqual(320)
  })

  it('grows to the most that any host has where the receiver takes all', () => {
    expect(met(new Flow(), { ms: 50 })).toBe(MOST_AT_ONCE)
    expect(met(new Flow(), { ms: 1000, turns: 800 })).toBe(MOST_AT_ONCE)
  })

  it('stays small for one that answers at once', () => {
    expect(met(new Flow(), { ms: 1, perSecond: 3_000 })).toBe(64)
  })

  it('is halved with each call that does not get through, down to where it began', () => {
    const flow = new Flow()
    met(flow, { ms: 50 })
    flow.failed()
    expect(flow.atOnce).toBe(512)
    for (let i = 0; i < 20; i++) flow.failed()
    expect(flow.atOnce).toBe(FIRST)
    expect(flow.ahead).toBe(0)
  })

  it('lets those go ahead that begin within a quarter of a second', () => {
    const flow = new Flow()
    met(flow, { ms: 1000, perSecond: 400, turns: 3000 })
    expect(flow.ahead).toBeGreaterThan(0)
    expect(flow.ahead).toBeLessThanOrEqual(100)
  })

  it('does not take silence for slowness', () => {
    const flow = new Flow()
    met(flow, { ms: 50, perSecond: 4_000 })
    const before = flow.atOnce
    const later = 1_000_000 + 400 * 20 + 5_000
    flow.starts(later)
    flow.answered(50, later + 50)
    flow.answered(50, later + 110)
    expect(flow.atOnce).toBe(before)
  })
})
