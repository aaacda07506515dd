import { describe, expect, it } from 'vitest'
import { always } from '#shared/simulate/endpoints'
import { anybody, graph, posts, step } from './graphs'
import { World } from './world'

const signedUp = step('trigger', { event: 'signed_up', where: anybody })
const MINUTE = 60_000

async function worldWith(rest: object) {
  const world = await World.create()
  const call = step('call-webhook', posts('ask', {}, { mappings: [], ...rest }))
  expect(await world.launch('welcome', graph({ in: signedUp, call }, ['in -> call']))).toEqual({ is: 'done' })
  return { world, ada: await world.lead('ada') }
}

const minutes = (world: World) => world.arrived.map(({ at }) => (at - (world.arrived[0]?.at ?? 0)) / MINUTE)

describe('a webhook that behaves like', () => {
  it.each([500, 429, 404])('Marketo calls once, whatever comes back: %i (marketo-alm rule 6)', async status => {
    const { world, ada } = await worldWith({ profile: 'marketo' })
    world.receiver = always(status)

    await ada.does('signed_up')
    await world.runOut()

    expect(world.arrived).toHaveLength(1)
    await world.finalLaws()
  })

  it('Marketo notes an empty answer under its code, and Hookline goes on without a word (marketo-alm rule 7)', async () => {
    const noted: boolean[] = []
    for (const profile of ['marketo', 'hookline']) {
      const { world, ada } = await worldWith({ profile })
      world.receiver = always(204)
      await ada.does('signed_up')
      noted.push((await ada.story()).some(entry => entry.is === 'noted' && entry.what.includes('1001')))
    }

    expect(noted).toEqual([true, false])
  })

  it('Braze makes six requests within half an hour, also over a restart (braze R2)', async () => {
    const { world, ada } = await worldWith({ profile: 'braze' })
    world.receiver = always(503, { 'retry-after': '7200' })

    await ada.does('signed_up')
    await world.runUntil('PT4M')
    await world.die()
    await world.runOut()

    expect(minutes(world).map(Math.floor)).toEqual([0, 0, 2, 6, 13, 28])
    await world.finalLaws()
  })

  it('Braze goes on for a day when the host cannot be reached at all (braze R2)', async () => {
    const { world, ada } = await worldWith({ profile: 'braze' })
    world.receiver = () => ({ after: 50, with: { is: 'unreachable', cause: 'connect' } })

    await ada.does('signed_up')
    await world.runOut()

    expect(minutes(world).map(m => Math.round(m / 46))).toEqual([0, 1, 3, 7, 15, 31])
  })

  // Each of six attempts took 90 s, and the waits began behind them: the last one began after 36 minutes.
  it('found A8: Braze tries a receiver that hangs at most five times more, all within half an hour of the first', async () => {
    const { world, ada } = await worldWith({ profile: 'braze' })
    world.receiver = () => ({ after: 90_000, with: { is: 'unreachable', cause: 'timeout' } })

    await ada.does('signed_up')
    await world.runOut()

    const begun = world.arrived.map(({ at }) => (at - (world.arrived[0]?.at ?? 0)) / 1000)
    // The first wait is shorter than the attempt before it: the second begins as soon as that is over.
    expect(begun.map(Math.round)).toEqual([0, 90, 200, 420, 860, 1740])
    expect(Math.max(...begun)).toBeLessThanOrEqual(1800)
  })

  it('nobody else in one value keeps that over a restart: what it tries again is stored with the touch', async () => {
    const { world, ada } = await worldWith({ profile: 'marketo', delivery: { retry: 'brief', again: ['404'] } })
    world.receiver = always(404)

    await ada.does('signed_up')
    await world.die()
    await world.runOut()

    expect(world.arrived).toHaveLength(4)
    const [journey] = await ada.journeys()
    expect((await world.touches(journey!))[0]?.terms).toMatchObject({
      profile: 'marketo',
      answers: { again: ['404'], jitterPercent: 0 },
    })
  })

  it('says in the journal whose habits it follows', async () => {
    const { ada } = await worldWith({ profile: 'braze' })

    await ada.does('signed_up')

    expect((await ada.story()).find(entry => entry.is === 'calls')).toMatchObject({ profile: 'braze' })
  })
})

describe('the breaker of a host (delivery R20)', () => {
  it.each([1, 2])(
    'lets no more than its probes through, with leads in waves and a host in moods (seed %i)',
    async seed => {
      const world = await World.create({ seed, crashes: seed % 2 === 0 ? 0.002 : 0 })
      const call = step('call-webhook', posts('ask', {}, { profile: 'braze' }))
      await world.launch('welcome', graph({ in: signedUp, call }, ['in -> call'], { entry: { rule: 'every-time' } }))
      let broken = 0.8
      world.receiver = () => ({
        after: world.dice.oneOf([20, 400, 3000]),
        with: { is: 'answered', status: world.dice.happens(broken) ? 503 : 200 },
      })

      for (let wave = 0; wave < 9; wave++) {
        // The first wave opens it for sure.
        broken = wave === 0 ? 1 : world.dice.oneOf([0, 0.3, 0.8, 1])
        for (let i = 0; i < 30; i++) world.send({ lead: `l${i}`, name: 'signed_up' })
        await world.runUntil(world.dice.oneOf(['PT5S', 'PT40S', 'PT2M']))
      }
      broken = 0
      await world.runOut()

      // What a process knew of its hosts dies with it: where it dies often, a breaker may never open.
      if (world.deaths === 0) expect(world.breakers.opened).toBeGreaterThan(0)
      await world.finalLaws()
    },
  )
})
