import { describe, expect, it } from 'vitest'
import { parseAllow, publicOnly } from '#server/webhook/guard'
import type { Outcome } from '#shared/call'
import { calling, meeting, ok, receiving } from './meeting'
import { type Behaviour, callTo, opening, respond, startCaller } from './receiver'

describe('many calls', () => {
  it('wait for their turn: so many at once to one origin, so many in all', async () => {
    // The first six are held until they are all there and somebody else has made a call of his own: a seventh would have come by then.
    const other = await meeting(ok)
    const held: (() => void)[] = []
    let isFree = false
    let atOnce = 0
    let most = 0
    const free = async () => {
      await other.send(other.receiver.url)
      isFree = true
      for (const answer of held.splice(0)) answer()
    }
    const slowly: Behaviour = socket => {
      most = Math.max(most, ++atOnce)
      held.push(() => {
        atOnce--
        respond(socket, 'ok')
      })
      if (held.length === 6 && !isFree) void free()
      if (isFree) for (const answer of held.splice(0)) setImmediate(answer)
    }
    const receivers = [await receiving(slowly), await receiving(slowly), await receiving(slowly)]
    const allow = parseAllow(receivers.map(({ port }) => `127.0.0.1:${port}`).join())
    const { send } = calling({ ...publicOnly, allow }, { connections: 4, total: 6, deadlineMs: 60_000 })

    const outcomes = await Promise.all(receivers.flatMap(({ url }) => Array.from({ length: 40 }, () => send(url))))

    expect(outcomes.filter(outcome => outcome.is === 'answered')).toHaveLength(120)
    expect(most).toBe(6)
    for (const receiver of receivers) expect(receiver.connections()).toBeLessThanOrEqual(6)
  })

  it('to a host that hangs do not hold up the others', async () => {
    const hanging = await receiving(() => {})
    const healthy = await receiving(ok)
    const allow = parseAllow(`127.0.0.1:${hanging.port},127.0.0.1:${healthy.port}`)
    const { send } = calling({ ...publicOnly, allow }, { connections: 2, total: 4, deadlineMs: 300 })

    const hung = Promise.all(Array.from({ length: 6 }, () => send(hanging.url)))
    const fine = await Promise.all(Array.from({ length: 20 }, () => send(healthy.url)))

    expect(fine.every(outcome => outcome.is === 'answered')).toBe(true)
    // The clock of a call starts with its turn: those that waited had their full time too.
    for (const outcome of await hung) {
      expect(outcome).toMatchObject({ cause: 'timeout' })
      expect(outcome.ms).toBeGreaterThanOrEqual(299)
    }
    expect(hanging.requests).toHaveLength(6)
    await expect.poll(() => hanging.open(), { timeout: 10_000 }).toBe(0)
  })

  it('that are open or waiting when the door closes are settled, each once', async () => {
    const receiver = await receiving(() => {})
    const { caller } = startCaller(opening(receiver), { connections: 3 })
    const outcomes: Outcome[] = []
    for (let i = 0; i < 10; i++) caller.call(callTo(receiver.url), outcome => outcomes.push(outcome))
    await expect.poll(() => receiver.requests.length, { timeout: 10_000 }).toBe(3)

    await caller.close()
    caller.call(callTo(receiver.url), outcome => outcomes.push(outcome))

    expect(outcomes).toHaveLength(11)
    for (const outcome of outcomes) expect(outcome).toMatchObject({ is: 'unreachable', cause: 'reset' })
    await expect.poll(() => receiver.open(), { timeout: 10_000 }).toBe(0)
  })
})

describe('hosts that hang', () => {
  it('never hold all connections: the next host is called at once', async () => {
    const hung = await Promise.all([receiving(() => {}), receiving(() => {})])
    const fine = await receiving(ok)
    const allow = [...hung, fine].flatMap(receiver => opening(receiver).allow)
    const { send, caller } = calling({ ...publicOnly, allow }, { connections: 8, total: 8 })
    let over = 0
    const open = hung.flatMap(({ url }) =>
      Array.from({ length: 20 }, async () => {
        const outcome = await send(url)
        over++
        return outcome
      }),
    )

    expect(await send(fine.url)).toMatchObject({ is: 'answered', status: 200 })
    expect(over).toBe(0)

    await caller.close()
    expect((await Promise.all(open)).every(o => o.is === 'unreachable')).toBe(true)
  })

  it('end each call at its own limit, whatever the order in which they began', async () => {
    const { receiver, caller } = await meeting(() => {})
    const ended: string[] = []
    const call = (name: string, seconds: number) =>
      new Promise<Outcome>(resolve =>
        caller.call({ ...callTo(receiver.url), seconds }, outcome => {
          ended.push(name)
          resolve(outcome)
        }),
      )

    const outcomes = await Promise.all([call('long', 0.4), call('short', 0.1), call('middle', 0.2)])

    expect(ended).toEqual(['short', 'middle', 'long'])
    expect(outcomes).toMatchObject([{ cause: 'timeout', sent: true }, { cause: 'timeout' }, { cause: 'timeout' }])
    for (const [i, ms] of [400, 100, 200].entries()) expect(outcomes[i]?.ms).toBeGreaterThanOrEqual(ms - 2)
  })
})
