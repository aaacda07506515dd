import { describe, expect, it } from 'vitest'
import type { Json } from '#shared/json'
import { renderRequest, renderSlowly } from '#shared/render'
import { checkEmpty } from '#shared/render/empty'
import { lintRequest } from '#shared/render/lints'
import { checkRequest } from '#shared/rules/check-request'
import type { Body, WebhookRequest } from '#shared/rules/webhook-request'
import { ada, tokensOf } from './people'

const plain: WebhookRequest = { method: 'POST', url: 'https://a.example/x', headers: [], body: { as: 'none' } }
const text = (body: string, contentType: string, encoding?: 'auto' | 'json' | 'form' | 'none'): Body => ({
  as: 'text',
  text: body,
  contentType,
  ...(encoding === undefined ? {} : { encoding }),
})

function sent(request: Partial<WebhookRequest>, tokens = ada): string | null {
  const rendered = renderRequest({ ...plain, ...request }, tokens)
  return rendered.is === 'rendered' ? rendered.request.body : `[${rendered.reason}]`
}

describe('the encoding of tokens (marketo-alm rules 12 and 13)', () => {
  const tokens = tokensOf({ n: 1, s: 'NOT PROVIDED', t: 'TRUE', company: 'Jack & Jill' })
  const template = '{{ lead.n }};{{ lead.s }};{{ lead.t }}'

  it.each([
    ['none', '1;NOT PROVIDED;TRUE'],
    ['form', '1;NOT+PROVIDED;TRUE'],
    ['json', '1;"NOT PROVIDED";"TRUE"'],
  ] as const)('%s', (encoding, expected) => {
    expect(sent({ body: text(template, 'text/plain', encoding) }, tokens)).toBe(expected)
    expect(renderSlowly(template, tokens, encoding === 'none' ? 'text' : encoding)).toEqual({
      is: 'rendered',
      text: expected,
    })
  })

  it.each([
    [
      'JSON',
      '{"n": {{ lead.name }}, "v": {{ lead.vip }}, "z": {{ lead.nope }}}',
      'application/json',
      '{"n": "Ann \\"A\\" O\\\\N\\n", "v": true, "z": null}',
    ],
    [
      'JSON with filters',
      '{"n": "Hi {{ lead.name | json_escape }}", "j": {{ lead.name | json }}, "u": {{ lead.company | upcase }}}',
      'application/json',
      '{"n": "Hi Ann \\"A\\" O\\\\N\\n", "j": "Ann \\"A\\" O\\\\N\\n", "u": "JACK & JILL"}',
    ],
    [
      'a form',
      'c={{ lead.company }}&d={{ lead.company | url_encode }}',
      'application/x-www-form-urlencoded',
      'c=Jack+%26+Jill&d=Jack+%26+Jill',
    ],
    ['nothing else', '{{ lead.company }}', 'text/plain', 'Jack & Jill'],
  ])('is chosen by the content type: %s', (_, template, type, expected) => {
    expect(sent({ body: text(template, type, 'auto') })).toBe(expected)
  })

  it('leaves texts of before as they were', () => {
    expect(sent({ body: text('{"c":"{{ lead.company }}"}', 'application/json') })).toBe('{"c":"Jack & Jill"}')
  })
})

describe('a value of a JSON body', () => {
  it.each<[NonNullable<Extract<Body, { as: 'pairs' }>['pairs'][0]['type']>, string, Json | string]>([
    ['auto', '{{ lead.age }}', 36],
    ['string', '{{ lead.age }}', '36'],
    ['string', '{{ lead.nope }}', ''],
    ['number', ' {{ lead.age }} ', 36],
    ['number', '4{{ lead.age }}', 436],
    ['number', '{{ lead.nope }}', null],
    ['boolean', '{{ lead.vip }}', true],
    ['boolean', 'FALSE', false],
    ['json', '{"who": {{ lead.name }}, "all": [1, {{ lead.age }}]}', { who: 'Ann "A" O\\N\n', all: [1, 36] }],
    ['liquid', '[{% if lead.vip %}1{% endif %}]', [1]],
    ['liquid', 'Hi {{ lead.age }}', 'Hi 36'],
  ])('of type %s: %s', (type, value, expected) => {
    expect(JSON.parse(sent({ body: { as: 'pairs', pairs: [{ key: 'v', value, type }] } }) ?? '')).toEqual({
      v: expected,
    })
  })

  it.each([
    ['number', '{{ lead.name }}', 'not a number'],
    ['boolean', '{{ lead.age }}', 'not true or false'],
    ['json', '{"a": }', 'not JSON'],
  ] as const)('that is no %s is not sent', (type, value, why) => {
    expect(sent({ body: { as: 'pairs', pairs: [{ key: 'v', value, type }] } })).toContain(why)
  })
})

