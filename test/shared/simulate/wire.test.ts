import { describe, expect, it } from 'vitest'
import type { Call, CallEnd } from '#shared/call'
import { JumpingClock } from '#shared/simulate/clock'
import { type Answer, always, ok, type Script } from '#shared/simulate/endpoints'
import { Wire } from '#shared/simulate/wire'

const start = Date.parse('2026-05-04T12:00:00Z')

function wireWith(script: Script) {
  const clock = new JumpingClock(start)
  const began: number[] = []
  const ends: CallEnd[] = []
  const left: number[] = []
  const wire = new Wire({
    clock,
    originOf: url => new URL(url).origin,
    script,
    sender: () => ({ settle: some => ends.push(...some), begun: touches => began.push(...touches) }),
    leaves: call => left.push(call.touch),
  })
  const pass = (ms: number) => {
    clock.pass(ms)
    for (const flight of wire.arrivals()) flight.deliver()
    wire.goOn()
  }
  return { clock, wire, began, ends, left, pass }
}

function call(touch: number, rest: Partial<Call> = {}): Call {
  const request = {
    method: 'POST',
    url: 'https://crm.example.com/a',
    headers: {},
    body: '',
  } as unknown as Call['request']
  return {
    touch,
    webhookId: `w${touch}`,
    attempt: 1,
    seconds: 30,
    request,
    atOnce: null,
    until: null,
    paced: false,
    ...rest,
  }
}

const slow =
  (connects: number, after: number): Script =>
  (): Answer => ({ connects, after, with: { is: 'answered', status: 200 } })

describe('the wire of a simulation', () => {
  it('brings the answer when its time has come, and no sooner', () => {
    const { wire, ends, left, pass } = wireWith(ok)
    wire.dispatch([call(1)])
    expect(left).toEqual([1])
    expect(wire.untilNext()).toBe(50)

    pass(49)
    expect(ends).toEqual([])
    pass(1)

    expect(ends).toMatchObject([{ touch: 1, is: 'answered', status: 200, ms: 50 }])
    expect(wire.untilNext()).toBeNull()
  })

  it('lets no more calls to a host begin than it may have at once; the next begins when one has ended', () => {
    const { wire, left, pass } = wireWith(always(200))
    const elsewhere = { request: { ...call(3).request, url: 'https://shop.example.com/' } }

    wire.dispatch([call(1, { atOnce: 1 }), call(2, { atOnce: 1 }), call(3, { atOnce: 1, ...elsewhere })])
    expect(left).toEqual([1, 3])
    expect(wire.inHand().map(c => c.touch)).toEqual([2])
    pass(50)

    expect(left).toEqual([1, 3, 2])
  })

  it('takes back what has not begun, and leaves alone what has', () => {
    const { wire, ends, left, pass } = wireWith(slow(1_000, 50))
    wire.dispatch([call(1, { atOnce: 2 }), call(2, { atOnce: 2 }), call(3, { atOnce: 2 })])
    pass(1_000)
    expect(left).toEqual([1, 2])

    wire.takeBack([1, 3])
    pass(10_000)

    expect(ends.map(({ touch, is }) => [touch, is])).toEqual([
      [1, 'answered'],
      [2, 'answered'],
      [3, 'withdrawn'],
    ])
    expect(left).toEqual([1, 2])
  })

  it('frees the place of a call that was taken back while it connected', () => {
    const { wire, left, pass } = wireWith(slow(1_000, 50))
    wire.dispatch([call(1, { atOnce: 1 }), call(2, { atOnce: 1 })])

    wire.takeBack([1])
    pass(1_000)

    expect(left).toEqual([2])
  })

  it('begins nothing at the instant at which its verdict is over', () => {
    const { wire, ends, left, pass } = wireWith(slow(1_000, 50))
    wire.dispatch([call(1, { until: start + 1_000 }), call(2, { until: start + 1_001 })])

    pass(1_000)
    pass(0)

    expect(left).toEqual([2])
    expect(ends).toMatchObject([{ touch: 1, is: 'withdrawn', why: 'expired' }])
  })

  it('tells of a call that a rate counts that it began, before it tells how it ended', () => {
    const { wire, began, ends, pass } = wireWith(slow(0, 0))
    wire.dispatch([call(1, { paced: true }), call(2)])

    pass(0)

    expect(began).toEqual([1])
    expect(ends.map(({ touch }) => touch)).toEqual([1, 2])
  })

  it('keeps its own time when the wall clock is set', () => {
    const { clock, wire, ends, pass } = wireWith(ok)
    wire.dispatch([call(1)])

    clock.set(start - 86_400_000)
    pass(50)

    expect(ends).toHaveLength(1)
  })
})
