import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nameSecret, repairStep, textFor } from '#shared/graph/repair'
import type { Graph } from '#shared/graph/schema'
import { mayLaunch, validate } from '#shared/graph/validate'
import type { Json, JsonObject } from '#shared/json'
import { renderRequest } from '#shared/render'
import { checkTemplate } from '#shared/render/check-templates'
import { misplacedSecrets, secretHost } from '#shared/rules/secret-hosts'
import { secretNameFor } from '#shared/rules/secret-looking'
import { fillSecrets, hideMarks, refsAfterEdit, secretMask, secretName, withoutMarks } from '#shared/rules/secrets'
import { type Auth, plainWebhook, type Webhook } from '#shared/rules/webhook'
import type { Body, RenderedRequest, SecretRef, WebhookRequest } from '#shared/rules/webhook-request'
import { graph, posts, step } from '../sim/graphs'

const mark = '0123456789abcdef01234567'
const refs = (...names: string[]) => {
  let at = 0
  const made = names.map((secret): SecretRef => {
    const ref: SecretRef = { in: 'body', at, as: 'value', secret }
    at += secretMask(secret).length + 1
    return ref
  })
  return { text: names.map(secretMask).join(' '), refs: made }
}

describe('a request that is shown for editing', () => {
  const { text, refs: two } = refs('crm_key', 'other')
  const fill = (edited: string, kept: readonly SecretRef[] | undefined) =>
    kept === undefined ? undefined : fillSecrets(edited, kept, ref => `<${ref.as === 'token' ? '' : ref.secret}>`)

  it.each([
    ['is unchanged', text, '<crm_key> <other>'],
    ['got something before, between and behind', `a ${text.replace(' ', ' b ')} c`, 'a <crm_key> b <other> c'],
    ['names a secret a second time', `${text} (secret.crm_key)`, '<crm_key> <other> <crm_key>'],
    ['lost one', '(secret.other)', '<other>'],
    ['lost a letter of a mask', text.replace('(secret.crm_key)', '(secret.crm_ke)'), '(secret.crm_ke) <other>'],
    ['was written anew', '{"k":"(secret.other)"}', '{"k":"<other>"}'],
    ['names one that the original did not hold', `${text} (secret.third)`, '<crm_key> <other> (secret.third)'],
  ])('has its secrets at their places when it %s', (_, edited, filled) => {
    expect(fill(edited, refsAfterEdit(edited, text, two))).toBe(filled)
  })

  it('keeps what a lead typed apart from the secret of the same letters, or says that it cannot', () => {
    const before = `(secret.crm_key) ${text}`
    const [first, second] = two.map(ref => ({ ...ref, at: ref.at + 17 })) as [SecretRef, SecretRef]
    const kept = (edited: string) => fill(edited, refsAfterEdit(edited, before, [first, second]))

    expect(kept(`${before}!`)).toBe('(secret.crm_key) <crm_key> <other>!')
    expect(kept(`x${before}`)).toBe('x(secret.crm_key) <crm_key> <other>')
    expect(kept('(secret.crm_key) and (secret.crm_key)')).toBeUndefined()
  })
})

