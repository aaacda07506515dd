import { describe, expect, it } from 'vitest'
import { checkLibrary, stepOf, taken, usesIn, withLibrary } from '#shared/graph/library'
import { mayLaunch, validate } from '#shared/graph/validate'
import { renderRequest } from '#shared/render'
import { type Folder, programOf, whyNotInside } from '#shared/rules/programs'
import { templates } from '#shared/rules/templates/index'
import { plainWebhook, type Webhook, webhookSchema } from '#shared/rules/webhook'
import { kindOf } from '#shared/steps/index'
import { anybody, graph, posts, step } from '../sim/graphs'

const hook: Webhook = {
  ...plainWebhook,
  request: { method: 'PUT', url: 'https://crm.example.com/library', headers: [], body: { as: 'none' } },
  delivery: { ...plainWebhook.delivery, retry: 'none' },
}
const library = new Map([['crm', hook]])

const using = (webhook: string, own: readonly string[] = []) =>
  graph(
    {
      in: step('trigger', { event: 'signed_up', where: anybody }),
      call: step('call-webhook', { ...posts('copy'), webhook, own }),
    },
    ['in -> call'],
  )

describe('a graph with the library put in', () => {
  it('takes every part of the webhook that the step does not call its own', () => {
    const { config } = withLibrary(using('crm', ['delivery']), library).steps['call'] ?? { config: {} }

    expect(config).toMatchObject({ request: hook.request, delivery: plainWebhook.delivery, webhook: 'crm' })
  })

  it('is the same graph when no step uses the library', () => {
    const drawn = using('')

    expect(withLibrary(drawn, library)).toBe(drawn)
  })

  it('keeps the copy of a step whose webhook is gone, and says so as an error of that step', () => {
    const drawn = using('gone')
    const around = { library, program: null }

    expect(withLibrary(drawn, library)).toBe(drawn)
    expect(checkLibrary(drawn, library)).toMatchObject([{ code: 'webhook.gone', step: 'call', severity: 'error' }])
    expect(mayLaunch(validate(drawn, around))).toBe(false)
    expect(mayLaunch(validate(using('crm'), around))).toBe(true)
  })

  it('is judged by what the library says, not by the copy', () => {
    const empty = { ...hook, request: { ...hook.request, url: '' } }
    const around = { library: new Map([['crm', empty]]), program: null }

    expect(validate(using('crm'), around).map(p => p.code)).toContain('request.no-url')
  })

  it('tells which steps use what', () => {
    expect(usesIn(using('crm'))).toEqual([{ step: 'call', webhook: 'crm' }])
    expect(usesIn(using(''))).toEqual([])
  })

  it('takes nothing but parts of a webhook', () => {
    const kind = kindOf('call-webhook')
    const { config } = stepOf(hook)

    expect(taken(kind, { ...config, webhook: 'crm' }, { ...hook, own: ['x'] } as never)['own']).toEqual([])
  })
})

describe('My Tokens', () => {
  const folder = (id: string, parent: string | null, tokens: Record<string, string> = {}): Folder => ({
    id,
    name: id,
    description: '',
    parent,
    tokens: Object.entries(tokens).map(([name, value]) => ({ name, value })),
  })
  const folders = new Map(
    [
      folder('top', null, { a: 'top', b: 'top', c: 'top' }),
      folder('mid', 'top', { b: 'mid', c: 'mid' }),
      folder('leaf', 'mid', { c: 'leaf' }),
      folder('one', 'two', { x: 'one' }),
      folder('two', 'one', { x: 'two' }),
    ].map(f => [f.id, f]),
  )

  it('are those of the nearest folder', () => {
    expect(programOf(folders, 'leaf')).toMatchObject({ name: 'leaf', tokens: { a: 'top', b: 'mid', c: 'leaf' } })
    expect(programOf(folders, 'top')?.tokens).toEqual({ a: 'top', b: 'top', c: 'top' })
    expect(programOf(folders, null)).toBeNull()
    expect(programOf(folders, 'nowhere')).toBeNull()
  })

  it('end where a circle would close', () => {
    expect(programOf(folders, 'one')?.tokens).toEqual({ x: 'one' })
  })

  it('do not let a folder lie in itself or below itself', () => {
    expect(whyNotInside(folders, 'top', 'leaf')).toBe('circle')
    expect(whyNotInside(folders, 'leaf', 'leaf')).toBe('circle')
    expect(whyNotInside(folders, 'leaf', 'top')).toBeUndefined()
    expect(whyNotInside(folders, 'leaf', null)).toBeUndefined()
  })

  it('that no folder gives are said before the launch', () => {
    const said = (program: ReturnType<typeof programOf>) =>
      validate(withToken, { library, program }).map(p => [p.code, p.severity, p.step])
    const withToken = graph(
      {
        in: step('trigger', { event: 'signed_up', where: anybody }),
        call: step('call-webhook', posts('x/{{my.c}}/{{ my.Event Date:default=x }}')),
      },
      ['in -> call'],
    )

    expect(said(null)).toContainEqual(['template.no-folder', 'warning', 'call'])
    expect(validate(withToken, { library, program: programOf(folders, 'leaf') }).map(p => p.message)).toEqual([
      'The folder "leaf" has no my.Event Date, so it stays empty.',
    ])
  })
})

describe('the gallery', () => {
  const tokens = {
    world: {
      now: Date.parse('2026-05-04T09:00:00Z'),
      lead: { id: 1, externalId: 'ada', attributes: { email: 'a"da@example.com', phone: '+44 1' }, zone: 'UTC' },
      zone: 'UTC',
      zoneFrom: 'lead',
      system: { sandbox: 'http://127.0.0.1/sandbox/in' },
    },
    memory: { event: null, variants: {}, response: null },
    campaign: { id: 'c', name: 'Welcome' },
  } as const

  it.each(templates.map(t => [t.title, t] as const))('%s parses, has no errors, and renders', (_, { webhook }) => {
    const problems = kindOf('call-webhook').check(stepOf(webhook).config)
    const hosted = { ...webhook.request, url: webhook.request.url.replace('YOUR_HOST', 'host.example') }

    expect(webhookSchema.parse(webhook)).toEqual(webhook)
    expect(problems.filter(p => p.severity === 'error')).toEqual([])
    expect(renderRequest(hosted, tokens)).toMatchObject({ is: 'rendered' })
  })

  it('has what was promised, each once', () => {
    const ids = templates.map(t => t.id)

    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.length).toBeGreaterThanOrEqual(13)
  })
})
