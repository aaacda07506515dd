import type { LookupAddress } from 'node:dns'
import { describe, expect, it } from 'vitest'
import { parseAllow } from '#server/webhook/allow'
import { publicOnly } from '#server/webhook/guard'
import type { CallEnd, Outcome } from '#shared/call'
import { calling, meeting, ok, receiving } from './meeting'
import { attempted, type Behaviour, callTo, opening, respond, startCaller } from './receiver'

describe('many calls', () => {
  it('begin at once, each on a connection of its own, and leave their connections to those that come after', async () => {
    const held: (() => void)[] = []
    const slowly: Behaviour = socket => {
      held.push(() => respond(socket, 'ok'))
      // Answered when all are there: one that waited for another's connection would never come.
      if (held.length === 30) for (const answer of held.splice(0)) answer()
    }
    const { receiver, send } = await meeting(slowly)

    const first = await Promise.all(Array.from({ length: 30 }, () => send(receiver.url)))
    // A connection is free when its answer was passed on.
    await new Promise(resolve => setImmediate(resolve))
    const second = await Promise.all(Array.from({ length: 30 }, () => send(receiver.url)))

    expect([...first, ...second].every(outcome => outcome.is === 'answered')).toBe(true)
    expect(receiver.connections()).toBe(30)
  })

  it('close connections of other origins that only wait, when there are too many in all', async () => {
    const receivers = [await receiving(ok), await receiving(ok), await receiving(ok)]
    const allow = parseAllow(receivers.map(({ port }) => `127.0.0.1:${port}`).join())
    const { send } = calling({ ...publicOnly, allow }, { total: 8 })

    for (const { url } of receivers) await Promise.all(Array.from({ length: 6 }, () => send(url)))

    await expect.poll(() => receivers[0]?.open(), { timeout: 10_000 }).toBe(0)
  })

  it('to a host that hangs do not hold up the others', async () => {
    const hanging = await receiving(() => {})
    const healthy = await receiving(ok)
    const allow = parseAllow(`127.0.0.1:${hanging.port},127.0.0.1:${healthy.port}`)
    const { send } = calling({ ...publicOnly, allow }, { deadlineMs: 300 })

    const hung = Promise.all(Array.from({ length: 6 }, () => send(hanging.url)))
    const fine = await Promise.all(Array.from({ length: 20 }, () => send(healthy.url)))

    expect(fine.every(outcome => outcome.is === 'answered')).toBe(true)
    for (const outcome of await hung) {
      expect(outcome).toMatchObject({ cause: 'timeout' })
      expect(outcome.ms).toBeGreaterThanOrEqual(299)
    }
    expect(hanging.requests).toHaveLength(6)
    await expect.poll(() => hanging.open(), { timeout: 10_000 }).toBe(0)
  })

  it('that are open when the door closes are settled, each once', async () => {
    const receiver = await receiving(() => {})
    const { caller } = startCaller(opening(receiver))
    const ends: CallEnd[] = []
    for (let i = 0; i < 10; i++) caller.call(callTo(receiver.url), end => ends.push(end))
    await expect.poll(() => receiver.requests.length, { timeout: 10_000 }).toBe(10)

    await caller.close()
    caller.call(callTo(receiver.url), end => ends.push(end))

    expect(ends).toHaveLength(11)
    for (const end of ends.slice(0, 10)) expect(end).toMatchObject({ is: 'unreachable', cause: 'reset' })
    // Nothing of the last one left: it is no attempt.
    expect(ends[10]).toMatchObject({ is: 'withdrawn', why: 'ours' })
    await expect.poll(() => receiver.open(), { timeout: 10_000 }).toBe(0)
  })

  it('end each call at its own limit, whatever the order in which they began', async () => {
    const { receiver, caller } = await meeting(() => {})
    const ended: string[] = []
    const call = (name: string, seconds: number) =>
      new Promise<Outcome>((resolve, reject) =>
        caller.call({ ...callTo(receiver.url), seconds }, end => {
          ended.push(name)
          attempted(resolve, reject)(end)
        }),
      )

    const outcomes = await Promise.all([call('long', 0.4), call('short', 0.1), call('middle', 0.2)])

    expect(ended).toEqual(['short', 'middle', 'long'])
    expect(outcomes).toMatchObject([{ cause: 'timeout', sent: true }, { cause: 'timeout' }, { cause: 'timeout' }])
    for (const [i, ms] of [400, 100, 200].entries()) expect(outcomes[i]?.ms).toBeGreaterThanOrEqual(ms - 2)
  })
})

