import { describe, expect, it } from 'vitest'
import { explainWaiting } from '#shared/explain/waiting'
import { night, type QuietHours } from '#shared/rules/quiet'
import { always, ok } from '#shared/simulate/endpoints'
import { all, sql } from '#shared/store/work'
import { anybody, capOf, graph, posts, step } from './graphs'
import { World } from './world'

// Found A5: what holds a call is asked again when its reason goes away: calls stayed held to the old end, and the inspector cited a rule that was gone.

const signedUp = step('trigger', { event: 'signed_up', where: anybody })
const call = step('call-webhook', posts('crm', {}, { delivery: { retry: 'none' } }), 'Tell the CRM')
const drawn = (settings = {}) =>
  graph({ in: signedUp, call }, ['in -> call'], { entry: { rule: 'every-time' }, zone: 'UTC', ...settings })
const holiday: QuietHours = { ...night, windows: [], holidays: ['2026-05-04'] }
const deferred = {
  caps: [capOf(1, 7, 'days', { window: 'rolling', counts: 'received' })],
  whenCapped: 'defer' as const,
}

/** 4 May 2026, 09:00 UTC. */
async function worldOf(settings = {}, before?: (world: World) => Promise<void>) {
  const world = await World.create()
  await before?.(world)
  await world.launch('c', drawn(settings))
  return world
}

async function why(world: World, lead: string) {
  const journey = (await world.journeysOf(lead)).find(each => each.status === 'active')
  return journey && explainWaiting(await world.journal(journey), { graph: drawn(), zone: 'UTC' })
}

describe('a held call', () => {
  it('leaves when the holiday that held it is taken back', async () => {
    const world = await worldOf({}, w => w.settings({ quietHours: holiday }))
    await (await world.lead('ada')).does('signed_up')
    expect(await why(world, 'ada')).toContain('holiday')

    await world.settings({ quietHours: null })
    await world.runUntil('PT1S')

    expect(world.arrived).toHaveLength(1)
    await world.finalLaws()
  })

  it('says what holds it now, when that is another rule', async () => {
    const world = await worldOf({}, w => w.settings({ quietHours: holiday }))
    await (await world.lead('ada')).does('signed_up')

    await world.settings({ quietHours: { ...night, windows: [{ days: [1], start: '08:00', end: '12:00' }] } })
    await world.runUntil('PT1S')

    expect(await why(world, 'ada')).toContain('until 12:00')
    expect(await why(world, 'ada')).not.toContain('holiday')
  })

  it('leaves when its cap is raised, for the installation or by a new version of the campaign', async () => {
    for (const raise of ['account', 'campaign'] as const) {
      const own = { ...deferred, ...(raise === 'account' ? { caps: [] } : {}) }
      const world = await worldOf(own, async w => {
        if (raise === 'account') await w.capAll(...deferred.caps)
      })
      const ada = await world.lead('ada')
      await ada.does('signed_up')
      await ada.does('signed_up')
      expect(world.arrived).toHaveLength(1)

      const raised = [capOf(2, 7, 'days', { window: 'rolling', counts: 'received' })]
      if (raise === 'account') await world.capAll(...raised)
      else await world.launch('c', drawn({ ...deferred, caps: raised }), [{ version: 1, step: 'call', as: 'stay' }])
      await world.runUntil('PT5S')

      expect(world.arrived).toHaveLength(2)
      await world.finalLaws()
    }
  })

  it('takes the place that a refused call gives back to a cap, in the turn behind it', async () => {
    const world = await worldOf(deferred)
    const ada = await world.lead('ada')
    world.receiver = () => ({ after: 20_000, with: { is: 'answered', status: 404 } })
    await ada.does('signed_up')
    world.receiver = ok
    await ada.does('signed_up')
    expect(world.arrived).toHaveLength(1)

    await world.runUntil('PT30S')

    expect(world.arrived).toHaveLength(2)
    expect(world.arrived[1]?.at).toBe((world.arrived[0]?.at ?? 0) + 20_000)
    await world.finalLaws()
  })

  it('leaves when its lead turns out to live where it is day', async () => {
    const world = await worldOf({ quietHours: night })
    const ada = await world.lead('ada', {}, 'Pacific/Apia')
    await ada.does('signed_up')
    expect(world.arrived).toEqual([])

    await world.moves('ada', 'Europe/Berlin')
    await world.runUntil('PT1S')

    expect(world.arrived).toHaveLength(1)
  })

  it('is asked again after the resume, when its reason went away in the pause', async () => {
    const world = await worldOf({}, w => w.settings({ quietHours: holiday }))
    await (await world.lead('ada')).does('signed_up')
    await world.pause('c')
    await world.settings({ quietHours: null })
    await world.runUntil('PT1H')
    expect(world.arrived).toEqual([])

    await world.resume('c')
    await world.runUntil('PT1S')

    expect(world.arrived).toHaveLength(1)
    await world.finalLaws()
  })

  it('is one of thousands that are asked some hundreds a turn, over a crash, each once', async () => {
    const world = await worldOf({}, w => w.settings({ quietHours: holiday }))
    await world.post(...Array.from({ length: 1800 }, (_, i) => ({ lead: `l${i}`, name: 'signed_up' })))
    await world.settings({ quietHours: null })
    await world.runOneTurn()
    const [left] = await world.store.read(
      all<{ n: number }>(sql`select count(*) as n from tasks where held_by is not null`),
    )
    expect(left?.n).toBe(1300)

    await world.die()
    await world.runUntil('PT1M')

    expect(world.arrived).toHaveLength(1800)
    expect(await world.store.read(all(sql`select * from reasks`))).toEqual([])
    await world.finalLaws()
  })

  it('stays where it is when nothing has changed for it', async () => {
    const world = await worldOf({ quietHours: night }, async w => {
      w.now += 14 * 3_600_000
    })
    await (await world.lead('ada')).does('signed_up')
    await world.settings({ connections: 7 })
    await world.runUntil('2026-05-05T07:59:00Z')
    expect(world.arrived).toEqual([])
    expect(await why(world, 'ada')).toContain('08:00 (UTC)')

    world.receiver = always(200)
    await world.runOut()
    expect(new Date(world.arrived[0]?.at ?? 0).toISOString()).toBe('2026-05-05T08:00:00.000Z')
    await world.finalLaws()
  })
})
