import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { renderRequest } from '#shared/render'
import { lintRequest } from '#shared/render/lints'
import type { Body, WebhookRequest } from '#shared/rules/webhook-request'
import { tokensOf } from './people'

const request = (text: string, contentType: string, encoding?: 'auto' | 'xml' | 'none'): WebhookRequest => {
  const body: Body = { as: 'text', text, contentType, ...(encoding === undefined ? {} : { encoding }) }
  return { method: 'POST', url: 'https://a.example/x', headers: [], body }
}

function sent(text: string, name: string, contentType = 'application/xml', encoding: 'auto' | 'xml' = 'auto') {
  const rendered = renderRequest(request(text, contentType, encoding), tokensOf({ name }))
  return rendered.is === 'rendered' ? rendered.request.body : rendered.reason
}

describe('a body in XML', () => {
  const thief = '</name><role>admin</role>'

  it.each(['application/xml', 'text/xml; charset=utf-8', 'application/soap+xml', 'Application/Vnd.Acme+XML'])(
    'of type %s takes a value as text, never as an element',
    type => {
      expect(sent('<name>{{ lead.name }}</name>', thief, type)).toBe(
        '<name>&lt;/name&gt;&lt;role&gt;admin&lt;/role&gt;</name>',
      )
    },
  )

  it.each([
    ['an element', '<n>{{ lead.name }}</n>', 'Jack & "Jill" <x>', '<n>Jack &amp; &quot;Jill&quot; &lt;x&gt;</n>'],
    ['an attribute', '<n a="{{ lead.name }}"/>', 'a"b\n\tc', '<n a="a&quot;b&#10;&#9;c"/>'],
    ['a single-quoted attribute', "<n a='{{ lead.name }}'/>", "it's", "<n a='it&#39;s'/>"],
    ['CDATA', '<n><![CDATA[{{ lead.name }}]]></n>', 'a & b ]]> c', '<n><![CDATA[a & b ]]]]><![CDATA[> c]]></n>'],
    ['CDATA by halves', '<n><![CDATA[{{ lead.name }}>x]]></n>', ']]', '<n><![CDATA[]]]]><![CDATA[>x]]></n>'],
    ['CDATA, then an element', '<a><![CDATA[x]]></a><b>{{ lead.name }}</b>', '<', '<a><![CDATA[x]]></a><b>&lt;</b>'],
    ['a comment', '<!-- {{ lead.name }} --><n/>', 'x --> <y/>', '<!-- x - -> <y/> --><n/>'],
    ['a control sign', '<n>{{ lead.name }}</n>', 'a\u0000b\u000bc', '<n>a\ufffdb\ufffdc</n>'],
    ['a value that is escaped already', '<n>{{ lead.name | escape }}</n>', '<', '<n>&lt;</n>'],
    ['a value of a tag', '<n>{% cycle lead.name, "x" %}{% echo lead.name %}</n>', '<', '<n>&lt;&lt;</n>'],
    ['a capture', '{% capture x %}{{ lead.name }}{% endcapture %}<n>{{ x }}</n>', '<', '<n>&lt;</n>'],
  ])('escapes for the place that the value stands in: %s', (_, template, name, expected) => {
    expect(sent(template, name)).toBe(expected)
  })

  it('comes out as the document that its author wrote, whatever the values are', () => {
    const nasty = fc.oneof(
      fc.string(),
      fc.stringMatching(/^[[\]<>&'"\-!a]{0,12}$/),
      fc.constantFrom(thief, ']]>', '-->', '&lt;', '<![CDATA[', '--', ']]', '>', '\r\n'),
    )
    fc.assert(
      fc.property(nasty, nasty, (first, second) => {
        const template =
          '<r a="{{ lead.a }}"><!-- {{ lead.b }}{{ lead.a }} --><t>{{ lead.b }}</t><c><![CDATA[{{ lead.a }}{{ lead.b }}>]]></c></r>'
        const rendered = renderRequest(request(template, 'text/xml', 'auto'), tokensOf({ a: first, b: second }))
        const body = rendered.is === 'rendered' ? (rendered.request.body ?? '') : ''
        const tags = body.replaceAll(/<!\[CDATA\[[\s\S]*?\]\]>|<!--[\s\S]*?-->/g, '')

        expect(tags.match(/<[^>]*>/g)?.length).toBe(6)
        expect(tags.replace(/<r a="[^"<]*">/, '<r>').replace(/<t>[^<]*<\/t>/, '<t></t>')).toBe('<r><t></t><c></c></r>')
      }),
      { numRuns: 500 },
    )
  })

  it('that leaves tokens as they are is told of, with a repair that escapes them', () => {
    const found = lintRequest(request('<n>{{ event.name }}</n>', 'application/soap+xml', 'none'), 'r')

    expect(found.map(f => f.code)).toEqual(['lint.encoding-none'])
    expect(found[0]?.repair).toEqual({
      label: 'Escape tokens for XML',
      set: [{ path: 'r.body.encoding', value: 'xml' }],
    })
    expect(lintRequest(request('<n>{{ event.name }}</n>', 'application/soap+xml', 'xml'), 'r')).toEqual([])
    expect(lintRequest(request('<n>{{ event.name | xml_escape }}</n>', 'text/xml'), 'r')).toEqual([])
  })
})
