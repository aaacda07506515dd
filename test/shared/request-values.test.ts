import fc from 'fast-check'
import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import { keyFrom, signature } from '#server/webhook/sign'
import { isObject, type Json } from '#shared/json'
import { renderRequest } from '#shared/render'
import { formEncode } from '#shared/rules/content-type'
import type { Body, RenderedRequest, WebhookRequest } from '#shared/rules/webhook-request'
import { naughty } from '../fixtures/naughty'
import { partOf } from '../length'
import { tokensOf } from './people'

/** Whatever a lead holds, the bytes that leave are what the author of the webhook meant (delivery R33, R39, R43). */

const withBody = (body: Body): WebhookRequest => ({
  method: 'POST',
  url: 'https://h.example/in',
  headers: [],
  body,
})

function sent(request: WebhookRequest, value: Json): RenderedRequest {
  const made = renderRequest(request, tokensOf({ v: value, w: [value] }))
  if (made.is !== 'rendered') throw new Error(`${JSON.stringify(value)} could not be rendered: ${made.reason}`)
  return made.request
}

const signs = fc.oneof(
  fc.constantFrom(
    '"',
    '\\',
    '/',
    '\b',
    '\t',
    '\n',
    '\r',
    '\0',
    '\x1f',
    '\x7f',
    '\u2028',
    '\ud800',
    '\udfff',
    '<',
    '{{',
  ),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 2 }),
)
const texts = fc.oneof(
  fc.constantFrom(...naughty),
  fc.array(signs, { maxLength: 12 }).map(parts => parts.join('')),
)
const edges = [2 ** 53 - 1, 2 ** 53, 2 ** 53 + 2, -(2 ** 53), 1e21, 1e-7, 5e-324, 1.7976931348623157e308, 0.1 + 0.2]
const numbers = fc.oneof(fc.constantFrom(...edges), fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }))
const single = fc.oneof(
  { weight: 4, arbitrary: texts },
  numbers.map(n => n + 0 || 0),
  fc.boolean(),
)
const { value: anyValue } = fc.letrec<{ value: Json }>(tie => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    single,
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(texts, tie('value'), { maxKeys: 4 }),
  ),
}))

/** Lone halves of a pair become U+FFFD: they are no text that anybody could send (delivery R43). */
function wellFormed(value: Json): Json {
  if (typeof value === 'string') return value.toWellFormed()
  if (Array.isArray(value)) return value.map(wellFormed)
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key.toWellFormed(), wellFormed(member)]))
}

describe('a JSON body', () => {
  it(`of ${2 * partOf(50_000)} values parses back to each of them, as a pair and inside a raw text (delivery R39)`, () => {
    const pairs = withBody({ as: 'pairs', pairs: [{ key: 'v', value: '{{ lead.w }}', type: 'json' }] })
    const raw = withBody({
      as: 'text',
      contentType: 'application/json',
      encoding: 'json',
      text: '{"v": {{ lead.w }}, "end": true}',
    })
    let parsed = 0

    fc.assert(
      fc.property(anyValue, value => {
        const expected = [wellFormed(value)]
        expect(JSON.parse(sent(pairs, value).body ?? '')).toEqual({ v: expected })
        expect(JSON.parse(sent(raw, value).body ?? '')).toEqual({ v: expected, end: true })
        parsed += 2
      }),
      { numRuns: partOf(50_000), seed: 39 },
    )

    expect(parsed).toBe(2 * partOf(50_000))
  })

  it.each(naughty)('holds the text %j as it is, wherever it stands', text => {
    const pairs = withBody({
      as: 'pairs',
      pairs: [
        { key: 'alone', value: '{{ lead.v }}', type: 'string' },
        { key: 'within', value: 'a {{ lead.v }} b' },
      ],
    })
    const raw = withBody({ as: 'text', contentType: 'application/json', encoding: 'json', text: '{"v": {{ lead.v }}}' })
    const whole = text.toWellFormed()

    expect(JSON.parse(sent(pairs, text).body ?? '')).toEqual({ alone: whole, within: `a ${whole} b` })
    expect(JSON.parse(sent(raw, text).body ?? '')).toEqual({ v: whole })
    expect(Object.prototype).not.toHaveProperty('v')
  })
})

describe('a form body', () => {
  it.each(naughty)('holds the text %j as one value', text => {
    const form = withBody({
      as: 'form',
      pairs: [
        { key: 'v', value: '{{ lead.v }}' },
        { key: 'end', value: 'true' },
      ],
    })

    const { body } = sent(form, text)

    expect([...new URLSearchParams(body ?? '')]).toEqual([
      ['v', text.toWellFormed()],
      ['end', 'true'],
    ])
    expect(body).toBe(`v=${formEncode(text)}&end=true`)
  })
})

describe('the address and the headers', () => {
  it.each(naughty)('are not led astray by the text %j', text => {
    const request: WebhookRequest = {
      method: 'GET',
      url: 'https://h.example/in/x{{ lead.v }}?q={{ lead.v }}',
      headers: [{ name: 'X-V', value: '{{ lead.v }}' }],
      body: { as: 'none' },
    }
    const bare = { ...request, headers: [] }

    const url = new URL(sent(bare, text).url)
    const made = renderRequest(request, tokensOf({ v: text }))

    expect(url.origin).toBe('https://h.example')
    expect(url.pathname).toBe(`/in/x${encodeURIComponent(text.toWellFormed())}`)
    expect(url.searchParams.get('q')).toBe(text.toWellFormed())
    // A header carries plain signs, or the send is refused: never a second line.
    if (made.is === 'rendered') expect(made.request.headers[0]?.[1]).toMatch(/^[\t\x20-\x7e]*$/)
    else expect(text).toMatch(/[^\t\x20-\x7e]/)
  })
})

describe('what 10,000 random leads are sent', () => {
  it('is verified by a verifier that is not ours, byte for byte (delivery R43, R44)', () => {
    const key = keyFrom(Buffer.alloc(32, 9), 'v1')
    const verifier = new Webhook(key)
    // The verifier reads the real clock, so the timestamp is its "now".
    const timestamp = String(Math.floor(Date.now() / 1000))
    const bodies: readonly Body[] = [
      { as: 'pairs', pairs: [{ key: 'v', value: '{{ lead.v }}' }] },
      { as: 'text', contentType: 'application/json', encoding: 'json', text: '{"v": {{ lead.w }}}' },
    ]
    let verified = 0

    fc.assert(
      fc.property(anyValue, fc.constantFrom(...bodies), (value, body) => {
        const bytes = Buffer.from(sent(withBody(body), value).body ?? '', 'utf8')
        const headers = {
          'webhook-id': `msg_${verified}`,
          'webhook-timestamp': timestamp,
          'webhook-signature': signature([key], `msg_${verified}`, timestamp, bytes.toString('utf8')),
        }
        expect(verifier.verify(bytes, headers)).toEqual(JSON.parse(bytes.toString('utf8')))
        verified++
      }),
      { numRuns: partOf(10_000), seed: 44 },
    )

    expect(verified).toBe(partOf(10_000))
  })
})