describe('a form', () => {
  it('is encoded as the URL standard says', () => {
    const pairs = [
      { key: 'a b', value: "{{ lead.company }} ~!'()*-._" },
      { key: 'a b', value: '+é' },
    ]
    const body = sent({ body: { as: 'form', pairs } })

    expect(body).toBe(
      new URLSearchParams(pairs.map(p => [p.key, p.value.replace('{{ lead.company }}', 'Jack & Jill')])).toString(),
    )
  })
})

describe('languages', () => {
  const languages = [
    { language: 'de', url: 'https://a.example/de', body: text('Hallo', 'text/plain') },
    { language: 'pt_BR', body: text('Oi', 'text/plain') },
  ]
  const request: WebhookRequest = { ...plain, body: text('Hello', 'text/plain'), languages }

  it.each([
    ['de-AT', 'https://a.example/de', 'Hallo'],
    ['DE', 'https://a.example/de', 'Hallo'],
    ['pt-br', 'https://a.example/x', 'Oi'],
    ['pt', 'https://a.example/x', 'Hello'],
    ['', 'https://a.example/x', 'Hello'],
  ])('a lead who speaks %s', (language, url, body) => {
    const rendered = renderRequest(request, tokensOf({ language }))

    expect(rendered).toMatchObject({ request: { url, body } })
  })

  it('a locale counts where no language is known', () => {
    expect(sent(request, tokensOf({ locale: 'de_CH' }))).toBe('Hallo')
  })
})

describe('an address', () => {
  const found = (url: string) => checkRequest({ ...plain, url }, 'r').map(f => f.code)

  it.each(['/a/../b', '/..', '/a/./b?c', '/a/%2E%2e/b', '/{{ lead.x }}/../b'])('is refused at save with %s', rest => {
    expect(found(`https://a.example${rest}`)).toEqual(['request.dot-segment'])
  })

  it.each(['/a..b', '/...', '/a?b=/../c', '/{{ lead.x }}', '/.well-known/x'])('may hold %s', rest => {
    expect(found(`https://a.example${rest}`)).toEqual([])
  })
})

describe('a header', () => {
  const found = (value: string) => lintRequest({ ...plain, headers: [{ name: 'x-lead', value }] }, 'r')

  it.each([
    ['{{ lead.first_name }}', '{{ lead.first_name | header_escape }}'],
    ['{{lead.First Name}}', '{{lead.First Name | header_escape }}'],
    ['{{lead.Company:default=Müller}}', '{{lead.Company | default: "Müller", allow_false: true | header_escape }}'],
    ['Hi {{- event.product | upcase -}}', 'Hi {{- event.product | upcase | header_escape -}}'],
  ])('that may hold a name is told of, with a repair: %s', (value, mended) => {
    const [problem, ...others] = found(value)

    expect(others).toEqual([])
    expect(problem).toMatchObject({ code: 'lint.header-signs', severity: 'warning', path: 'r.headers.0' })
    expect(problem?.repair?.set).toEqual([{ path: 'r.headers.0.value', value: mended }])
    expect(found(mended)).toEqual([])
  })

  it.each([
    '{{ lead.email }}',
    '{{ lead.external_id }}',
    '{{ event.order_id }}',
    '{{ lead.name | url_encode }}',
    '{{ lead.name | hmac_sha256_hex: "k" }}',
    '{{ campaign.id }}',
    'plain',
  ])('that holds what headers carry is not: %s', value => {
    expect(found(value)).toEqual([])
  })

  it('is sent for José once it is escaped, and unchanged for Ann', () => {
    const headers = [{ name: 'x-lead', value: '{{ lead.name | header_escape }}' }]
    const sent = (name: string) => renderRequest({ ...plain, headers }, tokensOf({ name }))

    expect(sent('José 100%')).toMatchObject({ request: { headers: [['x-lead', 'Jos%C3%A9 100%']] } })
    expect(sent('Ann (x) "y" 100%')).toMatchObject({ request: { headers: [['x-lead', 'Ann (x) "y" 100%']] } })
  })
})

describe('two content types', () => {
  const headers = (...values: string[]) =>
    values.map((value, i) => ({ name: i === 0 ? 'Content-Type' : 'content-type', value }))

  it('are refused at save, with a repair when they say the same', () => {
    const [found, ...others] = checkRequest({ ...plain, headers: headers('text/plain', 'text/xml') }, 'r')
    const [alike] = checkRequest({ ...plain, headers: headers('text/plain', 'text/plain') }, 'r')

    expect(others).toEqual([])
    expect(found).toMatchObject({ code: 'request.same-header', severity: 'error', path: 'r.headers.1' })
    expect(found?.repair).toBeUndefined()
    expect(alike?.repair?.set).toEqual([{ path: 'r.headers', value: headers('text/plain') }])
  })
})

