import { describe, expect, it } from 'vitest'
import { always, ok } from '#shared/simulate/endpoints'
import { activityPage } from '#shared/store/activity'
import { touchesToCount } from '#shared/store/touches'
import { all, sql } from '#shared/store/work'
import { anybody, graph, posts, step } from './graphs'
import { World } from './world'

const DAY = 86_400_000
const signedUp = step('trigger', { event: 'signed_up', where: anybody })

async function installation(retry: 'none' | 'standard') {
  const world = await World.create()
  const call = step('call-webhook', { ...posts('a'), delivery: { retry } })
  await world.launch('c', graph({ in: signedUp, call }, ['in -> call'], { entry: { rule: 'every-time' } }))
  const purge = world.purge()
  const attempts = async () => (await world.store.read(all(sql`select * from attempts`))).length
  return { world, purge, attempts }
}

describe('after the days of retention', () => {
  it('requests and attempts are gone, and the send still counts for caps', async () => {
    const { world, purge, attempts } = await installation('none')
    const ada = await world.lead('ada')
    await ada.does('signed_up')
    await world.runUntil('P29D')
    await ada.does('signed_up')
    await purge.now()
    expect(await attempts()).toBe(2)

    await world.runUntil('P2D')
    await purge.now()

    expect(await attempts()).toBe(1)
    const { rows } = await world.store.read(activityPage({}, { below: null, limit: 9, now: world.now }))
    expect(rows.map(row => [row.purged_at === null, row.request.includes('hooks.example.com')])).toEqual([
      [true, true],
      [false, false],
    ])
    const counted = await world.store.read(touchesToCount([1], 0, []))
    expect(counted.flatMap(({ ats }) => ats)).toHaveLength(2)
    await world.finalLaws()
  })

  it('one that was under way when the purge came by goes later', async () => {
    const { world, purge, attempts } = await installation('none')
    const ada = await world.lead('ada')
    await world.runUntil('PT1S')
    world.receiver = () => ({ after: 40 * DAY, with: { is: 'answered', status: 200 } })
    await ada.does('signed_up')
    await world.runUntil('P35D')
    await purge.now()
    await world.runUntil('P6D')
    expect(await attempts()).toBe(1)

    await purge.now()
    expect(await attempts()).toBe(1)
    await world.runUntil('P31D')
    await purge.now()

    expect(await attempts()).toBe(0)
  })

  it('a dead letter can no more be sent again', async () => {
    const { world, purge } = await installation('none')
    const ada = await world.lead('ada')
    world.receiver = always(404)
    await ada.does('signed_up')
    world.receiver = ok
    await world.runUntil('P31D')
    await purge.now()

    const [touch = 0] = await world.deadLetters()

    expect(await world.resend(touch)).toEqual({ is: 'refused', found: 'purged' })
  })
})