describe('a rendered request', () => {
  const request = (attributes: JsonObject, parts: Partial<WebhookRequest>) =>
    renderRequest(
      { method: 'POST', url: 'https://a.example/x', headers: [], body: { as: 'none' }, ...parts },
      {
        world: {
          now: 0,
          lead: { id: 1, externalId: 'ada', attributes, zone: null },
          zone: 'UTC',
          zoneFrom: 'campaign',
          system: { sandbox: 'http://127.0.0.1:3000/sandbox/in', mark },
        },
        memory: { event: null, variants: {}, response: null },
        campaign: { id: 'c' },
      },
    )

  it('holds masks and positions, and nothing of what stood for secrets while it was made', () => {
    const made = request(
      { name: 'Ö (secret.k)' },
      {
        url: 'https://a.example/{{ secret.path }}/{{ lead.name }}?k={{ secret.k }}&n={{ lead.name }}',
        headers: [{ name: 'x-key', value: '  (secret.k) {{ secret.k }}' }],
        body: {
          as: 'pairs',
          pairs: [
            { key: 'a', value: '{{ lead.name }}' },
            { key: 'b', value: 'x "{{ secret.k }}"' },
          ],
        },
      },
    )

    if (made.is !== 'rendered') throw new Error(made.reason)
    const { secrets = [], personalFrom, ...shown } = made.request
    const name = encodeURIComponent('Ö (secret.k)')
    expect(shown).toEqual({
      method: 'POST',
      url: `https://a.example/(secret.path)/${name}?k=(secret.k)&n=${name}`,
      headers: [
        ['x-key', '(secret.k) (secret.k)'],
        ['content-type', 'application/json'],
      ],
      body: '{"a":"Ö (secret.k)","b":"x \\"(secret.k)\\""}',
    })
    expect(shown.url.slice(personalFrom)).toMatch(/^%C3%96/)
    expect(secrets).toEqual([
      { in: 'url', at: 18, as: 'value', secret: 'path' },
      { in: 'url', at: shown.url.indexOf('?k=') + 3, as: 'value', secret: 'k' },
      { in: 0, at: 11, as: 'value', secret: 'k' },
      { in: 'body', at: shown.body?.lastIndexOf('(secret.k)'), as: 'value', secret: 'k' },
    ])
  })

  it('takes no value for a secret, whatever it spells', () => {
    const spelt = `(secret.k) hk-${mark}-s-k- {{ secret.k }} hk-${'0'.repeat(32)}-s-k-`
    const made = request(
      { name: spelt },
      { body: { as: 'text', text: '{{ lead.name }} {{ secret.k }}', contentType: 'text/plain' } },
    )

    if (made.is !== 'rendered') throw new Error(made.reason)
    expect(made.request.body).toBe(`${spelt} (secret.k)`)
    expect(made.request.secrets).toEqual([{ in: 'body', at: spelt.length + 1, as: 'value', secret: 'k' }])
  })

  it('is filled in at its secrets and nowhere else, for any values', () => {
    const bits = [
      'hk-',
      '-s-',
      'k-',
      'k',
      '(secret.k)',
      '(secret.',
      ')',
      mark,
      '0',
      'a1b2',
      '-',
      '&',
      '"',
      '\\',
      'é',
      ' ',
    ]
    const value = fc.array(fc.constantFrom(...bits), { maxLength: 8 }).map(parts => parts.join(''))
    const piece = fc.oneof(
      value.map(text => ({ is: 'value' as const, text })),
      fc.constantFrom('k', 's', 'k_2').map(text => ({ is: 'secret' as const, text })),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), pieces => {
        const attributes = Object.fromEntries(pieces.map(({ text }, i) => [`v${i}`, text]))
        const template = pieces.map(({ is, text }, i) => (is === 'value' ? `{{ lead.v${i} }}` : `{{ secret.${text} }}`))
        const made = request(attributes, {
          url: `https://a.example/?q=${template.join('')}`,
          body: { as: 'pairs', pairs: [{ key: 'q', value: `x${template.join('')}`, type: 'string' }] },
        })

        if (made.is !== 'rendered') throw new Error(made.reason)
        const { url, body, secrets = [] } = made.request
        const fill = (text: string, place: SecretRef['in']) =>
          fillSecrets(
            text,
            secrets.filter(ref => ref.in === place),
            ref => (ref.as === 'value' ? `!${ref.secret}!` : ''),
          )
        const plain = pieces.map(({ is, text }) => (is === 'value' ? text : `!${text}!`)).join('')
        const encoded = pieces.map(({ is, text }) => (is === 'value' ? encodeURIComponent(text) : `!${text}!`)).join('')
        expect(fill(url, 'url')).toBe(`https://a.example/?q=${encoded}`)
        expect(JSON.parse(fill(body ?? '', 'body'))).toEqual({ q: `x${plain}` })
      }),
    )
  })

  it('holds its secret whole, also right behind a value that begins like one', () => {
    const name = `hk-${'0'.repeat(32)}-s-`
    const body: Body = { as: 'text', text: '{{ lead.name }}{{ secret.k }}-{{ secret.k }}x', contentType: 'text/plain' }
    const made = request({ name }, { body })

    if (made.is !== 'rendered') throw new Error(made.reason)
    expect(made.request.body).toBe(`${name}(secret.k)-(secret.k)x`)
    expect(made.request.secrets?.map(({ at }) => at)).toEqual([name.length, name.length + 11])
  })

  it.each([
    [{ as: 'pairs', pairs: [{ key: 'n', value: '{{ secret.k }}', type: 'number' }] }],
    [{ as: 'text', text: '{"n": {{ secret.k }}}', contentType: 'application/json', encoding: 'none' }],
    [{ as: 'text', text: '{"n": 1{{ secret.k }}}', contentType: 'application/json', encoding: 'none' }],
  ] satisfies [Body][])('that is none names a secret by its mask: %j', body => {
    const made = request({}, { body })

    expect(made.is).toBe('broken')
    expect(made).toHaveProperty('reason', expect.stringContaining('(secret.'))
    expect(JSON.stringify(made)).not.toMatch(/hk-|[0-9a-f]{4}/)
  })

  it('has a sign for secrets that is new each time, so that one that got out is worth nothing', () => {
    const text = '{% capture a %}{{ secret.k }}{% endcapture %}{{ a | upcase }}'
    const sent = () => {
      const made = request({}, { body: { as: 'text', text, contentType: 'text/plain' } })
      return made.is === 'rendered' ? made.request.body : made.reason
    }

    expect(sent()).not.toBe(sent())
  })

  it.each([
    ['{{ secret.k }}', false],
    ['{% capture a %}Bearer {{ secret.k }}{% endcapture %}{{ a }}', false],
    ['{% capture a %}x{% endcapture %}{{ a | upcase }} {{ secret.k }}', false],
    ['{{ secret.k | base64_encode }}', true],
    ['{% capture a %}u:{{ secret.k }}{% endcapture %}{{ a | base64_encode }}', true],
    ['{% capture a %}{{ secret.k }}{% endcapture %}{% assign b = a %}{{ b | upcase }}', true],
    ['{% capture a %}{% capture b %}{{ secret.k }}{% endcapture %}{% endcapture %}{% if a == "x" %}y{% endif %}', true],
    ['{{ lead.x | hmac_sha256: secret.k }}', true],
  ])('is refused at save where a secret would be changed: %s', (template, isRefused) => {
    expect(checkTemplate(template, 'config', 'sent').some(({ code }) => code === 'template.secret-changed')).toBe(
      isRefused,
    )
  })

  it('is the only place for a secret', () => {
    expect(checkTemplate('Hi {{ secret.k }}', 'config.reason').map(({ code, severity }) => [code, severity])).toEqual([
      ['template.secret-here', 'error'],
    ])
    expect(checkTemplate('Hi {{ lead.secret }}', 'config.reason').map(({ code }) => code)).toEqual([])
  })
})

