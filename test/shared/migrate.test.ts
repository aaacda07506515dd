import { describe, expect, it } from 'vitest'
import { migrateGraph } from '#shared/graph/migrate'
import { type Graph, graphSchema } from '#shared/graph/schema'
import { plainCap } from '#shared/rules/caps'
import { plainDelivery } from '#shared/rules/delivery'
import { plainWebhook } from '#shared/rules/webhook'
import { callWebhook } from '#shared/steps/call-webhook'
import { kindOf, stepKinds } from '#shared/steps/index'
import { allVersions, findCampaign, findVersion } from '#shared/store/campaigns'
import { anybody, graph, posts, step } from '../sim/graphs'
import { World } from '../sim/world'

type Config = Record<string, unknown>
const sent = { method: 'PUT', url: 'https://hooks.example.com/a', headers: [], body: { as: 'none' } }

/**
 * A config as each outdated version of a kind left it in somebody's database, and what it must say today (when that is not the same in the same words).
 * Never change one: a new version adds one.
 */
const left: { readonly [kindAndVersion: string]: { readonly was: Config; readonly is?: Config } } = {
  'delay 1': { was: { wait: 'PT1H' } },
  'call-webhook 1': {
    was: { request: { ...sent, retry: 'standard' }, mappings: [{ path: 'id', field: 'crm_id' }] },
    is: { request: sent, delivery: { retry: 'standard' }, mappings: [{ path: 'id', field: 'crm_id' }], webhook: '' },
  },
  'call-webhook 2': {
    was: { ...plainWebhook, webhook: '', own: [], request: sent },
    is: { ...plainWebhook, request: sent, quietHours: { as: 'campaign' }, caps: 'obey' },
  },
  'call-webhook 3': {
    was: {
      ...callWebhook.example,
      delivery: { retry: 'brief', attemptSeconds: 3, totalHours: null, repeat: 'at-most-once' },
    },
    is: { delivery: { ...plainDelivery, retry: 'brief', attemptSeconds: 3, repeat: 'at-most-once' } },
  },
  'call-webhook 4': { was: callWebhook.example, is: callWebhook.example },
  'execute-campaign 1': { was: { campaign: { id: 'c-2', name: 'Score' }, tokens: 'own', properties: [] } },
  'trigger 1': {
    was: { event: 'signed_up', where: anybody },
    is: { ways: [{ on: 'event', event: 'signed_up', where: anybody }] },
  },
  'variants 1': {
    was: { variants: [{ id: 'a', label: 'A', weight: 90 }], control: 10 },
    is: { variants: [{ id: 'a', label: 'A', weight: 90 }], control: 10, draw: 'sticky', decide: { as: 'keep' } },
  },
  'wait-until 1': {
    was: {
      until: 'field',
      date: '',
      weekdays: [],
      days: 1,
      field: 'lead.renewal',
      offset: -3,
      repeats: 'never',
      time: '09:00',
      zone: 'lead',
      whenPassed: 'go-on',
    },
    // What cannot be read went on as if its time had passed; nothing is sent by mistake now (found C1).
    is: { until: 'field', field: 'lead.renewal', offset: -3, whenPassed: 'go-on', whenUnread: 'fail' },
  },
  'batch 1': {
    was: { audience: anybody, at: '2026-05-04T09:00:00Z' },
    is: { audience: anybody, schedule: { repeats: 'once', at: '2026-05-04T09:00:00Z' }, most: null },
  },
}
const outdated = stepKinds.flatMap(({ kind, version }) =>
  Array.from({ length: version - 1 }, (_, i) => [kind, i + 1] as const),
)

/** What a first Hookline stored: a trigger, a delay of version 1, a webhook. */
const old = {
  ...graph(
    {
      in: step('trigger', { event: 'signed_up', where: anybody }),
      wait: { ...step('delay', {}, 'An hour'), version: 1, config: { wait: 'PT1H' } },
      call: step('call-webhook', posts('welcome')),
    },
    ['in -> wait', 'wait -> call'],
  ),
} satisfies Graph

