import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Json, JsonObject } from '#shared/json'
import { renderRequest, renderSlowly, renderText, type Tokens } from '#shared/render'
import { checkTemplate } from '#shared/render/check-templates'
import { requestTarget } from '#shared/rules/address'
import type { WebhookRequest } from '#shared/rules/webhook-request'
import { naughty } from '../fixtures/naughty'

const now = Date.parse('2026-11-24T06:05:09Z')

function tokensOf(
  attributes: JsonObject = {},
  { event, response = null }: { event?: JsonObject | null; response?: Json } = {},
): Tokens {
  return {
    campaign: { id: 'c-1' },
    memory: {
      event: event === null ? null : { id: 'e-1', name: 'signed_up', at: now, properties: event ?? {} },
      variants: {},
      response,
    },
    world: {
      now,
      zone: 'America/Los_Angeles',
      zoneFrom: 'lead',
      system: { sandbox: 'http://127.0.0.1:3000/sandbox/in' },
      lead: { id: 1, externalId: 'ada', attributes, zone: 'America/Los_Angeles' },
    },
  }
}

const ada = tokensOf(
  { email: 'ada@example.com', age: 36, vip: true, tags: ['a', 'b'], home: { city: 'London' }, name: 'Ada "A" O\\N\n' },
  { event: { plan: 'pro', id: 'order-7' }, response: { contact: { id: 'x9' }, list: [1, 2] } },
)

/** The text, or the reason in brackets. */
function say(template: string, tokens = ada): string {
  const rendered = renderText(template, tokens)
  return rendered.is === 'rendered' ? rendered.text : `[${rendered.reason}]`
}

