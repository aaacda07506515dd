import { describe, expect, it } from 'vitest'
import { night } from '#shared/rules/quiet'
import { plainWebhook, type Webhook } from '#shared/rules/webhook'
import { always } from '#shared/simulate/endpoints'
import { anybody, capOf, graph, posts, step } from './graphs'
import { World } from './world'

const signedUp = step('trigger', { event: 'signed_up', where: anybody })

const hook = (path: string, body = '{{ lead.external_id }}'): Webhook => ({
  ...plainWebhook,
  request: {
    method: 'POST',
    url: `https://hooks.example.com/${path}`,
    headers: [],
    body: { as: 'text', text: body, contentType: 'text/plain' },
  },
})

/** Trigger, library webhook `crm`; the copy in the step posts to /copy. */
const calling = (own: readonly string[] = []) =>
  graph({ in: signedUp, call: step('call-webhook', { ...posts('copy'), webhook: 'crm', own }) }, ['in -> call'], {
    entry: { rule: 'every-time' },
  })

async function worldWith(webhook: Webhook, own: readonly string[] = []) {
  const world = await World.create()
  await world.addWebhook('crm', webhook)
  expect(await world.launch('welcome', calling(own))).toEqual({ is: 'done' })
  return { world, ada: await world.lead('ada') }
}

const paths = (world: World) => world.arrived.map(({ call }) => new URL(call.request.url).pathname)
const bodies = (world: World) => world.arrived.map(({ call }) => call.request.body)

describe('a library webhook', () => {
  it('is what the steps that use it send, and a change to it is in the next send of a live campaign', async () => {
    const { world, ada } = await worldWith(hook('first'))

    await ada.does('signed_up')
    await world.changeWebhook('crm', hook('second'))
    await ada.does('signed_up')

    expect(paths(world)).toEqual(['/first', '/second'])
  })

  it('leaves alone the parts that a step calls its own', async () => {
    const { world, ada } = await worldWith(hook('library'), ['request'])

    await ada.does('signed_up')

    expect(paths(world)).toEqual(['/copy'])
  })

  it('that is gone at a restart leaves the step with its copy', async () => {
    const { world, ada } = await worldWith(hook('library'))

    await world.dropWebhook('crm')
    await ada.does('signed_up')

    expect(paths(world)).toEqual(['/copy'])
  })

  it('is sent as it is when quiet hours let the call go, and the journal says that it was changed', async () => {
    const world = await World.create({ start: '2026-05-04T23:00:00Z' })
    await world.addWebhook('crm', hook('first'))
    const quietHours = night
    await world.launch('welcome', { ...calling(), settings: { ...calling().settings, quietHours } })
    const ada = await world.lead('ada')

    await ada.does('signed_up')
    await world.changeWebhook('crm', hook('second'))
    await world.die()
    await world.runUntil('next day 08:00')

    expect(paths(world)).toEqual(['/second'])
    const told = (await ada.story()).filter(entry => entry.is === 'noted').map(entry => entry.what)
    expect(told).toEqual([
      'The webhook "crm" was changed while this call was held: it is sent as it is now (revision 2).',
    ])
    await world.finalLaws()
  })

  it('that was not changed is sent without a word, and one that was deleted by the copy', async () => {
    for (const drops of [false, true]) {
      const world = await World.create({ start: '2026-05-04T23:00:00Z' })
      await world.addWebhook('crm', hook('first'))
      const quietHours = night
      await world.launch('welcome', { ...calling(), settings: { ...calling().settings, quietHours } })
      const ada = await world.lead('ada')
      await ada.does('signed_up')
      if (drops) await world.dropWebhook('crm')
      await world.runUntil('next day 08:00')

      expect(paths(world)).toEqual([drops ? '/copy' : '/first'])
      expect((await ada.story()).some(entry => entry.is === 'noted')).toBe(drops)
    }
  })

  it('is sent as it is when caps let the call go, and given up by when it was held first, however often it was changed', async () => {
    const settings = { ...calling().settings, caps: [capOf(1, 2, 'days')], whenCapped: 'defer', deferAtMost: 'P2D' }
    const world = await World.create()
    await world.addWebhook('crm', hook('first'))
    await world.launch('welcome', { ...calling(), settings } as ReturnType<typeof calling>)
    const ada = await world.lead('ada', {}, 'UTC')

    for (let n = 0; n < 3; n++) await ada.does('signed_up')
    await world.changeWebhook('crm', hook('second'))
    await world.runUntil('P1D')
    await world.die()
    await world.changeWebhook('crm', hook('third'))
    await world.runUntil('P3D')

    expect(paths(world)).toEqual(['/first', '/third'])
    expect((await ada.journeys()).map(journey => journey.status)).toEqual(['finished', 'finished', 'finished'])
    const story = await ada.story()
    expect(story.flatMap(entry => (entry.is === 'gate' ? [entry.verdict] : []))).toEqual(['hold', 'hold', 'skip'])
    await world.finalLaws()
  })

  it('is not said to be deleted when the lead was brought to a version that does not use it', async () => {
    const world = await World.create({ start: '2026-05-04T23:00:00Z' })
    await world.addWebhook('crm', hook('first'))
    const settings = { ...calling().settings, quietHours: night }
    const own = graph({ in: signedUp, call: step('call-webhook', posts('own')) }, ['in -> call'], settings)
    await world.launch('welcome', { ...calling(), settings })
    const ada = await world.lead('ada')
    await ada.does('signed_up')

    await world.launch('welcome', own, [{ version: 1, step: 'call', as: 'stay' }])
    await world.runUntil('next day 08:00')

    expect(paths(world)).toEqual(['/own'])
    expect((await ada.story()).some(entry => entry.is === 'noted')).toBe(false)
    await world.finalLaws()
  })

  it('leaves a call that was made once as it was: it is tried again with the same bytes', async () => {
    const { world, ada } = await worldWith(hook('first'))
    world.receiver = always(503)
    await ada.does('signed_up')

    await world.changeWebhook('crm', hook('second'))
    await world.runUntil('PT1M')

    expect(new Set(paths(world))).toEqual(new Set(['/first']))
    expect(world.arrived.length).toBeGreaterThan(1)
    await world.finalLaws()
  })

  it('that is not there keeps a campaign from being launched', async () => {
    const world = await World.create()

    const act = await world.launch('welcome', calling())

    expect(act).toMatchObject({ is: 'refused', problems: [{ code: 'webhook.gone', step: 'call' }] })
  })
})

describe('My Tokens', () => {
  it('come from the nearest folder, and a change to one is in the next send', async () => {
    const said = '{{my.Event Date}}, {{ my.Place }}, {{ program.name }}'
    const { world, ada } = await worldWith(hook('x', said))
    await world.addFolder('year', null, { 'Event Date': 'some day', Place: 'Oslo' })
    await world.addFolder('spring', 'year', { 'Event Date': 'May 4' })

    await ada.does('signed_up')
    await world.moveInto('welcome', 'spring')
    await ada.does('signed_up')
    await world.changeFolder('spring', 'year', { 'Event Date': 'May 5' })
    await ada.does('signed_up')

    expect(bodies(world)).toEqual([', , ', 'May 4, Oslo, spring', 'May 5, Oslo, spring'])
  })
})
