// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is Braze's syntax that is tested here
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Json, JsonObject } from '#shared/json'
import { renderRequest, renderSlowly, renderText, type Tokens } from '#shared/render'
import { checkTemplate } from '#shared/render/check-templates'
import { toLiquid } from '#shared/render/dialects'
import type { WebhookRequest } from '#shared/rules/webhook-request'

const now = Date.parse('2026-11-24T06:05:09Z')

function tokensOf(attributes: JsonObject = {}, properties: JsonObject = {}): Tokens {
  return {
    campaign: { id: 'c-1', name: 'Welcome' },
    memory: { event: { id: 'e-1', name: 'form_filled', at: now, properties }, variants: {}, response: null },
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
  {
    first_name: 'Ada',
    'Last Name': 'Lovelace',
    email: 'ada@example.com',
    'favorite color': 'red',
    'Driver "B"': 'yes',
    score: 7,
    vip: false,
    blank: '',
    tags: ['a', 'b'],
    home: { city: 'London' },
    industry: 'Computing',
    company_name: 'Engines Ltd',
  },
  { plan: 'pro', 'Web Page': '/signup', id: 'order-7' },
)

/** The text, or the reason in brackets. */
function say(template: string, tokens = ada): string {
  const rendered = renderText(template, tokens)
  if (rendered.is === 'rendered') expect(renderSlowly(template, tokens)).toEqual(rendered)
  return rendered.is === 'rendered' ? rendered.text : `[${rendered.reason}]`
}

function found(template: string): string[] {
  return checkTemplate(template, 'config.url').map(
    ({ code, severity, message, fix }) => `${severity} ${code}: ${message} ${fix}`,
  )
}

const post: WebhookRequest = {
  method: 'POST',
  url: 'https://h.example/',
  headers: [],
  body: { as: 'pairs', pairs: [] },
}
function rendered(request: Partial<WebhookRequest>, tokens = ada) {
  const result = renderRequest({ ...post, ...request }, tokens)
  return result.is === 'rendered' ? result.request : result
}

describe('text pasted from Braze', () => {
  it.each([
    ['an attribute', '{{${first_name}}}', 'Ada'],
    ['blanks around the name', '{{ ${ first_name } }}', 'Ada'],
    ['the e-mail address', '{{${email_address}}}', 'ada@example.com'],
    ['the user id', '{{${user_id}}}', 'ada'],
    ['the time zone', '{{${time_zone}}}', 'America/Los_Angeles'],
    ['a custom attribute', '{{custom_attribute.${score}}}', '7'],
    ['a name with spaces', '{{custom_attribute.${favorite color}}}', 'red'],
    ['a name with quotes', '{{custom_attribute.${Driver "B"}}}', 'yes'],
    ['a member of an attribute', '{{custom_attribute.${home}.city}}{{custom_attribute.${tags}[1]}}', 'Londonb'],
    ['an event property', '{{event_properties.${plan}}}', 'pro'],
    ['an event property that the event has a name for', '{{event_properties.${id}}}', 'order-7'],
    ['an entry property', '{{canvas_entry_properties.${plan}}}', 'pro'],
    ['the context', '{{context.${plan}}}', 'pro'],
    ['the campaign', '{{campaign.${name}}}', 'Welcome'],
    ['a default', "{{${nickname} | default: 'there'}}", 'there'],
    ['filters', '{{${first_name} | upcase | append: "!"}}', 'ADA!'],
    ['a filter of an attribute', '{{ "Dear " | append: ${first_name} }}', 'Dear Ada'],
    ['blanks cut off', 'x {{- ${first_name} -}} y', 'xAday'],
    ['JSON around a token', '{"id":{{${user_id}}}}', '{"id":ada}'],
    ['a condition', "{% if ${first_name} == 'Ada' %}yes{% endif %}", 'yes'],
    ['a condition on an attribute', '{% if custom_attribute.${vip} %}no{% else %}yes{% endif %}', 'yes'],
    ['a token in a condition', '{% if {{custom_attribute.${score}}} > 5 %}yes{% endif %}', 'yes'],
    ['a token in an assign', '{% assign x = {{${first_name}}} | upcase %}{{x}}', 'ADA'],
    ['a loop', '{% for t in custom_attribute.${tags} %}<{{t}}>{% endfor %}', '<a><b>'],
    ['what is absent', '<{{${nothing}}}{{event_properties.${no such thing}}}>', '<>'],
  ])('works: %s', (_, template, text) => {
    expect(say(template)).toBe(text)
  })

  it('finds nothing of an event when there was none', () => {
    expect(say('<{{context.${plan}}}>', { ...ada, memory: { ...ada.memory, event: null } })).toBe('<>')
  })

  it('is encoded in an address and keeps its type in a body', () => {
    const request = rendered({
      url: 'https://h.example/{{${email_address}}}?c={{custom_attribute.${favorite color}}}',
      body: { as: 'pairs', pairs: [{ key: 'score', value: '{{custom_attribute.${score}}}' }] },
    })

    expect(request).toMatchObject({ url: 'https://h.example/ada%40example.com?c=red', body: '{"score":7}' })
  })

  it('stays on the fast path', () => {
    expect(toLiquid('{{${first_name}}} {{ context.${plan} }}').text).toBe(
      '{{lead.first_name}} {{ event.properties.plan }}',
    )
  })

  it('warns of names that are not known here', () => {
    expect(found('{{nearest_store.${city}}}')).toEqual([expect.stringContaining('"nearest_store" is not known')])
  })
})

describe("Braze's filters", () => {
  it.each([
    ['hmac_sha256_hex: "secret_key"', '8df897f8da3d7992fe57c8dbc6f27578cfbf2dcc4d0fbb4000b8c924841d508e'],
    ['hmac_sha256_base64: "secret_key"', 'jfiX+No9eZL+V8jbxvJ1eM+/LcxND7tAALjJJIQdUI4='],
    ['hmac_sha1_hex: "secret_key"', '2a3969bed25bfeefb00aca4063eb9590b4df8f0e'],
    ['hmac_sha1: "secret_key"', '2a3969bed25bfeefb00aca4063eb9590b4df8f0e'],
    ['hmac_sha1_base64: "secret_key"', 'KjlpvtJb/u+wCspAY+uVkLTfjw4='],
    ['md5', '6057f13c496ecf7fd777ceb9e79ae285'],
    ['sha1', '7f550a9f4c44173a37664d938f1355f0f92a47a7'],
    ['sha2', 'fa690b82061edfd2852629aeba8a8977b57e40fcb77d1a7a28b26cba62591204'],
    ['base64', 'aGV5'],
    ['base64_encode', 'aGV5'],
  ])('hash and sign: %s', (filter, text) => {
    expect(say(`{{ 'hey' | ${filter} }}`)).toBe(text)
  })

  it.each([
    ["{{ 'hey<&>hi' | url_param_escape }}", 'hey%3C%26%3Ehi'],
    ["{{ 'hey<&>hi' | url_escape }}", 'hey%3C&%3Ehi'],
    ["{{ 'a b' | url_encode }}", 'a+b'],
    ['{{ custom_attribute.${Driver "B"} | append: \'"\' | json_escape }}', 'yes\\"'],
    ['{{ custom_attribute.${home} | as_json_string }} {{ ${nothing} | as_json_string }}', '{"city":"London"} null'],
    ['<{{ ${nothing} | json_escape }}> {{ ${nothing} | md5 }}', '<> d41d8cd98f00b204e9800998ecf8427e'],
    ['{{ custom_attribute.${score} | md5 }}', '8f14e45fceea167a5a36dedd4bea2543'],
    ['{{ "é" | base64 }}', 'w6k='],
  ])('escape: %s', (template, text) => {
    expect(say(template)).toBe(text)
  })

  it('that escape for an address are not encoded twice there', () => {
    const url = "https://h.example/?q={{ 'a b&c' | url_param_escape }}&r={{ 'a b&c' | url_escape }}"

    expect(rendered({ url })).toMatchObject({ url: 'https://h.example/?q=a%20b%26c&r=a%20b&c' })
  })

  it('that hash are stopped by what they do', () => {
    const bomb = '{% for i in (1..9000) %}{% assign s = "x" | hmac_sha256_hex: "k" %}{% endfor %}'

    expect(say(bomb)).toMatch(/too much work/)
  })
})

describe('abort_message', () => {
  it.each([
    ["{% abort_message('no id') %}", 'no id'],
    ['{% abort_message("no id") %}', 'no id'],
    ["{% if ${first_name} == 'Ada' %}{% abort_message( 'it is Ada' ) %}{% endif %}", 'it is Ada'],
    ['{% abort_message(custom_attribute.${home}.city | upcase) %}', 'LONDON'],
    ['{% abort_message() %}', 'The template ended the send.'],
    ['{% abort_message %}', 'The template ended the send.'],
    ['{% for t in lead.tags %}{% capture x %}{% abort_message(t) %}{% endcapture %}{% endfor %}', 'a'],
    ['{% liquid\n abort_message("deep")\n%}', 'deep'],
  ])('ends the send for the lead: %s', (template, reason) => {
    expect(found(template)).toEqual([])
    expect(renderText(template, ada)).toEqual({ is: 'aborted', reason })
    expect(rendered({ body: { as: 'text', text: template, contentType: '' } })).toEqual({ is: 'aborted', reason })
    expect(rendered({ body: { as: 'pairs', pairs: [{ key: 'a', value: template }] } })).toEqual({
      is: 'aborted',
      reason,
    })
    expect(rendered({ url: `https://h.example/${template}` })).toEqual({ is: 'aborted', reason })
    expect(rendered({ headers: [{ name: 'x-a', value: template }] })).toEqual({ is: 'aborted', reason })
  })

  it('does nothing in a condition that does not hold', () => {
    expect(say("{% if ${first_name} == blank %}{% abort_message('no name') %}{% endif %}Hi")).toBe('Hi')
  })

  it('gives a reason that fits into the journal', () => {
    expect(renderText('{% abort_message(lead.s) %}', tokensOf({ s: 'x'.repeat(2000) }))).toEqual({
      is: 'aborted',
      reason: 'x'.repeat(500),
    })
  })
})

describe('text pasted from Marketo', () => {
  it.each([
    ['a display name', '{{lead.First Name}}', 'Ada'],
    ['a display name that is stored as it is', '{{lead.Last Name}}', 'Lovelace'],
    ['other cases', '{{Lead.first name}} {{LEAD.LAST NAME}}', 'Ada Lovelace'],
    ['underscores', '{{lead.FIRST_NAME}} {{lead.Last_Name}}', 'Ada Lovelace'],
    ['one word', '{{lead.Score}}', '7'],
    ['the e-mail address', '{{lead.Email Address}}', 'ada@example.com'],
    ['a default that is not needed', '{{lead.First Name:default=there}}', 'Ada'],
    ['a default for what is absent', '{{lead.Nick Name:default=there}}', 'there'],
    ['a default for what is empty', '{{lead.Blank:default=there}}', 'there'],
    ['no default for false', '{{lead.vip:default=there}}', 'false'],
    ['a default with signs', `{{lead.x:default=it's "5:30" \\ | 100% {ok}}}`, `it's "5:30" \\ | 100% {ok}`],
    ['an empty default', '<{{lead.x:default=}}>', '<>'],
    ['a default in JSON', '{"n":"{{lead.x:default=y}}"}', '{"n":"y"}'],
    [
      'a company',
      '{{company.Company Name}}, {{company.Name}}, {{company.Industry}}',
      'Engines Ltd, Engines Ltd, Computing',
    ],
    [
      'system tokens',
      '{{system.dateTime}} {{System.Date Time}} {{SYSTEM.date}}',
      '2026-11-23 22:05:09 2026-11-23 22:05:09 Nov 23, 2026',
    ],
    ['the campaign', '{{campaign.Name}} {{Campaign.id}}', 'Welcome c-1'],
    ['the trigger', '{{trigger.Trigger Name}} {{trigger.Name}}', 'form_filled form_filled'],
    ["the trigger's data", '{{trigger.Web Page}} {{Trigger.plan:default=none}} {{trigger.Referrer}}', '/signup pro '],
    [
      'My Tokens and the program of a campaign without a folder',
      '<{{my.Event Date}}{{program.Name}}{{my.x:default=y}}>',
      '<y>',
    ],
    ['a word that only looks like a tag', 'Made for lead {{lead.First Name}}', 'Made for lead Ada'],
    ['signs in names', '<{{lead.Opt-in?}}{{lead.Source (L)}}{{lead.R&D/Lab #1}}>', '<>'],
  ])('works: %s', (_, template, text) => {
    expect(say(template)).toBe(text)
  })

  it('keeps the type of a single token, and is encoded in an address', () => {
    const request = rendered({
      url: 'https://h.example/{{lead.Email Address}}?c={{company.Company Name:default=none at all}}',
      body: { as: 'pairs', pairs: [{ key: 'tags', value: '{{lead.Tags}}' }] },
    })

    expect(request).toMatchObject({
      url: 'https://h.example/ada%40example.com?c=Engines%20Ltd',
      body: '{"tags":["a","b"]}',
    })
  })

  it('takes an object of the lead for its company, and never a person for one', () => {
    expect(say('{{company.Annual Revenue}}', tokensOf({ Company: { annual_revenue: 5 } }))).toBe('5')
    expect(say('{{company.Name}}', tokensOf({ company: 'Engines', name: 'Ada' }))).toBe('Engines')
    expect(say('<{{company.Name}}>', tokensOf({ name: 'Ada' }))).toBe('<>')
  })

  it('prefers the name as it is written, then the first that is alike', () => {
    const tokens = tokensOf({ EMAIL: 'first', Email: 'exact', email: 'last' })

    expect(say('{{lead.Email}} {{lead.eMail:default=x}} {{lead.email}}', tokens)).toBe('exact first last')
  })

  it.each(['size', 'first', 'constructor', '__proto__', 'toString'])('sees nothing but data: %s', name => {
    expect(say(`<{{lead.${name}:default=}}{{trigger.${name}}}>`)).toBe('<>')
  })

  it('says what the lead and the event hold, whatever it is', () => {
    const value = fc.oneof(fc.string(), fc.integer(), fc.boolean())
    fc.assert(
      fc.property(value, value, (a, b) => {
        const tokens = tokensOf({ first_name: a as Json }, { web_page: b as Json })
        expect(say('{{lead.First Name}}|{{trigger.Web Page}}', tokens)).toBe(`${a}|${b}`)
      }),
      { numRuns: 1000, seed: 3 },
    )
  })

  it.each([
    ['{{program.owner}}', 'warning template.unknown-field: "program" has no "owner"'],
    ['{{system.Nothing Known}}', 'warning template.unknown-field: "system" has no "Nothing Known"'],
    [
      'a\n {{lead.Company=edit me}}',
      'error template.stray-text: Something stands in a token that is neither a filter nor a default (line 2, column 17). Write a default like',
    ],
    ['{{lead.First Name=edit me}}', 'error template.stray-text:'],
  ])('says what is wrong with %j', (template, sentence) => {
    expect(found(template)).toEqual([expect.stringContaining(sentence)])
  })
})

describe("a name as Marketo writes it, amid Liquid's own", () => {
  const lead = tokensOf(
    {
      n: 41,
      company: 'Acme',
      firstName: 'Ada',
      Orders: [{ id: 'o-1' }],
      home: { city: 'Rome' },
      phone: '1',
    },
    { web_page: '/signup' },
  )
  const { world } = lead
  const said = (template: string) => {
    const rendered = renderText(template, {
      ...lead,
      world: {
        ...world,
        folder: { id: 'p', name: 'Spring', description: '', tokens: { 'Event Date': '2026-05-17' } },
      },
    })
    return rendered.is === 'rendered' ? rendered.text : rendered.reason
  }

  it.each([
    ['{{lead.N}} {{lead.N | plus: 1}}', '41 42'],
    ['{% if lead.Company == "Acme" %}yes{% endif %}', 'yes'],
    ['{{ "to " | append: lead.Company }}', 'to Acme'],
    ['{{ lead.Orders[0].id }} {{ lead.Home.city }}', 'o-1 Rome'],
    ['{{lead.First Name | upcase}} {{lead.First Name:default=you}}', 'ADA Ada'],
    ['{{company.Company Name}} {{lead.Company Name}} {{company.Name | downcase}}', 'Acme Acme acme'],
    ['{{lead.Phone Number}}', '1'],
    ['{{custom_attribute.${First Name}}} {{event_properties.${Web Page}}}', 'Ada /signup'],
    ['{{my.Event Date | date: "%d.%m."}} {{program.Name | upcase}}', '17.05. SPRING'],
    ['{% assign lead = "x" %}{{ lead.N | append: "y" }}', 'y'],
  ])('%s', (template, expected) => {
    expect(said(template)).toBe(expected)
  })
})

describe('a name that is nearly right', () => {
  it.each([
    ['{{ lead.emial }}', 'Did you mean {{ lead.email }}?'],
    ['{{ lead.frist_name | upcase }}', 'Did you mean {{ lead.first_name }}?'],
    ['{% if lead.cuntry == "DE" %}x{% endif %}', 'Did you mean {{ lead.country }}?'],
    ['{{ laed.email }}', 'Did you mean lead?'],
    ['{{ campaign.nmae }}', 'Did you mean campaign.name?'],
    ['{{ lead.lead.country }}', 'Write {{ lead.country }}.'],
    ['{{ event.event.plan }}', 'Write {{ event.plan }}.'],
  ])('is asked about: %s', (template, fix) => {
    expect(checkTemplate(template, 'p')).toMatchObject([{ severity: 'warning', fix }])
  })

  it.each([
    '{{ lead.email }}',
    '{{ lead.emails }}',
    '{{ lead.plan }}',
    '{{ lead.mail }}',
    '{{ lead.county_code }}',
    '{{ lead.lead }}',
  ])('is not, when it is right or another one: %s', template => {
    expect(checkTemplate(template, 'p')).toEqual([])
  })
})

describe('a template of our own', () => {
  it.each([
    '{"price": "$5", "js": "${x}", "t": `${a}`}',
    'cost: ${amount} and {{ lead.email }}',
    'function f() { return ${x} }',
    '"a:default=b"',
    '{"a:default=b": "{{ lead.x }}"}',
    '{{ "${first_name}" }}{{ \'lead.First Name:default=x\' }}',
    '{{ lead.x | append: "${y}" }}',
    "{% if lead.x == '${y}' %}{% endif %}",
    '{% raw %}{{${first_name}}} {{lead.First Name}}{% endraw %}',
    '{%- raw -%}{{${x}}}{% endraw %}',
    '{{ lead.plan contains "pro" }}{{ lead.a and lead.b }}{{ lead.a or b }}{{ lead.a and not b }}',
    '{{ lead.email -}} x {{- lead.email }}',
    '{{ lead.orders[0].id }}{{ lead.home.city }}{{ lead.email | default: "x" }}{{ lead["First Name"] }}',
    '{{ lead.x | date: "%H:default=y" }}',
    '{% assign trigger = event %}{{ trigger.plan }}{{ trigger.Name }}',
    '{% for company in lead.companies %}{{ company.Name }}{% endfor %}',
    '{% liquid\n assign trigger = event\n echo trigger.plan %}{{ trigger.Name }}',
    '{% capture my %}x{% endcapture %}{{ my.X }}',
    '{{ event.First Name }}{{ response.x:default=y }}{{ user.First Name }}',
    '{{ lead.vip? }}{{ lead.größe }}{{ lead.first-name }}',
    '{{ system.dateTime }}{{ system.dat }}{{ campaign.id }}',
    '{{ lead.x',
    '{{ "${x}',
    '{% if ${x}',
    '{{${}}}',
    '{{${x}',
  ])('is left as it is: %s', template => {
    expect(toLiquid(template)).toEqual({ text: template, original: template, edits: [] })
  })

  it("never changes when it has neither Braze's ${ nor Marketo's names", () => {
    const name = fc.constantFrom('a', 'first_name', 'size', 'b-c', 'x1', 'plan', 'id')
    const path = fc
      .tuple(
        fc.constantFrom('lead', 'event', 'response', 'x', 'forloop'),
        fc.array(name, { minLength: 1, maxLength: 3 }),
      )
      .map(([scope, names]) => [scope, ...names].join('.'))
    const value = fc.oneof(path, fc.constantFrom('1', '"a"', "'lead.first name:default=x'", '"${x}"', 'true', '(1..3)'))
    const filter = fc.constantFrom('', ' | upcase', ' | default: "x"', " | append: 'y' | size", ' | date: "%H:%M"')
    const operator = fc.constantFrom(' == ', ' and ', ' contains ', ' or not ')
    const expression = fc.oneof(
      value,
      fc.tuple(value, operator, value).map(parts => parts.join('')),
    )
    const piece = fc.oneof(
      fc.tuple(expression, filter).map(([e, f]) => `{{ ${e}${f} }}`),
      fc.tuple(expression, filter).map(([e, f]) => `{{-${e}${f}-}}`),
      expression.map(e => `{% if ${e} %}`),
      fc.tuple(name, value).map(([n, v]) => `{% assign ${n} = ${v} %}`),
      fc.constantFrom(
        '{% endif %}',
        '{% raw %}',
        '{% endraw %}',
        '{{',
        '}}',
        '{%',
        '%}',
        '{',
        '$',
        '"',
        "'",
        ':default=b',
      ),
      fc.string({ unit: 'grapheme', maxLength: 8 }).filter(text => !text.includes('${')),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 10 }), pieces => {
        const template = pieces.join('')
        if (!template.replaceAll('"${x}"', '').includes('${')) expect(toLiquid(template).text).toBe(template)
      }),
      { numRuns: 2000, seed: 5 },
    )
  })

  it('and any other is translated without a crash, in time that grows with its length', () => {
    const piece = fc.constantFrom(
      '{{',
      '}}',
      '{%',
      '%}',
      '${',
      '}',
      'lead.',
      'First Name',
      ':default=',
      '"',
      "'",
      '\\',
      ' ',
      'raw',
      'a',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), pieces => {
        const template = pieces.join('')
        const { edits, original } = toLiquid(template)
        expect(original).toBe(template)
        for (const [i, edit] of edits.entries()) expect(edit.from).toBeGreaterThanOrEqual(edits[i - 1]?.to ?? 0)
      }),
      { numRuns: 2000, seed: 7 },
    )
    for (const part of [
      '{{',
      '{% ',
      '${',
      '{{lead.a ',
      '{{lead.a:default=',
      '{{"\\"',
      '{% "\\"',
      "{{ '",
      '{%raw%}',
      '{{${a',
      'a.',
      '{%%}"',
    ])
      toLiquid(part.repeat(Math.floor(65_536 / part.length)))
  }, 2000)
})

describe('the place of a mistake', () => {
  it.each([
    ['{{${first_name}}} {{ lead.x | upcse }}', 'There is no filter "upcse" (line 1, column 19).'],
    ['{{lead.First Name:default=you}}\n{{${a b}}} {{${x} | upcse}}', 'There is no filter "upcse" (line 2, column 12).'],
    ['{% if ${a} == {{${b}}} %}{% endif %}{% esle %}', 'There is no tag "esle" (line 1, column 37).'],
    ["{{${first_name} | default: 'x' y }}", 'line 1, column 32'],
    ['{{${a}}}\n\n {{ user.x }}', 'line 3, column 5'],
    ['{{${a}}} {{ user.${x} }}', 'line 1, column 13'],
  ])('is where the author wrote it: %j', (template, sentence) => {
    expect(found(template)).toEqual([expect.stringContaining(sentence)])
  })
})