describe('a template', () => {
  it.each([
    ['lead attributes by name', '{{ lead.email }} {{lead.age}} {{ lead.home.city }}', 'ada@example.com 36 London'],
    ['external id and zone', '{{ lead.external_id }} {{ lead.time_zone }}', 'ada America/Los_Angeles'],
    [
      'event',
      '{{ event.name }} {{ event.id }} {{ event.at }} {{ event.plan }}',
      'signed_up e-1 2026-11-24T06:05:09Z pro',
    ],
    ['a property that the event itself has a name for', '{{ event.properties.id }}', 'order-7'],
    ['campaign and the last answer', '{{ campaign.id }} {{ response.contact.id }} {{ response.list[1] }}', 'c-1 x9 2'],
    ["the date in the lead's zone", '{{ system.date }}, {{ system.time }}', 'Nov 23, 2026, 10:05 PM (GMT -0800)'],
    ['instants', '{{ system.dateTime }} {{ system.iso }}', '2026-11-23 22:05:09 2026-11-23T22:05:09-08:00'],
    ['epoch and sandbox', '{{ system.epochMs }} {{ system.sandbox }}', `${now} http://127.0.0.1:3000/sandbox/in`],
    ['nothing for what is absent', '<{{ lead.nope }}{{ lead.nope.deeper }}{{ user.x }}>', '<>'],
    ['a default', "{{ lead.first_name | default: 'there' }}", 'there'],
    ['lists and objects as JSON', '{{ lead.tags }}{{ lead.home }}', '["a","b"]{"city":"London"}'],
    ['the json filter, null for nothing', '{{ lead.vip | json }} {{ lead.nope | json }}', 'true null'],
    ['conditions and loops', '{% for t in lead.tags %}{% if t == "b" %}<{{ t }}>{% endif %}{% endfor %}', '<b>'],
    ['objects inside text filters', '{{ lead.home | append: "!" }}', '{"city":"London"}!'],
  ])('says %s', (_, template, text) => {
    expect(say(template)).toBe(text)
  })

  it.each([
    'split: ","',
    'where: "a"',
    'reject: "a"',
    'compact',
    'sort',
    'sort_natural',
    'uniq',
    'reverse',
    'map: "a"',
    'concat: lead.nope',
    'slice: 0',
    'find: "a"',
    'find_index: "a"',
    'join: ","',
  ])('prints nothing for what is absent, through %s', filter => {
    expect(say(`[{{ lead.nope | ${filter} }}]`)).toBe('[]')
    expect(say(`{% assign a = lead.nope | ${filter} %}[{{ a }}]`)).toBe('[]')
  })

  it('prints a list that filters make as Liquid does, and one that a token finds as JSON', () => {
    expect(
      say('{{ lead.tags }} {{ lead.tags | default: "x" }} {{ lead.tags | sort }} {{ lead.tags | reverse | json }}'),
    ).toBe('["a","b"] ["a","b"] ab ["b","a"]')
    expect(say('{{ lead.tags.size }} {{ "👍🏽é" | size }}', tokensOf({ tags: '👍b' }))).toBe('2 3')
  })

  it('is empty for the event when there was none', () => {
    expect(say('<{{ event.plan }}{{ event.name }}>', tokensOf({}, { event: null }))).toBe('<>')
  })

  it('takes "now" from the world and the wall clock from the lead, never from the machine', () => {
    expect(say("{{ 'now' | date: '%a %-d %B %Y %l:%M %P %z' }}")).toBe('Mon 23 November 2026 10:05 pm -0800')
    expect(say("{{ '2026-07-01' | date: '%d.%m.%y %H:%M %Z' }}")).toBe('01.07.26 00:00 America/Los_Angeles')
    expect(say("{{ '2026-07-01T10:00:00Z' | date: '%F %T' }}")).toBe('2026-07-01 03:00:00')
    expect(say("{{ 0 | date: '%s', 'UTC' }} {{ system.epochMs | date: '%Y', 'UTC' }}")).toBe('0 2026')
    expect(say("{{ 'soon' | date: '%Y' }}")).toBe('soon')
  })

  it.each([
    '{{ lead.constructor }}{{ lead.__proto__ }}{{ lead.toString }}{{ constructor }}{{ __proto__ }}',
    '{{ lead.tags.constructor }}{{ lead.tags.map }}{{ lead.email.replace }}',
    '{% assign x = lead["constructor"] %}{{ x }}{{ lead | map: "constructor" | first }}',
  ])('sees own properties only: %s', template => {
    expect(say(template)).toBe('')
  })

  it.each([
    ['{% include "x" %}', '[There is no tag "include" (line 1, column 1).]'],
    ['{% render "x" %}', '[There is no tag "render" (line 1, column 1).]'],
    ['{% layout "x" %}', '[There is no tag "layout" (line 1, column 1).]'],
    ['{{ lead.tags | sample }}', '[There is no filter "sample" (line 1, column 1).]'],
    ['ab\n {{ lead.email | upcse }}', '[There is no filter "upcse" (line 2, column 2).]'],
    ['{{ lead.email', '[A token is not closed (line 1, column 1).]'],
    ['{% if lead.vip %}', '[{% if %} is not ended (line 1, column 1).]'],
    ['x'.repeat(65_537), '[The template is longer than 64 KiB.]'],
    ['{{ "%zz" | url_decode }}', '[URI malformed (line 1, column 1).]'],
  ])('that cannot be rendered says why: %s', (template, reason) => {
    expect(say(template)).toBe(reason)
  })

  it('that is nested beyond any stack is broken, not a crash', () => {
    expect(say(`{{ a${'[a'.repeat(20_000)} }}`)).toMatch(/nested too deeply/)
    expect(say('{% if 1 %}'.repeat(3000) + '{% endif %}'.repeat(3000))).toMatch(/^$|nested too deeply/)
  })

  const rich = tokensOf({
    big: 'ab'.repeat(30_000),
    items: Array.from({ length: 3000 }, (_, n) => ({ n, s: 'same text' })),
  })
  it.each([
    [
      'nested ranges',
      '{% for a in (1..900) %}{% for b in (1..900) %}{% for c in (1..900) %}x{% endfor %}{% endfor %}{% endfor %}',
    ],
    ['empty loops', '{% for a in lead.items %}{% for b in lead.items %}{% endfor %}{% endfor %}'],
    ['doubling assign', '{% assign s = "12345678" %}{% for i in (1..60) %}{% assign s = s | append: s %}{% endfor %}'],
    ['doubling capture', '{% for i in (1..60) %}{% capture s %}{{ s }}{{ s }}x{% endcapture %}{% endfor %}'],
    ['endless output', '{% for i in (1..9000) %}{{ lead.big }}{% endfor %}'],
    [
      'growing replace',
      '{% assign s = lead.big %}{% for i in (1..60) %}{% assign s = s | replace: "a", "aaaa" %}{% endfor %}',
    ],
    ['doubling concat', '{% assign a = lead.items %}{% for i in (1..60) %}{% assign a = a | concat: a %}{% endfor %}'],
    ['sorting', '{% for i in (1..9000) %}{% assign s = lead.items | sort: "s" %}{% endfor %}'],
    ['searching members', '{% for i in (1..9000) %}{% assign s = lead.items | where: "n", 5 %}{% endfor %}'],
    ['searching text', '{% for i in (1..9000) %}{% if lead.big contains "zzz" %}{% endif %}{% endfor %}'],
    ['comparing lists', '{% for i in (1..9000) %}{% if lead.items == lead.items %}{% endif %}{% endfor %}'],
    ['encoding', '{% for i in (1..9000) %}{% assign s = lead.big | url_encode | slugify %}{% endfor %}'],
    ['printing lists', '{% for i in (1..9000) %}{% assign s = lead.items | json %}{% endfor %}'],
    ['long chains', `{% for i in (1..9000) %}{{ i${' | plus: 1'.repeat(100)} }}{% endfor %}`],
    ['long paths', `{% for i in (1..9000) %}{{ lead${'.a'.repeat(20_000)} }}{% endfor %}`],
    ['long conditions', `{% for i in (1..9000) %}{% if 1 == 1${' and 1 == 1'.repeat(4000)} %}{% endif %}{% endfor %}`],
    ['dates', `{% for i in (1..9000) %}{% assign s = "now" | date: "${'%c'.repeat(400)}" %}{% endfor %}`],
    ['a huge range', '{% for i in (1..1000000000) %}{% endfor %}'],
    ['a huge slice', '{{ lead.big | slice: 0, 1000000000 }}'],
  ])('that is a bomb is stopped by what it does, not by a clock: %s', (_, bomb) => {
    const first = renderText(bomb, rich)

    expect(first.is === 'broken' && first.reason).toMatch(/too much work|longer than 256 KiB/)
    expect(renderText(bomb, rich)).toEqual(first)
  })

  it('may come out with 256 KiB and no sign more', () => {
    const sign = tokensOf({ s: 'x'.repeat(262_144 - 5) })

    expect(say('{{ lead.s }}12345', sign)).toHaveLength(262_144)
    expect(say('{{ lead.s }}123456', sign)).toBe('[The text came out longer than 256 KiB.]')
    expect(say('{{ lead.s | append: "" }}123456', sign)).toMatch(/longer than 256 KiB/)
  })

  it('prints well-formed text, whatever a lead holds', () => {
    expect(say('{{ lead.s }}|{{ lead.s | url_encode }}', tokensOf({ s: 'a\ud800b' }))).toBe('a\ufffdb|a%EF%BF%BDb')
  })
})

