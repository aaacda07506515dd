import { describe, expect, it } from 'vitest'
import type { EffectType } from '#shared/effects'
import type { JournalEntry } from '#shared/journal'
import { anybody, graph, posts, step } from '../sim/graphs'
import { World } from '../sim/world'

const even = ['a', 'b'].map(id => ({ id, label: id.toUpperCase(), weight: 50 }))

// Every effect of the closed list, performed by the real engine. The list is complete by type.
const proofs: { readonly [T in EffectType]: (world: World) => Promise<void> } = {
  'timer.set': async world => {
    await launched(world, { wait: step('delay', { wait: 'PT1H' }) })
    const ada = await world.lead('ada')
    await ada.does('signed_up')
    expect(await ada.at()).toBe('wait')
    await world.runUntil('PT1H')
    expect(await ada.at()).toBe('finished')
  },
  'webhook.call': async world => {
    await launched(world, { call: step('call-webhook', posts('welcome')) })
    await (await world.lead('ada')).does('signed_up')
    expect(world.arrived.map(a => a.call.request.url)).toEqual(['https://hooks.example.com/welcome'])
  },
  'lead.update': async world => {
    await launched(world, { set: step('update-lead', { changes: [{ field: 'welcomed', do: 'set', value: true }] }) })
    const ada = await world.lead('ada', { score: 1 })
    await ada.does('signed_up')
    expect(await ada.attributes()).toEqual({ score: 1, welcomed: true })
  },
  'event.await': async world => {
    await launched(world, { wait: step('wait-for-event') })
    const ada = await world.lead('ada')
    await ada.does('signed_up')
    expect(await ada.at()).toBe('wait')
    await ada.does('visited')
    expect(await ada.at()).toBe('finished')
  },
  'event.emit': async world => {
    await world.launch('other', graph({ in: step('trigger', { event: 'welcomed', where: anybody }) }, []))
    await launched(world, { send: step('emit-event') })
    const ada = await world.lead('ada', { country: 'India' })
    await ada.does('signed_up')
    const [, other] = await ada.journeys()
    expect(other).toMatchObject({
      campaignId: 'other',
      memory: { event: { properties: { country: 'India' }, depth: 1 } },
    })
  },
  'campaign.request': async world => {
    await world.launch('welcome', graph({ in: step('trigger', { event: '$campaign.requested', where: anybody }) }, []))
    await launched(world, { ask: step('request-campaign') })
    const ada = await world.lead('ada')
    await ada.does('signed_up')
    expect((await ada.journeys()).map(j => j.campaignId)).toEqual(['c', 'welcome'])
  },
  'campaign.execute': async world => {
    const executed = step('trigger', { ways: [{ on: 'executed', where: anybody }] })
    await world.launch(
      'scoring',
      graph({ in: executed, add: step('score', { field: 'points', by: 5 }) }, ['in -> add']),
    )
    await launched(world, { run: step('execute-campaign') })
    const ada = await world.lead('ada')
    await ada.does('signed_up')
    expect((await ada.journeys()).map(j => [j.campaignId, j.status])).toEqual([
      ['c', 'finished'],
      ['scoring', 'finished'],
    ])
    expect(await ada.attributes()).toEqual({ points: 5 })
  },
  'campaign.leave': async world => {
    const long = { in: step('trigger', { event: 'signed_up', where: anybody }), wait: step('delay', { wait: 'P9D' }) }
    await world.launch('welcome', graph(long, ['in -> wait']))
    await launched(world, { wait: step('delay', { wait: 'PT1H' }), out: step('remove-from-campaign') }, ['wait -> out'])
    const ada = await world.lead('ada')
    await ada.does('signed_up')
    expect((await ada.journeys()).map(j => j.status)).toEqual(['active', 'active'])
    await world.runUntil('PT1H')
    expect((await ada.journeys()).map(j => j.status).sort()).toEqual(['exited', 'finished'])
  },
  'list.change': async world => {
    await world.list('vip')
    await launched(world, { put: step('add-to-list') })
    await (await world.lead('ada')).does('signed_up')
    expect(await world.members('vip')).toEqual(['ada'])
  },
  'rotation.advance': async world => {
    await launched(world, { split: step('variants', { draw: 'rotation', control: 0, variants: even }) })
    for (const name of ['ada', 'bob', 'eve', 'joe']) await (await world.lead(name)).does('signed_up')
    const taken = await Promise.all(['ada', 'bob', 'eve', 'joe'].map(name => world.journeysOf(name)))
    expect(taken.map(([journey]) => journey?.memory.variants['split'])).toEqual(['a', 'b', 'a', 'b'])
  },
  'tasks.clear': async world => {
    await launched(world, { wait: step('delay', { wait: 'P1D' }) })
    const ada = await world.lead('ada')
    await ada.does('signed_up')
    await world.stop('c', 'exit')
    await world.runUntil('P2D')
    expect(await ada.at()).toBe('exited')
  },
  'journey.end': async world => {
    await launched(world, { out: step('exit', { as: 'exited', reason: 'Not for us' }) })
    const ada = await world.lead('ada')
    await ada.does('signed_up')
    expect((await ada.story()).find((e): e is JournalEntry & { is: 'ended' } => e.is === 'ended')).toMatchObject({
      as: 'exited',
      reason: 'Not for us',
    })
  },
}

async function launched(
  world: World,
  steps: Record<string, ReturnType<typeof step>>,
  ways: readonly string[] = [],
): Promise<void> {
  const [first = ''] = Object.keys(steps)
  expect(
    await world.launch(
      'c',
      graph({ in: step('trigger', { event: 'signed_up', where: anybody }), ...steps }, [`in -> ${first}`, ...ways]),
    ),
  ).toEqual({ is: 'done' })
}

describe('the effect', () => {
  it.each(Object.entries(proofs))('%s does what it says, once', async (_, prove) => {
    const world = await World.create()
    await prove(world)
    await world.finalLaws()
  })
})