describe('a graph of an older Hookline', () => {
  it.each(outdated)('keeps its %s of version %i', (kind, version) => {
    const config = left[`${kind} ${version}`]?.was
    if (config === undefined) throw new Error(`write down what "${kind}" of version ${version} looked like`)

    const { steps } = migrateGraph({ ...old, steps: { it: { ...step(kind), version, config } }, edges: [] }) as Graph

    expect(steps['it']?.version).toBe(kindOf(kind).version)
    expect(kindOf(kind).config.parse(steps['it']?.config)).toEqual(steps['it']?.config)
    expect(steps['it']?.config).toMatchObject(left[`${kind} ${version}`]?.is ?? config)
  })

  it('says what it said, and nothing else of it is touched', () => {
    const { wait, ...rest } = old.steps as Record<string, Graph['steps'][string]>
    const now = graphSchema.parse(migrateGraph(old))

    const { wait: waitNow, ...restNow } = now.steps
    expect(kindOf('delay').summary(waitNow!.config)).toBe('Wait 1 hour')
    expect({ ...waitNow, version: 1, config: null }).toEqual({ ...wait, config: null })
    expect({ ...now, steps: restNow }).toEqual({ ...old, steps: rest })
  })

  it('caps as it did: all campaigns, by calendar dates, and forgetting what failed', () => {
    const { capped: _, whenCapped: __, deferAtMost: ___, priority: ____, tags: _____, ...settings } = old.settings
    const cap = { name: 'Weekly cap', most: 3, amount: 1, unit: 'weeks' }

    const now = graphSchema.parse(migrateGraph({ ...old, settings: { ...settings, caps: [cap] } }))

    expect(now.settings).toEqual({ ...old.settings, caps: [{ ...plainCap, ...cap }] })
    expect(now.settings).toMatchObject({ capped: 'obeys', whenCapped: 'skip', priority: 5, tags: [] })
    expect(now.settings.caps).toMatchObject([{ window: 'calendar', of: { what: 'all' }, counts: 'received' }])
  })

  it('is handed back as it is when nothing is outdated', () => {
    const current = graph({ in: step('trigger'), wait: step('delay') }, ['in -> wait'])

    expect(migrateGraph(current)).toBe(current)
    expect(migrateGraph(migrateGraph(old))).toEqual(migrateGraph(old))
  })

  it.each<[string, unknown]>([
    ['nothing', null],
    ['a text', 'graph'],
    ['a list', []],
    ['no steps', { hookline: 1 }],
    ['steps that are a list', { steps: [] }],
    ['a step that is no object', { steps: { a: 7, b: null } }],
    ['an unknown kind', { steps: { a: { kind: 'teleport', version: 1, config: {} } } }],
    ['a kind by the name of a property', { steps: { a: { kind: '__proto__', version: 1, config: {} } } }],
    ['a newer version', { steps: { a: { kind: 'delay', version: 99, config: {} } } }],
    ['version 0', { steps: { a: { kind: 'delay', version: 0, config: {} } } }],
    ['half a version', { steps: { a: { kind: 'delay', version: 1.5, config: {} } } }],
    ['a version in words', { steps: { a: { kind: 'delay', version: '1', config: {} } } }],
    ['a config that is none', { steps: { a: { kind: 'delay', version: 1, config: [] } } }],
  ])('is left for the schema to refuse when it is %s', (_, graph) => {
    expect(migrateGraph(graph)).toBe(graph)
    expect(graphSchema.safeParse(migrateGraph(graph)).success).toBe(false)
  })
})

describe('ways that an older Hookline took without their being drawn', () => {
  const lead = { kind: 'exit', version: 1, name: '', position: { x: 0, y: 0 }, config: kindOf('exit').example }
  const call = { ...step('call-webhook'), version: 4 }
  const drawn = (...edges: readonly (readonly [string, string, string])[]) =>
    edges.map(([from, port, to]) => ({ from, port, to }))
  const migrated = (edges: readonly object[]) =>
    (migrateGraph({ ...old, steps: { call, a: lead, b: lead }, edges }) as Graph).edges

  it('are drawn: who was not sent to, or in vain, goes on as before', () => {
    expect(migrated(drawn(['call', 'succeeded', 'a']))).toEqual(
      drawn(['call', 'succeeded', 'a'], ['call', 'failed', 'a'], ['call', 'skipped', 'a']),
    )
  })

  it('leave alone what somebody had drawn, and what led nowhere', () => {
    const chosen = drawn(['call', 'succeeded', 'a'], ['call', 'failed', 'b'], ['call', 'skipped', 'b'])
    expect(migrated(chosen)).toEqual(chosen)
    expect(migrated(drawn(['call', 'failed', 'b']))).toEqual(drawn(['call', 'failed', 'b']))
    expect(migrated(drawn(['call', 'succeeded', 'gone']))).toEqual(drawn(['call', 'succeeded', 'gone']))
  })

  it('are no ways of a step that is drawn today', () => {
    const today = graph({ call: step('call-webhook'), after: step('delay') }, ['call:succeeded -> after'])
    expect(migrateGraph(today)).toBe(today)
  })

  it('take leads on who stood in the step when Hookline was renewed', async () => {
    const world = await World.create()
    const before = graph(
      {
        in: step('trigger', { event: 'signed_up', where: anybody }),
        call: { ...step('call-webhook', posts('x')), version: 4 },
        rest: step('delay', { wait: 'P9D' }),
      },
      ['in -> call', 'call:succeeded -> rest'],
    )
    await world.smuggle('c', before)
    world.receiver = () => ({ after: 5, with: { is: 'answered', status: 404 } })
    const ada = await world.lead('ada')

    await ada.does('signed_up')
    await world.runUntil('PT1M')

    expect(await ada.at()).toBe('rest')
    await world.finalLaws()
  })
})

describe('a campaign in the database of an older Hookline', () => {
  it('goes on letting leads in and waiting as it did', async () => {
    const world = await World.create()
    await world.smuggle('c', old)
    const ada = await world.lead('ada')

    await ada.does('signed_up')
    await world.runUntil('PT59M')
    expect(await ada.at()).toBe('wait')
    await world.runUntil('PT1M')

    expect(world.arrived).toHaveLength(1)
    expect(await ada.at()).toBe('finished')
    await world.finalLaws()
  })

  it('is read in the current version, its draft and what it published', async () => {
    const world = await World.create()
    await world.smuggle('c', old)

    expect((await world.store.read(findCampaign('c')))?.draft).toEqual(migrateGraph(old))
    expect((await world.store.read(findVersion('c', 1)))?.graph).toEqual(migrateGraph(old))
    expect((await world.store.read(allVersions()))[0]?.graph).toEqual(migrateGraph(old))
  })

  it('can have its draft launched', async () => {
    const world = await World.create()

    expect(await world.launch('c', old)).toEqual({ is: 'done' })
  })
})