describe('the fast path for plain tokens', () => {
  const name = fc.constantFrom(
    'a',
    'b',
    'nil',
    'true',
    'size',
    'first',
    'length',
    'external_id',
    'id',
    'at',
    '__proto__',
    'x-y',
  )
  const value = fc.jsonValue({ maxDepth: 2 }).map(json => json as Json)
  const data = fc.dictionary(name, value, { maxKeys: 6, noNullPrototype: true })
  const blank = fc.constantFrom('', ' ', '\n', '\t ')
  const path = fc
    .tuple(
      fc.constantFrom('lead', 'event', 'campaign', 'system', 'response', 'user', 'true'),
      fc.array(name, { maxLength: 3 }),
    )
    .map(([scope, names]) => [scope, ...names].join('.'))
  const token = fc.tuple(blank, path, blank).map(([l, p, r]) => `{{${l}${p}${r}}}`)
  const piece = fc.oneof(
    { weight: 3, arbitrary: token },
    { weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: 5 }) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        '{',
        '}',
        '}}',
        '{{',
        '{%',
        '%}',
        '{{-',
        '-}}',
        '{{{',
        ' ',
        '"',
        '{{ lead.a | upcase }}',
      ),
    },
  )
  const template = fc.array(piece, { maxLength: 6 }).map(pieces => pieces.join(''))

  it.each(['text', 'url'] as const)('renders exactly what Liquid renders (%s)', where => {
    fc.assert(
      fc.property(template, data, data, value, (text, attributes, event, response) => {
        const tokens = tokensOf(attributes, { event, response })
        if (where === 'text') expect(renderText(text, tokens)).toEqual(renderSlowly(text, tokens))
        else expect(urlOf(`https://h.example/p${text}`, tokens)).toEqual(slowUrlOf(text, tokens))
      }),
      { numRuns: 400, seed: 7 },
    )
  })

  /** What follows the host, or undefined when the address is refused. */
  function urlOf(url: string, tokens: Tokens): string | undefined {
    const rendered = renderRequest({ ...get, url }, tokens)
    return rendered.is === 'rendered' ? rendered.request.url : undefined
  }
  function slowUrlOf(text: string, tokens: Tokens): string | undefined {
    const rest = renderSlowly(`/p${text.trimEnd()}`, tokens, 'url')
    const url =
      rest.is === 'rendered' ? `https://h.example${requestTarget(rest.text.replaceAll(/[\t\r\n]/g, ''))}` : undefined
    return url === undefined || urlOf(`https://h.example/p${text}`, tokens) === undefined ? undefined : url
  }
})

