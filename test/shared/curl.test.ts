import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { renderRequest } from '#shared/render'
import { requestTarget } from '#shared/rules/address'
import { parseCurl, printCurl } from '#shared/rules/curl'
import type { RenderedRequest, WebhookRequest } from '#shared/rules/webhook-request'
import { ada } from './people'

function read(command: string): WebhookRequest {
  const found = parseCurl(command)
  if (found.is === 'refused') throw new Error(`${found.message} ${found.fix}`)
  return found.request
}

const text = (body: string, contentType = 'application/json') => ({
  as: 'text',
  text: body,
  contentType,
  encoding: 'auto',
})
const form = (...pairs: [string, string][]) => ({ as: 'form', pairs: pairs.map(([key, value]) => ({ key, value })) })

describe('a pasted curl command', () => {
  it.each<[string, string, object]>([
    [
      'an address alone',
      'curl https://a.example/x',
      { method: 'GET', url: 'https://a.example/x', headers: [], body: { as: 'none' } },
    ],
    ['no scheme', 'curl a.example', { url: 'http://a.example' }],
    ['data', "curl https://a.example -d 'a=1' -d b=x+y", { method: 'POST', body: form(['a', '1'], ['b', 'x y']) }],
    [
      'JSON',
      `curl -X PUT https://a.example -H 'Content-Type: application/json' --data-raw '{"a":1}'`,
      { method: 'PUT', headers: [], body: text('{"a":1}') },
    ],
    [
      '--json',
      `curl --json '{"a":1}' https://a.example`,
      { method: 'POST', headers: [{ name: 'accept', value: 'application/json' }], body: text('{"a":1}') },
    ],
    ['letters in one word', 'curl -sSXDELETE https://a.example', { method: 'DELETE' }],
    [
      'lines that go on',
      "curl \\\n  'https://a.example' \\\r\n  -H 'x-a: b'",
      { url: 'https://a.example', headers: [{ name: 'x-a', value: 'b' }] },
    ],
    [
      "$'..'",
      "curl https://a.example -H 'content-type: text/plain' --data-raw $'a\\n\\u0041\\U0001F600\\''",
      { body: text("a\nA\u{1f600}'", 'text/plain') },
    ],
    ['double quotes', 'curl "https://a.example/?q=\\"x\\"" ', { url: 'https://a.example/?q="x"' }],
    [
      '-G',
      'curl -G https://a.example --data-urlencode "q=a b&c" -d n=1',
      { method: 'GET', url: 'https://a.example?q=a%20b%26c&n=1', body: { as: 'none' } },
    ],
    [
      'a user',
      'curl -u me:pass https://a.example',
      { headers: [{ name: 'authorization', value: 'Basic {{ "me:pass" | base64 }}' }] },
    ],
    [
      'a form that is not plainly one',
      "curl https://a.example -d 'a=b c'",
      { body: text('a=b c', 'application/x-www-form-urlencoded') },
    ],
  ])('is read: %s', (_, command, expected) => {
    expect(read(command)).toMatchObject(expected)
  })

  it.each([
    ['wget https://a.example', 'no curl command'],
    ['curl', 'no address'],
    ['curl -F file=@x https://a.example', 'multipart'],
    ['curl -d @body.json https://a.example', 'the file "body.json"'],
    ['curl -I https://a.example', 'HEAD'],
    ['curl --wat https://a.example', '--wat is not known'],
    ['curl https://a.example | jq .', 'a pipe'],
    ['curl "https://a.example/$ID"', 'variable'],
    ["curl 'https://a.example", 'not closed'],
    ['curl https://a.example https://b.example', 'more than one address'],
  ])('is refused in words: %s', (command, why) => {
    expect(parseCurl(command)).toMatchObject({ is: 'refused', message: expect.stringContaining(why) })
  })

  it('notes what was left out', () => {
    const found = parseCurl("curl -kL https://a.example -H 'Host: b.example'")
    expect(found.is === 'request' && found.notes.length).toBe(3)
  })
})

describe('a request as a curl command', () => {
  const noToken = (s: string) => !/\{[{%]/.test(s)
  const value = fc
    .string({ unit: fc.integer({ min: 0x21, max: 0x7e }).map(c => String.fromCharCode(c)) })
    .filter(noToken)
  const body = fc.string({ unit: 'grapheme' }).filter(noToken)
  const any: fc.Arbitrary<RenderedRequest> = fc.record({
    method: fc.constantFrom('POST', 'PUT', 'PATCH', 'DELETE'),
    // Without a fragment, and without a token that taking it out would make of "{#%".
    url: value
      .map(path => path.replaceAll('#', ''))
      .filter(noToken)
      .map(path => `https://a.example/x?${path}`),
    headers: fc.uniqueArray(fc.tuple(fc.stringMatching(/^x-[a-z]{1,8}$/), value), { selector: ([name]) => name }),
    body: fc.option(fc.oneof(body, value), { nil: null }),
  })

  it('comes back as the same bytes when it is pasted', () => {
    fc.assert(
      fc.property(any, fc.constantFrom('', 'text/plain', 'application/x-www-form-urlencoded'), (request, type) => {
        const typed: [string, string][] = request.body === null || type === '' ? [] : [['content-type', type]]
        const origin = 'https://a.example'
        const url = origin + requestTarget(request.url.slice(origin.length))
        const sent = { ...request, url, headers: [...request.headers, ...typed] }
        const back = renderRequest(read(printCurl(sent)), ada)
        const wellFormed = sent.body === null ? null : sent.body.replaceAll('\r\n', '\n')

        expect(back).toEqual({ is: 'rendered', request: { ...sent, body: wellFormed } })
      }),
      { numRuns: 1000, examples: [] },
    )
  })
})