/** The codes, in order. */
const codes = (request: Partial<WebhookRequest>) => {
  const whole = { ...plain, ...request }
  return [...lintRequest(whole, 'r'), ...checkEmpty(whole, 'r')].map(f => f.code)
}

describe('lints', () => {
  it.each<[string, Partial<WebhookRequest>, string[]]>([
    [
      'token in quotes',
      { body: text('{"a":"{{ event.name }}"}', 'application/json', 'auto') },
      ['lint.token-in-quotes', 'lint.empty-breaks'],
    ],
    ['escaped in quotes', { body: text('{"a":"{{ event.name | json_escape }}"}', 'application/json', 'auto') }, []],
    ['none in JSON', { body: text('{"a":"{{ event.name }}"}', 'application/json') }, ['lint.encoding-none']],
    ['none in JSON, safe', { body: text('{"a":{{ event.name | json }}}', 'application/json') }, []],
    [
      'none in a form',
      { body: text('a={{ event.name }}', 'application/x-www-form-urlencoded') },
      ['lint.encoding-none'],
    ],
    ...['application/x-ndjson', 'application/jsonl; charset=utf-8', 'application/json-seq', 'application/json5'].map(
      (type): [string, Partial<WebhookRequest>, string[]] => [
        `none in ${type}`,
        { body: text('{"a":"{{ event.name }}"}\n', type) },
        ['lint.encoding-none'],
      ],
    ),
    ['JSON lines, escaped', { body: text('{"a":"{{ event.name | json_escape }}"}\n', 'application/x-ndjson') }, []],
    ['none in plain text', { body: text('{{ event.name }}', 'text/plain') }, []],
    ['no default in the address', { url: 'https://a.example/{{ lead.city }}' }, ['lint.no-default']],
    ['a default', { url: 'https://a.example/{{ lead.city | default: "x" }}/{{ lead.external_id }}' }, []],
    ["Braze's", { url: `https://a.example/{{\${city}}}` }, ['lint.no-default']],
    ["Marketo's", { url: 'https://a.example/{{lead.City:default=x}}' }, []],
    ['asked for', { body: text('{% if lead.city %}{{ lead.city }}{% endif %}', 'text/plain') }, []],
    ['one token of a pair', { body: { as: 'pairs', pairs: [{ key: 'a', value: '{{ lead.city }}' }] } }, []],
    [
      'a token amid words of a pair',
      { body: { as: 'pairs', pairs: [{ key: 'a', value: 'Hi {{ lead.city }}' }] } },
      ['lint.no-default'],
    ],
    ['a secret parameter', { url: 'https://a.example/?api_key=abcdefgh1234' }, ['lint.secret-in-url']],
    ['a known key in the path', { url: 'https://a.example/xoxb-123456789012-abc' }, ['lint.secret-in-url']],
    ['a plain parameter', { url: 'https://a.example/?page=2&key={{ lead.external_id }}' }, []],
    [
      'a secret header',
      { headers: [{ name: 'Authorization', value: 'Bearer abcdef123456' }] },
      ['lint.secret-in-header'],
    ],
    [
      'JSON said to be a form',
      { headers: [{ name: 'Content-Type', value: 'text/plain' }], body: { as: 'pairs', pairs: [] } },
      ['lint.content-type'],
    ],
    ['a misspelt form', { body: text('a=1', 'application/x-www-form-url-encoded') }, ['lint.content-type']],
    ['no content type', { body: text('{"a":1}', '') }, ['lint.content-type']],
    [
      'empty breaks',
      { body: text('{"a": {{ response.n }}}', 'application/json') },
      ['lint.encoding-none', 'lint.empty-breaks'],
    ],
  ])('%s', (_, request, expected) => {
    expect(codes(request)).toEqual(expected)
  })

  it('never say the secret itself', () => {
    const found = lintRequest({ ...plain, url: 'https://a.example/?token=sk_live_abcdefgh1234' }, 'r')
    expect(JSON.stringify(found)).not.toContain('abcdefgh')
  })

  it('repair what they find, once and for all', () => {
    const body = text(
      '{"a":"{{ event.name }}","b":"Hi {{ event.name }}!","c":"{{ event.id | json_escape }}"}',
      'application/json',
    )
    const [found] = lintRequest({ ...plain, body }, 'r')

    expect(found?.repair?.set).toEqual([
      { path: 'r.body.encoding', value: 'json' },
      {
        path: 'r.body.text',
        value:
          '{"a":"{{ event.name | json_escape }}","b":"Hi {{ event.name | json_escape }}!","c":"{{ event.id | json_escape }}"}',
      },
    ])
    const value = found?.repair?.set[1]?.value as string
    expect(codes({ body: text(value, 'application/json', 'auto') })).toEqual([])
  })
})