const get: WebhookRequest = {
  method: 'GET',
  url: 'https://h.example/',
  headers: [],
  body: { as: 'none' },
}
const post: WebhookRequest = { ...get, method: 'POST', body: { as: 'pairs', pairs: [] } }

/** The rendered request, or its reason. */
function rendered(request: Partial<WebhookRequest>, tokens = ada) {
  const result = renderRequest({ ...post, ...request }, tokens)
  return result.is === 'rendered' ? result.request : result.reason
}
function url(template: string, tokens = ada): string {
  const request = rendered({ url: template }, tokens)
  return typeof request === 'string' ? `[${request}]` : request.url
}
function body(value: string, tokens = ada): Json {
  const request = rendered({ body: { as: 'pairs', pairs: [{ key: 'v', value }] } }, tokens)
  return typeof request === 'string' ? request : (JSON.parse(request.body ?? '') as { v: Json }).v
}

describe('the address of a request', () => {
  it.each([
    [
      'sends literal signs as typed',
      "https://h.example/a%26b&c?x=%7E+y'(1)|",
      "https://h.example/a%26b&c?x=%7E+y'(1)|",
    ],
    ['keeps a question mark at the end', 'https://h.example/a?', 'https://h.example/a?'],
    ['keeps what is behind # to itself', 'https://h.example/a?b#z', 'https://h.example/a?b'],
    ['begins with a path', 'https://h.example?b', 'https://h.example/?b'],
    [
      'encodes what an address cannot hold',
      'https://h.example/ä b"<c>\\d',
      'https://h.example/%C3%A4%20b%22%3Cc%3E%5Cd',
    ],
    [
      'encodes tokens',
      'https://h.example/{{ lead.email }}?q={{ lead.name }}',
      'https://h.example/ada%40example.com?q=Ada%20%22A%22%20O%5CN%0A',
    ],
    ['encodes lists as JSON', 'https://h.example/?t={{ lead.tags }}', 'https://h.example/?t=%5B%22a%22%2C%22b%22%5D'],
    [
      'encodes once when the author encoded',
      'https://h.example/?q={{ lead.email | url_encode }}',
      'https://h.example/?q=ada%40example.com',
    ],
    [
      'encodes what was captured once',
      'https://h.example/{% capture x %}{{ lead.email }}{% endcapture %}{{ x }}',
      'https://h.example/ada%40example.com',
    ],
    [
      'encodes inside conditions',
      'https://h.example/{% if lead.vip %}{{ lead.email }}{% endif %}',
      'https://h.example/ada%40example.com',
    ],
    ['puts the sandbox in raw', '{{ system.sandbox }}/ok?x={{ lead.age }}', 'http://127.0.0.1:3000/sandbox/in/ok?x=36'],
    [
      'refuses a host from a token',
      'https://{{ lead.email }}/',
      '[The address does not begin with a host that was typed in.]',
    ],
    [
      'refuses half a host from a token',
      'https://h.example{{ lead.nope }}/',
      '[The address does not begin with a host that was typed in.]',
    ],
    [
      'refuses a longer sandbox host',
      '{{ system.sandbox }}.evil.example/',
      '[The address would go to another host than the one typed in.]',
    ],
    ['refuses a password', 'https://u:p@h.example/', '[The address holds a user name or a password.]'],
    ['refuses an empty one', '  ', '[The address is empty.]'],
    [
      'names a broken template',
      'https://h.example/{{ lead.x | upcse }}',
      '[The address: There is no filter "upcse" (line 1, column 19).]',
    ],
  ])('%s', (_, template, expected) => {
    expect(url(template)).toBe(expected)
  })

  it.each(['.', '..', '%2e%2e', '%2E.'])('cannot be climbed out of by a lead called "%s"', id => {
    const climbing = url('https://h.example/users/{{ lead.id }}/orders', tokensOf({ id }))

    // A "%" of the lead's is encoded itself, so only the bare dots would climb.
    expect(climbing).toMatch(id.startsWith('%') ? /users\/%252/i : /would leave its path/)
  })

  it('keeps host and path for whatever a lead holds', () => {
    const anything = fc.oneof(fc.constantFrom(...naughty), fc.string({ unit: 'binary' }), fc.string())
    fc.assert(
      fc.property(anything, anything, (a, b) => {
        const result = renderRequest(
          { ...get, url: 'https://h.example/in/{{ lead.a }}/x{{ lead.b }}?q={{ lead.b }}' },
          tokensOf({ a, b }),
        )
        if (result.is !== 'rendered') {
          expect(a).toMatch(/^\.\.?$/)
          return
        }
        const sent = new URL(result.request.url)
        expect(sent.origin).toBe('https://h.example')
        expect(sent.pathname.startsWith('/in/')).toBe(true)
        expect(sent.searchParams.get('q')).toBe(b.toWellFormed())
      }),
      { numRuns: 10_000, seed: 11 },
    )
  })
})

