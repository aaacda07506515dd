import { describe, expect, it } from 'vitest'
import { plainWebhook, type Webhook } from '#shared/rules/webhook'
import { anybody, graph, posts, step } from './graphs'
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