/** A receiver behind a name whose addresses are told when the test says so. */
async function behindName(options: { readonly now?: () => number } = {}) {
  const receiver = await receiving(ok)
  const asked: ((addresses: readonly LookupAddress[]) => void)[] = []
  const begun: number[] = []
  const allow = parseAllow(`slow.example:${receiver.port},127.0.0.1:${receiver.port}`)
  const { caller } = calling(
    { ...publicOnly, allow },
    {
      resolve: () => new Promise(resolve => asked.push(resolve)),
      onBegun: touches => begun.push(...touches),
      deadlineMs: 60_000,
      dnsMs: 60_000,
      ...options,
    },
  )
  const ends: CallEnd[] = []
  const call = (more: { readonly until?: number; readonly paced?: boolean } = {}) => {
    const made = { ...callTo(`http://slow.example:${receiver.port}/`), ...more }
    caller.call(made, end => ends.push(end))
    return made.touch
  }
  const connects = async () => {
    await expect.poll(() => asked.length, { timeout: 10_000 }).toBeGreaterThan(0)
    for (const resolve of asked.splice(0)) resolve([{ address: '127.0.0.1', family: 4 }])
  }
  return { receiver, caller, ends, begun, call, connects }
}

describe('law 14: a call', () => {
  it('that is taken back before it has a connection never leaves, and those beside it do', async () => {
    const { receiver, caller, ends, call, connects } = await behindName()
    const [back, goes] = [call(), call()]

    caller.revoke([back])
    await connects()
    await expect.poll(() => ends.length, { timeout: 10_000 }).toBe(2)

    expect(ends[0]).toMatchObject({ touch: back, is: 'withdrawn', why: 'revoked' })
    expect(ends[1]).toMatchObject({ touch: goes, is: 'answered' })
    expect(receiver.requests).toHaveLength(1)
  })

  it('that has begun is not taken back', async () => {
    const { receiver, caller } = await meeting(socket => setTimeout(() => respond(socket, 'ok'), 50))
    const ends: CallEnd[] = []
    const made = callTo(receiver.url)
    caller.call(made, end => ends.push(end))
    await expect.poll(() => receiver.requests.length, { timeout: 10_000 }).toBe(1)

    caller.revoke([made.touch])
    await expect.poll(() => ends.length, { timeout: 10_000 }).toBe(1)

    expect(ends[0]).toMatchObject({ is: 'answered', status: 200 })
  })

  it('whose verdict is over when it has a connection never leaves: at the very instant it is over', async () => {
    let now = 999
    const { receiver, ends, call, connects } = await behindName({ now: () => now })
    const [over, goes] = [call({ until: 1_000 }), call({ until: 1_001 })]

    now = 1_000
    await connects()
    await expect.poll(() => ends.length, { timeout: 10_000 }).toBe(2)

    expect(ends.find(end => end.touch === over)).toMatchObject({ is: 'withdrawn', why: 'expired' })
    expect(ends.find(end => end.touch === goes)).toMatchObject({ is: 'answered' })
    expect(receiver.requests).toHaveLength(1)
  })

  it('that is paced says when its first byte leaves, and no other does', async () => {
    const { begun, ends, call, connects } = await behindName()
    const paced = call({ paced: true })
    call()
    expect(begun).toEqual([])

    await connects()
    await expect.poll(() => ends.length, { timeout: 10_000 }).toBe(2)

    expect(begun).toEqual([paced])
  })
})