describe('the headers of a request', () => {
  it('are rendered, and say what the body is', () => {
    const request = rendered({ headers: [{ name: 'X-Lead', value: ' {{ lead.email }} ' }] })

    expect(request).toMatchObject({
      headers: [
        ['X-Lead', 'ada@example.com'],
        ['content-type', 'application/json'],
      ],
    })
  })

  it('keep a content type that the author wrote', () => {
    const request = rendered({ headers: [{ name: 'Content-Type', value: 'application/vnd.api+json' }] })

    expect(request).toMatchObject({ headers: [['Content-Type', 'application/vnd.api+json']] })
  })

  it.each(['line\r\nX-Evil: 1', 'line\nbreak', 'caf\u00e9', '\u{1f600}', '\0'])(
    'are refused when a lead brings in %j',
    evil => {
      expect(rendered({ headers: [{ name: 'x-name', value: '{{ lead.s }}' }] }, tokensOf({ s: `a${evil}b` }))).toBe(
        'The header "x-name" came out with a line break or a sign that headers cannot carry.',
      )
    },
  )

  it.each(['Host', 'content-length', 'webhook-id', 'bad name', ''])(
    'are refused when they are not the author\'s to set: "%s"',
    name => {
      expect(rendered({ headers: [{ name, value: 'x' }] })).toBe(`The header "${name}" cannot be set.`)
    },
  )
})

