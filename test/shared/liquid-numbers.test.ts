import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { renderRequest, renderText } from '#shared/render'
import { tokensOf } from './people'

const lead = tokensOf({ price: 19.99, seven: 7, text: '7.0', big: '9007199254740993', share: '3', nothing: null })
const say = (template: string) => {
  const rendered = renderText(template, lead)
  return rendered.is === 'rendered' ? rendered.text : `[${rendered.reason}]`
}

describe("numbers in templates, as in Shopify's Liquid", () => {
  it.each([
    // Whole numbers divide whole, towards the smaller one.
    ['{{ 5 | divided_by: 3 }}', '1'],
    ['{{ -5 | divided_by: 3 }}', '-2'],
    ['{{ "20" | divided_by: "7" }}', '2'],
    ['{{ lead.seven | divided_by: lead.share }}', '2'],
    ['{{ 7.0 | divided_by: 2 }}', '3.5'],
    ['{{ lead.text | divided_by: 2 }}', '3.5'],
    ['{{ 20 | divided_by: 7.0 }}', '2.857142857142857'],
    ['{{ 6 | divided_by: 3.0 }}', '2.0'],
    ['{{ 1 | divided_by: 3.0 }}', '0.3333333333333333'],
    // Decimal, and exact.
    ['{{ 0.1 | plus: 0.2 }}', '0.3'],
    ['{{ lead.price | times: 100 }}', '1999.0'],
    ['{{ lead.price | times: 100 | round }}', '1999'],
    ['{{ 1.1 | times: 1.1 }}', '1.21'],
    ['{{ 3.14 | minus: 0.14 }}', '3.0'],
    ['{{ 7.0 }} {{ 7.50 }} {{ 7 }}', '7.0 7.5 7'],
    ['{% if 7.0 == 7 %}a{% endif %}{% if 7 >= 7.0 %}b{% endif %}{% if 7.0 < 6 %}c{% endif %}', 'ab'],
    ['{% assign x = 3.5 | times: 2 %}{% if x > 6.5 %}{{ x }}{% endif %}', '7.0'],
    // The sign of the divisor.
    ['{{ 7 | modulo: 3 }} {{ -7 | modulo: 3 }} {{ 7 | modulo: -3 }} {{ 7.5 | modulo: 2 }}', '1 2 -2 1.5'],
    // Texts count as far as they begin with a number, all else is 0.
    ['{{ "12 apples" | plus: 1 }} {{ "1.5x" | plus: 1 }} {{ " 1.5 " | plus: 1 }} {{ "x" | plus: 1 }}', '13 2 2.5 1'],
    ['{{ lead.nope | plus: 1 }} {{ true | plus: 1 }} {{ lead.nothing | minus: 1 }}', '1 1 -1'],
    [
      '{{ 4.6 | round }} {{ 4.5 | round }} {{ -4.5 | round }} {{ 4.3456 | round: 2 }} {{ 5.0 | round: 1 }}',
      '5 5 -5 4.35 5.0',
    ],
    ['{{ 1.005 | round: 2 }} {{ 125 | round: -1 }} {{ "2.5" | round }}', '1.01 130 3'],
    ['{{ 1.2 | ceil }} {{ -1.2 | ceil }} {{ 1.2 | floor }} {{ -1.2 | floor }} {{ "3.5" | floor }}', '2 -1 1 -2 3'],
    ['{{ -17.0 | abs }} {{ "-19.86" | abs }} {{ -4 | abs }}', '17.0 19.86 4'],
    ['{{ 4 | at_least: 5 }} {{ 4 | at_most: 3.0 }} {{ "4" | at_most: "10" }}', '5 3.0 4'],
    // Beyond 2^53.
    [
      '{{ lead.big | plus: 1 }} {{ 7615917337495251231 }} {{ 7615917337495251231 | plus: 1 }}',
      '9007199254740994 7615917337495251231 7615917337495251232',
    ],
    ['{{ 9007199254740992 | times: 3.0 }}', '2.7021597764222976e+16'],
  ])('%s', (template, expected) => {
    expect(say(template)).toBe(expected)
  })

  it.each([
    '{{ 5 | divided_by: 0 }}',
    '{{ 5 | modulo: 0 }}',
    '{{ 5.0 | divided_by: "x" }}',
    '{{ 5 | modulo: lead.nope }}',
  ])('that divide by zero stop the send by name: %s', template => {
    expect(say(template)).toBe('[A number is divided by zero (line 1, column 1).]')
  })

  it('are plain numbers in JSON', () => {
    const body = {
      as: 'text',
      contentType: 'application/json',
      encoding: 'auto',
      text: '{"a": {{ lead.price | times: 100 }}, "b": {{ 7.0 }}}',
    } as const
    const pairs = { as: 'pairs' as const, pairs: [{ key: 'a', value: '{{ 7.0 }}' }] }
    const sent = (body: Parameters<typeof renderRequest>[0]['body']) =>
      renderRequest({ method: 'POST', url: 'https://a.example/', headers: [], body }, lead)

    expect(sent(body)).toMatchObject({ request: { body: '{"a": 1999, "b": 7}' } })
    expect(sent(pairs)).toMatchObject({ request: { body: '{"a":7}' } })
  })

  it('add and multiply as cents do', () => {
    const cents = fc.integer({ min: -1_000_000_000, max: 1_000_000_000 })
    const written = (n: number) =>
      `${n < 0 ? '-' : ''}${Math.floor(Math.abs(n) / 100)}.${String(Math.abs(n) % 100).padStart(2, '0')}`
    fc.assert(
      fc.property(cents, cents, (a, b) => {
        expect(Math.round(Number(say(`{{ ${written(a)} | plus: ${written(b)} }}`)) * 100)).toBe(a + b)
        expect(say(`{{ ${a} | minus: ${b} }}`)).toBe(String(a - b))
        if (b !== 0) expect(say(`{{ ${a} | divided_by: ${b} }}`)).toBe(String(Math.floor(a / b)))
      }),
      { numRuns: 300 },
    )
  })

  it('are no way to keep the machine busy', () => {
    expect(say(`{{ "${'9'.repeat(2000)}" | plus: 1 }}`)).toMatch(/more than 400 digits/)
    expect(say('{% assign x = 99999 %}{% for i in (1..500) %}{% assign x = x | times: x %}{% endfor %}')).toMatch(
      /400 digits/,
    )
  })
})
