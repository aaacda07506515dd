import { describe, expect, it } from 'vitest'
import { nameSecret, repairStep, textFor } from '#shared/graph/repair'
import type { Graph } from '#shared/graph/schema'
import { mayLaunch, validate } from '#shared/graph/validate'
import { secretNameFor } from '#shared/rules/secret-looking'
import {
  basicPlaceholder,
  hidePlaceholders,
  restorePlaceholders,
  secretName,
  secretPlaceholder,
} from '#shared/rules/secrets'
import { plainWebhook, type Webhook } from '#shared/rules/webhook'
import { graph, posts, step } from '../sim/graphs'

const mark = '0123456789abcdef01234567'
const sent = `{"key":"${secretPlaceholder(mark, 'crm_key')}","again":"${secretPlaceholder(mark, 'crm_key')}","basic":"${basicPlaceholder(mark, 'me', 'pass')}"}`

describe('a request that is shown for editing', () => {
  it('names its secrets, and holds nothing of their placeholders', () => {
    expect(hidePlaceholders(sent)).toBe('{"key":"(secret.crm_key)","again":"(secret.crm_key)","basic":"(secret.pass)"}')
  })

  it('has its placeholders again when it comes back edited', () => {
    const edited = hidePlaceholders(sent).replace('again', 'edited')

    expect(restorePlaceholders(edited, sent)).toBe(sent.replace('again', 'edited'))
  })

  it('gives no placeholder to a name that the original did not hold', () => {
    expect(restorePlaceholders('(secret.other) (secret.crm_key)', 'nothing')).toBe('(secret.other) (secret.crm_key)')
  })
})

describe('a secret that stands in a request as text', () => {
  const withHeader = (value: string) =>
    graph({ call: step('call-webhook', posts('x', { headers: [{ name: 'Authorization', value }] })) }, [])
  const found = (g: Graph) => validate(g).find(problem => problem.code === 'lint.secret-in-header')

  it('becomes a secret by one click: its token takes its place, under the name that was chosen', () => {
    const before = withHeader('Bearer sk_live_1234567890abcdef')
    const repair = found(before)?.repair
    if (repair === undefined) throw new Error('no repair was found')

    expect(repair).toMatchObject({ label: 'Make it a secret', secret: { name: 'authorization', kind: 'text' } })
    expect(JSON.stringify(repair)).not.toContain('sk_live')
    expect(textFor(before, 'call', repair)).toBe('sk_live_1234567890abcdef')

    const after = repairStep(before, 'call', nameSecret(repair, 'crm_key'))
    expect(after).toEqual(withHeader('Bearer {{ secret.crm_key }}'))
    expect(found(after)).toBeUndefined()
  })

  it('is left alone when somebody typed meanwhile', () => {
    const repair = found(withHeader('Bearer sk_live_1234567890abcdef'))?.repair
    if (repair === undefined) throw new Error('no repair was found')

    expect(textFor(withHeader('Basic hello'), 'call', repair)).toBeNull()
  })

  it.each([
    ['X-Api-Key', 'x_api_key'],
    ['--', 'found_secret'],
    ['2fa token', 'fa_token'],
    ['', 'found_secret'],
    ['Ключ', 'found_secret'],
    ['a'.repeat(60), 'a'.repeat(40)],
  ])('found in "%s" is called %s', (where, name) => {
    expect(secretNameFor(where)).toBe(name)
    expect(secretName.test(name)).toBe(true)
  })

  it('is found in addresses and bodies too', () => {
    const { steps } = withHeader('x')
    const request = {
      ...(steps['call']?.config['request'] as object),
      url: 'https://a.example/x?api_key=abcdefgh1234&n=1',
      body: {
        as: 'pairs',
        pairs: [
          { key: 'token', value: 'welcome-mail' },
          { key: 'k', value: 'xoxb-123456789012-abc' },
        ],
      },
    }
    const g = graph({ call: step('call-webhook', posts('x', request)) }, [])
    const repairs = validate(g).flatMap(p => (p.repair?.secret === undefined ? [] : p.repair.set))

    expect(repairs).toEqual([
      { path: 'config.request.url', value: 'https://a.example/x?api_key={{ secret.api_key }}&n=1' },
      { path: 'config.request.body.pairs.1.value', value: '{{ secret.k }}' },
    ])
  })
})

describe('secrets that are not there', () => {
  const library = new Map([
    [
      'crm',
      {
        ...plainWebhook,
        auth: { as: 'bearer', token: 'crm_token' },
        signing: { as: 'standard', key: 'our_key' },
        request: {
          method: 'POST',
          url: 'https://crm.example.com/x',
          headers: [{ name: 'x-key', value: 'a {{ secret.other }}' }],
          body: { as: 'none' },
        },
      } as Webhook,
    ],
  ])
  const drawn = graph({ in: step('trigger'), call: step('call-webhook', { ...posts('copy'), webhook: 'crm' }) }, [
    'in -> call',
  ])
  const missing = (secrets: readonly string[]) =>
    validate(drawn, { library, program: null, secrets: new Set(secrets) }).filter(p => p.code === 'step.secret-gone')

  it('keep a campaign from being launched, also when only the library webhook names them', () => {
    expect(missing([]).map(({ step, path, repair }) => [step, path, repair?.secret])).toEqual([
      ['call', 'config.auth.token', { name: 'crm_token', kind: 'text' }],
      ['call', 'config.signing.key', { name: 'our_key', kind: 'signing' }],
      ['call', 'config.request.headers.0', { name: 'other', kind: 'text' }],
    ])
    expect(mayLaunch(missing(['other', 'our_key']))).toBe(false)
    expect(missing(['other', 'our_key', 'crm_token'])).toEqual([])
  })

  it('are not asked of the copy that a step carries', () => {
    const copy = posts('copy', { headers: [{ name: 'x', value: '{{ secret.of_the_copy }}' }] })
    const g = graph({ in: step('trigger'), call: step('call-webhook', { ...copy, webhook: 'crm' }) }, ['in -> call'])
    const names = validate(g, { library, program: null, secrets: new Set<string>() }).map(p => p.repair?.secret?.name)

    expect(names).not.toContain('of_the_copy')
  })
})