describe('a body of pairs', () => {
  it.each<[string, string, Json]>([
    ['a number', '{{ lead.age }}', 36],
    ['a truth value', '{{lead.vip}}', true],
    ['an object', '{{ lead.home }}', { city: 'London' }],
    ['a list', '{{ lead.tags }}', ['a', 'b']],
    ['null for what is absent', '{{ lead.nope }}', null],
    ['a member of a list', '{{ response.list[1] }}', 2],
    ['text around a token', 'is {{ lead.age }}', 'is 36'],
    ['text when a filter is used', '{{ lead.age | plus: 1 }}', '37'],
    ['two tokens', '{{ lead.age }}{{ lead.age }}', '3636'],
    ['quotes and line breaks', 'He said {{ lead.name }}', 'He said Ada "A" O\\N\n'],
    ['plain text', '', ''],
  ])('keeps the type of a single token: %s', (_, template, value) => {
    expect(body(template)).toEqual(value)
  })

  it("is JSON that holds exactly the lead's value, whatever it is", () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), fc.string({ unit: 'binary' }), (value, text) => {
        const tokens = tokensOf({ v: value as Json, s: text })

        expect(body('{{ lead.v }}', tokens)).toEqual(JSON.parse(JSON.stringify(value)))
        expect(body('<{{ lead.s }}>', tokens)).toBe(`<${text.toWellFormed()}>`)
      }),
      { numRuns: 500, seed: 13 },
    )
  })

  it('treats __proto__ as a name like any other', () => {
    const request = rendered({ body: { as: 'pairs', pairs: [{ key: '__proto__', value: '{{ lead.age }}' }] } })

    expect(request).toMatchObject({ body: '{"__proto__":36}' })
  })

  it('replaces lone surrogates, deep inside too', () => {
    expect(body('{{ lead.o }}', tokensOf({ o: { 'k\ud800': ['\udfff'] } }))).toEqual({ 'k\ufffd': ['\ufffd'] })
  })

  it('is named when its template is broken', () => {
    expect(body('{{ lead.x')).toBe('The body\'s "v": A token is not closed (line 1, column 1).')
  })

  it('may not be longer than 256 KiB, counted in bytes', () => {
    const pairs = [{ key: 'v', value: '{{ lead.s }}' }]
    const sized = (s: string) => rendered({ body: { as: 'pairs', pairs } }, tokensOf({ s }))
    const frame = '{"v":""}'.length

    expect(sized('x'.repeat(262_144 - frame))).toHaveProperty('method')
    expect(sized('x'.repeat(262_145 - frame))).toBe('The body is longer than 256 KiB.')
    expect(sized('€'.repeat(Math.floor((262_144 - frame) / 3)))).toHaveProperty('method')
    expect(sized('€'.repeat(Math.floor((262_144 - frame) / 3) + 1))).toBe('The body is longer than 256 KiB.')
    expect(sized('😀'.repeat((262_144 - frame) / 4))).toHaveProperty('method')
    expect(sized('😀'.repeat((262_144 - frame) / 4 + 1))).toBe('The body is longer than 256 KiB.')
  })
})

describe('a body of text', () => {
  const text = (text: string, contentType: string, tokens = ada) =>
    rendered({ body: { as: 'text', text, contentType } }, tokens)

  it('goes out as rendered, with its content type', () => {
    expect(text('name={{ lead.email | url_encode }}', 'application/x-www-form-urlencoded')).toMatchObject({
      body: 'name=ada%40example.com',
      headers: [['content-type', 'application/x-www-form-urlencoded']],
    })
  })

  it('that calls itself JSON must be JSON', () => {
    expect(text('{"n": {{ lead.nope | json }}, "s": {{ lead.name | json }}}', 'application/json')).toHaveProperty(
      'body',
    )
    expect(text('{\n "n": {{ lead.nope }},\n "m": 1}', 'application/json; charset=utf-8')).toBe(
      'The body is not JSON: ",\\n \\"m\\": 1}" cannot stand at line 2, column 7.',
    )
    expect(text('{"n": 1', 'application/vnd.api+json')).toBe(
      'The body is not JSON: it ends too early, at line 1, column 8.',
    )
    expect(text('{"a":1}\n{"a":2}', 'application/x-ndjson')).toHaveProperty('body')
  })

  it('is judged by the content type that the author set as a header', () => {
    const request: Partial<WebhookRequest> = {
      headers: [{ name: 'content-type', value: 'application/json' }],
      body: { as: 'text', text: 'x', contentType: 'text/plain' },
    }
    expect(rendered(request)).toMatch(/is not JSON: "x" cannot stand at line 1, column 1/)
  })

  it.each([
    ['[1,]', 4],
    ['{"a":1,}', 8],
    ['{"a" 1}', 6],
    ['{a:1}', 2],
    ["{'a':1}", 2],
    ['[01]', 2],
    ['"a\nb"', 1],
    ['[tru]', 2],
    ['1 2', 3],
    ['[1}', 3],
    [`"${'x'.repeat(60_000)}" y`, 60_004],
    ['['.repeat(30_000), 30_001],
  ])('finds the place where JSON breaks off: %s', (broken, column) => {
    expect(text(broken, 'application/json')).toMatch(new RegExp(`line 1, column ${column}\\.$`))
  })
})