describe('calls that earlier versions stored', () => {
  const old: RenderedRequest = {
    method: 'POST',
    url: `https://a.example/hk-${mark}-s-path-/x`,
    headers: [['authorization', `Basic hk-${mark}-b-6d65-pass-`]],
    body: `hk-${mark}-s-k- hk-${'f'.repeat(24)}-s-k-`,
    personalFrom: `https://a.example/hk-${mark}-s-path-/`.length,
  }

  it('have positions when they are read, for the placeholders of this installation', () => {
    const { secrets, ...shown } = withoutMarks({ ...old, marked: true }, mark)

    expect(shown).toEqual({
      ...old,
      url: 'https://a.example/(secret.path)/x',
      headers: [['authorization', 'Basic (secret.pass)']],
      body: `(secret.k) hk-${'f'.repeat(24)}-s-k-`,
      personalFrom: 'https://a.example/(secret.path)/'.length,
    })
    expect(secrets).toEqual([
      { in: 'url', at: 18, as: 'value', secret: 'path' },
      { in: 0, at: 6, as: 'basic', secret: 'pass', user: 'me' },
      { in: 'body', at: 0, as: 'value', secret: 'k' },
    ])
  })

  it('are told by what stands beside their texts, never by the texts', () => {
    expect(withoutMarks(old, mark)).toBe(old)
  })

  it('are shown without their marks', () => {
    expect(hideMarks(old.url)).toBe('https://a.example/(secret.path)/x')
  })
})

