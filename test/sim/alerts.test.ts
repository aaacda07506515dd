import { describe, expect, it } from 'vitest'
import { defaultInstallation } from '#shared/api/settings'
import type { Script } from '#shared/simulate/endpoints'
import { anybody, graph, posts, step } from './graphs'
import { World } from './world'

const signedUp = step('trigger', { event: 'signed_up', where: anybody })
const text =
  '{{ event.webhook }} of {{ event.campaign_name }}: {{ event.failed }} of {{ event.calls }} in {{ event.minutes }} min'

/** Hosts below /broken fail, the others answer. */
const half: Script = call => ({
  after: 50,
  with: { is: 'answered', status: call.request.url.includes('/broken') ? 500 : 200 },
})

/** A campaign whose webhook fails for whoever enters, and one that passes alerts on. */
async function worldWith(tell: string, way: object = {}) {
  const world = await World.create()
  await world.settings({ alerts: { ...defaultInstallation.alerts, tell } })
  const failing = step('call-webhook', { ...posts('broken', {}, { delivery: { retry: 'none' } }) }, 'Tell the CRM')
  await world.launch('welcome', graph({ in: signedUp, call: failing }, ['in -> call']))
  const alerted = step('trigger', { ways: [{ on: 'alert', campaign: '', where: anybody, ...way }] })
  const pager = step('call-webhook', posts('pager', { body: { as: 'text', text, contentType: 'text/plain' } }))
  await world.launch('pager', graph({ in: alerted, call: pager }, ['in -> call'], { entry: { rule: 'every-time' } }))
  world.receiver = half
  return world
}

async function fail(world: World, from = 0) {
  for (let i = from; i < from + 20; i++) world.send({ lead: `l${i}`, name: 'signed_up' })
  await world.runUntil('PT2M')
}

const pages = (world: World) =>
  world.arrived.filter(({ call }) => call.request.url.endsWith('/pager')).map(({ call }) => call.request.body)

describe('an alert', () => {
  it('happens to the lead whom the settings name, once, and a campaign passes it on', async () => {
    const world = await worldWith('ops')

    await fail(world)
    await fail(world, 100)

    expect(pages(world)).toEqual(['Tell the CRM of welcome: 20 of 20 in 15 min'])
    const [journey] = await world.journeysOf('ops')
    expect(journey?.memory.event).toMatchObject({
      name: '$webhook.alert',
      properties: { campaign: 'welcome', step: 'call', percent: 50 },
    })
    await world.runOut()
    await fail(world, 200)
    expect(pages(world)).toHaveLength(2)
    await world.finalLaws()
  })

  it('happens to nobody when nobody is named, and for another campaign than the one that is listened to', async () => {
    const silent = await worldWith('')
    await fail(silent)
    expect(pages(silent)).toEqual([])

    const other = await worldWith('ops', { campaign: 'pager' })
    await fail(other)
    expect(pages(other)).toEqual([])
    expect(await other.journeysOf('ops')).toEqual([])
  })

  it('makes the lead in the very tick in which an event names the same', async () => {
    const world = await worldWith('ops')
    for (let i = 0; i < 20; i++) world.send({ lead: `l${i}`, name: 'signed_up' })
    await world.runOneTurn()
    await world.runUntil(new Date(world.now + 50).toISOString())
    world.send({ lead: 'ops', name: 'signed_up' })

    await world.runUntil('PT2M')

    expect((await world.journeysOf('ops')).map(j => j.campaignId).sort()).toEqual(['pager', 'welcome'])
    await world.finalLaws()
  })
})
