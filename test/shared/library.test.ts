import { describe, expect, it } from 'vitest'
import { checkLibrary, stepOf, taken, usesIn, withLibrary } from '#shared/graph/library'
import { mayLaunch, validate } from '#shared/graph/validate'
import type { Json } from '#shared/json'
import { renderRequest, type Tokens } from '#shared/render'
import { type Folder, templateFolder, whyNotInside } from '#shared/rules/folders'
import { myTokenSchema } from '#shared/rules/my-tokens'
import { secretsIn } from '#shared/rules/named-secrets'
import { templates } from '#shared/rules/templates/index'
import { plainWebhook, type Webhook, webhookSchema } from '#shared/rules/webhook'
import { readXml } from '#shared/rules/xml'
import { kindOf } from '#shared/steps/index'
import { anybody, graph, posts, step } from '../sim/graphs'
import { tokensOf } from './people'

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
    const around = { library, folder: null }

    expect(withLibrary(drawn, library)).toBe(drawn)
    expect(checkLibrary(drawn, library)).toMatchObject([{ code: 'webhook.gone', step: 'call', severity: 'error' }])
    expect(mayLaunch(validate(drawn, around))).toBe(false)
    expect(mayLaunch(validate(using('crm'), around))).toBe(true)
  })

  it('is judged by what the library says, not by the copy', () => {
    const empty = { ...hook, request: { ...hook.request, url: '' } }
    const around = { library: new Map([['crm', empty]]), folder: null }

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
    expect(templateFolder(folders, 'leaf')).toMatchObject({ name: 'leaf', tokens: { a: 'top', b: 'mid', c: 'leaf' } })
    expect(templateFolder(folders, 'top')?.tokens).toEqual({ a: 'top', b: 'top', c: 'top' })
    expect(templateFolder(folders, null)).toBeNull()
    expect(templateFolder(folders, 'nowhere')).toBeNull()
  })

  it('have a type: a number goes out as one, and what is none is refused', () => {
    const typed = { ...folder('typed', null), tokens: [{ name: 'Seats', type: 'number' as const, value: '12' }] }
    const body = {
      as: 'pairs' as const,
      pairs: [
        { key: 'n', value: '{{my.Seats}}' },
        { key: 'm', value: '{{my.Rest:default=0}}' },
      ],
    }
    const { world, ...rest } = tokensOf({})
    const leaf = templateFolder(new Map([['typed', typed]]), 'typed')
    const sent = renderRequest(
      { ...hook.request, url: 'https://a.example/', headers: [], body },
      { ...rest, world: { ...world, folder: leaf } },
    )
    const ok = (token: object) => myTokenSchema.safeParse({ name: 'x', ...token }).success

    expect(sent).toMatchObject({ request: { body: '{"n":12,"m":0}' } })
    expect([
      ok({ type: 'number', value: '12.5' }),
      ok({ type: 'date', value: '2026-05-17' }),
      ok({ value: 'x' }),
    ]).toEqual([true, true, true])
    expect([
      ok({ type: 'number', value: 'x' }),
      ok({ type: 'number', value: '9007199254740993' }),
      ok({ type: 'date', value: 'soon' }),
    ]).toEqual([false, false, false])
  })

  it('end where a circle would close', () => {
    expect(templateFolder(folders, 'one')?.tokens).toEqual({ x: 'one' })
  })

  it('do not let a folder lie in itself or below itself', () => {
    expect(whyNotInside(folders, 'top', 'leaf')).toBe('circle')
    expect(whyNotInside(folders, 'leaf', 'leaf')).toBe('circle')
    expect(whyNotInside(folders, 'leaf', 'top')).toBeUndefined()
    expect(whyNotInside(folders, 'leaf', null)).toBeUndefined()
  })

  it('that no folder gives are said before the launch', () => {
    const said = (folder: ReturnType<typeof templateFolder>) =>
      validate(withToken, { library, folder }).map(p => [p.code, p.severity, p.step])
    const withToken = graph(
      {
        in: step('trigger', { event: 'signed_up', where: anybody }),
        call: step('call-webhook', posts('x/{{my.c}}/{{ my.Event Date:default=x }}')),
      },
      ['in -> call'],
    )

    expect(said(null)).toContainEqual(['template.no-folder', 'warning', 'call'])
    expect(validate(withToken, { library, folder: templateFolder(folders, 'leaf') }).map(p => p.message)).toEqual([
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

  const sent = ({ request }: Webhook, asked: Tokens) => {
    const rendered = renderRequest({ ...request, url: request.url.replace('YOUR_HOST', 'host.example') }, asked)
    if (rendered.is !== 'rendered') throw new Error(`not rendered: ${rendered.reason}`)
    return rendered.request
  }
  /** A lead of whom nothing is known but the id, in a campaign without an event. */
  const nobody: Tokens = { ...tokens, world: { ...tokens.world, lead: { ...tokens.world.lead, attributes: {} } } }
  const knowing: Tokens = {
    ...tokens,
    memory: { ...tokens.memory, event: { id: 'e"1', name: 'signed_up', at: 0, properties: { plan: 'p"ro' } } },
  }

  it.each(templates.map(t => [t.title, t] as const))('%s parses, and has no errors', (_, { webhook }) => {
    const problems = kindOf('call-webhook').check(stepOf(webhook).config)

    expect(webhookSchema.parse(webhook)).toEqual(webhook)
    expect(problems.filter(p => p.severity === 'error' || p.code === 'lint.encoding-none')).toEqual([])
  })

  it.each(templates.map(t => [t.title, t] as const))(
    '%s sends a valid body for a lead without attributes',
    (_, { webhook }) => {
      for (const asked of [nobody, knowing]) {
        const { headers, body } = sent(webhook, asked)
        const type = headers.find(([name]) => name === 'content-type')?.[1] ?? ''
        if (type.includes('json')) expect(JSON.parse(body ?? '')).toBeTypeOf('object')
        else if (type.includes('xml')) expect(readXml(body ?? '')).toMatchObject({ is: 'read' })
        else expect([...new URLSearchParams(body ?? '').keys()].length).toBeGreaterThan(1)
      }
    },
  )

  it('names secrets and holds none, and says what is to be filled in', () => {
    for (const { title, about, webhook } of templates) {
      const text = JSON.stringify(webhook)
      expect([title, /Bearer YOUR|Basic YOUR|BASE64/.test(text)]).toEqual([title, false])
      for (const name of secretsIn(webhook as Json))
        expect([title, about]).toEqual([title, expect.stringContaining(name)])
    }
  })

  it('passes on what came with the event to Segment', () => {
    const segment = templates.find(t => t.id === 'segment-track')?.webhook
    const body = (asked: Tokens) => JSON.parse(sent(segment as Webhook, asked).body ?? '')

    expect(body(knowing)).toMatchObject({
      userId: 'ada',
      event: 'signed_up',
      properties: { plan: 'p"ro' },
      messageId: 'e"1',
    })
    expect(body(nobody)).toMatchObject({ event: 'Campaign step', properties: {}, messageId: 'ada' })
  })

  it('says the version of SOAP as its standard does', () => {
    const asked = (id: string) => sent(templates.find(t => t.id === id)?.webhook as Webhook, nobody)
    const [old, now] = [asked('soap'), asked('soap-12')]

    expect(old.headers).toContainEqual(['content-type', 'text/xml; charset=utf-8'])
    expect(old.headers).toContainEqual(['soapaction', '"urn:YOUR_SERVICE/SaveLead"'])
    expect(old.body).toContain('"http://schemas.xmlsoap.org/soap/envelope/"')
    expect(now.headers.map(([name]) => name)).not.toContain('soapaction')
    expect(now.headers).toContainEqual([
      'content-type',
      'application/soap+xml; charset=utf-8; action="urn:YOUR_SERVICE/SaveLead"',
    ])
    expect(now.body).toContain('"http://www.w3.org/2003/05/soap-envelope"')
  })

  it('writes a name for Lob in at most 40 signs', () => {
    const lead = { ...knowing.world.lead, attributes: { name: 'A'.repeat(41) } }
    const letter = templates.find(t => t.id === 'lob-letter')?.webhook as Webhook

    const { to } = JSON.parse(sent(letter, { ...knowing, world: { ...knowing.world, lead } }).body ?? '')
    expect(to.name).toBe('A'.repeat(40))
  })

  it('has what was promised, each once', () => {
    const ids = templates.map(t => t.id)

    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.length).toBeGreaterThanOrEqual(14)
  })
})