describe('a secret that belongs to hosts', () => {
  const config = (url: string, auth: Auth = { as: 'none' }) =>
    ({
      ...plainWebhook,
      auth,
      request: {
        method: 'POST',
        url,
        headers: [{ name: 'x-key', value: '{{ secret.k }}' }],
        body: { as: 'none' },
        languages: [{ language: 'de', url: 'https://de.example.com/x' }],
      },
    }) as unknown as Json
  const said = (hosts: readonly string[], url = 'https://crm.example.com/x', auth?: Auth) =>
    misplacedSecrets(config(url, auth), new Map([['k', hosts]])).map(({ message, path }) => [message, path])

  it('is kept from all others when a webhook is saved, in every language', () => {
    expect(said(['crm.example.com'])).toEqual([
      ['The secret "k" may go to crm.example.com only, and not to de.example.com.', 'config.request.headers.0'],
    ])
    expect(said(['*.example.com'])).toEqual([])
    expect(said([])).toEqual([])
    expect(said(['*.example.com'], '{{ system.sandbox }}/x')).toEqual([])
    expect(said(['*.example.com'], 'https://evil.example/?crm.example.com')).toHaveLength(1)
  })

  it('goes with an access token to the token address and to the webhook', () => {
    const auth: Auth = {
      as: 'oauth2',
      tokenUrl: 'https://login.example/t',
      clientId: 'me',
      clientSecret: 'k',
      scope: '',
    }

    expect(said(['*.example.com'], undefined, auth)).toEqual([
      ['The secret "k" may go to *.example.com only, and not to login.example.', 'config.auth.clientSecret'],
    ])
  })

  it.each([
    ['crm.example.com', true],
    ['crm.example.com:8443', true],
    ['*.example.com', true],
    ['127.0.0.1:3000', true],
    ['[::1]:3000', true],
    ['*.com', false],
    ['*', false],
    ['https://crm.example.com', false],
    ['crm.example.com/x', false],
    ['', false],
  ])('may be written as %s: %s', (host, isOne) => {
    expect(secretHost.test(host)).toBe(isOne)
  })
})

describe('a secret that stands in a request as text', () => {
  const withHeader = (value: string) =>
    graph({ call: step('call-webhook', posts('x', { headers: [{ name: 'Authorization', value }] })) }, [])
  const found = (g: Graph) => validate(g).find(problem => problem.code === 'lint.secret-in-header')
  const configIn = (g: Graph) => g.steps['call']?.config ?? {}

  it('becomes a secret by one click: its token takes its place, under the name that was chosen', () => {
    const before = withHeader('Bearer sk_live_1234567890abcdef')
    const repair = found(before)?.repair
    if (repair === undefined) throw new Error('no repair was found')

    expect(repair).toMatchObject({ label: 'Make it a secret', secret: { name: 'authorization', kind: 'text' } })
    expect(JSON.stringify(repair)).not.toContain('sk_live')
    expect(textFor(configIn(before), repair)).toBe('sk_live_1234567890abcdef')

    const after = repairStep(before, 'call', nameSecret(repair, 'crm_key'))
    expect(after).toEqual(withHeader('Bearer {{ secret.crm_key }}'))
    expect(found(after)).toBeUndefined()
  })

  it('is left alone when somebody typed meanwhile', () => {
    const repair = found(withHeader('Bearer sk_live_1234567890abcdef'))?.repair
    if (repair === undefined) throw new Error('no repair was found')

    expect(textFor(configIn(withHeader('Basic hello')), repair)).toBeNull()
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
    validate(drawn, { library, folder: null, secrets: new Map(secrets.map(name => [name, []])) }).filter(
      p => p.code === 'step.secret-gone',
    )

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
    const names = validate(g, { library, folder: null, secrets: new Map() }).map(p => p.repair?.secret?.name)

    expect(names).not.toContain('of_the_copy')
  })
})