it('a GET, or a request without a body, sends none', () => {
  expect(rendered({ method: 'GET' })).toMatchObject({ body: null, headers: [] })
  expect(rendered({ body: { as: 'none' } })).toMatchObject({ body: null, headers: [] })
})

describe('checking a template', () => {
  const found = (template: string) =>
    checkTemplate(template, 'config.url').map(
      ({ code, severity, message, fix }) => `${severity} ${code}: ${message} ${fix}`,
    )

  it.each([
    '',
    'plain',
    '{{ lead.x }}',
    '{{ lead | json }}',
    '{{ response }}',
    '{% for o in lead.orders %}{{ o.id }}{{ forloop.index }}{% endfor %}',
    '{% assign x = 1 %}{{ x }}',
    '{% raw %}{{ user.x }}{% endraw %}',
  ])('finds nothing wrong with %s', template => {
    expect(found(template)).toEqual([])
  })

  it.each([
    [
      '{{ lead.x | upcse }}',
      'error template.unknown-filter: There is no filter "upcse" (line 1, column 1). Did you mean upcase?',
    ],
    ['\n{% esle %}', 'error template.unknown-tag: There is no tag "esle" (line 2, column 1). Known are'],
    ['{% endif %}', 'error template.stray-tag: {% endif %} belongs to nothing (line 1, column 1).'],
    ['{{ lead.x', 'error template.not-closed: A token is not closed (line 1, column 1). Close it with }}.'],
    [
      '{% if lead.x %}',
      'error template.not-ended: {% if %} is not ended (line 1, column 1). Write {% endif %} where it ends.',
    ],
    ['{{ }}', 'error template.no-value: A token names nothing that can be printed (line 1, column 4).'],
    [
      'a\n {{ user.x }}',
      'warning template.unknown-scope: "user" is not known, so this token stays empty (line 2, column 5). Begin it with lead, event, campaign, system, response, call, program, my or secret, like {{ lead.x }}.',
    ],
    [
      '{{ lead }}',
      'warning template.whole-scope: {{ lead }} prints everything about the lead (line 1, column 4). Name what you want of it, like {{ lead.email }}.',
    ],
    ['{{ lead. }}', 'warning template.whole-scope: {{ lead }} prints everything about the lead'],
    ['{{ system.dat }}', 'warning template.unknown-field: "system" has no "dat", so this token stays empty'],
  ])('says what is wrong with %j and what to do', (template, sentence) => {
    expect(found(template)).toEqual([expect.stringContaining(sentence)])
  })

  it('never throws, whatever is typed', () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom('{{', '}}', '{%', '%}', 'lead.', '|', 'if ', 'for x in ', '(1..', '"', '[', 'endif', 'raw', '-'),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), pieces => {
        const template = pieces.join('')
        const broken = checkTemplate(template, 'p').some(f => f.severity === 'error')
        if (broken) expect(renderText(template, ada).is).toBe('broken')
        else renderText(template, ada)
      }),
      { numRuns: 1000, seed: 17 },
    )
  })
})
